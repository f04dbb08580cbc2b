/* SPDX-License-Identifier: MIT */
/* Reading attendance reports from Graph: all pages of all of them, or nothing. */
#include <time.h>

#include "daemon/common/clock.h"
#include "tests/check.h"
#include "tests/daemon/world.h"
#include "tests/wire/script.h"

#define LIST \
	"/graph/v1.0/users/00000000-0000-0000-0000-0000000000b0/onlineMeetings/" \
	"meeting-main/attendanceReports"

static struct world world;
static uv_loop_t script_loop;
static struct script script;
static struct text asked; /* one line for each request to Graph */
static const char *next_link;
static unsigned failures; /* so many requests for the second page fail first */
static int failing_status;
static uint32_t session;

static void record(char body[1024], const char *id, const char *next)
{
	snprintf(body, 1024,
		 "{\"value\":[{\"identity\":{\"id\":\"%s\",\"displayName\":\"P\"},"
		 "\"attendanceIntervals\":[{\"joinDateTime\":\"2099-11-24T09:00:00Z\","
		 "\"leaveDateTime\":\"2099-11-24T10:00:00Z\"}]}]%s%s%s}",
		 id, next != NULL ? ",\"@odata.nextLink\":\"" : "",
		 next != NULL ? next : "", next != NULL ? "\"" : "");
}

static void answer_graph(const char *path, struct script_reply *reply)
{
	static char body[1024];

	text_addf(&asked, "%s\n", path);
	reply->body = body;
	if (strcmp(path, LIST) == 0) {
		snprintf(body, sizeof(body),
			 "{\"value\":[{\"id\":\"r1\"},{\"id\":\"r/2\"}]}");
	} else if (strcmp(path, LIST "/r1/attendanceRecords") == 0) {
		record(body, "00000000-0000-0000-0000-0000000000b1", next_link);
	} else if (strcmp(path, "/graph/page?2") == 0 && failures > 0) {
		failures--;
		reply->status = failing_status;
		reply->body = "<html>";
	} else if (strcmp(path, "/graph/page?2") == 0) {
		record(body, "00000000-0000-0000-0000-0000000000b2", NULL);
	} else if (strcmp(path, LIST "/r%2F2/attendanceRecords") == 0) {
		record(body, "00000000-0000-0000-0000-0000000000b3", NULL);
	} else {
		reply->status = 404;
	}
}

static void play(void *context, const struct script_request *request,
		 struct script_reply *reply)
{
	(void)context;
	if (strcmp(request->path, "/token") == 0)
		reply->body = "{\"token_type\":\"Bearer\",\"expires_in\":3600,"
			      "\"access_token\":\"t\"}";
	else if (strcmp(request->method, "GET") == 0 &&
		 strncmp(request->path, "/graph/", 7) == 0)
		answer_graph(request->path, reply);
	else
		reply->status = 404;
}

static void wait_done(void)
{
	const struct timespec moment = { .tv_nsec = 500 * 1000 };
	const int64_t until_ms = clock_real_ms() + 60 * 1000;

	do {
		uv_run(&script_loop, UV_RUN_NOWAIT);
		uv_run(world.loop, UV_RUN_NOWAIT);
		nanosleep(&moment, NULL);
		CHECK(clock_real_ms() < until_ms);
	} while (world.plenary->outbox.counts.waiting > 0 ||
		 !turn_is_quiet(&world.plenary->turn));
}

/* How many spans of the report the session has. */
static int reported(void)
{
	const struct session *const of = sessions_get(&world.plenary->sessions, session);
	int count = 0;

	for (uint32_t i = 0; i < of->spans; i++)
		count += of->span[i].source == SOURCE_REPORT;
	return count;
}

static void fetch(const char *path_wanted)
{
	struct effect effect = effect_blank(DELIVER_REPORT_FETCH);

	effect.place = PLACE_MAIN;
	text_clear(&asked);
	outbox_freeze(&world.plenary->outbox, session, &effect);
	wait_done();
	CHECK_TEXT(path_wanted, text_string(&asked));
}

#define FIRST LIST "\n" LIST "/r1/attendanceRecords\n"
#define REST "/graph/page?2\n" LIST "/r%2F2/attendanceRecords\n"

/* The token goes to our own Graph alone, and half of a report is none. */
static void test_foreign_page(void)
{
	static const char *const links[] = { "http://127.0.0.1:9/graph/page?2",
					     "https://graph.evil.example.test/page",
					     "http://127.0.0.1.evil.example.test/",
					     "/page", "" };
	const uint64_t given_up = world.plenary->outbox.counts.given_up;

	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		next_link = links[i];
		fetch(FIRST);
		CHECK_INT(0, reported());
		CHECK_INT(given_up + i + 1, world.plenary->outbox.counts.given_up);
	}
}

/* A page that cannot be had now: everything is read again, nothing is told twice. */
static void test_broken_off(void)
{
	const uint64_t taken = world.plenary->turn.taken;

	next_link = script_url(&script, "/graph/page?2");
	failures = 1;
	failing_status = 503;
	fetch(FIRST "/graph/page?2\n" FIRST REST);
	CHECK_INT(3, reported());
	CHECK_INT(taken + 4, world.plenary->turn.taken);
}

static void test_refused_page(void)
{
	const uint64_t given_up = world.plenary->outbox.counts.given_up;

	failures = 1;
	failing_status = 403;
	fetch(FIRST "/graph/page?2\n");
	CHECK_INT(given_up + 1, world.plenary->outbox.counts.given_up);
	CHECK_INT(3, reported());
}

static void test_read_again(void)
{
	fetch(FIRST REST);
	CHECK_INT(3, reported());
	CHECK_INT(3, directory_people(world.plenary->directory, session));
}

int main(void)
{
	world_begin(&world);
	CHECK_INT(0, uv_loop_init(&script_loop));
	script_init(&script, &script_loop, play, NULL);
	world_open(&world, script.port);
	json_t *const plan = world_plan(&world);
	struct problem problem;

	CHECK_INT(0, world_try_schedule(&world, plan, &problem));
	json_decref(plan);
	session = 1;
	wait_done();
	RUN(test_foreign_page);
	RUN(test_broken_off);
	RUN(test_refused_page);
	RUN(test_read_again);
	world_close(&world);
	script_finish(&script);
	uv_run(&script_loop, UV_RUN_DEFAULT);
	CHECK_INT(0, uv_loop_close(&script_loop));
	text_finish(&asked);
	world_end(&world);
	return check_done();
}
