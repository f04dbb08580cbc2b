/* SPDX-License-Identifier: MIT */
/*
 * meeting - the meetings behind the places: started, ended, started again.
 *
 * Start and end may be told twice, late, or in the wrong order; what counts is when they
 * happened.  The main meeting carries the session: its start makes the session RUNNING, its
 * end OVER - unless the run-sheet has not begun and the session was not yet due, for then
 * somebody tried the link, and the session is OPEN as before.  A main meeting started again
 * within REOPEN_MS of its end takes the session up where the run-sheet would be by then;
 * later than that it is evidence of presence and nothing more.
 */
#ifndef PLENARY_MEETING_H
#define PLENARY_MEETING_H

#include <stdint.h>

#include "handlers/handlers.h"

enum {
	REOPEN_MS = 30 * 60 * 1000,
	RUN_OUT_MS = 4 * 3600 * 1000, /* after the run-sheet's end, if no end is told */
	FORGOTTEN_MS = 12 * 3600 * 1000, /* held, or not begun, and no end is told */
};

handler_fn meeting_started, meeting_ended;

/* The time a sender gives, or ours when theirs is absent or more than a day away. */
int64_t event_occurred_ms(const struct event *event);

void main_meeting_runs(struct session *session, struct effects *effects);
/* The session is over: the clock stops, rounds and polls close, the register is drawn up. */
void session_ends(struct session *session, struct effects *effects, int64_t moment);
void record_session(const struct session *session, struct effects *effects);

#endif
