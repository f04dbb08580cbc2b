/* SPDX-License-Identifier: MIT */
/*
 * rehearse_play - the rehearsal itself: starts the stand-in tenant and the daemon, plans
 * the sessions, follows them to their end, stops both.
 *
 * The clock stands at LEAD before the planned start when the doors open, and everything
 * has to be ready before the cohort's first act, eleven minutes before the start.
 */
#ifndef PLENARY_REHEARSE_PLAY_H
#define PLENARY_REHEARSE_PLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "commands/rehearse_house.h"
#include "commands/rehearse_plan.h"

enum rehearse_end {
	REHEARSE_OVER,  /* every session is closed, everybody has left */
	REHEARSE_STUCK, /* it should have been over long ago; said what is waiting */
	REHEARSE_INTERRUPTED, /* Ctrl-C */
	REHEARSE_DIED,        /* one of the two processes ended by itself; said */
	REHEARSE_NOT_STARTED, /* said on standard error */
	REHEARSE_LATE,        /* not ready when the clock began; may be tried again */
};

struct rehearse_played {
	enum rehearse_end end;
	int64_t took_ms; /* really */
	uint32_t kills;
	bool daemon_ended_well, stage_ended_well;
};

struct module;

/* When the plan's clock has to begin, for everything to be ready in time; each attempt
 * (from 0) allows twice as long as the one before. */
struct clock rehearse_clock(const struct rehearse_wish *wish, int64_t starts_ms,
			    unsigned attempt);

void rehearse_play(const struct rehearse_house *house, const struct plan *plan,
		   const struct rehearse_wish *wish, const struct module *module,
		   struct rehearse_played *played);

#endif
