/* SPDX-License-Identifier: MIT */
/*
 * rehearse_start - from nothing to two processes that are ready and sessions that are
 * planned.  What fails is said on standard error; the answer is then -1.
 */
#ifndef PLENARY_REHEARSE_START_H
#define PLENARY_REHEARSE_START_H

#include "commands/rehearse_child.h"
#include "commands/rehearse_house.h"
#include "commands/rehearse_plan.h"

enum {
	REHEARSE_READY_MS = 30 * 1000,      /* for a process to be ready, really */
	REHEARSE_DOORS_MS = 15 * 60 * 1000, /* where the clock begins, before the start */
	REHEARSE_FIRST_ACT_MS = 11 * 60 * 1000,
};

/* *port: where the stand-in tenant answers. */
int rehearse_start_stage(struct rehearse_child *stage, const struct rehearse_house *house,
			 int *port);
/* Started, but perhaps not ready yet. */
int rehearse_start_daemon(struct rehearse_child *daemon,
			  const struct rehearse_house *house);
int rehearse_await_daemon(struct rehearse_child *daemon,
			  const struct rehearse_house *house);
/* All of them, and in time: -ETIME when the cohort's first act would have been missed. */
int rehearse_schedule(const struct rehearse_house *house, const struct plan *plan,
		      const struct rehearse_wish *wish, int stage_port);

#endif
