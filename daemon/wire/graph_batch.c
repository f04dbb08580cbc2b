/* SPDX-License-Identifier: MIT */
#include "daemon/wire/graph_batch.h"

#include "daemon/common/text.h"
#include "daemon/wire/backoff.h"
#include "daemon/wire/base64url.h"

#include <assert.h>
#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { ID_BYTES = 24 };

/* -- the envelope ---------------------------------------------------------------------------- */

static json_t *item_json(const struct graph_item *item, size_t number)
{
	char id[ID_BYTES];

	snprintf(id, sizeof(id), "%zu", number);
	json_t *const headers =
		json_pack("{s:s,s:s}", "client-request-id", item->client_request_id,
			  "Prefer", "include-unknown-enum-members");
	json_t *const json =
		json_pack("{s:s,s:s,s:s,s:o}", "id", id, "method", item->method, "url",
			  item->url, "headers", headers);

	assert(json);
	if (item->body != NULL && item->body[0] != '\0') {
		json_object_set_new(headers, "Content-Type",
				    json_string("application/json"));
		json_object_set_new(json, "body", json_loads(item->body, 0, NULL));
		assert(json_object_get(json, "body"));
	}
	return json;
}

void graph_batch_write(struct text *envelope, const struct graph_item *items,
		       size_t count)
{
	json_t *const requests = json_array();

	assert(count > 0 && count <= GRAPH_BATCH_ITEMS);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(requests, item_json(&items[i], i));
	json_t *const root = json_pack("{s:o}", "requests", requests);
	char *const text = json_dumps(root, JSON_COMPACT);

	if (text == NULL)
		abort();
	text_add(envelope, text, strlen(text));
	free(text);
	json_decref(root);
}

/* -- the answers ----------------------------------------------------------------------------- */

static void fails(struct graph_outcome *outcome, int error)
{
	outcome->reply = (struct client_reply){ .error = error,
						.left = true,
						.retry_after_ms = -1,
						.date_ms = -1,
						.content_type = "",
						.challenge = "",
						.body = "" };
}

/* The envelope itself was refused, throttled or lost: so was each item. */
static void fail_as(const struct client_reply *reply, struct graph_outcome *outcomes,
		    size_t count)
{
	for (size_t i = 0; i < count; i++)
		outcomes[i].reply = *reply;
}

/* Names of headers have no case; values may be strings or numbers. */
static void header_of(const json_t *item, const char *name, struct text *value)
{
	const char *key;
	json_t *held;

	json_object_foreach (json_object_get(item, "headers"), key, held) {
		if (strcasecmp(key, name) != 0)
			continue;
		if (json_is_integer(held))
			text_addf(value, "%lld", (long long)json_integer_value(held));
		else if (json_is_number(held))
			text_addf(value, "%.3f", json_number_value(held));
		else if (json_is_string(held))
			text_addf(value, "%s", json_string_value(held));
		return;
	}
}

static int64_t retry_after_of(const json_t *item)
{
	struct text value = { 0 };
	struct tm date = { 0 };

	header_of(item, "Retry-After", &value);
	const bool is_date =
		strptime(text_string(&value), "%a, %d %b %Y %H:%M:%S", &date) != NULL;
	const int64_t wait_ms =
		retry_after_read(text_string(&value), is_date ? timegm(&date) : -1,
				 time(NULL));

	text_finish(&value);
	return wait_ms;
}

/* What is not JSON comes as a string: base64url, with or without padding. */
static void text_body(struct graph_outcome *outcome, const char *letters)
{
	const size_t length = strcspn(letters, "=");
	char *const bytes = memory_zeroed(length + 1);
	const ssize_t count = base64url_read(letters, length, bytes);

	if (count >= 0 && !strstr(text_string(&outcome->content_type), "json"))
		text_add(&outcome->body, bytes, (size_t)count);
	else
		text_addf(&outcome->body, "%s", letters);
	free(bytes);
}

static void take_body(struct graph_outcome *outcome, const json_t *body)
{
	if (body == NULL || json_is_null(body))
		return;
	if (json_is_string(body)) {
		text_body(outcome, json_string_value(body));
		return;
	}
	char *const text = json_dumps(body, JSON_COMPACT | JSON_ENCODE_ANY);

	if (text == NULL)
		abort();
	text_addf(&outcome->body, "%s", text);
	free(text);
}

/* A number or, from some services, its digits; 0 when it is neither. */
static json_int_t status_of(const json_t *item)
{
	const json_t *const status = json_object_get(item, "status");
	const char *const digits = json_string_value(status);
	char *end;

	if (digits == NULL)
		return json_integer_value(status);
	const long long number = strtoll(digits, &end, 10);

	return *end == '\0' ? number : 0;
}

static void take_item(struct graph_outcome *outcome, const json_t *item)
{
	const json_int_t number = status_of(item);

	if (number < 100 || number > 599) {
		fails(outcome, -EPROTO);
		return;
	}
	fails(outcome, 0);
	header_of(item, "Content-Type", &outcome->content_type);
	header_of(item, "request-id", &outcome->request_id);
	take_body(outcome, json_object_get(item, "body"));
	outcome->reply.status = (int)number;
	outcome->reply.retry_after_ms = retry_after_of(item);
	outcome->reply.content_type = text_string(&outcome->content_type);
	outcome->reply.body = text_string(&outcome->body);
	outcome->reply.body_bytes = outcome->body.length;
}

static bool waits(const struct client_reply *reply)
{
	return reply->error == 0 && (reply->status == 429 || reply->status == 503);
}

static void wait_for_the_longest(struct graph_outcome *outcomes, size_t count)
{
	int64_t longest_ms = -1;

	for (size_t i = 0; i < count; i++) {
		if (waits(&outcomes[i].reply) &&
		    outcomes[i].reply.retry_after_ms > longest_ms)
			longest_ms = outcomes[i].reply.retry_after_ms;
	}
	for (size_t i = 0; i < count; i++) {
		if (waits(&outcomes[i].reply))
			outcomes[i].reply.retry_after_ms = longest_ms;
	}
}

/* The number of the item that this answers, or count when it answers none of ours. */
static size_t number_of(const json_t *item, size_t count)
{
	const char *const id = json_string_value(json_object_get(item, "id"));
	char wanted[ID_BYTES];

	for (size_t i = 0; id && i < count; i++) {
		snprintf(wanted, sizeof(wanted), "%zu", i);
		if (strcmp(id, wanted) == 0)
			return i;
	}
	return count;
}

static void take_items(const json_t *answers, struct graph_outcome *outcomes,
		       size_t count)
{
	unsigned seen[GRAPH_BATCH_ITEMS] = { 0 };
	const json_t *answer;
	size_t i;

	json_array_foreach (answers, i, answer) {
		const size_t number = number_of(answer, count);

		if (number < count)
			seen[number]++;
	}
	json_array_foreach (answers, i, answer) {
		const size_t number = number_of(answer, count);

		if (number < count && seen[number] == 1)
			take_item(&outcomes[number], answer);
	}
	for (size_t at = 0; at < count; at++) {
		if (seen[at] != 1)
			fails(&outcomes[at], -EPROTO);
	}
}

void graph_batch_read(const struct client_reply *reply, struct graph_outcome *outcomes,
		      size_t count)
{
	assert(count <= GRAPH_BATCH_ITEMS);
	if (reply->error < 0 || reply->status < 200 || reply->status >= 300) {
		fail_as(reply, outcomes, count);
		return;
	}
	json_t *const root = json_loadb(reply->body, reply->body_bytes, 0, NULL);

	take_items(json_object_get(root, "responses"), outcomes, count);
	wait_for_the_longest(outcomes, count);
	json_decref(root);
}

void graph_outcomes_finish(struct graph_outcome *outcomes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		text_finish(&outcomes[i].body);
		text_finish(&outcomes[i].content_type);
		text_finish(&outcomes[i].request_id);
	}
}
