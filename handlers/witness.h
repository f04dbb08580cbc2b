/* SPDX-License-Identifier: MIT */
/*
 * witness - asking after people whom the session thinks present, because a leave gets lost.
 *
 *   WITNESS_FOUND: a meeting that can be asked ──► every WITNESS_MS, WITNESS_AT_ONCE people
 *   SIGNAL_WITNESS ──► PRESENCE_CHECKED: there ──► nothing
 *                                        gone  ──► asked once more, first in line
 *                                        gone again ──► they left, at this moment
 *
 * One answer decides nothing: people move between rooms while a question is under way.
 * Nobody becomes present by an answer; joins and reports do that.  A question may be lost:
 * it is asked again in the next round.  Teams answers only for rosters below 350 (Microsoft
 * Learn, "Meeting apps APIs: get participant").
 */
#ifndef PLENARY_WITNESS_H
#define PLENARY_WITNESS_H

#include <stdint.h>

#include "handlers/handlers.h"

enum {
	WITNESS_MS = 60 * 1000,
	WITNESS_AT_ONCE =
		5, /* of sixty people each is asked after every twelve minutes */
	WITNESS_ROSTER = 349,
};

handler_fn witness_found;
handler_fn presence_checked;

/* When the next are asked after, 0: never. */
int64_t witness_next_ms(const struct session *session);
/* What the alarm brings. */
void witness_due(struct session *session, const struct event *event,
		 struct effects *effects, int64_t moment);

#endif
