/* SPDX-License-Identifier: MIT */
/*
 * shown - which card of ours an activity proves to have arrived.
 *
 * A press of a button names the activity it stands on (replyToId).  That settles what
 * became of a card whose answer was lost, and gives the id by which it can be updated.
 * Rules: Bot Framework activity schema, "replyToId".
 */
#ifndef PLENARY_SHOWN_H
#define PLENARY_SHOWN_H

#include <stdbool.h>

struct activity;
struct delivery;
struct directory;
struct event;

/* event: what the activity means.  Fills in what outbox_shown() asks for; false when the
 * event comes of no button, or the activity names none. */
bool shown_card(const struct activity *activity, const struct directory *directory,
		const struct event *event, struct delivery *card,
		const char **activity_id);

#endif
