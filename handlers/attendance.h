/* SPDX-License-Identifier: MIT */
/*
 * attendance - evidence of who was where, kept as spans.
 *
 * A join opens a span; a leave closes one.  Both may be told twice, which changes nothing,
 * and in the wrong order: a leave nobody waited for is kept with its start unknown until its
 * join comes.  Who tells the device (leg) is taken at their word, device by device
 * (legs.h); who does not is counted: a leave closes the oldest open span of the same person
 * and place.  Both may tell of the same person: balance.h.  The end of a meeting closes what
 * is open in it; a leave told afterwards is taken instead, unless it happened more than
 * LEAVE_AFTER_END_MS after that end.
 * Reports and imports add whole spans.  What it all amounts to is for reconcile to say.
 * SPANS_MAX spans per session: one more is refused and counted.
 */
#ifndef PLENARY_ATTENDANCE_H
#define PLENARY_ATTENDANCE_H

#include <stdint.h>

#include "handlers/handlers.h"

enum { LEAVE_AFTER_END_MS = 60 * 1000 };

handler_fn person_joined, person_left, interval_reported;

/* The meeting at this place has ended: nobody is there. */
void spans_end(struct session *session, struct effects *effects, uint16_t place,
	       int64_t moment);

/* A witness says that the person is not there: whatever is open there ends now. */
void presence_ends(struct session *session, const struct event *event,
		   struct effects *effects);

#endif
