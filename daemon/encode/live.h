/* SPDX-License-Identifier: MIT */
/*
 * live - the live view of a session as JSON: a snapshot, and deltas after it.
 *
 * The members are those that web/live.js lists.  Names come from the directory; results of
 * polls are left out where they are withheld (too few answers, or not meant to be shown).
 */
#ifndef PLENARY_ENCODE_LIVE_H
#define PLENARY_ENCODE_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/common/text.h"
#include "handlers/event.h"

struct words_source;
struct session;

/* What has changed since the last delta. */
struct live_change {
	bool clock, round, places, hearing;
	uint32_t polls;                   /* bit i: poll i */
	uint64_t people[PEOPLE_MAX / 64]; /* bit i: person i */
};

void encode_snapshot(const struct words_source *words, const struct session *session,
		     int64_t now_ms, int32_t speed, struct text *out);
void encode_delta(const struct words_source *words, const struct session *session,
		  const struct live_change *change, int64_t now_ms, int32_t speed,
		  struct text *out);

/* Shared with the page that works without script. */
const char *live_clock_state(const struct session *session); /* "running" */
const char *live_round_state(const struct session *session); /* "open" */
/* How the round stands, in words, and who may not know of it; appends. */
void live_round_said(const struct words_source *words, const struct session *session,
		     struct text *out);
/* Which fixed block the ones before it leave no time for, and how late it will begin; "" when
 * they fit. */
void live_late_said(const struct words_source *words, const struct session *session,
		    struct text *out);
/* Which meetings are not heard, since when, and what becomes of it; "" when all are. */
void live_unheard_said(const struct session *session, struct text *out);
const char *live_poll_state(uint16_t state); /* "closed"; NULL: not yet */
const char *live_role(uint16_t role);        /* "participant" */
const char *live_place_name(uint16_t place, char name[32]);

#endif
