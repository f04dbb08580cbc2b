/* SPDX-License-Identifier: MIT */
#include "daemon/live.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/common/clock.h"
#include "daemon/edge/feed.h"
#include "daemon/sessions.h"
#include "handlers/effect.h"
#include "handlers/session.h"

struct viewer {
	struct viewer *next; /* of the same session */
	uint64_t number;
	uint32_t session;
	bool behind; /* gets a snapshot when it has caught up, and no deltas before */
};

static void key_of(uint64_t viewer, char key[24])
{
	snprintf(key, 24, "%" PRIu64, viewer);
}

static struct viewer *viewer_of(const struct live *live, uint64_t number)
{
	char key[24];

	key_of(number, key);
	return map_get(&live->viewers, key);
}

void live_init(struct live *live, const struct words_source *words,
	       const struct clock *clock)
{
	*live = (struct live){ 0 };
	live->words = words;
	live->clock = clock;
}

void live_signal(struct live *live, uint32_t session, const struct effect *effect)
{
	if (session > DIRECTORY_SESSIONS || live->watching[session] == NULL)
		return;
	if (live->gathering[session] == NULL)
		live->gathering[session] = memory_zeroed(sizeof(struct live_change));
	struct live_change *const change = live->gathering[session];

	if (effect->kind == SIGNAL_CLOCK)
		change->clock = true;
	else if (effect->kind == SIGNAL_HEARING)
		change->hearing = true;
	else if (effect->kind == SIGNAL_ROUND)
		change->round = change->places = true;
	else if (effect->kind == SIGNAL_POLL && effect->poll < POLLS_MAX)
		change->polls |= UINT32_C(1) << effect->poll;
	else if (effect->kind == SIGNAL_PRESENCE && effect->person < PEOPLE_MAX)
		change->people[effect->person / 64] |= UINT64_C(1)
						       << (effect->person % 64);
}

void live_sealed(struct live *live)
{
	for (uint32_t i = 1; i <= live->highest; i++) {
		if (live->gathering[i] == NULL)
			continue;
		free(live->committing[i]);
		live->committing[i] = live->gathering[i];
		live->gathering[i] = NULL;
	}
}

static void send_snapshot(struct live *live, struct viewer *viewer)
{
	const struct session *const session =
		sessions_get(live->words->sessions, viewer->session);
	struct text text = { 0 };

	if (session == NULL)
		return;
	encode_snapshot(live->words, session, clock_now_ms(live->clock),
			live->clock->speed, &text);
	viewer->behind = feed_send(live->feed, viewer->number, text_string(&text),
				   text.length) != 0;
	live->snapshots++;
	text_finish(&text);
}

static void send_delta(struct live *live, uint32_t number)
{
	const struct session *const session = sessions_get(live->words->sessions, number);
	struct text text = { 0 };

	if (session == NULL || live->watching[number] == NULL)
		return;
	encode_delta(live->words, session, live->committing[number],
		     clock_now_ms(live->clock), live->clock->speed, &text);
	for (struct viewer *viewer = live->watching[number]; viewer != NULL;
	     viewer = viewer->next) {
		if (viewer->behind)
			continue;
		viewer->behind = feed_send(live->feed, viewer->number, text_string(&text),
					   text.length) != 0;
		live->deltas++;
	}
	text_finish(&text);
}

void live_durable(struct live *live)
{
	for (uint32_t i = 1; i <= live->highest; i++) {
		if (live->committing[i] == NULL)
			continue;
		send_delta(live, i);
		free(live->committing[i]);
		live->committing[i] = NULL;
	}
}

void live_opened(struct live *live, uint64_t number, uint32_t session)
{
	struct viewer *viewer;
	char key[24];

	if (session == 0 || session > DIRECTORY_SESSIONS ||
	    live->viewers.count >= LIVE_VIEWERS) {
		feed_close(live->feed, number, 1013, "too many viewers");
		return;
	}
	viewer = memory_zeroed(sizeof(*viewer));
	viewer->number = number;
	viewer->session = session;
	viewer->next = live->watching[session];
	live->watching[session] = viewer;
	if (session > live->highest)
		live->highest = session;
	key_of(number, key);
	map_put(&live->viewers, key, viewer);
	send_snapshot(live, viewer);
}

void live_drained(struct live *live, uint64_t number)
{
	struct viewer *const viewer = viewer_of(live, number);

	if (viewer != NULL && viewer->behind)
		send_snapshot(live, viewer);
}

void live_closed(struct live *live, uint64_t number)
{
	struct viewer *const viewer = viewer_of(live, number);
	struct viewer **at;
	char key[24];

	if (viewer == NULL)
		return;
	for (at = &live->watching[viewer->session]; *at != viewer;)
		at = &(*at)->next;
	*at = viewer->next;
	key_of(number, key);
	map_remove(&live->viewers, key);
	free(viewer);
}

void live_finish(struct live *live)
{
	const struct map_slot *slot;
	size_t at = 0;

	while ((slot = map_next(&live->viewers, &at)) != NULL)
		free(slot->value);
	map_finish(&live->viewers);
	for (uint32_t i = 1; i <= live->highest; i++) {
		free(live->gathering[i]);
		free(live->committing[i]);
	}
}
