/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/common/map.h"
#include "daemon/decode_cloudevent.h"
#include "daemon/decode_schedule.h"
#include "daemon/door.h"
#include "daemon/json.h"
#include "daemon/sessions.h"
#include "daemon/settings/config.h"
#include "daemon/turn.h"
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
		rc = schedule_take(cloudevent->data, directory, door->sessions,
				   door->turn, door->config, problem);
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

static int take_object(struct door *door, const json_t *object, struct problem *problem)
{
	struct cloudevent cloudevent;

	door->counts.cloudevents++;
	if (cloudevent_read((const struct json_t *)object, &cloudevent, problem) < 0)
		return -1;
	return take(door, &cloudevent, problem);
}

/* -- over HTTP -------------------------------------------------------------------------------- */

/* Binary mode: attributes in ce- headers, data in the body. */
static json_t *binary_event(const struct edge_request *request, const json_t *data)
{
	static const char *const attributes[] = { "specversion", "id", "source", "type",
						  "time" };
	json_t *const event = json_object();
	char header[32];

	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
		snprintf(header, sizeof(header), "ce-%s", attributes[i]);
		const char *const value = edge_header(request, header);

		if (value != NULL)
			json_object_set_new(event, attributes[i], json_string(value));
	}
	json_object_set(event, "data", (json_t *)data);
	return event;
}

static bool is_type(const char *content_type, const char *wanted)
{
	const size_t length = strlen(wanted);

	return strncasecmp(content_type, wanted, length) == 0 &&
	       (content_type[length] == '\0' || content_type[length] == ';' ||
		content_type[length] == ' ');
}

static int take_batch(struct door *door, const json_t *list, struct problem *problem)
{
	const json_t *object;
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

static int take_body(struct door *door, const struct edge_request *request,
		     const json_t *root, struct problem *problem)
{
	const char *const type = edge_header(request, "Content-Type");
	int rc;

	if (type != NULL && is_type(type, "application/cloudevents-batch+json"))
		return take_batch(door, root, problem);
	if (type != NULL && is_type(type, "application/cloudevents+json"))
		return take_object(door, root, problem);
	if (edge_header(request, "ce-specversion") == NULL)
		return problem_say(
			problem, 415,
			"send application/cloudevents+json, or ce- headers with JSON");
	json_t *const event = binary_event(request, root);

	rc = take_object(door, event, problem);
	json_decref(event);
	return rc;
}

void door_cloudevents(struct door *door, const struct edge_request *request)
{
	struct problem problem = { 0 };
	char fault[JSON_FAULT_BYTES];
	json_t *root = NULL;
	int rc = 0;

	if (!door_bearer_is(request, door->events_secret))
		rc = problem_say(&problem, 401,
				 "the shared secret is needed as bearer token");
	if (rc == 0) {
		root = json_read(request->body, request->body_bytes, fault);
		if (root == NULL)
			rc = problem_say(&problem, 400, "the body is not JSON: %s",
					 fault);
	}
	if (rc < 0)
		door_refuse(door, request->number, &problem);
	else if (take_body(door, request, root, &problem) < 0)
		door_refuse_rest(door, request->number, &problem);
	else
		door_answer(door, request->number, 202, NULL, NULL);
	json_decref(root);
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
