/* SPDX-License-Identifier: MIT */
/*
 * handlers - the table: kind of event to the function that says what it means.
 *
 * A handler reads the event, changes the session, adds effects.  It returns nothing
 * because it cannot fail: what may not be done is a refusal, and a refusal is an answer.
 */
#ifndef PLENARY_HANDLERS_H
#define PLENARY_HANDLERS_H

struct effects;
struct event;
struct session;

typedef void handler_fn(struct session *session, const struct event *event,
			struct effects *effects);

/* The one way in.  An event for a session in the wrong state is answered, never lost. */
handler_fn handle;

#endif
