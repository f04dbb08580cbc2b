/* SPDX-License-Identifier: MIT */
/*
 * crowd - what people make of what Plenary says: a room card sends its reader to a room,
 * a notice whoever it means, a recall everybody in the room back; a poll is answered by
 * who is there.  People learn of rooms in no other way.
 */
#ifndef PLENARY_STAGE_CROWD_H
#define PLENARY_STAGE_CROWD_H

#include "rehearsal/json.h"

#include <stddef.h>
#include <stdint.h>

struct stage;

/* A button somebody may press later: a vote, a call for help. */
struct ask {
	json_t *action; /* the Action.Execute, ours */
	char *poll;     /* "" for help */
	char **choices;
	size_t choices_count;
	uint32_t post, conversation;
};

struct asks {
	struct ask *list;
	size_t count;
};

/* In which chat, and who there: NOBODY for all, or the one a message is targeted at. */
struct hearers {
	uint32_t conversation, only;
};

/* Records the activity and lets its readers react.  text: its canonical form.  The number
 * of the post. */
uint32_t crowd_hears(struct stage *stage, const struct hearers *hearers,
		     const json_t *activity, const char *text);

/* A message has been changed: a room card that now leads back tells that the round is
 * over. */
void crowd_sees_change(struct stage *stage, const struct hearers *hearers,
		       const json_t *activity);

/* Presses the button of an ask: for the acts that crowd_hears() put. */
void crowd_votes(struct stage *stage, uint32_t person, uint32_t ask, int again,
		 int64_t at_ms);
void crowd_calls_help(struct stage *stage, uint32_t person, uint32_t ask, int64_t at_ms);

void asks_finish(struct asks *asks);

#endif
