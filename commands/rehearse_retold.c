/* SPDX-License-Identifier: MIT */
#include "commands/rehearse_retold.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"
#include "daemon/store/ledger.h"
#include "daemon/wire/auth.h"
#include "handlers/arena.h"
#include "handlers/effect.h"
#include "handlers/handlers.h"
#include "handlers/transcript.h"

struct proof {
	uint64_t event_number;
	uint8_t digest[32];
};

struct telling {
	struct retold *retold;
	struct arena arena;
	struct proof *proofs;
	size_t count, room, next;
};

static void take_proof(void *context, uint64_t event_number, const uint8_t digest[32])
{
	struct telling *const telling = context;

	if (telling->count == telling->room) {
		telling->room = telling->room == 0 ? 16 : telling->room * 2;
		telling->proofs =
			memory_resized(telling->proofs,
				       telling->room * sizeof(telling->proofs[0]));
	}
	struct proof *const proof = &telling->proofs[telling->count++];
	proof->event_number = event_number;
	memcpy(proof->digest, digest, 32);
}

static void check_proofs(struct telling *telling, uint64_t before)
{
	struct retold *const retold = telling->retold;
	uint8_t digest[32];

	for (; telling->next < telling->count &&
	       telling->proofs[telling->next].event_number < before;
	     telling->next++) {
		const struct proof *const proof = &telling->proofs[telling->next];

		auth_sha256(retold->session, session_bytes(retold->session), digest);
		retold->proofs++;
		if (memcmp(digest, proof->digest, 32) != 0 && retold->differs_after == 0)
			retold->differs_after = proof->event_number;
	}
}

static void note_opening(struct retold_round *round, const struct session *session)
{
	round->opened_ms = session->now_ms;
	for (uint32_t i = 0; i < session->people; i++) {
		const struct member *const member = &session->member[i];

		if (!member->known || member->role != ROLE_PARTICIPANT ||
		    member->here == PLACE_NONE)
			continue;
		round->here++;
		round->was_here[i] = 1;
	}
}

/* The event that opens a round may also be the one by which somebody leaves. */
static void note_allocation(struct retold *retold, const struct effect *effect)
{
	struct retold_round *const round = &retold->rounds[effect->block];

	if (effect->person >= PEOPLE_MAX)
		return;
	round->allocations[effect->person]++;
	round->allocated_ms[effect->person] = retold->session->now_ms;
	if (round->opened_ms == 0)
		round->here_room[effect->person] = effect->place;
	else
		round->late++;
}

static void note(struct retold *retold, const struct effects *effects)
{
	const struct session *const session = retold->session;

	for (size_t i = 0; i < effects->count; i++) {
		if (effects->list[i].kind == RECORD_ALLOCATION)
			note_allocation(retold, &effects->list[i]);
	}
	for (uint32_t i = 0; i < session->blocks; i++) {
		struct retold_round *const round = &retold->rounds[i];

		if (session->block[i].round == ROUND_OPEN && round->opened_ms == 0)
			note_opening(round, session);
		if (session->block[i].round == ROUND_RECALLED && round->opened_ms != 0 &&
		    round->recalled_ms == 0)
			round->recalled_ms = session->now_ms;
	}
}

static void take_event(void *context, uint64_t number, const char *line)
{
	struct telling *const telling = context;
	struct retold *const retold = telling->retold;
	struct effects effects = { .arena = &telling->arena };
	struct event event;
	const char *wrong;

	if (retold->unreadable)
		return;
	check_proofs(telling, number);
	if (event_read(line, &event, &wrong) < 0) {
		retold->unreadable = true;
		return;
	}
	event.session = retold->session->number;
	handle(retold->session, &event, &effects);
	note(retold, &effects);
	arena_reset(&telling->arena);
	retold->events++;
}

int retold_make(struct retold *retold, struct ledger *ledger, uint32_t session)
{
	struct telling telling = { .retold = retold };

	*retold = (struct retold){
		.session = session_create(session),
		.rounds = memory_zeroed(BLOCKS_MAX * sizeof(*retold->rounds)),
	};
	int rc = ledger_digests(ledger, session, take_proof, &telling);
	if (rc == 0)
		rc = ledger_events(ledger, session, take_event, &telling);
	if (rc == 0)
		check_proofs(&telling, UINT64_MAX);
	arena_finish(&telling.arena);
	free(telling.proofs);
	return rc;
}

void retold_finish(struct retold *retold)
{
	session_destroy(retold->session);
	free(retold->rounds);
	*retold = (struct retold){ 0 };
}
