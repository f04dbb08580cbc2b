/* SPDX-License-Identifier: MIT */
#include "tests/daemon/subscribed.h"

#include <dirent.h>
#include <sys/stat.h>
#include <time.h>

#include "daemon/common/clock.h"
#include "daemon/outbox/outbox.h"
#include "daemon/graph/subscription.h"
#include "daemon/turn.h"
#include "tests/check.h"

struct pretended_graph graph;

static char
	key_folder[WORLD_BYTES]; /* the key that every world has: making one is slow */

const char *text_of(const json_t *object, const char *name)
{
	const char *const string = json_string_value(json_object_get(object, name));

	return string != NULL ? string : "";
}

json_t *shared(const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), "../shared/protocols/samples/graph/%s.json", name);
	json_t *const root = json_load_file(path, 0, NULL);

	if (root == NULL)
		fprintf(stderr, "    skipped: %s is not there\n", path);
	return root;
}

/* -- Graph -------------------------------------------------------------------------------- */

static void keep(const struct script_request *request)
{
	json_t *const body = json_loadb(request->body, request->body_bytes, 0, NULL);

	snprintf(graph.notification_url, sizeof(graph.notification_url), "%s",
		 text_of(body, "notificationUrl"));
	snprintf(graph.client_state, sizeof(graph.client_state), "%s",
		 text_of(body, "clientState"));
	snprintf(graph.resource, sizeof(graph.resource), "%s", text_of(body, "resource"));
	snprintf(graph.id, sizeof(graph.id), "00000000-0000-4000-8000-%012u",
		 ++graph.made);
	graph.there = true;
	json_decref(body);
}

/* As Graph shows it: its expiry is what was asked for. */
static void show(char body[1024])
{
	char ends[32];
	json_t *const asked_for = json_loads(graph.body, 0, NULL);

	clock_iso(session_now() + SUBSCRIPTION_LIFE_MS, ends);
	const char *const wanted = text_of(asked_for, "expirationDateTime");

	snprintf(body, 1024,
		 "{\"id\":\"%s\",\"notificationUrl\":\"%s\",\"resource\":\"%s\","
		 "\"clientState\":%s%s%s,\"expirationDateTime\":\"%s\"}",
		 graph.id, graph.notification_url, graph.resource,
		 graph.client_state[0] != '\0' ? "\"" : "",
		 graph.client_state[0] != '\0' ? graph.client_state : "null",
		 graph.client_state[0] != '\0' ? "\"" : "",
		 wanted[0] != '\0' ? wanted : ends);
	json_decref(asked_for);
}

static void create(const struct script_request *request, struct script_reply *reply,
		   char body[1024])
{
	if (graph.there) {
		reply->status = 409;
		snprintf(
			body, 1024,
			"{\"error\":{\"code\":\"Conflict\",\"message\":\"Subscription Id "
			"%s already exists for the requested combination\"}}",
			graph.unnamed ? "?" : graph.id);
		graph.there = !graph.vanishes;
		return;
	}
	keep(request);
	reply->status = 201;
	show(body);
	reply->reset = graph.loses_answer;
	if (graph.loses_answer)
		reply->raw = "";
	graph.loses_answer = false;
}

static void one(const struct script_request *request, struct script_reply *reply,
		char body[1024], const char *id)
{
	if (!graph.there || strcmp(id + 1, graph.id) != 0) {
		snprintf(graph.unknown, sizeof(graph.unknown), "%s", id);
		reply->status = 404;
		snprintf(body, 1024, "{\"error\":{\"code\":\"ResourceNotFound\"}}");
	} else if (strcmp(request->method, "DELETE") == 0) {
		graph.there = false;
		reply->status = 204;
		body[0] = '\0';
	} else {
		show(body);
	}
}

/* Two pages, the first without any. */
static void list(const char *path, char body[1024])
{
	char shown[1024];

	show(shown);
	if (strstr(path, "?page=2") != NULL)
		snprintf(body, 1024,
			 "{\"value\":[{\"id\":\"x\",\"resource\":\"other\"},%.900s]}",
			 shown);
	else
		snprintf(body, 1024, "{\"value\":[],\"@odata.nextLink\":\"%s\"}",
			 script_url(&graph.script, "/graph/beta/subscriptions?page=2"));
}

static void subscriptions(const struct script_request *request,
			  struct script_reply *reply, const char *rest)
{
	static char body[1024];
	const bool lists = rest[0] != '/' && strcmp(request->method, "GET") == 0;

	text_addf(&graph.heard, "%s\n", lists ? "LIST" : request->method);
	if (request->body_bytes > 0)
		snprintf(graph.body, sizeof(graph.body), "%.*s", (int)request->body_bytes,
			 request->body);
	reply->headers = graph.headers;
	reply->body = body;
	if (graph.times > 0 && strcmp(request->method, graph.method) == 0) {
		graph.times--;
		reply->status = graph.status;
		reply->body = graph.said;
	} else if (lists) {
		list(request->path, body);
	} else if (rest[0] == '/') {
		one(request, reply, body, rest);
	} else {
		create(request, reply, body);
	}
}

static void play(void *context, const struct script_request *request,
		 struct script_reply *reply)
{
	static const char here[] = "/graph/beta/subscriptions";

	(void)context;
	if (strcmp(request->path, "/token") == 0)
		reply->body = "{\"token_type\":\"Bearer\",\"expires_in\":3600,"
			      "\"access_token\":\"t\"}";
	else if (strncmp(request->path, here, sizeof(here) - 1) == 0)
		subscriptions(request, reply, request->path + sizeof(here) - 1);
	else
		reply->status = 410;
}

void graph_has(const char *notification_url, const char *client_state)
{
	snprintf(graph.notification_url, sizeof(graph.notification_url), "%s",
		 notification_url);
	snprintf(graph.client_state, sizeof(graph.client_state), "%s", client_state);
	snprintf(graph.resource, sizeof(graph.resource), "%s",
		 "communications/onlineMeetings(joinWebUrl='https%3A%2F%2Fteams.example."
		 "test%2Fonly')/meetingCallEvents");
	snprintf(graph.id, sizeof(graph.id), "00000000-0000-4000-8000-%012u",
		 ++graph.made);
	graph.there = true;
}

void graph_forgets(void)
{
	graph.there = false;
}

void answer_next(const char *method, int status, const char *body, int times)
{
	snprintf(graph.method, sizeof(graph.method), "%s", method);
	graph.status = status;
	graph.said = body;
	graph.times = times;
}

/* -- the world ---------------------------------------------------------------------------- */

const struct session *the_session(void)
{
	return sessions_get(&graph.world.plenary->sessions, graph.session);
}

unsigned hearing(void)
{
	return the_session()->place[PLACE_MAIN].hearing;
}

const struct place_row *place_of(void)
{
	return directory_place(graph.world.plenary->directory, graph.session, PLACE_MAIN);
}

int64_t session_now(void)
{
	return clock_now_ms(&graph.world.plenary->clock);
}

void time_passes(int64_t ms)
{
	graph.world.plenary->clock.from_ms += ms;
}

void forget(void)
{
	text_clear(&graph.heard);
}

const char *asked(void)
{
	return text_string(&graph.heard);
}

void settle(void)
{
	const struct timespec moment = { .tv_nsec = 500 * 1000 };
	const int64_t until_ms = clock_real_ms() + 60 * 1000;
	const struct plenary *const plenary = graph.world.plenary;
	int quiet = 0;

	while (quiet < 3) {
		uv_run(&graph.loop, UV_RUN_NOWAIT);
		uv_run(graph.world.loop, UV_RUN_NOWAIT);
		nanosleep(&moment, NULL);
		CHECK(clock_real_ms() < until_ms);
		quiet = outbox_undone(&plenary->outbox) == 0 &&
					turn_is_quiet(&plenary->turn) &&
					!subscriptions_ask(&plenary->subscriptions)
				? quiet + 1
				: 0;
	}
}

void look(void)
{
	subscriptions_look(&graph.world.plenary->subscriptions);
	settle();
}

void half_its_life_passes(void)
{
	time_passes(SUBSCRIPTION_LIFE_MS * 3ll / 5 + 1000);
	look();
}

static void copy_keys(const char *from, const char *to)
{
	char command[3 * WORLD_BYTES];

	snprintf(command, sizeof(command), "mkdir -p -m 700 '%s' && cp -p '%s'/* '%s'/",
		 to, from, to);
	CHECK_INT(0, system(command)); /* NOLINT(cert-env33-c) */
}

void world_begins(void)
{
	char folder[WORLD_BYTES];

	graph.there = graph.loses_answer = graph.vanishes = graph.unnamed = false;
	graph.headers = NULL;
	graph.times = 0;
	graph.unknown[0] = graph.body[0] = '\0';
	forget();
	world_begin(&graph.world);
	snprintf(folder, sizeof(folder), "%s/data", graph.world.folder);
	CHECK_INT(0, mkdir(folder, 0700));
	snprintf(folder, sizeof(folder), "%s/data/graph-keys", graph.world.folder);
	if (key_folder[0] != '\0')
		copy_keys(key_folder, folder);
	world_open(&graph.world, graph.script.port);
}

void schedule(void)
{
	json_t *const plan = world_plan(&graph.world);

	json_object_set_new(plan, "uid", json_string("only"));
	graph.session = world_schedule(&graph.world, plan);
	json_decref(plan);
	settle();
}

void world_of_one(void)
{
	world_begins();
	schedule();
}

void world_again(void)
{
	const int64_t from_ms = graph.world.plenary->clock.from_ms;

	world_close(&graph.world);
	world_open(&graph.world, graph.script.port);
	graph.world.plenary->clock.from_ms = from_ms;
	settle();
}

void world_of_none(void)
{
	world_close(&graph.world);
	uv_run(&graph.loop, UV_RUN_NOWAIT);
	world_end(&graph.world);
}

static void tell(const char *line)
{
	world_take(&graph.world, graph.session, line);
	settle();
}

void meeting_runs(void)
{
	tell("meeting_started source=bot place=0");
	CHECK_INT(SESSION_RUNNING, the_session()->state);
}

void meeting_closes(void)
{
	time_passes(4ll * 24 * 365 * 3600 * 1000); /* the plan's day is far ahead */
	tell("runsheet_started");
	time_passes(60000);
	tell("meeting_ended source=bot place=0");
	tell("report_read source=import place=0 digest=1 people=1 final=1");
}

void subscribed_begin(void)
{
	CHECK_INT(0, uv_loop_init(&graph.loop));
	script_init(&graph.script, &graph.loop, play, NULL);
	snprintf(key_folder, sizeof(key_folder), "/tmp/plenary-test-keys-XXXXXX");
	CHECK(mkdtemp(key_folder) != NULL);
	char first[WORLD_BYTES], folder[WORLD_BYTES];

	snprintf(first, sizeof(first), "%s", key_folder);
	key_folder[0] = '\0';
	world_begins();
	snprintf(folder, sizeof(folder), "%s/data/graph-keys", graph.world.folder);
	copy_keys(folder, first);
	world_of_none();
	snprintf(key_folder, sizeof(key_folder), "%s", first);
}

void subscribed_end(void)
{
	char command[2 * WORLD_BYTES];

	snprintf(command, sizeof(command), "rm -r '%s'", key_folder);
	CHECK_INT(0, system(command)); /* NOLINT(cert-env33-c) */
	text_finish(&graph.heard);
	script_finish(&graph.script);
	uv_run(&graph.loop, UV_RUN_DEFAULT);
	CHECK_INT(0, uv_loop_close(&graph.loop));
}
