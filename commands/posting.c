/* SPDX-License-Identifier: MIT */
#include "commands/posting.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/settings/config.h"
#include "daemon/settings/secret.h"
#include "daemon/store/directory.h"
#include "daemon/wire/client.h"
#include "handlers/event.h"
#include "handlers/transcript.h"

/* -- what is said ---------------------------------------------------------------------- */

static void add_field(struct text *out, const char *name, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	if (out->data[out->length - 1] != '{')
		text_addf(out, ",");
	text_addf(out, "\"%s\":", name);
	text_add_json(out, value);
}

static void add_person(struct text *out, const struct event *event,
		       const struct person_row *person)
{
	if (person == NULL) {
		text_addf(out, ",\"person\":%u", event->person);
		return;
	}
	text_addf(out, ",\"person\":{");
	add_field(out, "name", person->name);
	add_field(out, "object_id", person->object_id);
	add_field(out, "email", person->email);
	text_addf(out, "}");
}

static void add_data(struct text *out, const struct event *event,
		     const struct person_row *person)
{
	text_addf(out, ",\"place\":%u", event->place);
	if (event->kind == EVENT_REPORT_READ) {
		text_addf(out, ",\"digest\":%" PRIu64 ",\"people\":%u,\"final\":%u",
			  event->report.digest, event->report.people,
			  event->report.final);
		return;
	}
	add_person(out, event, person);
	text_addf(out, ",\"from\":%" PRId64 ",\"to\":%" PRId64, event->interval.from_ms,
		  event->interval.to_ms);
}

static struct text *body_for(struct posting *posting)
{
	if (posting->events % POSTING_BATCH == 0) {
		posting->bodies =
			memory_resized(posting->bodies,
				       (posting->count + 1) * sizeof(posting->bodies[0]));
		posting->bodies[posting->count++] = (struct text){ 0 };
	}
	return &posting->bodies[posting->count - 1];
}

void posting_add(struct posting *posting, const char *session_uid, uint64_t file_digest,
		 const struct event *event, const struct person_row *person)
{
	struct text *const out = body_for(posting);

	text_addf(out, out->length == 0 ? "[" : ",\n");
	text_addf(out,
		  "{\"specversion\":\"1.0\",\"source\":\"/import\","
		  "\"id\":\"%016" PRIx64 "-%u-%u-%" PRId64 "-%" PRId64
		  "\",\"type\":\"plenary.%s\",\"data\":{\"session\":",
		  file_digest, event->place, event->person,
		  event->kind == EVENT_REPORT_READ ? 0 : event->interval.from_ms,
		  event->kind == EVENT_REPORT_READ ? 0 : event->interval.to_ms,
		  event_name((enum event_kind)event->kind));
	text_add_json(out, session_uid);
	add_data(out, event, person);
	text_addf(out, "}}");
	posting->events++;
}

void posting_finish(struct posting *posting)
{
	for (size_t i = 0; i < posting->count; i++)
		text_finish(&posting->bodies[i]);
	free(posting->bodies);
	*posting = (struct posting){ 0 };
}

/* -- to whom ----------------------------------------------------------------------------- */

/* 0.0.0.0 and [::] are where it listens, not where it can be called. */
static void add_listener(struct text *url, const struct config_listener *listener)
{
	const char *const port = strrchr(listener->address, ':');

	text_addf(url, "%s://", listener->tls ? "https" : "http");
	if (strncmp(listener->address, "0.0.0.0:", 8) == 0 ||
	    strncmp(listener->address, "[::]:", 5) == 0)
		text_addf(url, "localhost%s", port);
	else
		text_addf(url, "%s", listener->address);
}

int posting_to_read(struct posting_to *to, const struct config *config)
{
	struct text words = { 0 };

	if (config->events_secret_file == NULL) {
		fputs("plenary import: the daemon is running and events.secret_file is "
		      "not set, so it takes no evidence.\n",
		      stderr);
		return -1;
	}
	const int rc = config_secret(config->events_secret_file, &to->secret);
	if (rc < 0) {
		config_secret_problem(config->events_secret_file, rc, &words);
		fprintf(stderr, "plenary import: %s\n", text_string(&words));
		text_finish(&words);
		return -1;
	}
	if (config->public_url != NULL)
		text_addf(&to->url, "%s", config->public_url);
	else
		add_listener(&to->url, &config->listeners[0]);
	text_addf(&to->url, "/events");
	to->ca_file = config->ca_file != NULL ? config->ca_file : config->tls_certificate;
	return 0;
}

void posting_to_finish(struct posting_to *to)
{
	if (to->secret.data != NULL)
		explicit_bzero(to->secret.data, to->secret.room);
	text_finish(&to->secret);
	text_finish(&to->url);
}

/* -- on its way -------------------------------------------------------------------------- */

static int send_body(struct text *body, const struct posting_to *to,
		     const char *authorization)
{
	char *reply = NULL;

	text_addf(body, "]");
	const struct client_request request = {
		.method = "POST",
		.url = text_string(&to->url),
		.headers = { "Content-Type: application/cloudevents-batch+json",
			     authorization },
		.body = text_string(body),
		.body_bytes = body->length,
	};
	const int status = client_ask(&request, to->ca_file, &reply);
	if (status < 0)
		fprintf(stderr, "plenary import: %s: %s\n", text_string(&to->url),
			strerror(-status));
	else if (status < 200 || status > 299)
		fprintf(stderr, "plenary import: %s answered %d: %.300s\n",
			text_string(&to->url), status, reply != NULL ? reply : "");
	free(reply);
	return status >= 200 && status <= 299 ? 0 : -1;
}

int posting_send(struct posting *posting, const struct posting_to *to)
{
	struct text authorization = { 0 };
	int rc = 0;

	text_addf(&authorization, "Authorization: Bearer %s", text_string(&to->secret));
	for (size_t i = 0; rc == 0 && i < posting->count; i++)
		rc = send_body(&posting->bodies[i], to, text_string(&authorization));
	explicit_bzero(authorization.data, authorization.length);
	text_finish(&authorization);
	return rc;
}
