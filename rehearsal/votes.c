/* SPDX-License-Identifier: MIT */
/*
 * The half of crowd.h that presses buttons and reads what Plenary answers.
 */
#include "rehearsal/crowd.h"

#include "daemon/common/text.h"
#include "rehearsal/activity.h"
#include "rehearsal/stage.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* What the person reads: a message's text, an error's message, a card's first words. */
static const char *told(const json_t *body)
{
	const json_t *const value = json_object_get(body, "value");
	const json_t *const first = json_array_get(json_object_get(value, "body"), 0);

	if (json_is_string(value))
		return json_string_value(value);
	if (json_object_get(value, "message") != NULL)
		return json_string_at(value, "message");
	return json_string_at(first, "text");
}

static void on_vote_answered(void *context, uint64_t subject, int status,
			     const char *body, size_t bytes)
{
	struct stage *const stage = context;
	struct person *const person = &stage->world.people[subject >> 32];
	struct vote *const vote = &person->votes[subject & UINT32_MAX];
	json_t *const json = json_parsed(body, bytes);

	assert(vote->answer == NULL);
	vote->status = status;
	if (status == 200 && json_is_integer(json_object_get(json, "statusCode")))
		vote->status = (int)json_number_at(json, "statusCode");
	vote->answer = memory_string(told(json));
	json_decref(json);
}

void crowd_votes(struct stage *stage, uint32_t number, uint32_t ask_number, int again,
		 int64_t at_ms)
{
	const struct person *const person = &stage->world.people[number];
	const struct ask *const ask = &stage->asks.list[ask_number];

	assert(number < stage->world.people_count);
	assert(ask_number < stage->asks.count);
	assert(ask->choices_count > 0);
	if (person->where == NOWHERE)
		return;
	const uint32_t choice = cohort_choice(stage->plan.seed, person->name, ask->poll,
					      (uint32_t)ask->choices_count, again);
	const size_t vote = world_vote_cast(&stage->world, number, ask->poll,
					    ask->choices[choice], at_ms);
	activity_press(stage, &(struct press){
				      .person = number,
				      .conversation = ask->conversation,
				      .post = ask->post,
				      .action = ask->action,
				      .choice = ask->choices[choice],
				      .at_ms = at_ms,
				      .answered = on_vote_answered,
				      .subject = (uint64_t)number << 32 | vote,
			      });
	progress_say(stage, "voted", person->session, person->name, ask->poll);
}

void crowd_calls_help(struct stage *stage, uint32_t number, uint32_t ask_number,
		      int64_t at_ms)
{
	struct person *const person = &stage->world.people[number];
	const struct ask *const ask = &stage->asks.list[ask_number];

	assert(number < stage->world.people_count);
	assert(ask_number < stage->asks.count);
	/* from inside the room, and once */
	if (person->helped || person->where == NOWHERE ||
	    stage->world.meetings[person->where].main)
		return;
	person->helped = true;
	activity_press(stage, &(struct press){
				      .person = number,
				      .conversation = ask->conversation,
				      .post = ask->post,
				      .action = ask->action,
				      .at_ms = at_ms,
			      });
	progress_say(stage, "helped", person->session, person->name, "calls for help");
}
