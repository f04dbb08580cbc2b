/* SPDX-License-Identifier: MIT */
/*
 * cohort - what each person of a session is going to do, drawn from the seed.
 *
 * Pure: the same plan, session and seed give the same cohort.  The kinds of trouble are
 * dealt by rank after a seeded shuffle, not by luck, so that a cohort of twenty already
 * has one of each: somebody who never comes, somebody who comes as "iPhone (Guest)"
 * instead of as themself, two devices, a drop and a rejoin, a lingerer …
 *
 * Times of arrival count from the planned start, departures from the end as it then is.
 */
#ifndef PLENARY_STAGE_COHORT_H
#define PLENARY_STAGE_COHORT_H

#include "rehearsal/plan.h"

#include <stdbool.h>
#include <stdint.h>

enum voting {
	VOTING_ONCE,
	VOTING_CHANGES,
	VOTING_TWICE,
	VOTING_LATE,
	VOTING_NEVER,
	VOTINGS
};

struct behaviour {
	bool comes;
	bool as_guest; /* comes without an account, under a name of the phone's */
	int64_t arrives_ms;
	int64_t second_device_ms; /* after arrival; 0: one device */
	int64_t drops_ms;         /* after arrival; 0: never */
	int64_t drop_lasts_ms;
	int64_t leaves_ms;    /* after the end; negative: early */
	int64_t room_drop_ms; /* after entering a room; 0: never */
	int64_t lingers_ms;   /* in the room after the recall, beyond the usual */
	bool dawdles;         /* acts on a room card only when it is a minute old */
	bool calls_help;      /* once */
	enum voting voting;
};

/* behaviours: one per person of the session, in the plan's order. */
void cohort_draw(const struct plan_session *session, uint64_t seed,
		 struct behaviour *behaviours);

/* One of so many points of a scale; people like what they came for. */
uint32_t cohort_choice(uint64_t seed, const char *person, const char *poll,
		       uint32_t choices, bool again);

#endif
