/* SPDX-License-Identifier: MIT */
#include "daemon/encode/live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/encode/encode.h"
#include "daemon/decode/json.h"
#include "daemon/programmes.h"
#include "daemon/settings/programme.h"
#include "daemon/store/directory.h"
#include "handlers/hearing.h"
#include "handlers/poll.h"
#include "handlers/session.h"
#include "handlers/timeline.h"
#include "handlers/words.h"

const char *live_clock_state(const struct session *session)
{
	static const char *const names[CLOCK_STATES] = { "waiting", "running", "held",
							 "ended" };

	return names[session->clock];
}

const char *live_round_state(const struct session *session)
{
	static const char *const names[ROUND_STATES] = { "none", "waiting", "open",
							 "recalled" };
	const uint32_t block = session_round(session);

	return names[block < BLOCKS_MAX ? session->block[block].round : ROUND_NONE];
}

enum { NAMES_SAID = 6 }; /* of more, how many they are */

static void say_people(const struct words_source *words, const struct session *session,
		       enum card_state card, const char *lead, struct text *out)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < session->people; i++) {
		const struct person_row *const row =
			directory_person(words->directory, session->number, i);

		if (session->member[i].card != card || session->member[i].room == 0)
			continue;
		if (count < NAMES_SAID)
			text_addf(out, "%s%s", count == 0 ? lead : ", ",
				  row != NULL && row->name != NULL ? row->name : "?");
		count++;
	}
	if (count > NAMES_SAID)
		text_addf(out, " and %u more", count - NAMES_SAID);
	if (count > 0)
		text_addf(out, ".");
}

void live_round_said(const struct words_source *words, const struct session *session,
		     struct text *out)
{
	static const char *const states[ROUND_STATES] = {
		"No rooms are open.", "Rooms are being prepared.", "Rooms are open.",
		"Everybody is called back to the main meeting."
	};
	const uint32_t block = session_round(session);

	text_addf(out, "%s",
		  states[block < BLOCKS_MAX ? session->block[block].round : ROUND_NONE]);
	say_people(words, session, CARD_DOUBT,
		   " Whether they have been told of their room is not known yet: ", out);
	say_people(words, session, CARD_FAILED,
		   " Please tell them yourself, nothing reaches them: ", out);
	if (words->refused_by != NULL && *words->refused_by > 0)
		text_addf(out, " Teams refuses Plenary's bot: see the log, and tell "
			       "your administrator.");
}

void live_late_said(const struct words_source *words, const struct session *session,
		    struct text *out)
{
	const struct module *const module =
		programmes_module(words->programmes, words->directory, session->number);
	const bool under_way =
		session->clock == CLOCK_RUNNING || session->clock == CLOCK_HELD;
	uint32_t block;
	const long long minutes = session_overrun_ms(session, &block) / 60000;

	if (!under_way || minutes == 0 || module == NULL)
		return;
	text_addf(out, "%s will begin %lld minute%s late.", module->blocks[block].title,
		  minutes, minutes == 1 ? "" : "s");
}

void live_unheard_said(const struct session *session, struct text *out)
{
	const char *lead = "Nobody tells Plenary who comes and goes: ";
	char name[32], since[16];

	for (uint32_t i = 0; i < session->places; i++) {
		const struct gap *const gap = gap_open(session, (uint16_t)i);

		if (gap == NULL || !gap_counts(session, gap))
			continue;
		const time_t seconds = (time_t)(gap->from_ms / 1000);
		struct tm parts;

		localtime_r(&seconds, &parts);
		strftime(since, sizeof(since), "%H:%M", &parts);
		text_addf(out, "%s%s since %s", lead, live_place_name((uint16_t)i, name),
			  since);
		lead = ", ";
	}
	if (out->length > 0)
		text_addf(out, ". The attendance report is to fill this in; who is shown "
			       "there may be wrong until then.");
}

const char *live_poll_state(uint16_t state)
{
	static const char *const names[POLL_STATES] = {
		[POLL_OPEN] = "open", [POLL_CLOSED] = "closed", [POLL_SHOWN] = "shown"
	};

	return names[state];
}

const char *live_role(uint16_t role)
{
	return role_words.list[role];
}

const char *live_place_name(uint16_t place, char name[32])
{
	if (place == PLACE_MAIN)
		return "Main meeting";
	if (place == PLACE_PAGE)
		return "Page";
	if (place == PLACE_NONE)
		return "";
	snprintf(name, 32, "Room %u", place);
	return name;
}

static json_t *session_part(const struct words_source *words,
			    const struct session *session)
{
	const struct session_row *const row =
		directory_session(words->directory, session->number);
	char module[32];

	snprintf(module, sizeof(module), "Module %u", row->module);
	return json_pack("{s:i,s:s,s:s,s:s}", "number", (int)session->number, "title",
			 row->title, "module", module, "state",
			 session_state_words.list[session->state]);
}

static json_t *block_part(const struct module *module, const struct session *session,
			  uint32_t block)
{
	const char *title = "", *kind = "";

	if (module != NULL && block < (uint32_t)module->block_count) {
		title = module->blocks[block].title;
		kind = block_kind_name(module->blocks[block].kind);
	}
	return json_pack("{s:i,s:s,s:s,s:I,s:I}", "index", (int)block, "title", title,
			 "kind", kind, "started_ms",
			 (json_int_t)session_block_starts(session, block), "ends_ms",
			 (json_int_t)session_block_ends(session, block));
}

static json_t *clock_part(const struct words_source *words, const struct session *session,
			  int64_t now_ms, int32_t speed)
{
	const struct module *const module =
		programmes_module(words->programmes, words->directory, session->number);
	const bool under_way =
		session->clock == CLOCK_RUNNING || session->clock == CLOCK_HELD;
	const uint32_t next = under_way ? session->current + 1u : 0;
	struct text late = { 0 };

	live_late_said(words, session, &late);
	json_t *const clock =
		json_pack("{s:I,s:i,s:s,s:I,s:s}", "at_ms", (json_int_t)now_ms, "speed",
			  (int)speed, "state", live_clock_state(session), "behind_ms",
			  (json_int_t)session_behind_ms(session, now_ms), "late",
			  text_string(&late));

	text_finish(&late);
	json_object_set_new(clock, "block",
			    under_way ? block_part(module, session, session->current)
				      : json_null());
	if (session->clock != CLOCK_ENDED && next < session->blocks && module != NULL)
		json_object_set_new(clock, "next",
				    json_pack("{s:s,s:I}", "title",
					      module->blocks[next].title, "starts_ms",
					      (json_int_t)session_block_starts(session,
									       next)));
	else
		json_object_set_new(clock, "next", json_null());
	return clock;
}

static json_t *person_part(const struct words_source *words,
			   const struct session *session, uint32_t number)
{
	const struct member *const member = &session->member[number];
	const struct person_row *const row =
		directory_person(words->directory, session->number, number);

	return json_pack("{s:i,s:s,s:s,s:i,s:b}", "number", (int)number, "name",
			 row != NULL && row->name != NULL ? row->name : "", "role",
			 live_role(member->role), "place",
			 member->here == PLACE_NONE ? 0 : (int)member->here, "here",
			 (int)(member->here != PLACE_NONE));
}

static json_t *poll_choices(const struct planned_poll *words, const struct poll *poll)
{
	json_t *const choices = json_array();
	char text[PROGRAMME_TITLE_BYTES + 16];

	for (int i = 0; i < poll->choices && i < words->choice_count; i++)
		json_array_append_new(choices,
				      json_pack("{s:s,s:i}", "text",
						planned_poll_choice(words, i, text,
								    sizeof(text)),
						"count", (int)poll->counts[i]));
	return choices;
}

static json_t *poll_part(const struct module *module, const struct session *session,
			 uint32_t number)
{
	const struct poll *const poll = &session->poll[number];
	const bool tell = poll_may_tell(session, number);
	const struct planned_poll *words;

	if (live_poll_state(poll->state) == NULL || module == NULL ||
	    number >= (uint32_t)module->poll_count)
		return NULL;
	words = &module->polls[number];
	return json_pack("{s:i,s:s,s:s,s:i,s:b,s:o}", "poll", (int)number, "question",
			 words->question, "state", live_poll_state(poll->state),
			 "answers", (int)poll->answers, "withheld", (int)!tell, "choices",
			 tell ? poll_choices(words, poll) : json_array());
}

static json_t *round_part(const struct words_source *words, const struct session *session)
{
	const uint32_t block = session_round(session);
	const uint32_t rooms = block < BLOCKS_MAX ? session->block[block].rooms : 0;
	json_t *const list = json_array();

	for (uint32_t room = 1; room <= rooms; room++) {
		json_t *const people = json_array();

		for (uint32_t i = 0; i < session->people; i++) {
			if (session->member[i].room == room)
				json_array_append_new(people, json_integer(i));
		}
		json_array_append_new(list, json_pack("{s:i,s:o}", "room", (int)room,
						      "people", people));
	}
	struct text said = { 0 };

	live_round_said(words, session, &said);
	json_t *const round =
		json_pack("{s:s,s:s,s:o}", "state", live_round_state(session), "said",
			  text_string(&said), "rooms", list);

	text_finish(&said);
	return round;
}

static json_t *places_part(const struct session *session)
{
	json_t *const list = json_array();
	char name[32];

	for (uint32_t i = 0; i < session->places || i == 0; i++)
		json_array_append_new(list,
				      json_pack("{s:i,s:s}", "place", (int)i, "name",
						live_place_name((uint16_t)i, name)));
	return list;
}

static json_t *unheard_part(const struct session *session)
{
	struct text said = { 0 };

	live_unheard_said(session, &said);
	json_t *const part = json_string(text_string(&said));

	text_finish(&said);
	return part;
}

static void finish_message(json_t *message, struct text *out)
{
	char *const text = json_dumps(message, JSON_COMPACT);

	text_add(out, text, strlen(text));
	free(text);
	json_decref(message);
}

static json_t *people_part(const struct words_source *words,
			   const struct session *session,
			   const struct live_change *change)
{
	json_t *const people = json_array();

	for (uint32_t i = 0; i < session->people; i++) {
		const bool changed = change == NULL || (change->people[i / 64] &
							(UINT64_C(1) << (i % 64))) != 0;

		if (changed && session->member[i].known != 0)
			json_array_append_new(people, person_part(words, session, i));
	}
	return people;
}

static json_t *polls_part(const struct words_source *words, const struct session *session,
			  uint32_t which)
{
	const struct module *const module =
		programmes_module(words->programmes, words->directory, session->number);
	json_t *const polls = json_array();

	for (uint32_t i = 0; i < session->polls; i++) {
		json_t *const poll = (which & (UINT32_C(1) << i)) != 0
					     ? poll_part(module, session, i)
					     : NULL;

		if (poll != NULL)
			json_array_append_new(polls, poll);
	}
	return polls;
}

void encode_snapshot(const struct words_source *words, const struct session *session,
		     int64_t now_ms, int32_t speed, struct text *out)
{
	finish_message(json_pack("{s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "type", "snapshot",
				 "session", session_part(words, session), "clock",
				 clock_part(words, session, now_ms, speed), "people",
				 people_part(words, session, NULL), "places",
				 places_part(session), "polls",
				 polls_part(words, session, UINT32_MAX), "round",
				 round_part(words, session), "unheard",
				 unheard_part(session)),
		       out);
}

void encode_delta(const struct words_source *words, const struct session *session,
		  const struct live_change *change, int64_t now_ms, int32_t speed,
		  struct text *out)
{
	json_t *const delta = json_pack("{s:s,s:o}", "type", "delta", "people",
					people_part(words, session, change));

	if (change->clock) {
		json_object_set_new(delta, "session", session_part(words, session));
		json_object_set_new(delta, "clock",
				    clock_part(words, session, now_ms, speed));
	}
	if (change->polls != 0)
		json_object_set_new(delta, "polls",
				    polls_part(words, session, change->polls));
	if (change->places)
		json_object_set_new(delta, "places", places_part(session));
	if (change->hearing)
		json_object_set_new(delta, "unheard", unheard_part(session));
	if (change->round)
		json_object_set_new(delta, "round", round_part(words, session));
	finish_message(delta, out);
}
