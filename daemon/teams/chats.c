/* SPDX-License-Identifier: MIT */
#include "daemon/teams/chats.h"

#include <assert.h>

#include "daemon/common/log.h"
#include "daemon/store/record.h"

enum chat_state chats_state(const struct chats *chats, const char *id)
{
	return (enum chat_state)(uintptr_t)map_get(&chats->states, id);
}

void chats_restore(struct chats *chats, const char *id, enum chat_state state)
{
	const enum chat_state before = chats_state(chats, id);

	assert(state < CHAT_STATES);
	if (before != CHAT_OK)
		chats->counts[before]--;
	if (state == CHAT_OK)
		map_remove(&chats->states, id);
	else if (before == CHAT_OK && chats->states.count >= CHATS_KEPT)
		return;
	else
		map_put(&chats->states, id, (void *)(uintptr_t)state);
	chats->counts[state]++;
}

void chats_set(struct chats *chats, struct batch *batch, const char *id,
	       enum chat_state state, const char *code, int64_t now_ms)
{
	if (id[0] == '\0' || chats_state(chats, id) == state)
		return;
	log_warning("chats", "state=%s code=%s", chat_state_name(state), code);
	chats_restore(chats, id, state);
	batch_chat(batch, id, (uint16_t)state, code, now_ms);
}

void chats_heard(struct chats *chats, struct batch *batch, const char *id, bool added,
		 int64_t now_ms)
{
	const enum chat_state state = chats_state(chats, id);

	if (state == CHAT_OK || (state == CHAT_UNINSTALLED && !added))
		return;
	chats_set(chats, batch, id, CHAT_OK, "", now_ms);
}

const char *chat_state_name(enum chat_state state)
{
	static const char *const names[CHAT_STATES] = {
		[CHAT_OK] = "ok",
		[CHAT_UNINSTALLED] = "uninstalled",
		[CHAT_BLOCKED] = "blocked",
		[CHAT_GONE] = "gone",
	};

	assert(state < CHAT_STATES);
	return names[state];
}

void chats_finish(struct chats *chats)
{
	map_finish(&chats->states);
}
