/* SPDX-License-Identifier: MIT */
#include "daemon/page_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/encode/encode.h"
#include "daemon/encode/live.h"
#include "daemon/programmes.h"
#include "daemon/sessions.h"
#include "daemon/settings/config.h"
#include "daemon/settings/programme.h"
#include "daemon/store/directory.h"
#include "handlers/poll.h"
#include "handlers/timeline.h"
#include "web/markup.h"
#include "web/page.h"

/* What one page is made from. */
struct view {
	const struct words_source *words;
	const struct session *session;
	const struct module *module;
	int64_t now_ms;
};

static void add_time(struct text *out, const char *lead, int64_t at_ms)
{
	const time_t seconds = (time_t)(at_ms / 1000);
	struct tm parts;
	char text[16];

	localtime_r(&seconds, &parts);
	strftime(text, sizeof(text), "%H:%M", &parts);
	text_addf(out, "%s%s", lead, text);
}

static void add_minutes(struct text *out, int64_t ms, const char *after)
{
	const long long minutes = (ms + 59999) / 60000;

	text_addf(out, "%lld minute%s %s", minutes, minutes == 1 ? "" : "s", after);
}

static const char *state_words(const struct session *session)
{
	static const char *const words[CLOCK_STATES] = { "Waiting to start", "Running",
							 "Held", "Ended" };

	return words[session->clock];
}

static const char *title_of(const struct view *view, uint32_t block)
{
	if (view->module == NULL || block >= (uint32_t)view->module->block_count)
		return "";
	return view->module->blocks[block].title;
}

struct clock_words {
	struct text block, left, ends, next, behind;
};

static void say_clock(const struct view *view, struct clock_words *said)
{
	const struct session *const session = view->session;
	const bool under_way =
		session->clock == CLOCK_RUNNING || session->clock == CLOCK_HELD;
	const uint32_t next = under_way ? session->current + 1u : 0;
	const int64_t behind_ms = session_behind_ms(session, view->now_ms);
	struct text late = { 0 };

	if (under_way) {
		const int64_t ends_ms = session_block_ends(session, session->current);

		text_addf(&said->block, "%s", title_of(view, session->current));
		if (ends_ms > view->now_ms)
			add_minutes(&said->left, ends_ms - view->now_ms, "left");
		add_time(&said->ends, "until ", ends_ms);
	} else {
		text_addf(&said->block, "%s",
			  session->clock == CLOCK_WAITING
				  ? "The run-sheet has not started."
				  : "The run-sheet is over.");
	}
	if (session->clock != CLOCK_ENDED && next < session->blocks) {
		add_time(&said->next, "Next at ", session_block_starts(session, next));
		text_addf(&said->next, ": %s", title_of(view, next));
	}
	if (under_way && behind_ms >= 60000)
		add_minutes(&said->behind, behind_ms, "behind the plan");
	else if (under_way && behind_ms <= -60000)
		add_minutes(&said->behind, -behind_ms, "ahead of the plan");
	live_late_said(view->words, session, &late);
	if (late.length > 0)
		text_addf(&said->behind, "%s%s", said->behind.length > 0 ? ". " : "",
			  text_string(&late));
	text_finish(&late);
}

static void finish_clock(struct clock_words *said)
{
	text_finish(&said->block);
	text_finish(&said->left);
	text_finish(&said->ends);
	text_finish(&said->next);
	text_finish(&said->behind);
}

/* -- people ------------------------------------------------------------------------------------ */

static const char *name_of(const struct view *view, uint32_t person)
{
	const struct person_row *const row =
		directory_person(view->words->directory, view->session->number, person);

	return row != NULL && row->name != NULL ? row->name : "";
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct markup_person *)a)->name,
		      ((const struct markup_person *)b)->name);
}

static void add_people(const struct view *view, struct text *rows, struct text *here)
{
	const struct session *const session = view->session;
	struct markup_person *const people =
		memory_zeroed((session->people + 1u) * sizeof(*people));
	char(*const places)[32] = memory_zeroed((session->people + 1u) * sizeof(*places));
	uint32_t count = 0, present = 0;

	for (uint32_t i = 0; i < session->people; i++) {
		const struct member *const member = &session->member[i];

		if (member->known == 0)
			continue;
		people[count] = (struct markup_person){
			.number = i,
			.name = name_of(view, i),
			.role = live_role(member->role),
			.place = live_place_name(member->here, places[count]),
			.here = member->here != PLACE_NONE,
		};
		present += people[count++].here;
	}
	qsort(people, count, sizeof(*people), by_name);
	for (uint32_t i = 0; i < count; i++)
		markup_person(rows, &people[i]);
	text_addf(here, "People here: %u of %u.", present, count);
	free(people);
	free(places);
}

static void add_rooms(const struct view *view, struct text *rows)
{
	const struct session *const session = view->session;
	const uint32_t block = session_round(session);
	const uint32_t rooms = block < BLOCKS_MAX ? session->block[block].rooms : 0;
	const char **const names = memory_zeroed((session->people + 1u) * sizeof(*names));
	char room_name[32];

	for (uint32_t room = 1; room <= rooms; room++) {
		uint32_t count = 0;

		for (uint32_t i = 0; i < session->people; i++) {
			if (session->member[i].room == room)
				names[count++] = name_of(view, i);
		}
		markup_room(rows, live_place_name((uint16_t)room, room_name), names,
			    count);
	}
	free(names);
}

static void add_poll(const struct view *view, uint32_t number, struct text *out)
{
	const struct poll *const poll = &view->session->poll[number];
	const char *const state = live_poll_state(poll->state);
	struct markup_choice choices[CHOICES_MAX];
	char texts[CHOICES_MAX][PROGRAMME_TITLE_BYTES + 16];

	if (state == NULL || view->module == NULL ||
	    number >= (uint32_t)view->module->poll_count)
		return;
	const struct planned_poll *const words = &view->module->polls[number];
	const struct markup_poll markup = {
		.poll = number,
		.question = words->question,
		.state = state,
		.answers = poll->answers,
		.withheld = !poll_may_tell(view->session, number),
	};
	for (int i = 0; i < words->choice_count; i++)
		choices[i] = (struct markup_choice){
			.text = planned_poll_choice(words, i, texts[i], sizeof(texts[i])),
			.count = poll->counts[i],
		};
	markup_poll(out, &markup, choices, words->choice_count);
}

static void add_links(const struct view *view, struct text *out)
{
	const struct sessions *const sessions = view->words->sessions;

	for (uint32_t i = sessions->highest; i >= 1; i--) {
		const struct session *const other = sessions_get(sessions, i);
		const struct session_row *const row =
			directory_session(view->words->directory, i);

		if (other != NULL && row != NULL && other != view->session)
			markup_session(out, i, row->title, live_clock_state(other));
	}
}

/* -- the page ---------------------------------------------------------------------------------- */

struct page_words {
	char session[16], module[32];
	struct clock_words clock;
	struct text people, here, unheard, round, rooms, polls, links, refresh;
};

static void say_page(const struct view *view, const struct session_row *row,
		     struct page_words *said)
{
	const struct session *const session = view->session;

	snprintf(said->session, sizeof(said->session), "%u", session->number);
	snprintf(said->module, sizeof(said->module), "Module %u", row->module);
	say_clock(view, &said->clock);
	add_people(view, &said->people, &said->here);
	live_unheard_said(session, &said->unheard);
	live_round_said(view->words, session, &said->round);
	add_rooms(view, &said->rooms);
	for (uint32_t i = 0; i < session->polls; i++)
		add_poll(view, i, &said->polls);
	add_links(view, &said->links);
	if (session->clock != CLOCK_ENDED)
		markup_refresh(&said->refresh);
}

static void finish_page(struct page_words *said)
{
	finish_clock(&said->clock);
	text_finish(&said->people);
	text_finish(&said->here);
	text_finish(&said->unheard);
	text_finish(&said->round);
	text_finish(&said->rooms);
	text_finish(&said->polls);
	text_finish(&said->links);
	text_finish(&said->refresh);
}

void page_live(struct text *page, const struct words_source *words,
	       const struct session *session, int64_t now_ms, const struct config *config)
{
	const struct session_row *const row =
		directory_session(words->directory, session->number);
	const struct view view = {
		.words = words,
		.session = session,
		.module = programmes_module(words->programmes, words->directory,
					    session->number),
		.now_ms = now_ms,
	};
	struct page_words said = { 0 };

	say_page(&view, row, &said);
	const struct page_hole holes[] = {
		{ "session", said.session },
		{ "title", row->title },
		{ "module", said.module },
		{ "time_zone", config->time_zone },
		{ "noscript_refresh", text_string(&said.refresh) },
		{ "state", state_words(session) },
		{ "block", text_string(&said.clock.block) },
		{ "left", text_string(&said.clock.left) },
		{ "ends", text_string(&said.clock.ends) },
		{ "next", text_string(&said.clock.next) },
		{ "behind", text_string(&said.clock.behind) },
		{ "here", text_string(&said.here) },
		{ "people_rows", text_string(&said.people) },
		{ "unheard", text_string(&said.unheard) },
		{ "round", text_string(&said.round) },
		{ "room_rows", text_string(&said.rooms) },
		{ "poll_sections", text_string(&said.polls) },
		{ "session_links", text_string(&said.links) },
	};

	page_fill(page, web_find("live.html"), holes, sizeof(holes) / sizeof(holes[0]));
	finish_page(&said);
}
