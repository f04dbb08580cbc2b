/* SPDX-License-Identifier: MIT */
/*
 * poll - one question, one vote per participant, changeable if so planned.
 *
 *   DRAFT --opened--> OPEN <--opened/closed--> CLOSED --shown--> SHOWN
 *
 * The polls of a poll block open and close with it and are then shown if they may be; the
 * others open when a facilitator says so.  All close when the session is over, unshown: if
 * the meeting is started again, those that its end closed are opened again and keep their
 * votes.  Showing an open poll closes it first; what has been shown is not opened again.
 * Results of fewer answers than session.minimum_answers are withheld: poll_may_tell().
 */
#ifndef PLENARY_POLL_H
#define PLENARY_POLL_H

#include <stdbool.h>
#include <stdint.h>

#include "handlers/handlers.h"

struct poll;

handler_fn poll_opened, poll_voted, poll_closed, poll_shown;

void polls_open(struct session *session, struct effects *effects, uint32_t block);
void polls_close(struct session *session, struct effects *effects, uint32_t block);
/* The main meeting ended; it was opened again. */
void polls_break_off(struct session *session, struct effects *effects);
void polls_take_up(struct session *session, struct effects *effects);

/* Whether results may leave the session: enough answers, and meant to be seen. */
bool poll_may_tell(const struct session *session, uint32_t poll);

/* Points count from 1.  Integers only, so that everybody computes the same. */
struct poll_summary {
	uint32_t answers;
	uint32_t median_twice;      /* twice the median: a half point stays whole */
	uint32_t mean_thousandths;  /* half up */
	uint32_t top_two_per_mille; /* answers at the two highest points, half up */
};
struct poll_summary poll_summary(const struct poll *poll);

#endif
