/* SPDX-License-Identifier: MIT */
#include "rehearsal/truth.h"

#include "daemon/common/log.h"
#include "daemon/common/text.h"
#include "rehearsal/json.h"
#include "rehearsal/relay.h"
#include "rehearsal/stage.h"
#include "rehearsal/viewer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct spell {
	uint32_t meeting;
	int64_t from_ms, to_ms;
};

/* All spells of one session, by person: one walk over its calls serves everybody. */
struct spells {
	struct spell *list;
	size_t count, room;
};

static void add_spell(struct spells *spells, const struct spell *spell)
{
	if (spells->count == spells->room) {
		spells->room = spells->room ? spells->room * 2 : 8;
		spells->list = memory_resized(spells->list,
					      spells->room * sizeof(*spells->list));
	}
	spells->list[spells->count++] = *spell;
}

static void gather_meeting(const struct stage *stage, uint32_t number,
			   struct spells *of_people, uint32_t first_person)
{
	const struct meeting *const meeting = &stage->world.meetings[number];
	const int64_t now_ms = stage_now_ms(stage);

	for (size_t i = 0; i < meeting->calls_count; i++) {
		const struct call *const call = &meeting->calls[i];

		for (size_t j = 0; j < call->legs_count; j++) {
			const struct leg *const leg = &call->legs[j];

			add_spell(&of_people[leg->person - first_person],
				  &(struct spell){ number, leg->from_ms,
						   leg->to_ms ? leg->to_ms : now_ms });
		}
	}
}

static int by_place_and_time(const void *a, const void *b)
{
	const struct spell *const x = a, *const y = b;

	if (x->meeting != y->meeting)
		return x->meeting < y->meeting ? -1 : 1;
	return x->from_ms < y->from_ms ? -1 : x->from_ms > y->from_ms;
}

static json_t *spans_json(const struct stage *stage, struct spells *spells)
{
	json_t *const spans = json_array();

	if (spells->count > 0)
		qsort(spells->list, spells->count, sizeof(*spells->list),
		      by_place_and_time);
	for (size_t i = 0; i < spells->count; i++) {
		struct spell merged = spells->list[i];

		while (i + 1 < spells->count &&
		       spells->list[i + 1].meeting == merged.meeting &&
		       spells->list[i + 1].from_ms <= merged.to_ms) {
			if (spells->list[++i].to_ms > merged.to_ms)
				merged.to_ms = spells->list[i].to_ms;
		}
		const struct meeting *const meeting =
			&stage->world.meetings[merged.meeting];
		json_array_append_new(spans,
				      json_pack("{s:s,s:I,s:I}", "place",
						meeting->main ? "main"
							      : meeting->thread_id,
						"from_ms", (json_int_t)merged.from_ms,
						"to_ms", (json_int_t)merged.to_ms));
	}
	return spans;
}

static json_t *votes_json(const struct person *person)
{
	json_t *const votes = json_array();

	for (size_t i = 0; i < person->votes_count; i++) {
		const struct vote *const vote = &person->votes[i];

		json_array_append_new(votes, json_pack("{s:s,s:s,s:I,s:i,s:s}", "poll",
						       vote->poll, "choice", vote->choice,
						       "at_ms", (json_int_t)vote->at_ms,
						       "status", vote->status, "answer",
						       vote->answer != NULL ? vote->answer
									    : ""));
	}
	return votes;
}

static json_t *cards_json(const struct stage *stage, const struct person *person)
{
	json_t *const cards = json_array();

	for (size_t i = 0; i < person->cards_count; i++) {
		const struct card *const card = &person->cards[i];

		json_array_append_new(
			cards,
			json_pack("{s:s,s:s,s:s,s:I,s:b}", "conversation",
				  stage->world.conversations[card->conversation].id,
				  "kind", card->kind, "url", card->url, "at_ms",
				  (json_int_t)card->at_ms, "unheard",
				  stage->world.posts[card->post].unheard));
	}
	return cards;
}

static json_t *person_json(const struct stage *stage, const struct person *person,
			   struct spells *spells)
{
	static const char *const roles[PARTS] = { "participant", "facilitator",
						  "producer" };
	const char *const guest_of = person->guest_of != NOBODY
					     ? stage->world.people[person->guest_of].name
					     : NULL;

	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:b,s:s?,s:b,s:b,s:o,s:o,s:o}", "name",
			 person->name, "object_id", person->object_id, "teams_id",
			 person->teams_id, "email", person->email, "role",
			 roles[person->part], "guest", person->guest, "guest_of",
			 guest_of, "relay", person->relay, "came", person->came, "spans",
			 spans_json(stage, spells), "votes", votes_json(person), "cards",
			 cards_json(stage, person));
}

static json_t *calls_json(const struct stage *stage, uint32_t number)
{
	json_t *const calls = json_array();

	for (uint32_t i = 0; i < stage->world.meetings_count; i++) {
		const struct meeting *const meeting = &stage->world.meetings[i];

		for (size_t j = 0; j < meeting->calls_count && meeting->session == number;
		     j++) {
			const struct call *const call = &meeting->calls[j];

			json_array_append_new(
				calls,
				json_pack("{s:s,s:s,s:b,s:I,s:I,s:i}", "thread_id",
					  meeting->thread_id, "subject", meeting->subject,
					  "main", meeting->main, "started_ms",
					  (json_int_t)call->started_ms, "ended_ms",
					  (json_int_t)call->ended_ms, "reads",
					  (int)call->reads));
		}
	}
	return calls;
}

/* What was said twice about the same thing in the same chat. */
static void add_duplicates(const struct stage *stage, uint32_t number, json_t *duplicates)
{
	const struct conversation *const conversation =
		&stage->world.conversations[number];
	const struct post *const posts = stage->world.posts;

	for (size_t i = 1; i < conversation->posts_count; i++) {
		const struct post *const later = &posts[conversation->posts[i]];

		for (size_t j = 0; j < i; j++) {
			const struct post *const earlier = &posts[conversation->posts[j]];

			if (strcmp(later->what, earlier->what) != 0 ||
			    (earlier->deleted &&
			     earlier->deleted_at <= conversation->posts[i]))
				continue; /* what was taken back may be said anew */
			json_array_append_new(duplicates,
					      json_pack("{s:s,s:s,s:b,s:b,s:[I,I]}",
							"conversation", conversation->id,
							"what", later->what, "different",
							later->digest != earlier->digest,
							"unheard", earlier->unheard,
							"at_ms",
							(json_int_t)earlier->at_ms,
							(json_int_t)later->at_ms));
			break;
		}
	}
}

static json_t *duplicates_json(const struct stage *stage, uint32_t session)
{
	const struct world *const world = &stage->world;
	json_t *const duplicates = json_array();

	for (uint32_t i = 0; i < world->conversations_count; i++) {
		const struct conversation *const conversation = &world->conversations[i];
		const uint32_t of =
			conversation->meeting != NOWHERE
				? world->meetings[conversation->meeting].session
				: world->people[conversation->person].session;

		if (of == session)
			add_duplicates(stage, i, duplicates);
	}
	return duplicates;
}

static json_t *session_json(const struct stage *stage, uint32_t number)
{
	const struct stage_session *const session = &stage->world.sessions[number];
	const uint32_t count = session->people_count + session->guests_count;
	struct spells *const spells = memory_zeroed((count + 1) * sizeof(*spells));
	json_t *const people = json_array();

	for (uint32_t i = 0; i < stage->world.meetings_count; i++) {
		if (stage->world.meetings[i].session == number)
			gather_meeting(stage, i, spells, session->first_person);
	}
	for (uint32_t i = 0; i < count; i++) {
		json_array_append_new(
			people,
			person_json(stage,
				    &stage->world.people[session->first_person + i],
				    &spells[i]));
		free(spells[i].list);
	}
	free(spells);
	return json_pack("{s:s,s:o,s:o,s:o,s:i,s:I,s:b}", "uid", session->plan->uid,
			 "people", people, "meetings", calls_json(stage, number),
			 "duplicates", duplicates_json(stage, number), "rounds",
			 (int)session->round, "shift_ms", (json_int_t)session->shift_ms,
			 "over", session->over);
}

static json_t *activities_json(const struct courier_counts *counts)
{
	json_t *const refused = json_array();

	for (size_t i = 0; i < counts->refused && i < COURIER_REFUSALS; i++)
		json_array_append_new(refused, json_integer(counts->refusals[i]));
	return json_pack("{s:I,s:I,s:I,s:o}", "sent", (json_int_t)counts->sent,
			 "answered", (json_int_t)counts->answered, "repeated",
			 (json_int_t)counts->repeated, "refused", refused);
}

static json_t *truth_json(const struct stage *stage)
{
	const struct courier_counts *const counts = &stage->courier.counts;
	const struct relay_counts relay = relay_count(stage->relay);
	const struct viewer_counts viewer = viewer_count(stage->viewer);
	json_t *const sessions = json_array();

	for (uint32_t i = 0; i < stage->world.sessions_count; i++)
		json_array_append_new(sessions, session_json(stage, i));
	return json_pack(
		"{s:o,s:o,s:I,s:{s:I,s:I},s:{s:I,s:I,s:I},s:{s:I,s:I,s:I},s:I,s:I,s:b}",
		"sessions", sessions, "activities", activities_json(counts), "unanswered",
		(json_int_t)(counts->sent - counts->answered - counts->refused),
		"notifications", "sent", (json_int_t)counts->notifications, "answered",
		(json_int_t)counts->notifications_answered, "cloudevents", "sent",
		(json_int_t)relay.sent, "acknowledged", (json_int_t)relay.acknowledged,
		"repeated", (json_int_t)relay.repeated, "live", "snapshots",
		(json_int_t)viewer.snapshots, "deltas", (json_int_t)viewer.deltas,
		"misplaced", (json_int_t)viewer.misplaced, "posts",
		(json_int_t)stage->world.posts_count, "slowest_ms",
		(json_int_t)counts->slowest_ms, "finished", stage->finished);
}

int truth_write(const struct stage *stage)
{
	struct text path = { 0 }, part = { 0 };
	json_t *const truth = truth_json(stage);

	text_addf(&path, "%s/truth.json", stage->directory);
	text_addf(&part, "%s/truth.json.part", stage->directory);
	int rc = 0;
	if (json_dump_file(truth, text_string(&part), JSON_INDENT(1)) < 0 ||
	    rename(text_string(&part), text_string(&path)) < 0)
		rc = errno != 0 ? -errno : -EIO;
	if (rc < 0)
		log_error("stage", "truth.json cannot be written error=%s",
			  strerror(-rc));
	json_decref(truth);
	text_finish(&path);
	text_finish(&part);
	return rc;
}
