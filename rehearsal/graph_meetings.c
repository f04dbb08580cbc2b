/* SPDX-License-Identifier: MIT */
#include "rehearsal/graph.h"

#include "rehearsal/actor.h"
#include "rehearsal/stage.h"

#include <stdlib.h>
#include <string.h>

enum { HOUR_MS = 60 * 60 * 1000 };

static void seven_digits(int64_t at_ms, char text[40])
{
	clock_iso(at_ms, text);
	memcpy(text + strlen(text) - 1, "0000Z", 6);
}

static json_t *meeting_json(const struct stage *stage, const struct meeting *meeting)
{
	const uint32_t owner =
		world_find(&stage->world.by_object_id, meeting->organiser_id);
	const struct person *const organiser =
		owner != NOBODY ? &stage->world.people[owner] : NULL;
	char created[40], starts[40], ends[40];

	seven_digits(meeting->created_ms, created);
	seven_digits(meeting->starts_ms, starts);
	seven_digits(meeting->ends_ms, ends);
	return json_pack(
		"{s:s,s:s,s:s,s:s,s:s,s:s,s:s?,s:{s:s,s:s,s:s},s:{s:{s:{s:{s:s,s:s}},s:s,"
		"s:s},s:[]}}",
		"id", meeting->graph_id, "joinWebUrl", meeting->join_url, "subject",
		meeting->subject, "creationDateTime", created, "startDateTime", starts,
		"endDateTime", ends, "externalId",
		meeting->external_id[0] != '\0' ? meeting->external_id : NULL, "chatInfo",
		"threadId", meeting->thread_id, "messageId", "0", "replyChainMessageId",
		"0", "participants", "organizer", "identity", "user", "id",
		meeting->organiser_id, "displayName",
		organiser != NULL ? organiser->name : "", "upn",
		organiser != NULL ? organiser->email : "", "role", "presenter",
		"attendees");
}

/* Whose rooms these are: the session named in the asker's own id, else the
 * organiser's. */
static uint32_t session_of(const struct world *world, const char *external_id,
			   const char *organiser_id)
{
	uint32_t found = NOWHERE, organised = NOWHERE;
	size_t longest = 0;

	for (size_t i = 0; i < world->sessions_count; i++) {
		const struct plan_session *const plan = world->sessions[i].plan;
		const size_t bytes = strlen(plan->uid);

		/* the longest: "day-1" is also a part of "day-10" */
		if (bytes > longest && strstr(external_id, plan->uid) != NULL) {
			longest = bytes;
			found = (uint32_t)i;
		}
		if (organised == NOWHERE && strcmp(plan->organiser_id, organiser_id) == 0)
			organised = (uint32_t)i;
	}
	return found != NOWHERE ? found : organised;
}

/* False when a time is there and is none. */
static bool time_read(const json_t *body, const char *key, int64_t otherwise, int64_t *at)
{
	const char *const text = json_string_at(body, key);

	*at = otherwise;
	return text[0] == '\0' || clock_parse(text, at) == 0;
}

static bool wish_read(const struct exchange *exchange, const struct person *organiser,
		      struct meeting_wish *wish)
{
	const json_t *const body = exchange->json;
	const int64_t now_ms = stage_now_ms(exchange->stage);

	*wish = (struct meeting_wish){
		.organiser_id = organiser->object_id,
		.external_id = json_string_at(body, "externalId"),
		.subject = json_string_at(body, "subject"),
		.now_ms = now_ms,
	};
	wish->session = session_of(&exchange->stage->world, wish->external_id,
				   wish->organiser_id);
	return json_is_object(body) &&
	       time_read(body, "startDateTime", now_ms, &wish->starts_ms) &&
	       time_read(body, "endDateTime", wish->starts_ms + HOUR_MS,
			 &wish->ends_ms) &&
	       wish->ends_ms >= wish->starts_ms;
}

static void make(struct exchange *exchange, const struct meeting_wish *wish)
{
	struct stage *const stage = exchange->stage;
	const uint32_t number = world_meeting_made(&stage->world, wish);

	actor_meeting_made(stage, number);
	progress_say(stage, "room", wish->session, "", wish->subject);
	answer_json(stage, &exchange->back, 201,
		    meeting_json(stage, &stage->world.meetings[number]));
}

static void bad_meeting(struct exchange *exchange, const char *message)
{
	answer_graph_error(exchange, 400, "BadRequest", message);
}

void graph_meeting_create(struct exchange *exchange)
{
	const uint32_t user = graph_user_named(exchange);
	struct meeting_wish wish;

	if (user == NOBODY)
		return;
	if (!wish_read(exchange, &exchange->stage->world.people[user], &wish)) {
		bad_meeting(exchange, "Invalid start or end of the meeting.");
		return;
	}
	if (wish.subject[0] == '\0' ||
	    json_string_at(exchange->json, "endDateTime")[0] == '\0') {
		bad_meeting(exchange, "subject and endDateTime are required.");
		return;
	}
	wish.external_id = "";
	make(exchange, &wish);
}

void graph_meeting_create_or_get(struct exchange *exchange)
{
	struct stage *const stage = exchange->stage;
	const uint32_t user = graph_user_named(exchange);
	struct meeting_wish wish;
	struct text key = { 0 };

	if (user == NOBODY)
		return;
	if (!wish_read(exchange, &stage->world.people[user], &wish) ||
	    wish.external_id[0] == '\0') {
		bad_meeting(exchange, "externalId is required, times must be in order.");
		return;
	}
	text_addf(&key, "%s %s", wish.organiser_id, wish.external_id);
	const uint32_t found =
		world_find(&stage->world.by_external_id, text_string(&key));
	text_finish(&key);
	if (found == NOWHERE)
		make(exchange, &wish);
	else
		answer_json(stage, &exchange->back, 200,
			    meeting_json(stage, &stage->world.meetings[found]));
}

/* JoinWebUrl eq '…': what is between the apostrophes, still encoded once or not at
 * all. */
static uint32_t meeting_by_filter(const struct exchange *exchange)
{
	struct text filter = { 0 }, plain = { 0 };
	uint32_t found = NOWHERE;

	query_read(exchange->query, "$filter", &filter);
	const char *const first = strchr(text_string(&filter), '\'');
	const char *const last = strrchr(text_string(&filter), '\'');
	if (first != NULL && last > first) {
		struct text quoted = { 0 };

		text_addf(&quoted, "v=%.*s", (int)(last - first - 1), first + 1);
		found = world_find(&exchange->stage->world.by_join_url,
				   text_string(&quoted) + 2);
		query_read(text_string(&quoted), "v", &plain);
		if (found == NOWHERE)
			found = world_find(&exchange->stage->world.by_join_url,
					   text_string(&plain));
		text_finish(&quoted);
	}
	text_finish(&plain);
	text_finish(&filter);
	return found;
}

void graph_meetings_find(struct exchange *exchange)
{
	const struct stage *const stage = exchange->stage;
	const uint32_t user = graph_user_named(exchange);
	json_t *const found = json_array();
	struct text filter = { 0 };

	if (user == NOBODY) {
		json_decref(found);
		return;
	}
	const bool filtered = query_read(exchange->query, "$filter", &filter);
	text_finish(&filter);
	if (!filtered) {
		json_decref(found);
		bad_meeting(exchange, "A filter is required.");
		return;
	}
	const uint32_t number = meeting_by_filter(exchange);
	if (number != NOWHERE && strcmp(stage->world.meetings[number].organiser_id,
					stage->world.people[user].object_id) == 0)
		json_array_append_new(found,
				      meeting_json(stage,
						   &stage->world.meetings[number]));
	answer_json(exchange->stage, &exchange->back, 200,
		    json_pack("{s:o}", "value", found));
}

uint32_t graph_meeting_named(struct exchange *exchange)
{
	const struct world *const world = &exchange->stage->world;
	const uint32_t user = graph_user_named(exchange);

	if (user == NOBODY)
		return NOWHERE;
	const uint32_t number = world_find(&world->by_graph_id, exchange->parts[3]);
	if (number != NOWHERE && strcmp(world->meetings[number].organiser_id,
					world->people[user].object_id) == 0)
		return number;
	answer_graph_error(exchange, 404, "NotFound", "Meeting not found.");
	return NOWHERE;
}

static void answer_meeting(struct exchange *exchange, uint32_t number)
{
	answer_json(exchange->stage, &exchange->back, 200,
		    meeting_json(exchange->stage,
				 &exchange->stage->world.meetings[number]));
}

void graph_meeting(struct exchange *exchange)
{
	const uint32_t number = graph_meeting_named(exchange);

	if (number != NOWHERE)
		answer_meeting(exchange, number);
}

void graph_meeting_change(struct exchange *exchange)
{
	const uint32_t number = graph_meeting_named(exchange);
	int64_t starts_ms, ends_ms;

	if (number == NOWHERE)
		return;
	struct meeting *const meeting = &exchange->stage->world.meetings[number];
	const char *const subject = json_string_at(exchange->json, "subject");
	if (!time_read(exchange->json, "startDateTime", meeting->starts_ms, &starts_ms) ||
	    !time_read(exchange->json, "endDateTime", meeting->ends_ms, &ends_ms) ||
	    ends_ms < starts_ms) {
		bad_meeting(exchange, "Invalid start or end of the meeting.");
		return;
	}
	meeting->starts_ms = starts_ms;
	meeting->ends_ms = ends_ms;
	if (subject[0] != '\0') {
		free(meeting->subject);
		meeting->subject = memory_string(subject);
	}
	answer_meeting(exchange, number);
}

/* The meeting is no longer found; who is in its call stays there. */
void graph_meeting_delete(struct exchange *exchange)
{
	const uint32_t number = graph_meeting_named(exchange);

	if (number == NOWHERE)
		return;
	map_remove(&exchange->stage->world.by_graph_id,
		   exchange->stage->world.meetings[number].graph_id);
	answer_json(exchange->stage, &exchange->back, 204, NULL);
}
