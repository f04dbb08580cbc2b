/* SPDX-License-Identifier: MIT */
/*
 * rehearse_plan - what is rehearsed: the wish of the command line, and the plan of the stage
 * made from it.
 *
 * Everybody is made up from the seed: "Person 01" and so on, with addresses at
 * example.test.  On top of the participants come two or three facilitators and a producer;
 * the last two participants are on another platform (plan.h: they have no Teams id).
 */
#ifndef PLENARY_REHEARSE_PLAN_H
#define PLENARY_REHEARSE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rehearsal/plan.h"

enum {
	REHEARSE_PEOPLE = 1900,   /* participants of one session, guests not counted */
	REHEARSE_SESSIONS = 1000, /* at once */
	REHEARSE_SPEED = 10000,
	REHEARSE_KILLS = 100,
};

struct programme;

struct rehearse_wish {
	const char *programme; /* path */
	const char *directory; /* NULL: made from time and seed */
	const char *judge;     /* a finished directory, and nothing is played */
	int module;
	uint32_t people, sessions, kills;
	int32_t speed;
	uint64_t seed;
	struct plan_trouble trouble;
	enum witness witness;
	bool quiet;
};

/* Where the two processes meet. */
struct rehearse_meeting_point {
	int port;                  /* of the daemon */
	const char *ca_file;       /* of its certificate */
	const char *client_secret; /* of the bot at the stand-in tenant */
	const char *events_secret, *live_key;
};

/* starts_ms: when the sessions are planned to start, at ->clock of the plan. */
void rehearse_plan_make(struct plan *plan, const struct rehearse_wish *wish,
			const struct programme *programme,
			const struct rehearse_meeting_point *point,
			const struct clock *clock, int64_t starts_ms);

#endif
