/* SPDX-License-Identifier: MIT */
#include "rehearsal/script.h"

#include "rehearsal/activity.h"
#include "rehearsal/actor.h"
#include "rehearsal/stage.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	MINUTE_MS = 60 * 1000,
	LATE_START_MS = 3 * MINUTE_MS,
	HOLD_MS = 2 * MINUTE_MS,
	EXTEND_MINUTES = 3,
	EXTEND_AFTER_MS = 4 * MINUTE_MS,
	AROUND_MS = 60 * MINUTE_MS, /* a line of the script is for sessions this near */
};

static void put(struct stage *stage, enum act_kind kind, uint32_t session, uint32_t what,
		int64_t at_ms)
{
	stage_put(stage,
		  &(struct act){
			  .at_ms = at_ms, .kind = kind, .who = session, .what = what });
}

void script_begin(struct stage *stage, uint32_t number)
{
	const struct plan_session *const plan = stage->world.sessions[number].plan;

	for (uint32_t i = 0; i < stage->plan.script_count; i++) {
		const int64_t at_ms = stage->plan.script[i].at_ms;

		if (at_ms > plan->starts_ms - AROUND_MS &&
		    at_ms < plan->ends_ms + AROUND_MS)
			put(stage, ACT_SAY, number, i, at_ms);
	}
	if (stage->plan.script_count > 0)
		return;
	put(stage, ACT_START, number, 0, plan->starts_ms + LATE_START_MS);
	put(stage, ACT_HOLD, number, 0,
	    plan->starts_ms + (plan->ends_ms - plan->starts_ms) / 5);
}

void script_round_opened(struct stage *stage, uint32_t number, int64_t at_ms)
{
	const struct stage_session *const session = &stage->world.sessions[number];

	if (stage->plan.script_count == 0 && session->round == 2)
		put(stage, ACT_EXTEND, number, 0, at_ms + EXTEND_AFTER_MS);
}

/* What the words do to the time at which people will leave. */
static void shift(struct stage_session *session, const char *words, int64_t at_ms)
{
	if (strcmp(words, "start") == 0 && at_ms > session->plan->starts_ms)
		session->shift_ms += at_ms - session->plan->starts_ms;
	if (strcmp(words, "hold") == 0 && session->held_ms == 0)
		session->held_ms = at_ms;
	if (strcmp(words, "resume") == 0 && session->held_ms != 0) {
		session->shift_ms += at_ms - session->held_ms;
		session->held_ms = 0;
	}
	if (strncmp(words, "extend ", 7) == 0)
		session->shift_ms += strtol(words + 7, NULL, 10) * MINUTE_MS;
}

static void say(struct stage *stage, uint32_t number, const char *words, int64_t at_ms)
{
	struct stage_session *const session = &stage->world.sessions[number];

	assert(number < stage->world.sessions_count);
	assert(words[0] != '\0' || stage->plan.script_count > 0);
	if (session->facilitator == NOBODY || session->over)
		return;
	activity_message(stage, session->facilitator, words, at_ms);
	shift(session, words, at_ms);
	progress_say(stage, "said", number,
		     stage->world.people[session->facilitator].name, words);
}

static void hold(struct stage *stage, uint32_t number, int64_t at_ms)
{
	struct stage_session *const session = &stage->world.sessions[number];

	if (session->in_round) {
		if (at_ms < session->plan->ends_ms - 20 * MINUTE_MS)
			put(stage, ACT_HOLD, number, 0, at_ms + MINUTE_MS);
		return;
	}
	say(stage, number, "hold", at_ms);
	put(stage, ACT_RESUME, number, 0, at_ms + HOLD_MS);
}

static void extend(struct stage *stage, uint32_t number, int64_t at_ms)
{
	struct stage_session *const session = &stage->world.sessions[number];
	char words[32];

	if (!session->in_round || session->extend_done)
		return;
	session->extend_done = true;
	snprintf(words, sizeof(words), "extend %d", EXTEND_MINUTES);
	say(stage, number, words, at_ms);
}

void script_take(struct stage *stage, const struct act *act)
{
	assert(act->kind != ACT_SAY || act->what < stage->plan.script_count);
	switch ((enum act_kind)act->kind) {
	case ACT_START:
		say(stage, act->who, "start", act->at_ms);
		break;
	case ACT_HOLD:
		hold(stage, act->who, act->at_ms);
		break;
	case ACT_RESUME:
		say(stage, act->who, "resume", act->at_ms);
		break;
	case ACT_EXTEND:
		extend(stage, act->who, act->at_ms);
		break;
	default:
		say(stage, act->who, stage->plan.script[act->what].say, act->at_ms);
	}
}
