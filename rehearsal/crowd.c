/* SPDX-License-Identifier: MIT */
#include "rehearsal/crowd.h"

#include "daemon/common/text.h"
#include "rehearsal/activity.h"
#include "rehearsal/actor.h"
#include "rehearsal/reading.h"
#include "rehearsal/stage.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SECOND = 1000, MINUTE = 60 * SECOND };

/* One thing heard, by all who read it. */
struct hearing {
	struct stage *stage;
	uint32_t conversation;
	uint32_t only;    /* the one who hears it, NOBODY: all who are in the chat */
	uint32_t session; /* NOWHERE when nobody can tell */
	uint32_t room;    /* a room it leads to, NOWHERE */
	bool leads_to_main;
	const json_t *activity;
	const struct reading *reading;
	int64_t now_ms;
	uint32_t post;
};

static const struct meeting *meeting_of(const struct hearing *hearing)
{
	const struct world *const world = &hearing->stage->world;
	const uint32_t number = world->conversations[hearing->conversation].meeting;

	return number != NOWHERE ? &world->meetings[number] : NULL;
}

static void follow_links(struct hearing *hearing)
{
	const struct world *const world = &hearing->stage->world;
	const struct meeting *const here = meeting_of(hearing);

	assert(hearing->conversation < world->conversations_count);
	hearing->session = here != NULL ? here->session : NOWHERE;
	hearing->room = NOWHERE;
	for (size_t i = 0; i < hearing->reading->links_count; i++) {
		const uint32_t number =
			world_find(&world->by_join_url, hearing->reading->links[i]);

		if (number == NOWHERE)
			continue;
		assert(number < world->meetings_count);
		assert(world->meetings != NULL);
		if (hearing->session == NOWHERE)
			hearing->session = world->meetings[number].session;
		if (world->meetings[number].main)
			hearing->leads_to_main = true;
		else
			hearing->room = number;
	}
}

/* Told to one person alone: in a chat of their own, or in a chat of several and targeted. */
static bool is_private(const struct hearing *hearing)
{
	return hearing->only != NOBODY || meeting_of(hearing) == NULL;
}

/* By which way somebody alone is told. */
static const char *way_of(const struct hearing *hearing)
{
	const struct world *const world = &hearing->stage->world;

	if (world->conversations[hearing->conversation].mailbox)
		return "mail";
	return hearing->only != NOBODY ? "targeted" : "room";
}

/* A card to one person, or a notice that means somebody; a call for help does not. */
static bool sends_to_room(const struct hearing *hearing)
{
	return hearing->room != NOWHERE &&
	       (is_private(hearing) || hearing->reading->mentions_count > 0);
}

static bool is_recall(const struct hearing *hearing)
{
	const struct meeting *const here = meeting_of(hearing);

	return here != NULL && hearing->only == NOBODY && !here->main &&
	       hearing->leads_to_main;
}

/* A round begins with the first word of a room, and ends with the first recall. */
static void note_round(struct hearing *hearing)
{
	struct stage *const stage = hearing->stage;
	struct stage_session *const session = &stage->world.sessions[hearing->session];

	if (sends_to_room(hearing) && !session->in_round) {
		session->in_round = true;
		session->round++;
		actor_round_opened(stage, hearing->session, hearing->now_ms);
		progress_say(stage, "round", hearing->session, "", "opened");
	}
	if (is_recall(hearing) && session->in_round) {
		session->in_round = false;
		progress_say(stage, "round", hearing->session, "", "recalled");
	}
}

static void goes_to_room(struct hearing *hearing, uint32_t number, const char *kind)
{
	struct stage *const stage = hearing->stage;

	assert(number < stage->world.people_count);
	assert(hearing->room < stage->world.meetings_count);
	assert(stage->world.meetings != NULL);
	struct person *const person = &stage->world.people[number];
	struct meeting *const room = &stage->world.meetings[hearing->room];
	struct chance chance = chance_of(stage->plan.seed ^ number, room->thread_id);
	const int64_t least = person->behaviour.dawdles ? MINUTE : 5 * SECOND;

	world_card_seen(&stage->world, number,
			&(struct card){ .conversation = hearing->conversation,
					.post = hearing->post,
					.kind = kind,
					.url = room->join_url,
					.at_ms = hearing->now_ms });
	room->recalled = false;
	person->wanted = hearing->room;
	if (person->part != PART_PARTICIPANT)
		return;
	stage_put(stage,
		  &(struct act){
			  .at_ms = hearing->now_ms +
				   chance_between(&chance, least, least + 55 * SECOND),
			  .kind = ACT_ENTER_ROOM,
			  .who = number,
			  .what = hearing->room,
		  });
}

static uint32_t ask_kept(struct hearing *hearing, const json_t *action, const char *poll)
{
	struct asks *const asks = &hearing->stage->asks;
	const struct reading *const reading = hearing->reading;

	asks->list = memory_resized(asks->list, (asks->count + 1) * sizeof(*asks->list));
	struct ask *const ask = &asks->list[asks->count];
	*ask = (struct ask){
		.action = json_deep_copy(action),
		.poll = memory_string(poll),
		.choices = memory_zeroed((reading->choices_count + 1) * sizeof(char *)),
		.choices_count = reading->choices_count,
		.post = hearing->post,
		.conversation = hearing->conversation,
	};
	for (size_t i = 0; i < ask->choices_count; i++)
		ask->choices[i] = memory_string(reading->choices[i]);
	return (uint32_t)asks->count++;
}

static void may_call_help(struct hearing *hearing, uint32_t number)
{
	struct stage *const stage = hearing->stage;
	const struct person *const person = &stage->world.people[number];
	struct chance chance = chance_of(stage->plan.seed ^ number, "help");

	if (hearing->reading->help == NULL || !person->behaviour.calls_help ||
	    person->helped)
		return;
	stage_put(stage,
		  &(struct act){
			  .at_ms = hearing->now_ms +
				   chance_between(&chance, 80 * SECOND, 3 * MINUTE),
			  .kind = ACT_CALL_HELP,
			  .who = number,
			  .what = ask_kept(hearing, hearing->reading->help, ""),
		  });
}

/* Of people who are in several sessions, the one who is in the session of the room. */
static uint32_t reader_in(const struct hearing *hearing, uint32_t person)
{
	const struct world *const world = &hearing->stage->world;
	const char *const teams_id = world->people[person].teams_id;

	if (world->people[person].session == hearing->session)
		return person;
	const struct stage_session *const session = &world->sessions[hearing->session];
	for (uint32_t i = 0; i < session->people_count; i++) {
		const uint32_t number = session->first_person + i;

		if (strcmp(world->people[number].teams_id, teams_id) == 0)
			return number;
	}
	return person;
}

static bool is_meant(const struct hearing *hearing, const struct person *person)
{
	const struct reading *const reading = hearing->reading;

	for (size_t i = 0; i < reading->mentions_count; i++) {
		const char *const id = reading->mentions[i];

		if (id[0] != '\0' && (strcmp(id, person->teams_id) == 0 ||
				      strcmp(id, person->object_id) == 0))
			return true;
	}
	/* whoever has no account, or is called by nothing else, reads the chat for their name */
	return (person->relay || (person->guest && reading->mentions_count == 0)) &&
	       reading_says(hearing->activity, person->name);
}

static void notice_read(struct hearing *hearing)
{
	const struct world *const world = &hearing->stage->world;
	const struct stage_session *const session = &world->sessions[hearing->session];
	const uint32_t count = session->people_count + session->guests_count;

	for (uint32_t i = 0; i < count; i++) {
		const uint32_t number = session->first_person + i;

		if (is_meant(hearing, &world->people[number]))
			goes_to_room(hearing, number, "notice");
	}
}

static void put_vote(struct hearing *hearing, uint32_t number, uint32_t ask,
		     int64_t after_ms, bool again)
{
	stage_put(hearing->stage, &(struct act){
					  .at_ms = hearing->now_ms + after_ms,
					  .kind = again ? ACT_VOTE_AGAIN : ACT_VOTE,
					  .who = number,
					  .what = ask,
				  });
}

static void considers_poll(struct hearing *hearing, uint32_t number, uint32_t ask)
{
	struct stage *const stage = hearing->stage;
	const struct person *const person = &stage->world.people[number];
	struct chance chance =
		chance_of(stage->plan.seed ^ number, stage->asks.list[ask].poll);
	const int64_t soon = chance_between(&chance, 5 * SECOND, 50 * SECOND);

	switch (person->behaviour.voting) {
	case VOTING_ONCE:
		put_vote(hearing, number, ask, soon, false);
		break;
	case VOTING_CHANGES:
		put_vote(hearing, number, ask, soon, false);
		put_vote(hearing, number, ask,
			 soon + chance_between(&chance, 10 * SECOND, 40 * SECOND), true);
		break;
	case VOTING_TWICE:
		put_vote(hearing, number, ask, soon, false);
		put_vote(hearing, number, ask, soon + 3 * SECOND, false);
		break;
	case VOTING_LATE:
		put_vote(hearing, number, ask,
			 chance_between(&chance, 20 * MINUTE, 40 * MINUTE), false);
		break;
	case VOTING_NEVER:
	case VOTINGS:
		break;
	}
}

/* People without an account see the card but cannot press its buttons. */
static void poll_read(struct hearing *hearing, const char *poll)
{
	struct world *const world = &hearing->stage->world;
	const struct stage_session *const session = &world->sessions[hearing->session];
	const uint32_t ask = ask_kept(hearing, hearing->reading->vote, poll);

	progress_say(hearing->stage, "poll", hearing->session, "", poll);
	for (uint32_t i = 0; i < session->people_count; i++) {
		const uint32_t number = session->first_person + i;
		const struct person *const person = &world->people[number];

		if (person->where == NOWHERE || person->relay)
			continue;
		world_card_seen(world, number,
				&(struct card){ .conversation = hearing->conversation,
						.post = hearing->post,
						.kind = "poll",
						.url = "",
						.at_ms = hearing->now_ms });
		if (hearing->reading->choices_count > 0)
			considers_poll(hearing, number, ask);
	}
}

static void recall_read(struct hearing *hearing)
{
	struct stage *const stage = hearing->stage;
	struct world *const world = &stage->world;
	const uint32_t room = world->conversations[hearing->conversation].meeting;
	const struct stage_session *const session = &world->sessions[hearing->session];
	const uint32_t count = session->people_count + session->guests_count;

	assert(room < world->meetings_count);
	assert(!world->meetings[room].main);
	world->meetings[room].recalled = true;
	for (uint32_t i = 0; i < count; i++) {
		const uint32_t number = session->first_person + i;
		struct person *const person = &world->people[number];
		struct chance chance = chance_of(stage->plan.seed ^ number, "recall");

		if (person->wanted != room && person->where != room)
			continue;
		if (person->wanted == room)
			person->wanted = NOWHERE;
		stage_put(stage, &(struct act){
					 .at_ms = hearing->now_ms +
						  chance_between(&chance, 5 * SECOND,
								 90 * SECOND) +
						  person->behaviour.lingers_ms,
					 .kind = ACT_RETURN,
					 .who = number,
					 .what = room,
				 });
	}
}

/* The same words for the same thing, so that a thing said twice is found. */
static void what_of(const struct hearing *hearing, const char *poll, const char *text,
		    struct text *what)
{
	const struct world *const world = &hearing->stage->world;
	const struct meeting *const here = meeting_of(hearing);
	const uint32_t round =
		hearing->session != NOWHERE ? world->sessions[hearing->session].round : 0;

	if (poll[0] != '\0')
		text_addf(what, "poll %s", poll);
	else if (hearing->room != NOWHERE && hearing->only != NOBODY)
		text_addf(what, "room %u %u", round, hearing->only);
	else if (hearing->room != NOWHERE && here == NULL)
		text_addf(what, "room %u", round);
	else if (hearing->room != NOWHERE && hearing->reading->mentions_count > 0)
		text_addf(what, "notice %u %s", round, hearing->reading->mentions[0]);
	else if (hearing->room != NOWHERE)
		text_addf(what, "notice %u %016llx", round,
			  (unsigned long long)map_hash(text));
	else if (is_recall(hearing))
		text_addf(what, "recall %u", round);
	else
		text_addf(what, "text %u %016llx", round,
			  (unsigned long long)map_hash(text));
}

static void react(struct hearing *hearing, const char *poll)
{
	const struct meeting *const here = meeting_of(hearing);
	const uint32_t person =
		hearing->only != NOBODY
			? hearing->only
			: hearing->stage->world.conversations[hearing->conversation]
				  .person;

	if (hearing->session == NOWHERE)
		return;
	if (is_private(hearing) && hearing->room != NOWHERE) {
		const uint32_t reader = reader_in(hearing, person);

		goes_to_room(hearing, reader, way_of(hearing));
		may_call_help(hearing, reader);
	} else if (is_private(hearing)) {
		return;
	} else if (here != NULL && here->main && poll[0] != '\0') {
		poll_read(hearing, poll);
	} else if (here != NULL && here->main && hearing->room != NOWHERE) {
		notice_read(hearing);
	} else if (is_recall(hearing)) {
		recall_read(hearing);
	}
}

uint32_t crowd_hears(struct stage *stage, const struct hearers *hearers,
		     const json_t *activity, const char *text)
{
	struct reading *const reading = memory_zeroed(sizeof(*reading));
	struct hearing hearing = {
		.stage = stage,
		.conversation = hearers->conversation,
		.only = hearers->only,
		.activity = activity,
		.reading = reading,
		.now_ms = stage_now_ms(stage),
	};
	char poll[64] = "";
	struct text what = { 0 };

	reading_of(reading, activity);
	follow_links(&hearing);
	if (reading->vote != NULL)
		reading_poll_key(reading->vote, poll, sizeof(poll));
	if (hearing.session != NOWHERE)
		note_round(&hearing);
	what_of(&hearing, poll, text, &what);
	const struct post said = { .conversation = hearing.conversation,
				   .only = hearing.only,
				   .what = what.data,
				   .digest = map_hash(text),
				   .at_ms = hearing.now_ms };
	hearing.post = world_posted(&stage->world, &said);
	text_finish(&what);
	react(&hearing, poll);
	free(reading);
	return hearing.post;
}

void crowd_sees_change(struct stage *stage, const struct hearers *hearers,
		       const json_t *activity)
{
	struct reading *const reading = memory_zeroed(sizeof(*reading));
	struct hearing hearing = {
		.stage = stage,
		.conversation = hearers->conversation,
		.only = hearers->only,
		.activity = activity,
		.reading = reading,
	};

	reading_of(reading, activity);
	follow_links(&hearing);
	if (is_private(&hearing) && hearing.leads_to_main && hearing.room == NOWHERE &&
	    hearing.session != NOWHERE)
		stage->world.sessions[hearing.session].in_round = false;
	free(reading);
}

void asks_finish(struct asks *asks)
{
	if (asks == NULL)
		return;
	for (size_t i = 0; i < asks->count; i++) {
		for (size_t j = 0; j < asks->list[i].choices_count; j++)
			free(asks->list[i].choices[j]);
		free(asks->list[i].choices);
		free(asks->list[i].poll);
		json_decref(asks->list[i].action);
	}
	free(asks->list);
	*asks = (struct asks){ 0 };
}
