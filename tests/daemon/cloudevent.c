/* SPDX-License-Identifier: MIT */
/* CloudEvents as relays send them, right and wrong, and the events they become. */
#include "daemon/decode_cloudevent.h"

#include "daemon/json.h"
#include "daemon/store/directory.h"
#include "handlers/transcript.h"
#include "tests/check.h"
#include "tests/daemon/world.h"

static struct world world;
static uint32_t session;

#define HEAD "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/relay\","
#define EVENT(type, data) HEAD "\"type\":\"plenary." type "\",\"data\":" data "}"
#define SESSION "\"session\":\"leep-1\""

static json_t *json_of(const char *text)
{
	char fault[JSON_FAULT_BYTES] = "";
	json_t *const root = json_read(text, strlen(text), fault);

	CHECK_TEXT("", fault);
	return root;
}

/* The event's line; or "STATUS detail". */
static void means(const char *text, char told[EVENT_LINE_BYTES])
{
	struct plenary *const plenary = world.plenary;
	json_t *const root = json_of(text);
	struct problem problem = { 0 };
	struct cloudevent cloudevent;
	struct event event;
	int rc = cloudevent_read((struct json_t *)root, &cloudevent, &problem);

	if (rc == 0)
		rc = cloudevent_means(&cloudevent, plenary->directory,
				      journal_batch(plenary->journal), &event, &problem);
	if (rc < 0) {
		snprintf(told, EVENT_LINE_BYTES, "%d %s", problem.status, problem.detail);
	} else {
		CHECK_INT(0, problem.status);
		CHECK_INT(session, event.session);
		CHECK_INT(SOURCE_RELAY, event.source);
		CHECK_INT(0, event.at_ms);
		event.session = 0;
		event.source = SOURCE_NONE;
		event_write(&event, told);
	}
	json_decref(root);
}

static void becomes(const char *text, const char *line)
{
	char told[EVENT_LINE_BYTES];

	means(text, told);
	CHECK_TEXT(line, told);
}

static void refused(const char *text, const char *beginning)
{
	char told[EVENT_LINE_BYTES];

	means(text, told);
	if (strncmp(told, beginning, strlen(beginning)) != 0)
		CHECK_TEXT(beginning, told);
}

static void test_events(void)
{
	becomes(EVENT("meeting_started", "{" SESSION ",\"place\":0}"),
		"meeting_started place=0");
	becomes(EVENT("runsheet_started", "{" SESSION ",\"by\":2}"),
		"runsheet_started by=2");
	becomes(EVENT("runsheet_extended", "{" SESSION ",\"by_ms\":60000}"),
		"runsheet_extended by_ms=60000");
	becomes(EVENT("person_joined", "{" SESSION ",\"person\":{\"object_id\":\"00000000"
				       "-0000-0000-0000-0000000000b2\"},\"place\":3}"),
		"person_joined person=1 place=3");
	becomes(EVENT("person_left",
		      "{" SESSION
		      ",\"person\":{\"email\":\"P02@EXAMPLE.TEST\"},\"place\":0}"),
		"person_left person=1 place=0");
	becomes(EVENT("poll_voted", "{" SESSION ",\"person\":{\"teams_id\":\"29:u1\"},"
				    "\"poll\":2,\"choice\":1}"),
		"poll_voted person=0 poll=2 choice=1");
	becomes(EVENT("interval_reported",
		      "{" SESSION ",\"person\":0,\"place\":0,"
		      "\"from\":\"2026-11-24T09:00:00Z\",\"to\":1795510860000}"),
		"interval_reported person=0 place=0 from=1795510800000 to=1795510860000");
}

static void test_when_it_occurred(void)
{
	becomes(HEAD "\"time\":\"2026-11-24T10:00:00.5+01:00\",\"type\":\"plenary."
		     "person_left\",\"data\":{" SESSION ",\"person\":0}}",
		"person_left person=0 occurred=1795510800500");
	becomes(HEAD "\"time\":\"2026-11-24T09:00:00Z\",\"type\":\"plenary.person_left\","
		     "\"data\":{" SESSION ",\"person\":0,\"occurred\":7}}",
		"person_left person=0 occurred=7");
	becomes(HEAD
		"\"time\":\"2026-11-24T09:00:00Z\",\"type\":\"plenary.runsheet_held\","
		"\"data\":{" SESSION "}}",
		"runsheet_held");
	refused(HEAD "\"time\":\"yesterday\",\"type\":\"plenary.runsheet_held\","
		     "\"data\":{" SESSION "}}",
		"400 `time`");
}

static void test_attributes(void)
{
	refused("[]", "400 a CloudEvent is a JSON object");
	refused("{}", "400 the CloudEvent has no `specversion`");
	refused("{\"specversion\":\"1.0\",\"source\":\"s\",\"type\":\"t\"}",
		"400 the CloudEvent has no `id`");
	refused("{\"specversion\":\"1.0\",\"id\":\"1\",\"type\":\"t\"}",
		"400 the CloudEvent has no `source`");
	refused("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\"}",
		"400 the CloudEvent has no `type`");
	refused("{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"}",
		"400 specversion is 0.3");
	refused("{\"specversion\":1.0,\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"}",
		"400 the CloudEvent has no `specversion`");
	refused("{\"specversion\":\"1.0\",\"id\":17,\"source\":\"s\",\"type\":\"t\"}",
		"400 the CloudEvent has no `id`");
}

static void test_long_attribute(void)
{
	struct text text = { 0 };

	text_addf(&text, "{\"specversion\":\"1.0\",\"source\":\"s\",\"type\":\"t\","
			 "\"id\":\"");
	for (int i = 0; i < CLOUDEVENT_TEXT; i++)
		text_addf(&text, "x");
	text_addf(&text, "\"}");
	refused(text_string(&text), "400 `id` has more than");
	text_finish(&text);
}

static void test_wrong_data(void)
{
	refused(HEAD "\"type\":\"plenary.runsheet_held\"}", "422 data.session");
	refused(EVENT("runsheet_held", "\"leep-1\""), "422 data.session");
	refused(EVENT("runsheet_held", "{\"session\":\"nobody's\"}"), "422 data.session");
	refused(EVENT("runsheet_held", "{\"session\":1}"), "422 data.session");
	refused(EVENT("runsheet_held", "{" SESSION ",\"colour\":1}"),
		"422 runsheet_held has no field `colour`");
	refused(EVENT("runsheet_held", "{" SESSION ",\"choice\":1}"),
		"422 runsheet_held has no field `choice`");
	refused(EVENT("poll_voted", "{" SESSION ",\"choice\":1.5}"),
		"422 data.choice is neither");
	refused(EVENT("poll_voted", "{" SESSION ",\"choice\":null}"),
		"422 data.choice is neither");
	refused(EVENT("poll_voted", "{" SESSION ",\"choice\":\"two\"}"),
		"422 data.choice is neither");
	refused(EVENT("poll_voted", "{" SESSION ",\"choice\":[1]}"),
		"422 data.choice is neither");
	refused(EVENT("poll_voted", "{" SESSION ",\"choice\":-1}"),
		"422 data.choice: -1 does not fit");
	refused(EVENT("poll_voted", "{" SESSION ",\"poll\":65536}"),
		"422 data.poll: 65536 does not fit");
	refused(EVENT("poll_voted", "{" SESSION ",\"choice\":4294967296}"),
		"422 data.choice: 4294967296 does not fit");
}

static void test_wrong_people(void)
{
	refused(EVENT("poll_voted", "{" SESSION ",\"person\":77}"),
		"422 there is no person 77");
	refused(EVENT("poll_voted", "{" SESSION ",\"person\":-1}"),
		"422 there is no person");
	refused(EVENT("poll_voted", "{" SESSION ",\"person\":4294967296}"),
		"422 there is no person");
	refused(EVENT("poll_voted", "{" SESSION ",\"person\":{}}"),
		"422 nobody in this session");
	refused(EVENT("poll_voted", "{" SESSION ",\"person\":\"Person 01\"}"),
		"422 nobody in this session");
	refused(EVENT("person_joined", "{" SESSION ",\"person\":{}}"),
		"422 nobody in this session");
	refused(EVENT("person_joined", "{" SESSION ",\"person\":null}"),
		"422 nobody in this session");
	refused(EVENT("poll_voted", "{" SESSION ",\"person\":{\"name\":\"Person 50\"}}"),
		"422 nobody in this session");
	refused(EVENT("runsheet_held", "{" SESSION ",\"by\":{\"name\":\"Person 50\"}}"),
		"422 nobody in this session");
}

/* Who is present is somebody, known or not; but not in an event that is refused. */
static void test_newcomers(void)
{
	struct directory *const directory = world.plenary->directory;
	const uint32_t before = directory_people(directory, session);

	becomes(EVENT("person_joined",
		      "{" SESSION ",\"person\":{\"name\":\"Guest 1\"},\"place\":0}"),
		"person_joined person=3 place=0");
	CHECK_INT(before + 1, directory_people(directory, session));
	refused(EVENT("person_joined",
		      "{" SESSION ",\"person\":{\"name\":\"Guest 2\"},\"colour\":0}"),
		"422 person_joined has no field");
	CHECK_INT(before + 1, directory_people(directory, session));
}

static void test_forgeries(void)
{
	static const char *const types[] = { "alarm_rang",    "delivery_failed",
					     "room_ready",    "none",
					     "no_such_event", "" };
	char text[256];

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		snprintf(text, sizeof(text),
			 HEAD "\"type\":\"plenary.%s\",\"data\":{" SESSION "}}",
			 types[i]);
		refused(text, "422 type `plenary.");
	}
	refused(HEAD "\"type\":\"poll_closed\",\"data\":{" SESSION "}}",
		"422 type `poll_closed`");
	refused(EVENT("poll_closed", "{" SESSION ",\"at\":1}"), "422 poll_closed has no");
	refused(EVENT("poll_closed", "{" SESSION ",\"seed\":1}"),
		"422 poll_closed has no");
	refused(EVENT("poll_closed", "{" SESSION ",\"source\":1}"),
		"422 poll_closed has no");
}

static void key_of(const char *source, const char *id, char key[CLOUDEVENT_KEY])
{
	json_t *const root = json_pack("{s:s,s:s,s:s,s:s}", "specversion", "1.0", "id",
				       id, "source", source, "type", "t");
	struct problem problem = { 0 };
	struct cloudevent cloudevent;

	CHECK_INT(0, cloudevent_read((struct json_t *)root, &cloudevent, &problem));
	memcpy(key, cloudevent.key, CLOUDEVENT_KEY);
	json_decref(root);
}

/* An event is known by source and id together (CloudEvents 1.0, "id"). */
static void test_keys(void)
{
	char one[CLOUDEVENT_KEY], other[CLOUDEVENT_KEY];

	key_of("/a", "1", one);
	key_of("/a", "1", other);
	CHECK_TEXT(one, other);
	key_of("/b", "1", other);
	CHECK(strcmp(one, other) != 0);
	key_of("/a|b", "c", one);
	key_of("/a", "b|c", other);
	CHECK(strcmp(one, other) != 0);
}

int main(void)
{
	world_begin(&world);
	world_open(&world, 0);
	json_t *const plan = world_plan(&world);

	session = world_schedule(&world, plan);
	json_decref(plan);
	RUN(test_events);
	RUN(test_when_it_occurred);
	RUN(test_attributes);
	RUN(test_long_attribute);
	RUN(test_wrong_data);
	RUN(test_wrong_people);
	RUN(test_newcomers);
	RUN(test_forgeries);
	RUN(test_keys);
	world_settle(&world);
	world_close(&world);
	world_end(&world);
	return check_done();
}
