/* SPDX-License-Identifier: MIT */
/* Lists of Graph, page by page: to the end or not at all; and Microsoft's own examples. */
#include "daemon/graph/graph_pages.h"

#include <time.h>

#include "daemon/common/clock.h"
#include "daemon/decode/webinar.h"
#include "daemon/settings/config.h"
#include "tests/check.h"
#include "tests/daemon/world.h"
#include "tests/wire/script.h"
#include "tests/wire/shared.h"

static struct world world;
static uv_loop_t script_loop;
static struct script script;
static char page[64 * 1024];
static unsigned asked, tokens, page_status, failures;
static const char *kind; /* what the list is like */
static struct graph_pages *held;

static struct {
	unsigned times, items;
	enum reply_class class;
	int status;
	json_t *list;
} ended;

static void link_to(const char *url)
{
	char *const end = strrchr(page, '}');

	snprintf(end, sizeof(page) - (size_t)(end - page), ",\"@odata.nextLink\":\"%s\"}",
		 url);
}

/* Three pages of two, an empty one in the middle; a circle; a tail without end; others. */
static void play_list(const char *path)
{
	const char *const skip = strstr(path, "?p=");
	const int number = skip != NULL ? (int)strtol(skip + 3, NULL, 10) : 1;
	char next[64];

	snprintf(page, sizeof(page), "{\"value\":[{\"id\":\"%d-1\"},{\"id\":\"%d-2\"}]}",
		 number, number);
	snprintf(next, sizeof(next), "/graph/list?p=%d", number + 1);
	if (strcmp(kind, "three") == 0 && number == 2)
		snprintf(page, sizeof(page), "{\"value\":[]}");
	if (strcmp(kind, "three") == 0 && number < 3)
		link_to(script_url(&script, next));
	if (strcmp(kind, "circle") == 0)
		link_to(script_url(&script, number < 3 ? next : "/graph/list?p=2"));
	if (strcmp(kind, "endless") == 0)
		link_to(script_url(&script, next));
	if (strcmp(kind, "foreign") == 0 && number == 2)
		link_to("https://graph.evil.example.test/v1.0/list?p=3");
	else if (strcmp(kind, "foreign") == 0)
		link_to(script_url(&script, next));
	if (strcmp(kind, "null") == 0)
		snprintf(page, sizeof(page),
			 "{\"value\":[{\"id\":1}],\"@odata.nextLink\":null}");
	if (strcmp(kind, "no list") == 0)
		snprintf(page, sizeof(page), "{\"value\":{}}");
}

static void play(void *context, const struct script_request *request,
		 struct script_reply *reply)
{
	static char body[128];

	(void)context;
	if (strcmp(request->path, "/token") == 0) {
		snprintf(body, sizeof(body),
			 "{\"token_type\":\"Bearer\",\"expires_in\":3600,"
			 "\"access_token\":\"t%u\"}",
			 ++tokens);
		reply->body = body;
		return;
	}
	if (strncmp(request->path, "/graph/", 7) != 0) {
		reply->status = 404;
		return;
	}
	asked++;
	if (failures > 0) {
		failures--;
		reply->status = (int)page_status;
		reply->headers = "Retry-After: 7\r\n";
		reply->body = "{}";
		return;
	}
	play_list(request->path);
	reply->body = page;
}

static void on_end(void *context, const struct graph_pages_end *end)
{
	CHECK(context == &ended);
	CHECK(held == NULL);
	ended.times++;
	ended.class = end->class;
	ended.status = end->status;
	ended.items = (unsigned)json_array_size(end->items);
	CHECK((end->items != NULL) == (end->class == REPLY_DONE));
	json_decref(ended.list);
	ended.list = json_incref(end->items);
}

static void read_list(const char *which)
{
	const struct graph_reader reader = {
		.graph = world.plenary->graph,
		.tokens = world.plenary->tokens[PARTY_GRAPH],
		.base_url = world.config->graph.base_url,
		.loop = world.loop,
		.speed = 100,
	};
	const struct timespec moment = { .tv_nsec = 200 * 1000 };
	const int64_t until_ms = clock_real_ms() + 60 * 1000;

	kind = which;
	asked = ended.times = 0;
	graph_pages_read(&reader, script_url(&script, "/graph/list"), NULL, &held, on_end,
			 &ended);
	while (ended.times == 0 && clock_real_ms() < until_ms) {
		uv_run(&script_loop, UV_RUN_NOWAIT);
		uv_run(world.loop, UV_RUN_NOWAIT);
		nanosleep(&moment, NULL);
	}
	CHECK_INT(1, ended.times);
}

static void test_three_pages_one_of_them_empty(void)
{
	read_list("three");
	CHECK_INT(REPLY_DONE, ended.class);
	CHECK_INT(3, asked);
	CHECK_INT(4, ended.items);
	read_list("null");
	CHECK_INT(REPLY_DONE, ended.class);
	CHECK_INT(1, ended.items);
}

/* Half a list would be taken for a whole one. */
static void test_what_has_no_end(void)
{
	read_list("circle");
	CHECK_INT(REPLY_GIVE_UP, ended.class);
	CHECK_INT(3, asked);
	read_list("endless");
	CHECK_INT(REPLY_GIVE_UP, ended.class);
	CHECK_INT(GRAPH_PAGES + 1, asked);
	read_list("foreign");
	CHECK_INT(REPLY_GIVE_UP, ended.class);
	CHECK_INT(2, asked);
	read_list("no list");
	CHECK_INT(REPLY_RETRY, ended.class);
}

static void test_refusals(void)
{
	/* The page alone is asked for again; what was read stays read. */
	failures = 2;
	page_status = 429;
	read_list("three");
	CHECK_INT(REPLY_DONE, ended.class);
	CHECK_INT(3 + 2, asked);
	CHECK_INT(4, ended.items);
	failures = GRAPH_PAGE_TRIES;
	read_list("three");
	CHECK_INT(REPLY_RETRY, ended.class);
	CHECK_INT(429, ended.status);
	CHECK_INT(GRAPH_PAGE_TRIES, asked);
	failures = 1;
	page_status = 403;
	read_list("three");
	CHECK_INT(REPLY_GIVE_UP, ended.class);
	failures = 2;
	page_status = 401;
	read_list("three");
	CHECK_INT(REPLY_GIVE_UP, ended.class);
	CHECK_INT(2, asked);
}

/* -- examples of the documents ------------------------------------------------------------------- */

/* Read as if it were the answer to a first request. */
static void read_sample(const char *name)
{
	const struct graph_reader reader = {
		.graph = world.plenary->graph,
		.tokens = world.plenary->tokens[PARTY_GRAPH],
		.base_url = world.config->graph.base_url,
		.loop = world.loop,
		.speed = 100,
	};
	size_t bytes;
	char *const text = shared_sample(name, &bytes);

	ended.times = 0;
	if (text == NULL)
		return;
	json_t *const first = json_loadb(text, bytes, 0, NULL);

	graph_pages_read(&reader, "", first, &held, on_end, &ended);
	CHECK_INT(1, ended.times);
	json_decref(first);
	free(text);
}

static const json_t *item(size_t number)
{
	return json_array_get(ended.list, number);
}

static const char *string_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static void test_samples_of_lists(void)
{
	read_sample("graph/attendanceReports-list.json");
	if (ended.times == 0)
		return;
	CHECK_INT(2, ended.items);
	CHECK_TEXT("c9b6db1c-d5eb-427d-a5c0-20088d9b22d7", string_of(item(0), "id"));
	/* Its link is to Microsoft's Graph, which is not ours here. */
	read_sample("graph/users-page.json");
	CHECK_INT(REPLY_GIVE_UP, ended.class);
	read_sample("graph/users-delta.json");
	CHECK_INT(2, ended.items);
	CHECK(json_object_get(item(1), "@removed") != NULL);
	read_sample("graph/onlineMeeting-by-joinWebUrl-response.json");
	CHECK_INT(1, ended.items);
	CHECK_TEXT("MSpkYzE3Njc0Yy04MWQ5LTRhZGItYmZiMi04ZdFpHRTNaR1F6WGhyZWFkLnYy",
		   string_of(item(0), "id"));
}

static void test_sample_of_registrations(void)
{
	struct webinar_registration registration;

	read_sample("graph/virtualEventRegistrations-list.json");
	if (ended.times == 0)
		return;
	CHECK_INT(1, ended.items);
	CHECK_INT(0, webinar_registration_read(item(0), NULL, &registration));
	CHECK_TEXT("127962bb-84e1-7b62-fd98-1c9d39def7b6", registration.id);
	CHECK_TEXT("Emilee Pham", registration.name);
	CHECK_TEXT("EmileeMPham@contoso.com", registration.email);
	CHECK_INT(REGISTRATION_REGISTERED, registration.status);
	/* "String" is nobody's object id; its answers are about nothing we know. */
	CHECK_TEXT("", registration.object_id);
	CHECK_TEXT("", registration.profession);
	CHECK_TEXT("", registration.employer);
	json_t *const questions =
		json_pack("[{s:s,s:s},{s:s,s:s}]", "id",
			  "95320781-96b3-4b8f-8cf8-e6561d23447a", "label", "organization",
			  "id", "80fefcf1-caf7-4cd3-b8d7-159e17c47f20", "displayName",
			  "Your professions");

	CHECK_INT(0, webinar_registration_read(item(0), questions, &registration));
	CHECK_TEXT("Seattle", registration.employer);
	CHECK_TEXT("Cancun, Hoboken, Beijing", registration.profession);
	json_decref(questions);
}

/* Wrapped in "value" and with times as strings, as the page has it. */
static void test_sample_of_a_session(void)
{
	struct webinar_session session;
	size_t bytes;
	char *const text = shared_sample("graph/virtualEventSession-get.json", &bytes);

	if (text == NULL)
		return;
	json_t *const root = json_loadb(text, bytes, 0, NULL);

	for (int wrapped = 1; wrapped >= 0; wrapped--) {
		CHECK_INT(0,
			  webinar_session_read(wrapped ? root
						       : json_object_get(root, "value"),
					       &session));
		CHECK_TEXT("8d62dd52-4dff-4c75-96a9-f905cc3ff942", session.id);
		CHECK(strncmp(session.join_url, "https://teams.microsoft.com/l/", 30) ==
		      0);
		CHECK_TEXT("19:meeting_ZDVjNzk3OWEtYjc2NS00NTA1LTkyMzQtYTYzMGI5YmFmMjM5@"
			   "thread.v2",
			   session.thread_id);
		CHECK(session.starts_ms == 1691497800000);
	}
	json_decref(root);
	free(text);
}

static void points_to(const char *name, enum webinar_kind wanted, const char *id)
{
	struct webinar_pointer pointer;
	size_t bytes;
	char path[128];

	snprintf(path, sizeof(path), "graph/notification.virtualEvent.%s.json", name);
	char *const text = shared_sample(path, &bytes);

	if (text == NULL)
		return;
	json_t *const root = json_loadb(text, bytes, 0, NULL);
	const json_t *const data =
		json_object_get(json_array_get(json_object_get(root, "value"), 0),
				"resourceData");

	webinar_pointer_read(string_of(data, "@odata.id"), &pointer);
	CHECK_INT(wanted, pointer.kind);
	if (wanted != WEBINAR_OTHER)
		CHECK_TEXT("{webinarId}", pointer.event_id);
	CHECK_TEXT(id, pointer.id);
	/* Another member may have the whole path too; the last segment is what counts. */
	webinar_pointer_read(string_of(data, "id"), &pointer);
	if (pointer.event_id[0] != '\0')
		CHECK_TEXT(id, pointer.id);
	json_decref(root);
	free(text);
}

static void test_samples_of_notifications(void)
{
	points_to("registration-created", WEBINAR_REGISTRATION, "{registrationId}");
	points_to("registration-updated", WEBINAR_REGISTRATION, "{registrationId}");
	points_to("session-created", WEBINAR_SESSION, "{sessionId}");
	points_to("session-updated", WEBINAR_SESSION, "{sessionId}");
	points_to("attendanceReport-created", WEBINAR_REPORT, "{reportId}");
	points_to("webinar-updated", WEBINAR_EVENT, "{webinarId}");
	points_to("event-created", WEBINAR_EVENT, "{webinarId}");
	/* Town halls and recordings are none of ours. */
	points_to("townhall-created", WEBINAR_OTHER, "");
	points_to("videoOnDemand-published", WEBINAR_OTHER, "");
}

int main(void)
{
	world_begin(&world);
	CHECK_INT(0, uv_loop_init(&script_loop));
	script_init(&script, &script_loop, play, NULL);
	world_open(&world, script.port);
	RUN(test_three_pages_one_of_them_empty);
	RUN(test_what_has_no_end);
	RUN(test_refusals);
	RUN(test_samples_of_lists);
	RUN(test_sample_of_registrations);
	RUN(test_sample_of_a_session);
	RUN(test_samples_of_notifications);
	json_decref(ended.list);
	world_settle(&world);
	world_close(&world);
	script_finish(&script);
	uv_run(&script_loop, UV_RUN_DEFAULT);
	CHECK_INT(0, uv_loop_close(&script_loop));
	world_end(&world);
	return check_done();
}
