/* SPDX-License-Identifier: MIT */
/* Reading attendance reports from Graph: all pages of all of them, or nothing. */
#include <time.h>

#include "daemon/common/clock.h"
#include "tests/check.h"
#include "tests/daemon/world.h"
#include "tests/wire/script.h"
#include "tests/wire/shared.h"

#define LIST \
	"/graph/v1.0/users/00000000-0000-0000-0000-0000000000b0/onlineMeetings/" \
	"meeting-main/attendanceReports"

#define FOUND \
	"/graph/v1.0/users/00000000-0000-0000-0000-0000000000b0/onlineMeetings" \
	"?$filter=JoinWebUrl%20eq%20'"

static struct world world;
static uv_loop_t script_loop;
static struct script script;
static struct text asked; /* one line for each request to Graph */
static const char *next_link;
static unsigned failures; /* so many requests for the second page fail first */
static int failing_status;
static uint32_t session;
/* Instead of our own, when set. */
static const char *served_list, *served_records, *served_meetings;

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
	if (served_list != NULL && strcmp(path, LIST) == 0) {
		reply->body = served_list;
	} else if (served_records != NULL &&
		   strcmp(path, LIST "/r1/attendanceRecords") == 0) {
		reply->body = served_records;
	} else if (strncmp(path, FOUND, strlen(FOUND)) == 0) {
		reply->body = served_meetings;
	} else if (strcmp(path, LIST) == 0) {
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
	fetch(FIRST "/graph/page?2\n" REST);
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

/* -- other reports ---------------------------------------------------------------------------------- */

static void read_records(const char *list, const char *records)
{
	served_list = list;
	served_records = records;
	fetch(LIST "\n" LIST "/r1/attendanceRecords\n");
	served_list = served_records = NULL;
}

/* Not a person for each line, and not another one at each reading. */
static void test_lines_that_name_nobody(void)
{
	static const char records[] =
		"{\"value\":[{\"emailAddress\":null,\"identity\":{\"id\":null,"
		"\"displayName\":null},\"attendanceIntervals\":[{\"joinDateTime\":"
		"\"2099-11-24T09:00:00Z\",\"leaveDateTime\":\"2099-11-24T10:00:00Z\"}]},"
		"{\"role\":\"Unheard\",\"identity\":null,\"attendanceIntervals\":null}]}";
	const uint32_t people = directory_people(world.plenary->directory, session);
	const int before = reported();

	for (int i = 0; i < 3; i++)
		read_records("{\"value\":[{\"id\":\"r1\"}]}", records);
	CHECK_INT(people, directory_people(world.plenary->directory, session));
	CHECK_INT(before, reported());
}

/* A series has one link: last week's report is not of this session. */
static void test_reports_of_another_day(void)
{
	served_list = "{\"value\":[{\"id\":\"old\",\"meetingStartDateTime\":"
		      "\"2099-11-17T09:00:00Z\",\"meetingEndDateTime\":"
		      "\"2099-11-17T12:00:00Z\"},{\"id\":\"r1\","
		      "\"meetingStartDateTime\":\"2099-11-24T09:00:00.945Z\","
		      "\"meetingEndDateTime\":\"2099-11-24T12:00:00.77Z\"}]}";
	next_link = NULL;
	fetch(LIST "\n" LIST "/r1/attendanceRecords\n");
	served_list = NULL;
}

static void read_sample(const char *name, const char *records_at, int stretches,
			const char *email)
{
	const struct identity identity = { .email = email };
	const int before = reported();
	size_t bytes;
	char *const text = shared_sample(name, &bytes);

	if (text == NULL)
		return;
	json_t *const root = json_loadb(text, bytes, 0, NULL);
	json_t *const page =
		json_pack("{s:O}", "value", json_object_get(root, records_at));
	char *const records = json_dumps(page, 0);

	read_records("{\"value\":[{\"id\":\"r1\"}]}", records);
	CHECK_INT(before + stretches, reported());
	CHECK(directory_find(world.plenary->directory, session, &identity) !=
	      PERSON_NONE);
	free(records);
	json_decref(page);
	json_decref(root);
	free(text);
}

/* Records dated outside their report, a total that is wrong, null tenants: no error. */
static void test_samples(void)
{
	size_t bytes;
	char *const list = shared_sample("graph/attendanceReports-list.json", &bytes);
	char *const one =
		shared_sample("graph/attendanceReport-webinar-session.json", &bytes);

	read_sample("graph/attendanceReport-expanded.json", "attendanceRecords", 3,
		    "frederick.cormier@contoso.com");
	read_sample("graph/attendanceRecords-list.webinar.json", "value", 2,
		    "lisa.adkins@contoso.com");
	if (list == NULL || one == NULL)
		return;
	/* Of 2021: not one of them is of this session. */
	served_list = list;
	fetch(LIST "\n");
	json_t *const report = json_loads(one, 0, NULL);
	json_t *const reports = json_pack("{s:[O]}", "value", report);
	char *const wrapped = json_dumps(reports, 0);

	served_list = wrapped;
	fetch(LIST "\n");
	served_list = NULL;
	json_decref(report);
	json_decref(reports);
	free(wrapped);
	free(list);
	free(one);
}

/* The meeting's id was never told: its link finds it, once. */
static void test_found_by_its_link(void)
{
	const struct place_row row = { .session = session,
				       .place = PLACE_MAIN,
				       .meeting_id = "" };
	size_t bytes;
	char *const sample =
		shared_sample("graph/onlineMeeting-by-joinWebUrl-response.json", &bytes);

	directory_set_place(world.plenary->directory,
			    journal_batch(world.plenary->journal), &row);
	served_meetings = "{\"value\":[]}";
	const uint64_t given_up = world.plenary->outbox.counts.given_up;
	struct effect effect = effect_blank(DELIVER_REPORT_FETCH);

	effect.place = PLACE_MAIN;
	outbox_freeze(&world.plenary->outbox, session, &effect);
	wait_done();
	CHECK_INT(given_up + 1, world.plenary->outbox.counts.given_up);
	if (sample != NULL) {
		json_t *const found = json_loads(sample, 0, NULL);
		json_t *const meeting =
			json_array_get(json_object_get(found, "value"), 0);

		CHECK(json_is_string(json_object_get(meeting, "id")));
		json_decref(found);
	}
	served_meetings = "{\"value\":[{\"id\":\"meeting-main\"}]}";
	served_list = "{\"value\":[]}";
	text_clear(&asked);
	outbox_freeze(&world.plenary->outbox, session, &effect);
	wait_done();
	CHECK(strncmp(text_string(&asked), FOUND, strlen(FOUND)) == 0);
	CHECK(strstr(text_string(&asked), "\n" LIST "\n") != NULL);
	CHECK_TEXT("meeting-main",
		   directory_place(world.plenary->directory, session, PLACE_MAIN)
			   ->meeting_id);
	fetch(LIST "\n");
	served_list = NULL;
	free(sample);
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
	RUN(test_lines_that_name_nobody);
	RUN(test_reports_of_another_day);
	RUN(test_samples);
	RUN(test_found_by_its_link);
	world_close(&world);
	script_finish(&script);
	uv_run(&script_loop, UV_RUN_DEFAULT);
	CHECK_INT(0, uv_loop_close(&script_loop));
	text_finish(&asked);
	world_end(&world);
	return check_done();
}
