/* SPDX-License-Identifier: MIT */
/* A session that is a webinar's: link, chat and roster from Graph, kept up to date. */
#include <time.h>

#include "daemon/common/clock.h"
#include "daemon/settings/config.h"
#include "tests/check.h"
#include "tests/daemon/world.h"
#include "tests/wire/script.h"
#include "tests/wire/shared.h"

#define EVENTS "/graph/v1.0/solutions/virtualEvents/webinars/web%40inar-1"
#define SOLUTIONS "solutions/virtualEvents/webinars/web@inar-1"
#define GUID "00000000-0000-0000-0000-0000000000"

static struct world world;
static uv_loop_t script_loop;
static struct script script;
static struct text asked; /* "METHOD PATH\n" of what came to Graph */
static uint32_t session;

/* What Graph has. */
static json_t *registrations;
static const char *join_url = "https://teams.example.test/l/webinar/1";
static int sessions_status = 200;
static unsigned old_watches; /* so many creations find one that is there already */
static struct text states;   /* "kind clientState\n" of each watch that was made */
static json_t *watches;      /* the bodies that made them, by their list */
static char *said;

/* -- a Graph with one webinar ------------------------------------------------------------------------ */

static void say(struct script_reply *reply, json_t *body)
{
	free(said);
	said = json_dumps(body, 0);
	json_decref(body);
	reply->body = said;
}

static json_t *registration(const char *id, const char *name, const char *status)
{
	return json_pack("{s:s,s:n,s:s,s:s,s:s+,s:s,s:[{s:s,s:n,s:s},{s:s,s:s,s:s}]}",
			 "id", id, "userId", "firstName", name, "lastName", "Test",
			 "email", id, "@example.test", "status", status,
			 "registrationQuestionAnswers", "questionId", "q-job",
			 "displayName", "value", "nurse", "questionId", "q-own",
			 "displayName", "Who is your employer?", "value",
			 "Example Trust");
}

static void answer_sessions(struct script_reply *reply)
{
	reply->status = sessions_status;
	say(reply, json_pack("{s:[{s:s,s:s,s:s,s:{s:s}},{s:s,s:s,s:{s:s,s:s},s:{s:s}}]}",
			     "value", "id", "far", "joinWebUrl", "https://x.test/far",
			     "startDateTime", "2101-01-01T00:00:00Z", "chatInfo",
			     "threadId", "19:far@thread.v2", "id", "near", "joinWebUrl",
			     join_url, "startDateTime", "dateTime",
			     "2099-11-24T09:00:00.0000000", "timeZone", "UTC", "chatInfo",
			     "threadId", "19:meeting_web@thread.v2"));
}

/* Two pages; the first is empty. */
static void answer_registrations(const char *path, struct script_reply *reply)
{
	if (strstr(path, "?page=2") != NULL)
		say(reply, json_pack("{s:O}", "value", registrations));
	else
		say(reply,
		    json_pack("{s:[],s:s}", "value", "@odata.nextLink",
			      script_url(&script, EVENTS "/registrations?page=2")));
}

static void answer_watch(const struct script_request *request, struct script_reply *reply)
{
	json_t *const body = json_loadb(request->body, request->body_bytes, 0, NULL);
	const char *const resource = json_string_value(json_object_get(body, "resource"));
	const char *const state = json_string_value(json_object_get(body, "clientState"));
	char id[64];

	reply->status = 201;
	if (strcmp(request->method, "DELETE") == 0) {
		reply->status = 204;
	} else if (resource == NULL || strstr(resource, "virtualEvents") == NULL) {
		say(reply, json_pack("{s:s}", "id", "sub-other"));
	} else if (old_watches > 0) {
		old_watches--;
		reply->status = 409;
		say(reply,
		    json_pack("{s:{s:s,s:s}}", "error", "code", "Conflict", "message",
			      "Subscription Id " GUID
			      "ff already exists for the requested combination"));
	} else {
		CHECK(strncmp(resource, SOLUTIONS "/", strlen(SOLUTIONS) + 1) == 0);
		snprintf(id, sizeof(id), "sub-%s", strrchr(resource, '/') + 1);
		text_addf(&states, "%s %s\n", id, state);
		json_object_set(watches, strrchr(resource, '/') + 1, body);
		say(reply, json_pack("{s:s,s:O}", "id", id, "expirationDateTime",
				     json_object_get(body, "expirationDateTime")));
	}
	json_decref(body);
}

static void answer_graph(const struct script_request *request, struct script_reply *reply)
{
	const char *const path = request->path;

	text_addf(&asked, "%s %s\n", request->method, path);
	if (strcmp(path, EVENTS "/sessions") == 0)
		answer_sessions(reply);
	else if (strcmp(path, EVENTS "/registrationConfiguration/questions") == 0)
		say(reply,
		    json_pack("{s:[{s:s,s:s,s:s},{s:s,s:s}]}", "value", "id", "q-job",
			      "displayName", "What do you do?", "label", "jobTitle", "id",
			      "q-own", "displayName", "Who is your employer?"));
	else if (strncmp(path, EVENTS "/registrations", strlen(EVENTS) + 14) == 0)
		answer_registrations(path, reply);
	else if (strcmp(path, EVENTS "/sessions/near/attendanceReports") == 0)
		say(reply, json_pack("{s:[{s:s}]}", "value", "id", "r1"));
	else if (strcmp(path, EVENTS
			"/sessions/near/attendanceReports/r1/attendanceRecords") == 0)
		say(reply,
		    json_pack("{s:[{s:s,s:n,s:{s:n,s:s},s:[{s:s,s:s}]}]}", "value",
			      "registrationId", "reg-2", "emailAddress", "identity", "id",
			      "displayName", "somebody", "attendanceIntervals",
			      "joinDateTime", "2099-11-24T09:00:00Z", "leaveDateTime",
			      "2099-11-24T10:00:00Z"));
	else if (strstr(path, "/subscriptions") != NULL)
		answer_watch(request, reply);
	else
		reply->status = 404;
}

static void play(void *context, const struct script_request *request,
		 struct script_reply *reply)
{
	(void)context;
	if (strcmp(request->path, "/token") == 0)
		reply->body = "{\"token_type\":\"Bearer\",\"expires_in\":3600,"
			      "\"access_token\":\"t\"}";
	else if (strncmp(request->path, "/graph/", 7) == 0)
		answer_graph(request, reply);
	else
		reply->status = 404;
}

/* -- waiting ------------------------------------------------------------------------------------------- */

static void turn_once(void)
{
	const struct timespec moment = { .tv_nsec = 500 * 1000 };

	uv_run(&script_loop, UV_RUN_NOWAIT);
	uv_run(world.loop, UV_RUN_NOWAIT);
	nanosleep(&moment, NULL);
}

static int times(const struct text *text, const char *words)
{
	int count = 0;

	for (const char *at = strstr(text_string(text), words); at != NULL;
	     at = strstr(at + 1, words))
		count++;
	return count;
}

static void wait_asked(const char *words, int count)
{
	const int64_t until_ms = clock_real_ms() + 60 * 1000;

	while (times(&asked, words) < count && clock_real_ms() < until_ms)
		turn_once();
	CHECK(times(&asked, words) >= count);
	while (!turn_is_quiet(&world.plenary->turn))
		turn_once();
	for (int i = 0; i < 20; i++)
		turn_once();
}

static const struct session *state(void)
{
	return sessions_get(&world.plenary->sessions, session);
}

/* 1: enrolled, as core has it; -1: nobody is known by that address. */
static int expected(const char *email)
{
	const struct identity identity = { .email = email };
	const uint32_t person =
		directory_find(world.plenary->directory, session, &identity);

	return person == PERSON_NONE ? -1 : state()->member[person].known & 1;
}

/* -- the story ------------------------------------------------------------------------------------------- */

static void is_planned(void)
{
	json_t *const plan = world_plan(&world);
	struct problem problem;

	json_object_del(plan, "meeting");
	json_object_set_new(plan, "people", json_array());
	json_object_set_new(plan, "webinar", json_pack("{s:s}", "id", "web@inar-1"));
	CHECK_INT(0, world_try_schedule(&world, plan, &problem));
	json_object_set_new(plan, "uid", json_string("another"));
	CHECK_INT(-1, world_try_schedule(&world, plan, &problem));
	CHECK_INT(409, problem.status);
	json_decref(plan);
	session = 1;
}

static void test_ids_that_are_no_ids(void)
{
	static const char *const wrong[] = {
		"a/b", "a?b", "a#b", "a%2f", "..", "", "a\nb"
	};
	struct problem problem;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		json_t *const plan = world_plan(&world);

		json_object_set_new(plan, "webinar", json_pack("{s:s}", "id", wrong[i]));
		CHECK_INT(-1, world_try_schedule(&world, plan, &problem));
		CHECK_INT(422, problem.status);
		json_decref(plan);
	}
}

/* Link and chat come first; then the session is opened. */
static void test_it_is_opened_when_the_link_is_known(void)
{
	registrations = json_array();
	json_array_append_new(registrations, registration("reg-1", "One", "registered"));
	json_array_append_new(registrations, registration("reg-2", "Two", "registered"));
	json_array_append_new(registrations,
			      registration("reg-3", "Three", "waitlisted"));
	json_array_append_new(registrations, registration("reg-4", "Four", "canceled"));
	json_array_append_new(registrations, registration("reg-5", "Five", "someday"));
	sessions_status = 503;
	is_planned();
	CHECK_INT(SESSION_PLANNED, state()->state);
	wait_asked("GET " EVENTS "/sessions\n", 1);
	CHECK_INT(SESSION_PLANNED, state()->state);
	sessions_status = 200;
	wait_asked("GET " EVENTS "/registrations?page=2\n", 1);
	CHECK_INT(SESSION_OPEN, state()->state);
	const struct place_row *const place =
		directory_place(world.plenary->directory, session, PLACE_MAIN);

	CHECK_TEXT("https://teams.example.test/l/webinar/1", place->join_url);
	CHECK_TEXT("19:meeting_web@thread.v2", place->thread_id);
	CHECK_TEXT("near", webinar_book_get(world.plenary->book, session)->session_id);
}

static void test_who_registered_is_expected(void)
{
	const struct identity one = { .email = "reg-1@example.test" };
	const uint32_t person = directory_find(world.plenary->directory, session, &one);
	const struct person_row *const row =
		directory_person(world.plenary->directory, session, person);

	CHECK_INT(1, expected("reg-1@example.test"));
	CHECK_INT(1, expected("reg-2@example.test"));
	CHECK_INT(-1, expected("reg-3@example.test"));
	CHECK_INT(-1, expected("reg-4@example.test"));
	CHECK_INT(-1, expected("reg-5@example.test"));
	CHECK_TEXT("One Test", row->name);
	CHECK_TEXT("nurse", row->profession);
	CHECK_TEXT("Example Trust",
		   webinar_book_registration(world.plenary->book, session, "reg-1")
			   ->employer);
	CHECK_INT(ROLE_PARTICIPANT, state()->member[person].role);
}

/* Three kinds; one that we had before a restart is removed and made anew. */
static void test_it_is_watched(void)
{
	wait_asked("POST /graph/v1.0/subscriptions\n", 3);
	wait_asked("DELETE /graph/v1.0/subscriptions/" GUID "ff\n", 1);
	wait_asked("POST /graph/v1.0/subscriptions\n", 4);
	CHECK_INT(1, times(&states, "sub-sessions "));
	CHECK_INT(1, times(&states, "sub-registrations "));
	CHECK_INT(1, times(&states, "sub-getAttendanceReports "));
}

static void test_sample_of_a_watch(const char *name, const char *list)
{
	size_t bytes;
	char *const text = shared_sample(name, &bytes);
	const json_t *const ours = json_object_get(watches, list);
	const char *member;
	json_t *value;

	if (text == NULL)
		return;
	json_t *const theirs = json_loadb(text, bytes, 0, NULL);
	const char *const resource =
		json_string_value(json_object_get(theirs, "resource"));

	CHECK_INT(json_object_size(theirs), json_object_size(ours));
	json_object_foreach (theirs, member, value)
		CHECK(json_is_string(json_object_get(ours, member)));
	CHECK_TEXT(strrchr(resource, '/'),
		   strrchr(json_string_value(json_object_get(ours, "resource")), '/'));
	/* "created, updated" and "created,updated" are the same. */
	CHECK((strstr(json_string_value(json_object_get(theirs, "changeType")),
		      "updated") != NULL) ==
	      (strstr(json_string_value(json_object_get(ours, "changeType")),
		      "updated") != NULL));
	json_decref(theirs);
	free(text);
}

static void test_samples_of_watches(void)
{
	test_sample_of_a_watch(
		"graph/subscription-create-request.webinar-registrations.json",
		"registrations");
	test_sample_of_a_watch(
		"graph/subscription-create-request.webinar-attendanceReports.json",
		"getAttendanceReports");
}

static size_t is_notified(const char *watch, const char *client_state, const char *rest)
{
	json_t *const body =
		json_pack("{s:[{s:s,s:s,s:s,s:s,s:{s:s+,s:s}}]}", "value",
			  "subscriptionId", watch, "clientState", client_state,
			  "changeType", "updated", "resource", "x", "resourceData",
			  "@odata.id", SOLUTIONS, rest, "id", "x");
	char *const text = json_dumps(body, 0);
	const size_t count =
		webinars_notified(&world.plenary->webinars, text, strlen(text));

	free(text);
	json_decref(body);
	return count;
}

/* The clientState that we gave with this watch. */
static const char *state_of(const char *watch)
{
	static char value[65];
	const char *const at = strstr(text_string(&states), watch);

	CHECK(at != NULL);
	snprintf(value, sizeof(value), "%s", at + strlen(watch) + 1);
	return value;
}

/* Only what is ours counts, and it only says "look there". */
static void test_notifications(void)
{
	const char *const right = state_of("sub-registrations");

	CHECK_INT(0, is_notified("sub-registrations", "wrong", "/registrations/reg-1"));
	CHECK_INT(0, is_notified("sub-unknown", right, "/registrations/reg-1"));
	CHECK_INT(0, webinars_notified(&world.plenary->webinars, "<html>", 6));
	text_clear(&asked);
	json_object_set_new(json_array_get(registrations, 0), "status",
			    json_string("canceled"));
	json_object_set_new(json_array_get(registrations, 2), "status",
			    json_string("registered"));
	for (int i = 0; i < 20; i++)
		CHECK_INT(1, is_notified("sub-registrations", right,
					 "/registrations/reg-1"));
	wait_asked("GET " EVENTS "/registrations?page=2\n", 1);
	/* Twenty notices, one reading. */
	CHECK_INT(1, times(&asked, "GET " EVENTS "/registrations?page=2\n"));
	CHECK_INT(0, expected("reg-1@example.test"));
	CHECK_INT(1, expected("reg-2@example.test"));
	CHECK_INT(1, expected("reg-3@example.test"));
	CHECK_INT(-1, expected("reg-4@example.test"));
}

/* Read a third time: nothing is new, and nothing is written. */
static void test_nothing_new(void)
{
	const uint64_t taken = world.plenary->turn.taken;

	text_clear(&asked);
	CHECK_INT(1, is_notified("sub-sessions", state_of("sub-sessions"),
				 "/sessions/near"));
	wait_asked("GET " EVENTS "/registrations?page=2\n", 1);
	CHECK_INT(taken, world.plenary->turn.taken);
}

static void test_the_link_moves(void)
{
	text_clear(&asked);
	join_url = "https://teams.example.test/l/webinar/2";
	CHECK_INT(1, is_notified("sub-sessions", state_of("sub-sessions"),
				 "/sessions/near"));
	wait_asked("GET " EVENTS "/registrations?page=2\n", 1);
	CHECK_TEXT(
		join_url,
		directory_place(world.plenary->directory, session, PLACE_MAIN)->join_url);
}

/* What was learned is there after a restart. */
static void test_after_a_restart(void)
{
	world_settle(&world);
	world_close(&world);
	text_clear(&asked);
	world_open(&world, script.port);
	CHECK_INT(0, expected("reg-1@example.test"));
	CHECK_INT(1, expected("reg-2@example.test"));
	CHECK_INT(
		REGISTRATION_CANCELED,
		webinar_book_registration(world.plenary->book, session, "reg-1")->status);
	wait_asked("GET " EVENTS "/registrations?page=2\n", 1);
	CHECK_INT(0, expected("reg-1@example.test"));
}

/* Nobody's address or id is in the record: the registration says who it was. */
static void test_reports_know_who_registered(void)
{
	const struct identity two = { .email = "reg-2@example.test" };
	struct effect effect = effect_blank(DELIVER_REPORT_FETCH);
	const uint32_t people = directory_people(world.plenary->directory, session);
	int found = 0;

	effect.place = PLACE_MAIN;
	outbox_freeze(&world.plenary->outbox, session, &effect);
	wait_asked("/attendanceRecords\n", 1);
	CHECK_INT(people, directory_people(world.plenary->directory, session));
	for (uint32_t i = 0; i < state()->spans; i++)
		found += state()->span[i].source == SOURCE_REPORT &&
			 state()->span[i].person ==
				 directory_find(world.plenary->directory, session, &two);
	CHECK_INT(1, found);
}

int main(void)
{
	world_begin(&world);
	CHECK_INT(0, uv_loop_init(&script_loop));
	script_init(&script, &script_loop, play, NULL);
	char clock[160];

	/* A hundred and twenty times faster: half a minute of gathering passes at once. */
	snprintf(clock, sizeof(clock),
		 "clock: {speed: 120, from: \"2099-11-24T07:00:00Z\", anchor_ms: %lld}\n",
		 (long long)clock_real_ms());
	world.more = clock;
	world_open(&world, script.port);
	old_watches = 1;
	watches = json_object();
	RUN(test_ids_that_are_no_ids);
	RUN(test_it_is_opened_when_the_link_is_known);
	RUN(test_who_registered_is_expected);
	RUN(test_it_is_watched);
	RUN(test_samples_of_watches);
	RUN(test_notifications);
	RUN(test_nothing_new);
	RUN(test_the_link_moves);
	RUN(test_after_a_restart);
	RUN(test_reports_know_who_registered);
	world_settle(&world);
	world_close(&world);
	script_finish(&script);
	uv_run(&script_loop, UV_RUN_DEFAULT);
	CHECK_INT(0, uv_loop_close(&script_loop));
	json_decref(registrations);
	json_decref(watches);
	text_finish(&asked);
	text_finish(&states);
	free(said);
	world_end(&world);
	return check_done();
}
