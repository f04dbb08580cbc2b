/* SPDX-License-Identifier: MIT */
#include "commands/schedule_event.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/common/text.h"
#include "daemon/wire/client.h"

static void put(json_t *object, const char *key, const char *value)
{
	if (value != NULL && value[0] != '\0')
		json_object_set_new(object, key, json_string(value));
}

static json_t *person_json(const struct schedule_person *person)
{
	json_t *const json = json_object();

	put(json, "name", person->name);
	put(json, "object_id", person->object_id);
	put(json, "teams_id", person->teams_id);
	put(json, "email", person->email);
	put(json, "role", person->role);
	put(json, "profession", person->profession);
	return json;
}

static json_t *meeting_json(const struct schedule_event *event)
{
	json_t *const json = json_object();

	put(json, "thread_id", event->thread_id);
	put(json, "join_url", event->join_url);
	put(json, "meeting_id", event->meeting_id);
	return json;
}

static json_t *webinar_json(const struct schedule_event *event)
{
	json_t *const json = json_object();

	put(json, "id", event->webinar_id);
	put(json, "session_id", event->webinar_session_id);
	return json;
}

static json_t *data_json(const struct schedule_event *event)
{
	json_t *const json = json_object(), *const people = json_array();
	char starts[32];

	clock_iso(event->starts_ms, starts);
	put(json, "uid", event->uid);
	put(json, "title", event->title);
	put(json, "programme", event->programme);
	json_object_set_new(json, "module", json_integer(event->module));
	put(json, "starts", starts);
	put(json, "organiser_id", event->organiser_id);
	put(json, "tenant_id", event->tenant_id);
	put(json, "service_url", event->service_url);
	if (event->webinar_id != NULL)
		json_object_set_new(json, "webinar", webinar_json(event));
	else
		json_object_set_new(json, "meeting", meeting_json(event));
	for (size_t i = 0; i < event->people_count; i++)
		json_array_append_new(people, person_json(&event->people[i]));
	json_object_set_new(json, "people", people);
	return json;
}

/* NULL when a string in it is not UTF-8; malloc'd. */
static char *event_written(const struct schedule_event *event)
{
	json_t *const json = json_object();

	put(json, "specversion", "1.0");
	put(json, "type", "plenary.session_scheduled");
	put(json, "source", "/plenary/schedule");
	put(json, "id", event->uid);
	put(json, "datacontenttype", "application/json");
	json_object_set_new(json, "data", data_json(event));
	char *const text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	return text;
}

/* A problem says what is wrong in words (RFC 9457). */
static void say_problem(const char *command, const char *base, int status,
			const char *body)
{
	json_t *const problem = json_loads(body != NULL ? body : "", 0, NULL);
	const char *words = json_string_value(json_object_get(problem, "detail"));

	if (words == NULL)
		words = json_string_value(json_object_get(problem, "title"));
	fprintf(stderr, "plenary %s: %s answered %d: %s\n", command, base, status,
		words != NULL ? words : "without saying why");
	json_decref(problem);
}

static int post(const char *event, const struct schedule_to *to, const char *command)
{
	struct text url = { 0 }, authorization = { 0 };
	char *reply = NULL;

	text_addf(&url, "%s/events", to->base);
	text_addf(&authorization, "Authorization: Bearer %s", to->secret);
	const struct client_request request = {
		.method = "POST",
		.url = text_string(&url),
		.headers = { "Content-Type: application/cloudevents+json",
			     text_string(&authorization) },
		.body = event,
		.body_bytes = strlen(event),
	};
	const int status = client_ask(&request, to->ca_file, &reply);
	if (status < 0)
		fprintf(stderr, "plenary %s: %s: %s\n", command, text_string(&url),
			strerror(-status));
	else if (status < 200 || status > 299)
		say_problem(command, to->base, status, reply);
	explicit_bzero(authorization.data, authorization.room);
	text_finish(&authorization);
	text_finish(&url);
	free(reply);
	return status >= 200 && status <= 299 ? 0 : -1;
}

int schedule_event_post(const struct schedule_event *event, const struct schedule_to *to,
			const char *command)
{
	char *const text = event_written(event);
	int rc = -1;

	if (text == NULL)
		fprintf(stderr, "plenary %s: what is to be sent is not all UTF-8\n",
			command);
	else
		rc = post(text, to, command);
	free(text);
	return rc;
}
