/* SPDX-License-Identifier: MIT */
/*
 * legs - presence told device by device: each device in a call is a leg with a name.
 *
 * A leg is in from the first moment at which it was told to be in until the first leave
 * after that, and again from the first such moment after the leave; what is told may come
 * in any order and more than once.  So a join between a known join and a known leave is no
 * news (a detail of the participant has changed), one before a known join moves it back,
 * and none older than a known leave makes anybody present.  A leave inside a stretch that
 * was thought whole cuts it: what follows begins again with the latest join told in it.
 *
 * Between that join and the leave a few moments may be lost when a leave comes late and the
 * leg was told to be in several times after it; only the first and the latest are kept.
 */
#ifndef PLENARY_LEGS_H
#define PLENARY_LEGS_H

#include <stdbool.h>
#include <stdint.h>

struct effects;
struct event;
struct session;

/* False: nothing new in it. */
bool leg_joins(struct session *session, const struct event *event,
	       struct effects *effects, int64_t occurred_ms);
bool leg_leaves(struct session *session, const struct event *event,
		struct effects *effects, int64_t occurred_ms);

#endif
