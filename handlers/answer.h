/* SPDX-License-Identifier: MIT */
/*
 * answer - what the sender of an event is told, and who may do what.
 *
 * Commands, votes and calls for help are answered exactly once whoever sent them; other
 * events are answered only when they are refused and a person caused them.
 */
#ifndef PLENARY_ANSWER_H
#define PLENARY_ANSWER_H

#include <stdbool.h>

#include "handlers/effect.h"
#include "handlers/session.h"

/* Who is asking: the one who caused the event, else the one it is about. */
uint32_t event_asker(const struct event *event);
/* Commands, votes and calls for help. */
bool event_wants_answer(const struct event *event);

void answer(struct effects *effects, const struct event *event, enum answer answer);
/* Counts the refusal; answers it when there is somebody to answer. */
void refuse(struct session *session, const struct event *event, struct effects *effects,
	    enum answer answer);
/* ANSWER_NONE when whoever caused this may lead the session: a facilitator, a producer, or
 * nobody in particular (an operator, a relay). */
enum answer may_lead(const struct session *session, const struct event *event);

/* Makes the person known (1 enrolled, 2 seen); NULL when refused. */
struct member *member_meet(struct session *session, const struct event *event,
			   struct effects *effects, unsigned known);
/* Brings the place into use; NULL when refused, as anything but main and rooms is. */
struct place *place_use(struct session *session, const struct event *event,
			struct effects *effects);

#endif
