/* SPDX-License-Identifier: MIT */
#include "rehearsal/batch.h"

#include "daemon/wire/base64url.h"
#include "rehearsal/stage.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct batch {
	struct stage *stage;
	struct way_back back;
	char *region;
	json_t *requests, *responses;
	size_t next;
	int statuses[BATCH_ITEMS];
	bool asking; /* inside a call that may answer before it returns */
	bool answered;
};

/* The last asked comes first: whoever relies on the order notices. */
static void finish(struct batch *batch)
{
	answer_json(batch->stage, &batch->back, 200,
		    json_pack("{s:o}", "responses", batch->responses));
	json_decref(batch->requests);
	free(batch->region);
	free(batch);
}

static bool dependency_failed(const struct batch *batch, const json_t *item)
{
	const json_t *const wanted = json_object_get(item, "dependsOn");

	for (size_t i = 0; i < json_array_size(wanted); i++) {
		const char *const id = json_string_value(json_array_get(wanted, i));
		bool done = false;

		for (size_t j = 0; j + 1 < batch->next && id != NULL; j++) {
			const json_t *const other = json_array_get(batch->requests, j);

			if (strcmp(json_string_at(other, "id"), id) == 0)
				done = batch->statuses[j] < 400;
		}
		if (!done)
			return true;
	}
	return false;
}

static void ask(struct batch *batch, const json_t *item)
{
	struct exchange exchange = {
		.stage = batch->stage,
		.back = { .batch = batch },
		.method = json_string_at(item, "method"),
		.region = batch->region,
		.body = "",
		.json = json_object_get(item, "body"),
	};
	const char *const url = json_string_at(item, "url");

	if (dependency_failed(batch, item))
		answer_graph_error(&exchange, 424, "FailedDependency",
				   "A request this one depends on has failed.");
	else if (strstr(url, "$batch") != NULL || url[0] != '/')
		answer_graph_error(&exchange, 400, "BadRequest", "Not for a batch.");
	else
		routes_graph_item(&exchange, url);
}

/* A loop, not a recursion: most items are answered at once. */
static void go_on(struct batch *batch)
{
	do {
		if (batch->next == json_array_size(batch->requests)) {
			finish(batch);
			return;
		}
		batch->answered = false;
		batch->asking = true;
		ask(batch, json_array_get(batch->requests, batch->next++));
		batch->asking = false;
	} while (batch->answered);
}

/* What is no JSON comes as base64url text in a string. */
static json_t *body_of(const struct refusal *answer)
{
	struct text text = { 0 };

	if (answer->html == NULL)
		return answer->json;
	base64url_add(&text, answer->html, strlen(answer->html));
	json_t *const body = json_string(text_string(&text));
	text_finish(&text);
	json_decref(answer->json);
	return body;
}

void batch_answered(struct batch *batch, const struct refusal *answer)
{
	const json_t *const item = json_array_get(batch->requests, batch->next - 1);
	json_t *const headers =
		json_pack("{s:s}", "Content-Type",
			  answer->html != NULL ? "text/html" : "application/json");

	assert(batch->next > 0);
	assert(batch->next <= BATCH_ITEMS);
	assert(!batch->answered);
	if (answer->retry_after != NULL)
		json_object_set_new(headers, "Retry-After",
				    json_string(answer->retry_after));
	batch->statuses[batch->next - 1] = answer->status;
	json_array_insert_new(batch->responses, 0,
			      json_pack("{s:s,s:i,s:o,s:o*}", "id",
					json_string_at(item, "id"), "status",
					answer->status, "headers", headers, "body",
					body_of(answer)));
	batch->answered = true;
	if (!batch->asking)
		go_on(batch);
}

void graph_batch(struct exchange *exchange)
{
	json_t *const requests = json_object_get(exchange->json, "requests");
	const size_t count = json_array_size(requests);

	if (count == 0 || count > BATCH_ITEMS || exchange->back.batch != NULL) {
		answer_graph_error(exchange, 400, "BadRequest",
				   "A batch has 1 to 20 requests.");
		return;
	}
	struct batch *const batch = memory_zeroed(sizeof(*batch));
	*batch = (struct batch){
		.stage = exchange->stage,
		.back = exchange->back,
		.region = memory_string(exchange->region),
		.requests = json_incref(requests),
		.responses = json_array(),
	};
	go_on(batch);
}
