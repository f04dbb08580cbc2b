/* SPDX-License-Identifier: MIT */
/*
 * hearing - whether we are told live who is in a meeting, and the gaps when we were not.
 *
 *   NONE ─asked─► ASKED ─made─► HEARD ◄─made again─ LOST,  ASKED or HEARD ─► LOST
 *                   '──made late──► LATE ─told, or the call ended─► HEARD,  LATE ◄─► LOST
 *   any ─► NONE, REOPEN_MS after the end of a closed session
 *
 * A subscription is for the calls that begin after it: one that is made while a call is on
 * is deaf to that call (LATE), and nothing of it is ever told again.  What is made again
 * while people are sent to a room counts as late too, for their call may have begun unheard.
 *
 * While the session runs and a place is LOST or LATE, a gap is open there.  It ends when the
 * place is heard, or the session is over; it is covered when two reads of that meeting's
 * attendance reports agree, or somebody brought a file of it.  A gap that nobody covered
 * makes nobody absent: see gap_counts(), and VERDICT_UNCLEAR in reconcile.h.
 *
 * GAPS_MAX gaps per session; after that the last gap of the place is opened again, which
 * says more than was lost and never less.  Source of the rule on late subscriptions: reports
 * from the field on meetingCallEvents; Microsoft documents no replay.
 */
#ifndef PLENARY_HEARING_H
#define PLENARY_HEARING_H

#include <stdbool.h>
#include <stdint.h>

#include "handlers/handlers.h"

struct gap;

/* The shell says: the subscription of a place is gone; there is one (again). */
handler_fn hearing_lost, hearing_resumed;

/* Asks to be told of this place. */
void hearing_ask(struct session *session, struct effects *effects, uint16_t place);
/* Asked for, and could not be had. */
void hearing_refused(struct session *session, const struct event *event,
		     struct effects *effects);
/* Something of this place was told live: if Graph told it, it hears. */
void hearing_told(struct session *session, const struct event *event,
		  struct effects *effects, int64_t occurred_ms);
/* The call at this place has ended; the next one will be heard. */
void hearing_call_ended(struct session *session, struct effects *effects, uint16_t place,
			int64_t moment);
/* The session runs, is over; its meetings are of no more interest (a due function's). */
void hearing_begins(struct session *session, struct effects *effects);
void hearing_pauses(struct session *session, struct effects *effects, int64_t moment);
void hearing_ends(struct session *session, const struct event *event,
		  struct effects *effects, int64_t moment);
/* When hearing_ends() is due; 0: never, as things are. */
int64_t hearing_ends_ms(const struct session *session);

/* This meeting's reports agree, or a file of it was brought. */
void gaps_cover(struct session *session, struct effects *effects, uint16_t place);
bool gaps_uncovered(const struct session *session, uint16_t place);
/* The gap that is open here, NULL when it is heard. */
const struct gap *gap_open(const struct session *session, uint16_t place);

/*
 * A gap counts when it is not covered and no other live witness (the bot, a relay) has told
 * of that place before its end.  It may hide whoever may have been there: in the main meeting
 * anybody, in a room those who were given a room in a round that the gap touches.
 */
bool gap_counts(const struct session *session, const struct gap *gap);
bool gap_may_hide(const struct session *session, const struct gap *gap, uint32_t person);

/* For the shell, which keeps subscriptions alive: is this place to be heard; does it matter
 * within minutes, because the session runs? */
bool hearing_is_wanted(const struct session *session, uint16_t place);
bool hearing_is_urgent(const struct session *session, uint16_t place);

#endif
