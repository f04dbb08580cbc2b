/* SPDX-License-Identifier: MIT */
/* Requests to Graph over real sockets: together, alone, refused, and left behind. */
#include "daemon/wire/graph.h"
#include "daemon/common/log.h"
#include "daemon/wire/backoff.h"
#include "tests/check.h"
#include "tests/wire/script.h"

#include <errno.h>
#include <jansson.h>
#include <unistd.h>

enum { CALLS = 64, ENVELOPES = 16 };

static uv_loop_t loop;
static struct script script;
static struct client *client;
static struct graph *graph;
static unsigned envelopes, plain, sizes[ENVELOPES];
static struct text heads, urls; /* of all requests; of the items */
static const char *throttled;   /* the item that gets 429, once */
static int envelope_status;
static char *said; /* the latest answer to an envelope */

static struct outcome {
	unsigned times;
	int error, status;
	int64_t retry_after_ms;
	char body[128];
} outcomes[CALLS];
static unsigned replies, wanted;

/* -- a Graph ------------------------------------------------------------------------------------ */

static json_t *item_answer(const json_t *item)
{
	const char *const url = json_string_value(json_object_get(item, "url"));
	const char *const id = json_string_value(json_object_get(item, "id"));

	text_addf(&urls, "%s\n", url);
	if (throttled != NULL && strcmp(url, throttled) == 0) {
		throttled = NULL;
		return json_pack("{s:s,s:i,s:{s:s},s:{s:{s:s}}}", "id", id, "status", 429,
				 "headers", "Retry-After", "3", "body", "error", "code",
				 "TooManyRequests");
	}
	return json_pack("{s:s,s:i,s:{s:s}}", "id", id, "status", 200, "body", "url",
			 url);
}

static void answer_envelope(const struct script_request *request,
			    struct script_reply *reply)
{
	json_t *const root = json_loadb(request->body, request->body_bytes, 0, NULL);
	json_t *const answers = json_array();
	const json_t *item;
	size_t i;

	CHECK(envelopes < ENVELOPES);
	sizes[envelopes++] = (unsigned)json_array_size(json_object_get(root, "requests"));
	json_array_foreach (json_object_get(root, "requests"), i, item)
		json_array_insert_new(answers, 0, item_answer(item));
	json_t *const body = json_pack("{s:o}", "responses", answers);

	free(said);
	said = json_dumps(body, 0);
	reply->body = said;
	reply->status = envelope_status;
	json_decref(body);
	json_decref(root);
}

static void play(void *context, const struct script_request *request,
		 struct script_reply *reply)
{
	(void)context;
	text_addf(&heads, "%s %s\n%s\n", request->method, request->path, request->head);
	reply->headers =
		"request-id: 1111aaaa\r\nx-ms-ags-diagnostic: {\"ServerInfo\":{}}"
		"\r\n";
	if (strstr(request->path, "$batch") != NULL) {
		answer_envelope(request, reply);
	} else if (strstr(request->path, "/refused/") != NULL) {
		plain++;
		reply->status = 403;
		reply->body = "{\"error\":{\"code\":\"Forbidden\",\"message\":\"no\"}}";
	} else if (strstr(request->path, "/silent") != NULL) {
		plain++;
		reply->silent = true;
	} else {
		plain++;
		reply->body = "{}";
	}
}

/* -- asking ------------------------------------------------------------------------------------- */

static void on_reply(void *context, const struct client_reply *reply)
{
	struct outcome *const outcome = context;

	outcome->times++;
	outcome->error = reply->error;
	outcome->status = reply->status;
	outcome->retry_after_ms = reply->retry_after_ms;
	snprintf(outcome->body, sizeof(outcome->body), "%s", reply->body);
	if (++replies == wanted)
		uv_stop(&loop);
}

static void send_one(const char *path, const char *bearer, bool together, unsigned at)
{
	struct text url = { 0 };

	text_addf(&url, "%s%s", script_url(&script, "/graph"), path);
	const struct graph_request request = { .method = "GET",
					       .url = text_string(&url),
					       .authorization = bearer,
					       .together = together };

	graph_send(graph, &request, on_reply, &outcomes[at]);
	text_finish(&url);
}

static void wait_for(unsigned count)
{
	wanted = replies + count;
	uv_run(&loop, UV_RUN_DEFAULT);
	CHECK_INT(wanted, replies);
}

static void begin(void)
{
	memset(outcomes, 0, sizeof(outcomes));
	memset(sizes, 0, sizeof(sizes));
	envelopes = plain = 0;
	envelope_status = 200;
	throttled = NULL;
	text_clear(&heads);
	text_clear(&urls);
}

#define BEARER "Authorization: Bearer one"

/* Three envelopes; the one that was throttled inside goes again, alone. */
static void test_forty_five(void)
{
	char path[64];

	begin();
	throttled = "/users/31";
	for (unsigned i = 0; i < 45; i++) {
		snprintf(path, sizeof(path), "/v1.0/users/%u", i);
		send_one(path, BEARER, true, i);
	}
	CHECK_INT(0, envelopes);
	wait_for(45);
	CHECK_INT(3, envelopes);
	CHECK_INT(20, sizes[0]);
	CHECK_INT(20, sizes[1]);
	CHECK_INT(5, sizes[2]);
	CHECK_INT(0, plain);
	for (unsigned i = 0; i < 45; i++) {
		snprintf(path, sizeof(path), "{\"url\":\"/users/%u\"}", i);
		CHECK_INT(1, outcomes[i].times);
		CHECK_INT(i == 31 ? 429 : 200, outcomes[i].status);
		if (i != 31)
			CHECK_TEXT(path, outcomes[i].body);
	}
	CHECK_INT(3000, outcomes[31].retry_after_ms);
	send_one("/v1.0/users/31", BEARER, true, 31);
	wait_for(1);
	CHECK_INT(200, outcomes[31].status);
	CHECK_INT(3, envelopes);
	CHECK_INT(1, plain);
}

/* Neither another version nor another bearer travels along, nor what must not be repeated. */
static void test_who_travels_together(void)
{
	begin();
	send_one("/v1.0/a", BEARER, true, 0);
	send_one("/beta/b", BEARER, true, 1);
	send_one("/v1.0/c", BEARER, true, 2);
	send_one("/v1.0/d", "Authorization: Bearer two", true, 3);
	send_one("/v1.0/e", BEARER, false, 4);
	send_one("/beta/f", BEARER, true, 5);
	wait_for(6);
	CHECK_INT(2, envelopes);
	CHECK_INT(2, plain);
	CHECK_TEXT("/a\n/c\n/b\n/f\n", text_string(&urls));
	CHECK(strstr(text_string(&heads), "POST /graph/v1.0/$batch"));
	CHECK(strstr(text_string(&heads), "POST /graph/beta/$batch"));
	CHECK(strstr(text_string(&heads), "GET /graph/v1.0/d"));
	CHECK(strstr(text_string(&heads), "GET /graph/v1.0/e"));
}

/* "client-request-id: " and 8-4-4-4-12, another one each time. */
static void test_every_request_has_an_id(void)
{
	const char *at;
	char first[GRAPH_GUID_BYTES];

	begin();
	send_one("/v1.0/a", BEARER, true, 0);
	wait_for(1);
	at = strcasestr(text_string(&heads), "client-request-id: ");
	CHECK(at != NULL);
	snprintf(first, sizeof(first), "%s", at + 19);
	CHECK(first[8] == '-' && first[13] == '-' && first[14] == '4' &&
	      first[18] == '-' && first[23] == '-');
	CHECK_INT(36, strspn(first, "0123456789abcdef-"));
	CHECK(strcasestr(text_string(&heads), "Prefer: include-unknown-enum-members"));
	CHECK(strcasestr(text_string(&heads), "Authorization: Bearer one"));
	begin();
	send_one("/v1.0/a", BEARER, false, 0);
	wait_for(1);
	at = strcasestr(text_string(&heads), "client-request-id: ");
	CHECK(at != NULL && strncmp(at + 19, first, 36) != 0);
}

static void test_the_envelope_is_refused(void)
{
	begin();
	envelope_status = 503;
	send_one("/v1.0/a", BEARER, true, 0);
	send_one("/v1.0/b", BEARER, true, 1);
	wait_for(2);
	CHECK_INT(503, outcomes[0].status);
	CHECK_INT(503, outcomes[1].status);
}

/* The log has what support asks for, and what to do, once. */
static void test_what_is_said_of_a_refusal(void)
{
	char path[] = "/tmp/plenary-graph-XXXXXX", text[8192];
	const int kept = dup(STDERR_FILENO), file = mkstemp(path);

	begin();
	CHECK(file >= 0 && kept >= 0);
	dup2(file, STDERR_FILENO);
	send_one("/v1.0/users/u/onlineMeetings/refused/", BEARER, false, 0);
	wait_for(1);
	send_one("/v1.0/users/u/onlineMeetings/refused/", BEARER, false, 0);
	wait_for(1);
	dup2(kept, STDERR_FILENO);
	close(kept);
	const ssize_t bytes = pread(file, text, sizeof(text) - 1, 0);

	close(file);
	unlink(path);
	CHECK(bytes > 0);
	text[bytes] = '\0';
	CHECK(strstr(text, "status=403 code=\"Forbidden\" client_request_id="));
	CHECK(strstr(text, "request_id=1111aaaa"));
	CHECK(strstr(text, "diagnostic=\"{'ServerInfo':{}}\""));
	char *const lack = strstr(text, "permission OnlineMeetings.Read.All is missing");

	CHECK(lack != NULL);
	CHECK(strstr(lack, "request-id 1111aaaa"));
	CHECK(strstr(lack + 50, "is missing") == NULL);
	CHECK(strstr(text, "Bearer") == NULL);
}

/* Nobody is called after the end, and nothing is left over. */
static void test_left_behind(void)
{
	begin();
	send_one("/v1.0/silent", BEARER, false, 0);
	uv_run(&loop, UV_RUN_NOWAIT);
	send_one("/v1.0/a", BEARER, true, 1);
	send_one("/v1.0/b", BEARER, true, 2);
	graph_destroy(graph);
	graph = NULL;
	CHECK_INT(0, client_in_flight(client));
	uv_run(&loop, UV_RUN_NOWAIT);
	CHECK_INT(0, outcomes[0].times + outcomes[1].times + outcomes[2].times);
}

int main(void)
{
	struct text base = { 0 };

	CHECK_INT(0, uv_loop_init(&loop));
	script_init(&script, &loop, play, NULL);
	CHECK_INT(0, client_create(&client, &loop, NULL));
	text_addf(&base, "%s", script_url(&script, "/graph"));
	const struct graph_settings settings = { .base_url = text_string(&base),
						 .client_id = "app",
						 .tenant_id = "tenant" };

	graph = graph_create(&loop, client, &settings);
	RUN(test_forty_five);
	RUN(test_who_travels_together);
	RUN(test_every_request_has_an_id);
	RUN(test_the_envelope_is_refused);
	RUN(test_what_is_said_of_a_refusal);
	RUN(test_left_behind);
	client_destroy(client);
	script_finish(&script);
	uv_run(&loop, UV_RUN_DEFAULT);
	CHECK_INT(0, uv_loop_close(&loop));
	free(said);
	text_finish(&base);
	text_finish(&heads);
	text_finish(&urls);
	return check_done();
}
