/* SPDX-License-Identifier: MIT */
#include "rehearsal/actor.h"

#include "rehearsal/activity.h"
#include "rehearsal/changes.h"
#include "rehearsal/graph.h"
#include "rehearsal/moves.h"
#include "rehearsal/script.h"
#include "rehearsal/stage.h"

#include <assert.h>

enum {
	BOT_ADDED_MS = 11 * 60 * 1000, /* before the start */
	CLOSES_MS = 5 * 60 * 1000,     /* after the end */
	INSTALLED_ONE_IN = 4,
};

static void put(struct stage *stage, enum act_kind kind, uint32_t who, uint32_t what,
		int64_t at_ms)
{
	stage_put(stage,
		  &(struct act){
			  .at_ms = at_ms, .kind = kind, .who = who, .what = what });
}

static struct stage_session *session_of(struct stage *stage, uint32_t person)
{
	return &stage->world.sessions[stage->world.people[person].session];
}

static int64_t end_of(const struct stage_session *session)
{
	return session->plan->ends_ms + session->shift_ms;
}

static void begin_person(struct stage *stage, uint32_t number)
{
	const struct person *const person = &stage->world.people[number];
	const struct stage_session *const session = session_of(stage, number);
	const struct behaviour *const behaviour = &person->behaviour;
	const int64_t arrives_ms = session->plan->starts_ms + behaviour->arrives_ms;

	assert(behaviour->drops_ms >= 0);
	assert(behaviour->second_device_ms >= 0);
	assert(behaviour->leaves_ms < CLOSES_MS);
	if (!person->guest && !person->relay &&
	    (person->part != PART_PARTICIPANT || number % INSTALLED_ONE_IN == 0))
		put(stage, ACT_INSTALL, number, 0,
		    session->plan->starts_ms - BOT_ADDED_MS);
	if (!behaviour->comes)
		return;
	put(stage, ACT_ARRIVE, number, 0, arrives_ms);
	put(stage, ACT_LEAVE, number, 0, end_of(session) + behaviour->leaves_ms);
	if (behaviour->second_device_ms > 0 && !person->relay)
		put(stage, ACT_SECOND_DEVICE, number, 0,
		    arrives_ms + behaviour->second_device_ms);
	if (behaviour->drops_ms > 0)
		put(stage, ACT_DROP, number, 0, arrives_ms + behaviour->drops_ms);
}

/* What happens every so often, until everything is over. */
static void put_again(struct stage *stage, enum act_kind kind, int64_t every_ms,
		      int64_t at_ms)
{
	if (every_ms > 0 && !stage->finished)
		put(stage, kind, 0, 0, at_ms + every_ms);
}

void actor_begin(struct stage *stage)
{
	const int64_t starts_ms = stage->world.sessions[0].plan->starts_ms;

	put_again(stage, ACT_NEW_KEYS, stage->plan.trouble.keys_every_ms, starts_ms);
	put_again(stage, ACT_FORGET, stage->plan.trouble.forget_every_ms, starts_ms);
	for (uint32_t i = 0; i < stage->world.sessions_count; i++) {
		const struct stage_session *const session = &stage->world.sessions[i];

		put(stage, ACT_ADD_BOT, session->main, 0,
		    session->plan->starts_ms - BOT_ADDED_MS);
		put(stage, ACT_CLOSE, i, 0, end_of(session) + CLOSES_MS);
		script_begin(stage, i);
	}
	for (uint32_t i = 0; i < stage->world.people_count; i++)
		begin_person(stage, i);
}

void actor_meeting_made(struct stage *stage, uint32_t meeting)
{
	put(stage, ACT_ADD_BOT, meeting, 0, stage_now_ms(stage));
}

void actor_round_opened(struct stage *stage, uint32_t session, int64_t at_ms)
{
	script_round_opened(stage, session, at_ms);
}

void actor_subscription_expires(struct stage *stage, uint32_t number, int64_t at_ms)
{
	put(stage, ACT_REMIND, number, 0, at_ms);
}

/* Where a person goes who comes (back): the room they were sent to, if it still is on. */
static uint32_t destination(const struct stage *stage, uint32_t number)
{
	const struct person *const person = &stage->world.people[number];
	const uint32_t wanted = person->wanted;

	if (wanted != NOWHERE && person->part == PART_PARTICIPANT && person->came &&
	    !stage->world.meetings[wanted].recalled)
		return wanted;
	return stage->world.sessions[person->session].main;
}

static void arrive(struct stage *stage, uint32_t number, int64_t at_ms)
{
	const struct person *const person = &stage->world.people[number];

	if (person->where == NOWHERE && !person->gone && !session_of(stage, number)->over)
		moves_in(stage, number, 0, destination(stage, number), at_ms);
}

static void second_device(struct stage *stage, uint32_t number, int64_t at_ms)
{
	const struct person *const person = &stage->world.people[number];

	/* in a room one device is enough */
	if (person->where == session_of(stage, number)->main && person->legs[1] == 0)
		moves_in(stage, number, 1, person->where, at_ms);
}

static void drop(struct stage *stage, uint32_t number, int64_t at_ms)
{
	const struct person *const person = &stage->world.people[number];

	if (person->where == NOWHERE)
		return;
	moves_out(stage, number, at_ms);
	put(stage, ACT_REJOIN, number, 0, at_ms + person->behaviour.drop_lasts_ms);
}

static void room_drop(struct stage *stage, const struct act *act)
{
	struct person *const person = &stage->world.people[act->who];

	if (person->where != act->what || person->version != act->version)
		return;
	person->behaviour.room_drop_ms = 0;
	moves_out(stage, act->who, act->at_ms);
	put(stage, ACT_REJOIN, act->who, 0, act->at_ms + 45 * 1000);
}

static void leave(struct stage *stage, uint32_t number, int64_t at_ms)
{
	struct person *const person = &stage->world.people[number];
	const int64_t due_ms =
		end_of(session_of(stage, number)) + person->behaviour.leaves_ms;

	/* the end has moved since this was put */
	if (due_ms > at_ms) {
		put(stage, ACT_LEAVE, number, 0, due_ms);
		return;
	}
	person->gone = true;
	moves_out(stage, number, at_ms);
}

static void enter_room(struct stage *stage, const struct act *act)
{
	const struct person *const person = &stage->world.people[act->who];
	const struct meeting *const room = &stage->world.meetings[act->what];

	assert(act->what < stage->world.meetings_count);
	assert(!room->main);
	if (person->where == NOWHERE || person->where == act->what || room->recalled ||
	    person->wanted != act->what)
		return;
	/* the relay knows rooms by number only */
	if (person->relay && room->room == 0)
		return;
	moves_to(stage, act->who, act->what, act->at_ms);
	if (person->behaviour.room_drop_ms > 0)
		stage_put(stage, &(struct act){ .at_ms = act->at_ms +
							 person->behaviour.room_drop_ms,
						.kind = ACT_ROOM_DROP,
						.who = act->who,
						.what = act->what,
						.version = person->version });
}

static void come_back(struct stage *stage, const struct act *act)
{
	const struct person *const person = &stage->world.people[act->who];

	if (person->where == act->what)
		moves_to(stage, act->who, session_of(stage, act->who)->main, act->at_ms);
}

static void call_ends(struct stage *stage, uint32_t number, int64_t at_ms)
{
	world_call_ends(&stage->world, number, at_ms);
	moves_call(stage, number, false, at_ms);
}

static void room_ends(struct stage *stage, const struct act *act)
{
	const struct meeting *const meeting = &stage->world.meetings[act->who];

	if (meeting->live && meeting->present == 0 && meeting->version == act->version)
		call_ends(stage, act->who, act->at_ms);
}

/* The organiser ends the meeting: whoever is still there is put out. */
static void close_session(struct stage *stage, uint32_t number, int64_t at_ms)
{
	struct stage_session *const session = &stage->world.sessions[number];
	const uint32_t count = session->people_count + session->guests_count;
	const int64_t due_ms = end_of(session) + CLOSES_MS;

	if (due_ms > at_ms) {
		put(stage, ACT_CLOSE, number, 0, due_ms);
		return;
	}
	session->over = true;
	for (uint32_t i = 0; i < count; i++) {
		stage->world.people[session->first_person + i].gone = true;
		moves_out(stage, session->first_person + i, at_ms);
	}
	if (stage->world.meetings[session->main].live)
		call_ends(stage, session->main, at_ms);
	progress_say(stage, "ended", number, "", session->plan->title);
}

static void take_of_person(struct stage *stage, const struct act *act)
{
	switch ((enum act_kind)act->kind) {
	case ACT_INSTALL:
		activity_installed(stage, act->who, act->at_ms);
		break;
	case ACT_ARRIVE:
	case ACT_REJOIN:
		arrive(stage, act->who, act->at_ms);
		break;
	case ACT_SECOND_DEVICE:
		second_device(stage, act->who, act->at_ms);
		break;
	case ACT_DROP:
		drop(stage, act->who, act->at_ms);
		break;
	case ACT_ROOM_DROP:
		room_drop(stage, act);
		break;
	case ACT_LEAVE:
		leave(stage, act->who, act->at_ms);
		break;
	case ACT_ENTER_ROOM:
		enter_room(stage, act);
		break;
	case ACT_RETURN:
		come_back(stage, act);
		break;
	case ACT_VOTE:
	case ACT_VOTE_AGAIN:
		crowd_votes(stage, act->who, act->what, act->kind == ACT_VOTE_AGAIN,
			    act->at_ms);
		break;
	case ACT_CALL_HELP:
		crowd_calls_help(stage, act->who, act->what, act->at_ms);
		break;
	default:
		assert(!"an act of a person");
	}
}

void actor_take(struct stage *stage, const struct act *act)
{
	assert(act->kind < ACTS);
	switch ((enum act_kind)act->kind) {
	case ACT_ADD_BOT:
		activity_bot_added(stage, act->who, act->at_ms);
		break;
	case ACT_CALL_ENDS:
		room_ends(stage, act);
		break;
	case ACT_SAY:
	case ACT_START:
	case ACT_HOLD:
	case ACT_RESUME:
	case ACT_EXTEND:
		script_take(stage, act);
		break;
	case ACT_CLOSE:
		close_session(stage, act->who, act->at_ms);
		break;
	case ACT_NEW_KEYS:
		entra_new_keys(stage);
		put_again(stage, ACT_NEW_KEYS, stage->plan.trouble.keys_every_ms,
			  act->at_ms);
		break;
	case ACT_FORGET:
		graph_subscription_forget(stage);
		put_again(stage, ACT_FORGET, stage->plan.trouble.forget_every_ms,
			  act->at_ms);
		break;
	case ACT_CHANGES:
		changes_due(stage);
		break;
	case ACT_REMIND:
		graph_subscription_reminds(stage, act->who);
		break;
	default:
		take_of_person(stage, act);
	}
}
