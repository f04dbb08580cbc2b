/* SPDX-License-Identifier: MIT */
#include "daemon/common/text.h"
#include "daemon/wire/graph_batch.h"
#include "tests/check.h"
#include "tests/wire/shared.h"

#include <errno.h>
#include <jansson.h>

static struct graph_outcome outcomes[GRAPH_BATCH_ITEMS];

static void read_answer(int status, const char *body, size_t count)
{
	const struct client_reply reply = { .status = status,
					    .retry_after_ms = 7000,
					    .content_type = "application/json",
					    .body = body,
					    .body_bytes = strlen(body) };

	graph_outcomes_finish(outcomes, GRAPH_BATCH_ITEMS);
	memset(outcomes, 0, sizeof(outcomes));
	graph_batch_read(&reply, outcomes, count);
}

#define WAS(at, wanted_status, wanted_body) \
	do { \
		CHECK_INT(0, outcomes[at].reply.error); \
		CHECK_INT(wanted_status, outcomes[at].reply.status); \
		CHECK_TEXT(wanted_body, outcomes[at].reply.body); \
		CHECK_INT(strlen(wanted_body), outcomes[at].reply.body_bytes); \
	} while (0)

static void test_the_envelope(void)
{
	const struct graph_item items[] = {
		{ .method = "GET",
		  .url = "/users/a?$select=id",
		  .client_request_id = "g1" },
		{ .method = "PATCH",
		  .url = "/subscriptions/s",
		  .body = "{\"x\":{\"y\":[1]}}",
		  .client_request_id = "g2" },
	};
	struct text envelope = { 0 };

	graph_batch_write(&envelope, items, 2);
	CHECK_TEXT(
		"{\"requests\":[{\"id\":\"0\",\"method\":\"GET\",\"url\":\"/users/"
		"a?$select=id\",\"headers\":{\"client-request-id\":\"g1\",\"Prefer\":"
		"\"include-unknown-enum-members\"}},{\"id\":\"1\",\"method\":\"PATCH\","
		"\"url\":\"/subscriptions/s\",\"headers\":{\"client-request-id\":\"g2\","
		"\"Prefer\":\"include-unknown-enum-members\",\"Content-Type\":"
		"\"application/json\"},\"body\":{\"x\":{\"y\":[1]}}}]}",
		text_string(&envelope));
	text_finish(&envelope);
}

static void test_answers_in_any_order(void)
{
	read_answer(200,
		    "{\"responses\":["
		    "{\"id\":\"2\",\"status\":204},"
		    "{\"id\":\"0\",\"status\":200,\"headers\":{\"REQUEST-ID\":\"r0\"},"
		    "\"body\":{\"value\":[]}},"
		    "{\"id\":\"1\",\"status\":\"404\",\"body\":null}]}",
		    3);
	WAS(0, 200, "{\"value\":[]}");
	CHECK_TEXT("r0", text_string(&outcomes[0].request_id));
	WAS(1, 404, "");
	WAS(2, 204, "");
	CHECK_INT(-1, outcomes[0].reply.retry_after_ms);
}

/* Whoever has no answer, or two, is to ask again; neighbours are not spoiled. */
static void test_missing_and_twice(void)
{
	read_answer(200,
		    "{\"responses\":["
		    "{\"id\":\"0\",\"status\":200},{\"id\":\"0\",\"status\":500},"
		    "{\"id\":\"2\",\"status\":201,\"body\":{\"id\":\"x\"}},"
		    "{\"id\":\"7\",\"status\":200},{\"id\":2,\"status\":200},"
		    "{\"id\":\"3\",\"status\":9000},"
		    "{\"id\":\"4\",\"status\":\"200?\"},{},4]}",
		    5);
	CHECK_INT(-EPROTO, outcomes[0].reply.error);
	CHECK_INT(-EPROTO, outcomes[1].reply.error);
	WAS(2, 201, "{\"id\":\"x\"}");
	CHECK_INT(-EPROTO, outcomes[3].reply.error);
	CHECK_TEXT("", outcomes[3].reply.body);
	CHECK_INT(-EPROTO, outcomes[4].reply.error);
	read_answer(200, "<html>", 2);
	CHECK_INT(-EPROTO, outcomes[0].reply.error);
	CHECK_INT(-EPROTO, outcomes[1].reply.error);
}

static void test_the_longest_wait_is_everybodys(void)
{
	read_answer(
		200,
		"{\"responses\":["
		"{\"id\":\"0\",\"status\":429,\"headers\":{\"Retry-After\":\"2.128\"}},"
		"{\"id\":\"1\",\"status\":429,\"headers\":{\"retry-after\":5}},"
		"{\"id\":\"2\",\"status\":429},"
		"{\"id\":\"3\",\"status\":200},"
		"{\"id\":\"4\",\"status\":503,\"headers\":{\"Retry-After\":"
		"\"Wed, 21 Oct 2015 07:28:00 GMT\"}}]}",
		5);
	CHECK_INT(5000, outcomes[0].reply.retry_after_ms);
	CHECK_INT(5000, outcomes[1].reply.retry_after_ms);
	CHECK_INT(5000, outcomes[2].reply.retry_after_ms);
	CHECK_INT(-1, outcomes[3].reply.retry_after_ms);
	CHECK_INT(5000, outcomes[4].reply.retry_after_ms);
}

static void test_the_envelope_fails(void)
{
	read_answer(429, "{\"error\":{\"code\":\"TooManyRequests\"}}", 2);
	WAS(0, 429, "{\"error\":{\"code\":\"TooManyRequests\"}}");
	WAS(1, 429, "{\"error\":{\"code\":\"TooManyRequests\"}}");
	CHECK_INT(7000, outcomes[1].reply.retry_after_ms);
	read_answer(502, "<html>", 1);
	WAS(0, 502, "<html>");
	read_answer(400, "{}", 1);
	WAS(0, 400, "{}");

	const struct client_reply lost = {
		.error = -ECONNRESET, .left = true, .content_type = "", .body = ""
	};

	graph_batch_read(&lost, outcomes, 2);
	CHECK_INT(-ECONNRESET, outcomes[1].reply.error);
	CHECK(outcomes[1].reply.left);
}

/* What is not JSON is base64url: "<p>?>" has the letters that differ from base64. */
static void test_bodies_that_are_text(void)
{
	read_answer(200,
		    "{\"responses\":["
		    "{\"id\":\"0\",\"status\":502,\"headers\":{\"Content-Type\":\"text/"
		    "html\"},\"body\":\"PHA-Pz4\"},"
		    "{\"id\":\"1\",\"status\":200,\"headers\":{\"Content-Type\":\"image/"
		    "x\"},\"body\":\"PHA-Pz4=\"},"
		    "{\"id\":\"2\",\"status\":200,\"body\":\"not that: blank\"}]}",
		    3);
	WAS(0, 502, "<p>?>");
	CHECK_TEXT("text/html", outcomes[0].reply.content_type);
	WAS(1, 200, "<p>?>");
	WAS(2, 200, "not that: blank");
}

/* Microsoft's example: throttled, not found, a dependency that failed; its ids are ours
 * plus one. */
static void test_sample(void)
{
	size_t bytes;
	char *const text = shared_sample("graph/batch-response.json", &bytes);

	if (text == NULL)
		return;
	json_t *const root = json_loadb(text, bytes, 0, NULL);
	const char *const ids[] = { "2", "0", "1" };
	json_t *item;
	size_t i;

	json_array_foreach (json_object_get(root, "responses"), i, item) {
		CHECK(i < sizeof(ids) / sizeof(ids[0]));
		json_object_set_new(item, "id", json_string(ids[i]));
	}
	char *const body = json_dumps(root, 0);

	read_answer(200, body, 3);
	CHECK_INT(404, outcomes[0].reply.status);
	CHECK(strstr(outcomes[0].reply.body, "Request_ResourceNotFound"));
	CHECK_INT(424, outcomes[1].reply.status);
	CHECK(strstr(outcomes[1].reply.body, "FailedDependency"));
	CHECK_INT(429, outcomes[2].reply.status);
	CHECK_INT(10000, outcomes[2].reply.retry_after_ms);
	free(body);
	json_decref(root);
	free(text);
}

/* The same throttled answer inside an envelope: fractions of seconds count. */
static void test_sample_of_throttling(void)
{
	size_t bytes;
	char *const text = shared_sample("graph/error-429-throttled.json", &bytes);

	if (text == NULL)
		return;
	json_t *const item = json_loadb(text, bytes, 0, NULL);
	json_t *const root = json_pack("{s:[O]}", "responses", item);

	json_object_set_new(item, "id", json_string("0"));
	char *const body = json_dumps(root, 0);

	read_answer(200, body, 1);
	CHECK_INT(429, outcomes[0].reply.status);
	CHECK_INT(2128, outcomes[0].reply.retry_after_ms);
	CHECK(strstr(outcomes[0].reply.body, "TooManyRequests"));
	free(body);
	json_decref(item);
	json_decref(root);
	free(text);
}

/* Our envelope has the members of Microsoft's example, of the same types. */
static void test_sample_of_the_envelope(void)
{
	const struct graph_item item = { .method = "PATCH",
					 .url = "/subscriptions/s",
					 .body = "{\"a\":1}",
					 .client_request_id = "g" };
	struct text envelope = { 0 };
	size_t bytes;
	char *const text = shared_sample("graph/batch-request.json", &bytes);
	const char *name;
	json_t *value;

	if (text == NULL)
		return;
	graph_batch_write(&envelope, &item, 1);
	json_t *const sample = json_loadb(text, bytes, 0, NULL);
	json_t *const ours = json_loads(text_string(&envelope), 0, NULL);
	const json_t *const theirs =
		json_array_get(json_object_get(sample, "requests"), 1);

	json_object_foreach (json_array_get(json_object_get(ours, "requests"), 0), name,
			     value)
		CHECK_INT(json_typeof(json_object_get(theirs, name)), json_typeof(value));
	json_decref(sample);
	json_decref(ours);
	text_finish(&envelope);
	free(text);
}

int main(void)
{
	RUN(test_the_envelope);
	RUN(test_answers_in_any_order);
	RUN(test_missing_and_twice);
	RUN(test_the_longest_wait_is_everybodys);
	RUN(test_the_envelope_fails);
	RUN(test_bodies_that_are_text);
	RUN(test_sample);
	RUN(test_sample_of_throttling);
	RUN(test_sample_of_the_envelope);
	graph_outcomes_finish(outcomes, GRAPH_BATCH_ITEMS);
	return check_done();
}
