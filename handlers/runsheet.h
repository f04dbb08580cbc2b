/* SPDX-License-Identifier: MIT */
/*
 * runsheet - the clock: blocks begin and end, are held, extended and skipped.
 *
 * Blocks follow each other at the planned instants, however late the alarm rings
 * (timeline.h says what fixed times do).  A hold lengthens the current block by the time it
 * lasted; an extension by what was asked, at most EXTENSION_MAX_MS either way and never to
 * before now.  In an open round both are told to the rooms once and the warnings are
 * planned anew.  Between a block that is done and a fixed time ahead nothing is current:
 * only skipping (beginning the fixed block at once) can be done then.
 *
 * When the main meeting ends, so does the current block.  If it is started again before the
 * block's time is up, the block goes on: its polls are open again and its round has the
 * rooms it had (breakout.h).
 */
#ifndef PLENARY_RUNSHEET_H
#define PLENARY_RUNSHEET_H

#include <stdint.h>

#include "handlers/handlers.h"

enum { EXTENSION_MAX_MS = 4 * 3600 * 1000 };

handler_fn runsheet_started, runsheet_held, runsheet_resumed, runsheet_extended,
	runsheet_skipped, breakout_recalled;

/* What the alarm brings, at the instant it was due. */
void block_end_came(struct session *session, const struct event *event,
		    struct effects *effects, int64_t moment);
void block_start_came(struct session *session, const struct event *event,
		      struct effects *effects, int64_t moment);

/* The main meeting ended; it was opened again. */
void runsheet_breaks_off(struct session *session, struct effects *effects,
			 int64_t moment);
void runsheet_takes_up(struct session *session, const struct event *event,
		       struct effects *effects);

void signal_clock(struct effects *effects);

#endif
