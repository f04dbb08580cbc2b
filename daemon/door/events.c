/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/door/arrival.h"
#include "daemon/common/clock.h"
#include "daemon/common/map.h"
#include "daemon/decode/cloudevent.h"
#include "daemon/decode/schedule.h"
#include "daemon/door/door_parts.h"
#include "daemon/decode/json.h"
#include "daemon/sessions.h"
#include "daemon/settings/config.h"
#include "daemon/turn.h"
#include "daemon/wire/auth.h"
#include "daemon/wire/keyring.h"
#include "handlers/transcript.h"

/* A relay's answer: 202 for what was taken, also before; else what was wrong. */
static int take(struct door *door, const struct cloudevent *cloudevent,
		struct problem *problem)
{
	struct directory *const directory = door->words->directory;
	struct batch *const batch = journal_batch(door->turn->journal);
	struct event event;
	int rc;

	if (map_get(&door->seen, cloudevent->key) != NULL) {
		door->counts.repeated++;
		return 0;
	}
	if (strcmp(cloudevent->type, "plenary.session_scheduled") == 0) {
		rc = schedule_take(cloudevent->data, door->words, door->sessions,
				   door->turn, problem);
	} else {
		rc = cloudevent_means(cloudevent, directory, batch, &event, problem);
		if (rc == 0) {
			const struct effect effect = turn_take(door->turn, &event);

			if (effect.kind == ANSWER &&
			    answer_is_refusal((enum answer)effect.number))
				rc = problem_say(problem, 422, "%s",
						 answer_sentence(
							 (enum answer)effect.number));
		}
	}
	/* What was refused may be right when it is sent again. */
	if (rc == 0)
		door_is_repeat(door, cloudevent->key);
	return rc;
}

static int take_object(struct door *door, json_t *object, struct problem *problem)
{
	struct cloudevent cloudevent;

	door->counts.cloudevents++;
	if (cloudevent_read((struct json_t *)object, &cloudevent, problem) < 0)
		return -1;
	return take(door, &cloudevent, problem);
}

/* -- over HTTP -------------------------------------------------------------------------------- */

/* of an arrival */
enum mode { MODE_BINARY, MODE_STRUCTURED, MODE_BATCH };

/* Binary mode: attributes in ce- headers, data in the body. */
static int binary_attributes(const struct edge_request *request, struct arrival *arrival,
			     struct problem *problem)
{
	static const char *const names[] = { "specversion", "id",   "source",
					     "type",        "time", "dataschema",
					     "subject" };
	json_t *const read = json_object();
	struct text value = { 0 };
	char header[32];
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(header, sizeof(header), "ce-%s", names[i]);
		const char *const sent = edge_header(request, header);

		text_clear(&value);
		if (sent == NULL)
			continue;
		if (cloudevent_header(sent, &value) < 0)
			rc = problem_say(problem, 400,
					 "header %s is not percent-encoded UTF-8",
					 header);
		else
			json_object_set_new(read, names[i],
					    json_string(text_string(&value)));
	}
	text_finish(&value);
	arrival->attributes = read;
	return rc;
}

static bool is_type(const char *content_type, const char *wanted)
{
	const size_t length = strlen(wanted);

	return strncasecmp(content_type, wanted, length) == 0 &&
	       (content_type[length] == '\0' || content_type[length] == ';' ||
		content_type[length] == ' ');
}

/* JSON is UTF-8, whatever else a header may say. */
static bool is_utf8(const char *content_type)
{
	const char *const charset = strcasestr(content_type, "charset=");

	if (charset == NULL)
		return true;
	const char *const name = charset + 8 + (charset[8] == '"');

	return strncasecmp(name, "utf-8", 5) == 0 ||
	       strncasecmp(name, "us-ascii", 8) == 0;
}

/* HTTP binding 3: a media type that begins with application/cloudevents is an event or a
 * batch of them, in some format; any other is data of an event in headers. */
static int mode_of(const struct edge_request *request, struct arrival *arrival,
		   struct problem *problem)
{
	const char *const header = edge_header(request, "Content-Type");
	const char *const type = header != NULL ? header : "";

	if (is_type(type, "application/cloudevents-batch+json"))
		arrival->mode = MODE_BATCH;
	else if (is_type(type, "application/cloudevents+json"))
		arrival->mode = MODE_STRUCTURED;
	else if (strncasecmp(type, "application/cloudevents", 23) == 0)
		return problem_say(problem, 415, "of event formats, only JSON is spoken");
	else if (edge_header(request, "ce-specversion") == NULL)
		return problem_say(
			problem, 415,
			"send application/cloudevents+json, or ce- headers with JSON");
	else if (header != NULL && !cloudevent_is_json(type))
		return problem_say(problem, 415, "data are JSON here");
	if (!is_utf8(type))
		return problem_say(problem, 415, "JSON is UTF-8");
	return arrival->mode == MODE_BINARY ? binary_attributes(request, arrival, problem)
					    : 0;
}

static int take_batch(struct door *door, json_t *list, struct problem *problem)
{
	json_t *object;
	size_t i;

	if (!json_is_array(list))
		return problem_say(problem, 400, "a batch is a JSON array");
	if (json_array_size(list) > CLOUDEVENT_BATCH)
		return problem_say(problem, 413, "more than %d events in one batch",
				   CLOUDEVENT_BATCH);
	json_array_foreach (list, i, object) {
		struct problem one = { 0 };

		if (take_object(door, object, &one) < 0)
			return problem_say(
				problem, one.status,
				"event %zu of the batch: %.200s (those before it were "
				"taken)",
				i, one.detail);
	}
	return 0;
}

/* No body is no data: the event may still say all it has to. */
static json_t *body_of(const struct arrival *arrival, struct problem *problem)
{
	char fault[JSON_FAULT_BYTES];
	json_t *body = NULL;

	if (arrival->mode == MODE_BINARY && arrival->body_bytes == 0)
		body = json_null();
	else
		body = json_read(arrival->body, arrival->body_bytes, fault);
	if (body == NULL)
		problem_say(problem, 400, "the body is not JSON: %s", fault);
	return body;
}

static void take_arrival(struct arrival *arrival)
{
	struct door *const door = arrival->door;
	struct problem problem = { 0 };
	json_t *const body = body_of(arrival, &problem);
	int rc = body != NULL ? 0 : -1;

	if (rc < 0) {
		door_refuse(door, arrival->request, &problem);
		return;
	}
	if (arrival->mode == MODE_BATCH)
		rc = take_batch(door, body, &problem);
	else if (arrival->mode == MODE_STRUCTURED)
		rc = take_object(door, body, &problem);
	else
		json_object_set(arrival->attributes, "data", body);
	if (arrival->mode == MODE_BINARY)
		rc = take_object(door, arrival->attributes, &problem);
	if (rc < 0)
		door_refuse_rest(door, arrival->request, &problem);
	else
		door_answer(door, arrival->request, 202, NULL, NULL);
	json_decref(body);
}

/* -- who is it? ------------------------------------------------------------------------------- */

static int verdict_problem(struct door *door, enum auth_verdict verdict,
			   struct problem *problem)
{
	if (verdict == AUTH_GOOD)
		return 0;
	if (verdict == AUTH_UNKNOWN_KEY && !keyring_is_current(door->events_keyring))
		return problem_say(problem, 503,
				   "the signing keys could not be read just now");
	door->counts.bad_tokens++;
	door_tell_refused(door, "event_refused", auth_verdict_name(verdict));
	return problem_say(problem, 401, "the bearer token is not good: %s",
			   auth_verdict_name(verdict));
}

static void on_verdict(void *context, enum auth_verdict verdict,
		       const struct auth_claims *claims)
{
	struct arrival *const arrival = context;
	struct problem problem = { 0 };

	(void)claims;
	if (verdict_problem(arrival->door, verdict, &problem) < 0)
		door_refuse(arrival->door, arrival->request, &problem);
	else
		take_arrival(arrival);
	arrival_destroy(arrival);
}

/* NULL when there is none, or it is too long to be one. */
static const char *token_of(const struct edge_request *request)
{
	const char *const header = edge_header(request, "Authorization");

	if (header == NULL || strncasecmp(header, "Bearer ", 7) != 0 ||
	    strlen(header + 7) > AUTH_TOKEN_BYTES)
		return NULL;
	return header + 7;
}

bool door_cloudevents_refused(struct door *door, const struct edge_request *request)
{
	const bool has_secret = door_bearer_is(request, door->events_secret);
	struct problem problem = { 0 };

	if (!has_secret && (door->events_keyring == NULL || token_of(request) == NULL))
		problem_say(&problem, 401,
			    "the shared secret, or a token, is needed as bearer token");
	else if (arrivals_full(door, request->body_bytes))
		problem_say(&problem, 503, "too many requests wait for the signing keys");
	if (problem.status == 0)
		return false;
	door_refuse(door, request->number, &problem);
	return true;
}

void door_cloudevents(struct door *door, const struct edge_request *request)
{
	const bool has_secret = door_bearer_is(request, door->events_secret);
	struct problem problem = { 0 };

	if (door_cloudevents_refused(door, request))
		return;
	struct arrival *const arrival = arrival_create(door, request);

	if (mode_of(request, arrival, &problem) < 0) {
		door_refuse(door, request->number, &problem);
		arrival_destroy(arrival);
	} else if (has_secret) {
		take_arrival(arrival);
		arrival_destroy(arrival);
	} else {
		keyring_check(door->events_keyring, token_of(request),
			      clock_real_ms() / 1000, on_verdict, arrival);
	}
}

/* An upgrade is answered at once: without the keys at hand, a relay is to come again. */
static void on_upgrade_verdict(void *context, enum auth_verdict verdict,
			       const struct auth_claims *claims)
{
	(void)claims;
	*(int *)context = verdict == AUTH_GOOD ? 101 : 401;
}

int door_events_upgrade(struct door *door, const struct edge_request *request)
{
	const char *const token = token_of(request);
	int status = 503;

	if (door_bearer_is(request, door->events_secret))
		return 101;
	if (door->events_keyring == NULL || token == NULL)
		return 401;
	const uint64_t check =
		keyring_check(door->events_keyring, token, clock_real_ms() / 1000,
			      on_upgrade_verdict, &status);

	if (check != 0)
		keyring_cancel(door->events_keyring, check);
	door->counts.bad_tokens += status == 401;
	return status;
}

/* -- over the websocket ------------------------------------------------------------------------ */

static void acknowledge(struct door *door, uint64_t viewer, const json_t *event,
			const struct problem *problem)
{
	struct text said = { 0 };

	text_addf(&said,
		  "{\"specversion\":\"1.0\",\"source\":\"/"
		  "plenary\",\"type\":\"plenary.%s\","
		  "\"id\":",
		  problem->status == 0 ? "acknowledged" : "refused");
	text_add_json(&said, json_text(event, "id"));
	text_addf(&said, ",\"data\":{\"source\":");
	text_add_json(&said, json_text(event, "source"));
	text_addf(&said, ",\"id\":");
	text_add_json(&said, json_text(event, "id"));
	text_addf(&said, ",\"status\":%d", problem->status == 0 ? 202 : problem->status);
	if (problem->status != 0) {
		text_addf(&said, ",\"detail\":");
		text_add_json(&said, problem->detail);
	}
	text_addf(&said, "}}");
	turn_say(door->turn, viewer, text_string(&said), said.length);
	text_finish(&said);
}

void door_cloudevent_text(struct door *door, uint64_t viewer, const char *text,
			  size_t bytes)
{
	struct problem problem = { 0 };
	char fault[JSON_FAULT_BYTES];
	json_t *const root = json_read(text, bytes, fault);

	if (root == NULL)
		problem_say(&problem, 400, "the message is not JSON: %s", fault);
	else if (batch_full(journal_batch(door->turn->journal)))
		problem_say(&problem, 503, "please send it again in a moment");
	else
		take_object(door, root, &problem);
	acknowledge(door, viewer, root, &problem);
	json_decref(root);
}
