/* SPDX-License-Identifier: MIT */
#include "daemon/decode_cloudevent.h"

#include <stdio.h>
#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/json.h"
#include "daemon/store/directory.h"
#include "handlers/transcript.h"

static const char prefix[] = "plenary.";

static int required(const json_t *root, const char *name, const char **value,
		    struct problem *problem)
{
	*value = json_text(root, name);
	if (**value == '\0')
		return problem_say(problem, 400, "the CloudEvent has no `%s`", name);
	if (strlen(*value) >= CLOUDEVENT_TEXT)
		return problem_say(problem, 400, "`%s` has more than %d bytes", name,
				   CLOUDEVENT_TEXT - 1);
	return 0;
}

int cloudevent_read(const struct json_t *root, struct cloudevent *cloudevent,
		    struct problem *problem)
{
	struct cloudevent read = { 0 };
	const char *version;

	if (!json_is_object(root))
		return problem_say(problem, 400, "a CloudEvent is a JSON object");
	if (required(root, "specversion", &version, problem) < 0 ||
	    required(root, "id", &read.id, problem) < 0 ||
	    required(root, "source", &read.source, problem) < 0 ||
	    required(root, "type", &read.type, problem) < 0)
		return -1;
	if (strcmp(version, "1.0") != 0)
		return problem_say(problem, 400,
				   "specversion is %.16s; only 1.0 is spoken here",
				   version);
	read.time = json_text(root, "time");
	if (read.time[0] != '\0' && clock_parse(read.time, &read.occurred_ms) < 0)
		return problem_say(problem, 400, "`time` is no RFC 3339 time");
	read.data = (struct json_t *)json_object_get((json_t *)root, "data");
	if (!json_is_object((json_t *)read.data))
		read.data = NULL;
	snprintf(read.key, sizeof(read.key), "ce|%zu|%s|%s", strlen(read.source),
		 read.source, read.id);
	*cloudevent = read;
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

static int fields(const json_t *data, struct event *event, struct problem *problem)
{
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)data, key, value) {
		if (strcmp(key, "session") == 0 || strcmp(key, "person") == 0 ||
		    strcmp(key, "by") == 0)
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

static bool tells_when(const struct event *event)
{
	return event->kind == EVENT_PERSON_JOINED || event->kind == EVENT_PERSON_LEFT ||
	       event->kind == EVENT_MEETING_STARTED || event->kind == EVENT_MEETING_ENDED;
}

/* These come of the program itself; from outside they would be forgeries. */
static bool is_ours_alone(enum event_kind kind)
{
	return kind == EVENT_NONE || kind == EVENT_ALARM_RANG ||
	       kind == EVENT_DELIVERY_FAILED || kind == EVENT_DELIVERY_UNRESOLVED ||
	       kind == EVENT_ROOM_READY;
}

int cloudevent_means(const struct cloudevent *cloudevent, struct directory *directory,
		     struct batch *batch, struct event *event, struct problem *problem)
{
	const json_t *const data = (const json_t *)cloudevent->data;
	enum event_kind kind = EVENT_NONE;

	if (strncmp(cloudevent->type, prefix, sizeof(prefix) - 1) == 0)
		kind = event_kind_of(cloudevent->type + sizeof(prefix) - 1);
	if (is_ours_alone(kind))
		return problem_say(problem, 422,
				   "type `%.100s` is not one that is taken here",
				   cloudevent->type);
	struct event read = event_blank(kind);

	read.source = SOURCE_RELAY;
	if (session_of(data, directory, &read, problem) < 0)
		return -1;
	if (tells_when(&read))
		read.presence.occurred_ms = cloudevent->occurred_ms;
	if (fields(data, &read, problem) < 0 ||
	    people(data, directory, batch, &read, problem) < 0)
		return -1;
	*event = read;
	return 0;
}
