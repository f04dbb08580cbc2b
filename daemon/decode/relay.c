/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/decode/cloudevent.h"
#include "daemon/decode/json.h"
#include "daemon/store/directory.h"
#include "handlers/transcript.h"

static const char prefix[] = "plenary.";

/* Which kinds a relay may send, and what their data must say; docs/events.md is this table
 * in words.  What the program concludes itself would be a forgery from outside. */
static const struct {
	enum cloudevent_share share;
	const char *needs; /* members of data, beside the session */
} shares[EVENT_KINDS] = {
	[EVENT_NONE] = { SHARE_OURS, "" },
	[EVENT_SESSION_SCHEDULED] = { SHARE_SCHEDULE, "" },
	[EVENT_BLOCK_PLANNED] = { SHARE_TAKEN, "block kind length" },
	[EVENT_POLL_PLANNED] = { SHARE_TAKEN, "poll block choices" },
	[EVENT_PERSON_ENROLLED] = { SHARE_TAKEN, "person" },
	[EVENT_PERSON_WITHDRAWN] = { SHARE_TAKEN, "person" },
	[EVENT_SESSION_OPENED] = { SHARE_TAKEN, "" },
	[EVENT_MEETING_STARTED] = { SHARE_TAKEN, "place" },
	[EVENT_MEETING_ENDED] = { SHARE_TAKEN, "place" },
	[EVENT_PERSON_JOINED] = { SHARE_TAKEN, "person place" },
	[EVENT_PERSON_LEFT] = { SHARE_TAKEN, "person place" },
	[EVENT_INTERVAL_REPORTED] = { SHARE_TAKEN, "person place from to" },
	[EVENT_REPORT_READ] = { SHARE_TAKEN, "place" },
	[EVENT_WITNESS_FOUND] = { SHARE_OURS, "" },
	[EVENT_PRESENCE_CHECKED] = { SHARE_TAKEN, "person place inside" },
	[EVENT_MEETING_CHANGED] = { SHARE_TAKEN, "place" },
	[EVENT_HEARING_LOST] = { SHARE_OURS, "" },
	[EVENT_HEARING_RESUMED] = { SHARE_OURS, "" },
	[EVENT_RUNSHEET_STARTED] = { SHARE_TAKEN, "" },
	[EVENT_RUNSHEET_HELD] = { SHARE_TAKEN, "" },
	[EVENT_RUNSHEET_RESUMED] = { SHARE_TAKEN, "" },
	[EVENT_RUNSHEET_EXTENDED] = { SHARE_TAKEN, "by_ms" },
	[EVENT_RUNSHEET_SKIPPED] = { SHARE_TAKEN, "" },
	[EVENT_ALARM_RANG] = { SHARE_OURS, "" },
	[EVENT_ROOM_READY] = { SHARE_TAKEN, "place join_url" },
	[EVENT_BREAKOUT_RECALLED] = { SHARE_TAKEN, "" },
	[EVENT_HELP_CALLED] = { SHARE_TAKEN, "person" },
	[EVENT_POLL_OPENED] = { SHARE_TAKEN, "poll" },
	[EVENT_POLL_VOTED] = { SHARE_TAKEN, "person poll choice" },
	[EVENT_POLL_CLOSED] = { SHARE_TAKEN, "poll" },
	[EVENT_POLL_SHOWN] = { SHARE_TAKEN, "poll" },
	[EVENT_DELIVERY_FAILED] = { SHARE_OURS, "" },
	[EVENT_DELIVERY_UNRESOLVED] = { SHARE_OURS, "" },
};

enum cloudevent_share cloudevent_shares(enum event_kind kind)
{
	return kind < EVENT_KINDS ? shares[kind].share : SHARE_UNSAID;
}

const char *cloudevent_needs(enum event_kind kind)
{
	return kind < EVENT_KINDS && shares[kind].needs != NULL ? shares[kind].needs : "";
}

static int all_there(const json_t *data, enum event_kind kind, struct problem *problem)
{
	char name[32];

	for (const char *at = cloudevent_needs(kind); *at != '\0';) {
		const size_t length = strcspn(at, " ");

		snprintf(name, sizeof(name), "%.*s", (int)length, at);
		if (json_object_get(data, name) == NULL)
			return problem_say(problem, 422, "%s needs data.%s",
					   event_name(kind), name);
		at += length;
		at += *at == ' ';
	}
	return 0;
}

static int session_of(const json_t *data, const struct directory *directory,
		      struct event *event, struct problem *problem)
{
	const char *const uid = json_text(data, "session");

	event->session = directory_session_of_uid(directory, uid);
	if (event->session == 0)
		return problem_say(problem, 422,
				   "data.session: no session is called `%.100s`", uid);
	return 0;
}

/* Whoever was present is somebody, known or not. */
static bool may_be_new(const struct event *event)
{
	return event->kind == EVENT_PERSON_JOINED || event->kind == EVENT_PERSON_LEFT ||
	       event->kind == EVENT_PERSON_ENROLLED ||
	       event->kind == EVENT_INTERVAL_REPORTED;
}

static int person_numbered(int64_t number, const struct directory *directory,
			   const struct event *event, uint32_t *person,
			   struct problem *problem)
{
	if (number < 0 || number >= directory_people(directory, event->session))
		return problem_say(problem, 422,
				   "there is no person %lld in this session",
				   (long long)number);
	*person = (uint32_t)number;
	return 0;
}

/* People are an object of what is known of them, or their number.  batch: NULL when nobody
 * is to be learned. */
static int person_of(const json_t *value, struct directory *directory,
		     struct batch *batch, const struct event *event, uint32_t *person,
		     struct problem *problem)
{
	const struct identity identity = {
		.name = json_text(value, "name"),
		.object_id = json_text(value, "object_id"),
		.teams_id = json_text(value, "teams_id"),
		.email = json_text(value, "email"),
	};

	if (json_is_integer(value))
		return person_numbered(json_integer_value(value), directory, event,
				       person, problem);
	if (batch != NULL)
		*person = directory_meet(directory, batch, event->session, &identity);
	else
		*person = directory_find(directory, event->session, &identity);
	if (*person == PERSON_NONE)
		return problem_say(problem, 422,
				   "nobody in this session is known by that");
	return 0;
}

static int whole_number(const char *key, const json_t *value, int64_t *number,
			struct problem *problem)
{
	if (json_is_integer(value)) {
		*number = json_integer_value(value);
		return 0;
	}
	if (json_is_boolean(value)) {
		*number = json_is_true(value);
		return 0;
	}
	/* "…_ms" may be written as a time, which people can read. */
	if (json_is_string(value) && clock_parse(json_string_value(value), number) == 0)
		return 0;
	return problem_say(problem, 422,
			   "data.%.60s is neither a whole number nor a time", key);
}

static int set_field(const char *key, const json_t *value, struct event *event,
		     struct problem *problem)
{
	int64_t number = 0;

	if (whole_number(key, value, &number, problem) < 0)
		return -1;
	switch (event_set(event, key, number)) {
	case 0:
		return 0;
	case -2:
		return problem_say(problem, 422, "data.%.60s: %lld does not fit", key,
				   (long long)number);
	default:
		return problem_say(problem, 422, "%s has no field `%.60s`",
				   event_name(event->kind), key);
	}
}

static bool is_read_elsewhere(const char *key, enum event_kind kind)
{
	static const char *const always[] = { "session", "person", "by" };
	static const char *const room[] = { "join_url", "thread_id", "name" };

	for (int i = 0; i < 3; i++) {
		if (strcmp(key, always[i]) == 0 ||
		    (kind == EVENT_ROOM_READY && strcmp(key, room[i]) == 0))
			return true;
	}
	return false;
}

static int fields(const json_t *data, struct event *event, struct problem *problem)
{
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)data, key, value) {
		if (is_read_elsewhere(key, (enum event_kind)event->kind))
			continue;
		if (set_field(key, value, event, problem) < 0)
			return -1;
	}
	return 0;
}

/* Last, when all else is right: nobody is learned from an event that is refused. */
static int people(const json_t *data, struct directory *directory, struct batch *batch,
		  struct event *event, struct problem *problem)
{
	const json_t *const by = json_object_get(data, "by");
	const json_t *const person = json_object_get(data, "person");
	int rc = 0;

	if (by != NULL)
		rc = person_of(by, directory, NULL, event, &event->by, problem);
	if (rc == 0 && person != NULL)
		rc = person_of(person, directory, may_be_new(event) ? batch : NULL, event,
			       &event->person, problem);
	return rc;
}

/* A room that another platform has made: people are sent there by its link. */
static int room(const json_t *data, struct directory *directory, struct batch *batch,
		const struct event *event, struct problem *problem)
{
	const char *const thread = json_text(data, "thread_id");
	const char *const name = json_text(data, "name");
	const struct place_row row = { .session = event->session,
				       .place = event->place,
				       .join_url = json_text(data, "join_url"),
				       .thread_id = thread[0] != '\0' ? thread : NULL,
				       .name = name[0] != '\0' ? name : NULL };

	if (event->place == PLACE_MAIN || event->place >= PLACES_MAX)
		return problem_say(problem, 422, "data.place: a room is 1 to %d",
				   ROOMS_MAX);
	if (strncmp(row.join_url, "https://", 8) != 0 ||
	    strpbrk(row.join_url, " \"<>\\\r\n") != NULL)
		return problem_say(problem, 422,
				   "data.join_url: expected an address with https://");
	directory_set_place(directory, batch, &row);
	return 0;
}

static bool tells_when(const struct event *event)
{
	return event->kind == EVENT_PERSON_JOINED || event->kind == EVENT_PERSON_LEFT ||
	       event->kind == EVENT_PRESENCE_CHECKED ||
	       event->kind == EVENT_MEETING_STARTED || event->kind == EVENT_MEETING_ENDED;
}

static enum event_kind kind_of(const struct cloudevent *cloudevent,
			       struct problem *problem)
{
	enum event_kind kind = EVENT_NONE;

	if (strncmp(cloudevent->type, prefix, sizeof(prefix) - 1) == 0)
		kind = event_kind_of(cloudevent->type + sizeof(prefix) - 1);
	if (cloudevent_shares(kind) == SHARE_TAKEN)
		return kind;
	problem_say(problem, 422, "type `%.100s` is not one that is taken here",
		    cloudevent->type);
	return EVENT_NONE;
}

int cloudevent_means(const struct cloudevent *cloudevent, struct directory *directory,
		     struct batch *batch, struct event *event, struct problem *problem)
{
	const json_t *const data = (const json_t *)cloudevent->data;
	const enum event_kind kind = kind_of(cloudevent, problem);

	if (kind == EVENT_NONE)
		return -1;
	struct event read = event_blank(kind);

	read.source = SOURCE_RELAY;
	if (session_of(data, directory, &read, problem) < 0)
		return -1;
	if (tells_when(&read))
		read.presence.occurred_ms = cloudevent->occurred_ms;
	if (fields(data, &read, problem) < 0 || all_there(data, kind, problem) < 0 ||
	    people(data, directory, batch, &read, problem) < 0)
		return -1;
	if (kind == EVENT_ROOM_READY && room(data, directory, batch, &read, problem) < 0)
		return -1;
	*event = read;
	return 0;
}
