/* SPDX-License-Identifier: MIT */
/*
 * activity - what Teams tells a bot, as the Bot Framework writes it, and the sending of
 * it to Plenary.
 *
 * timestamp is the true instant of the fact, to the millisecond; ids count up and are the
 * same in every rehearsal with the same seed as long as the same things happen.
 */
#ifndef PLENARY_STAGE_ACTIVITY_H
#define PLENARY_STAGE_ACTIVITY_H

#include "rehearsal/courier.h"
#include "rehearsal/json.h"

#include <stdbool.h>
#include <stdint.h>

struct stage;

/* The bot is now in the chat of this meeting. */
void activity_bot_added(struct stage *stage, uint32_t meeting, int64_t at_ms);
/* A person has the app; opens the 1:1 chat. */
void activity_installed(struct stage *stage, uint32_t person, int64_t at_ms);
void activity_meeting(struct stage *stage, uint32_t meeting, bool started, int64_t at_ms);
void activity_participant(struct stage *stage, uint32_t meeting, uint32_t person,
			  bool joined, int64_t at_ms);
/* The person says this to the bot in the main chat. */
void activity_message(struct stage *stage, uint32_t person, const char *words,
		      int64_t at_ms);

struct press {
	uint32_t person, conversation, post;
	const json_t *action; /* the Action.Execute */
	const char *choice;   /* merged into its data; NULL: none */
	int64_t at_ms;
	courier_answer_fn *answered;
	uint64_t subject;
};
void activity_press(struct stage *stage, const struct press *press);

#endif
