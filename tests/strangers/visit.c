/* SPDX-License-Identifier: MIT */
#include "tests/strangers/visit.h"

#include <time.h>

#include "tests/check.h"

static long long events_before;

long long visit_events(struct visit *visit)
{
	return house_figure(&visit->house, "events_total");
}

void visit_begin_with(struct visit *visit, const struct rlimit *descriptors)
{
	house_begin(&visit->house);
	visit->house.descriptors = *descriptors;
	house_start(&visit->house);
	house_schedule(&visit->house, "leep-1");
	visit->activities = 0;
	events_before = visit_events(visit);
}

void visit_begin(struct visit *visit)
{
	visit_begin_with(visit, &(struct rlimit){ 0 });
}

void visit_end(struct visit *visit)
{
	CHECK_INT(events_before, visit_events(visit));
	CHECK_INT(200, house_ask(&visit->house, "GET", "/readyz", "", "", NULL));
	house_end(&visit->house);
}

/* What more says wins; null takes away. */
static char *with(json_t *object, const char *more)
{
	struct text text = { 0 };
	const char *name;
	json_t *value;

	text_addf(&text, "{%s}", more != NULL ? more : "");
	json_t *const others = json_loads(text_string(&text), 0, NULL);

	CHECK(others != NULL);
	text_finish(&text);
	json_object_foreach (others, name, value) {
		if (json_is_null(value))
			json_object_del(object, name);
		else
			json_object_set(object, name, value);
	}
	char *const written = json_dumps(object, JSON_COMPACT);

	json_decref(others);
	json_decref(object);
	return written;
}

char *visit_claims(struct visit *visit, const char *more)
{
	const json_int_t now = time(NULL);

	return with(json_pack("{s:s,s:s,s:I,s:I,s:s}", "iss",
			      "https://api.botframework.com", "aud", OUTSIDE_APP, "nbf",
			      now - 60, "exp", now + 3600, "serviceurl",
			      visit->house.outside.service_url),
		    more);
}

char *visit_token(struct visit *visit)
{
	char *const claims = visit_claims(visit, NULL);
	char *const token = outside_sign(&visit->house.outside, KEY_TEAMS, claims);

	free(claims);
	return token;
}

char *visit_activity(struct visit *visit, const char *more)
{
	char id[24];

	snprintf(id, sizeof(id), "stranger-%u", visit->activities++);
	return with(json_pack("{s:s,s:s,s:s,s:s,s:s,s:{s:s},s:{s:s,s:s},s:{s:s}}", "type",
			      "typing", "id", id, "timestamp", "2026-11-24T09:00:01Z",
			      "serviceUrl", visit->house.outside.service_url, "channelId",
			      "msteams", "from", "id", "29:u3", "conversation", "id",
			      HOUSE_THREAD, "tenantId", OUTSIDE_TENANT, "recipient", "id",
			      "28:" OUTSIDE_APP),
		    more);
}

int visit_post(struct visit *visit, const char *path, const char *headers,
	       const char *body, size_t bytes)
{
	struct client client;
	struct text head = { 0 };
	struct reply reply = { 0 };

	text_addf(&head,
		  "POST %s HTTP/1.1\r\nHost: example.test\r\n%sContent-Length: "
		  "%zu\r\n\r\n",
		  path, headers, bytes);
	client_open(&client, &visit->house.server, WAY_PLAIN);
	client_send(&client, head.data, head.length);
	client_send(&client, body, bytes);
	client_reply(&client, &reply, false);
	client_close(&client);
	const int status = reply.status;

	text_finish(&head);
	reply_finish(&reply);
	return status;
}

int visit_message(struct visit *visit, const char *token, const char *body, size_t bytes)
{
	struct text headers = { 0 };

	text_addf(&headers, HOUSE_JSON "Authorization: Bearer %s\r\n", token);
	const int status =
		visit_post(visit, "/api/messages", text_string(&headers), body, bytes);

	text_finish(&headers);
	return status;
}

void visit_row(const char *what, int status)
{
	printf("| %s | %d |\n", what, status);
}
