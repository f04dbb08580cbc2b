/* SPDX-License-Identifier: MIT */
/* CloudEvents as relays send them, right and wrong, and the events they become. */
#include "daemon/decode/cloudevent.h"

#include "daemon/decode/json.h"
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
		     "person_left\",\"data\":{" SESSION ",\"person\":0,\"place\":0}}",
		"person_left person=0 place=0 occurred=1795510800500");
	becomes(HEAD "\"time\":\"2026-11-24T09:00:00Z\",\"type\":\"plenary.person_left\","
		     "\"data\":{" SESSION ",\"person\":0,\"place\":0,\"occurred\":7}}",
		"person_left person=0 place=0 occurred=7");
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

#define VOTE SESSION ",\"poll\":0,\"choice\":0"
#define PLACE SESSION ",\"place\":0"

static void test_wrong_people(void)
{
	refused(EVENT("poll_voted", "{" VOTE ",\"person\":77}"),
		"422 there is no person 77");
	refused(EVENT("poll_voted", "{" VOTE ",\"person\":-1}"),
		"422 there is no person");
	refused(EVENT("poll_voted", "{" VOTE ",\"person\":4294967296}"),
		"422 there is no person");
	refused(EVENT("poll_voted", "{" VOTE ",\"person\":{}}"),
		"422 nobody in this session");
	refused(EVENT("poll_voted", "{" VOTE ",\"person\":\"Person 01\"}"),
		"422 nobody in this session");
	refused(EVENT("person_joined", "{" PLACE ",\"person\":{}}"),
		"422 nobody in this session");
	refused(EVENT("person_joined", "{" PLACE ",\"person\":null}"),
		"422 nobody in this session");
	refused(EVENT("poll_voted", "{" VOTE ",\"person\":{\"name\":\"Person 50\"}}"),
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
	static const char *const types[] = { "alarm_rang",          "delivery_failed",
					     "delivery_unresolved", "none",
					     "no_such_event",       "" };
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

static void check_line(const char *page, const char *name)
{
	char line[128];

	snprintf(line, sizeof(line), "| `plenary.%s` |", name);
	if (strstr(page, line) == NULL)
		fprintf(stderr, "docs/events.md has no line %s\n", line);
	CHECK(strstr(page, line) != NULL);
}

static void check_kind(enum event_kind kind, const char *page)
{
	const enum cloudevent_share share = cloudevent_shares(kind);
	char text[256];

	if (share == SHARE_UNSAID)
		fprintf(stderr, "%s: may a relay send it?  decode/relay.c\n",
			event_name(kind));
	CHECK(share != SHARE_UNSAID);
	snprintf(text, sizeof(text),
		 HEAD "\"type\":\"plenary.%s\",\"data\":{" SESSION "}}",
		 event_name(kind));
	if (share != SHARE_TAKEN)
		refused(text, "422 type `plenary.");
	else if (cloudevent_needs(kind)[0] != '\0')
		refused(text, "422 ");
	if (share != SHARE_OURS)
		check_line(page, event_name(kind));
}

/* Every kind has its place in the table, and its line in the page for people. */
static void test_every_kind(void)
{
	char *const page = world_file("docs/events.md");

	for (int kind = EVENT_NONE; kind < EVENT_KINDS; kind++)
		check_kind((enum event_kind)kind, page);
	free(page);
}

/* What is needed is needed: each member left out is missed. */
static void test_needs(void)
{
	refused(EVENT("person_joined", "{" SESSION ",\"place\":0}"),
		"422 person_joined needs data.person");
	refused(EVENT("person_joined", "{" SESSION ",\"person\":0}"),
		"422 person_joined needs data.place");
	refused(EVENT("interval_reported",
		      "{" SESSION ",\"person\":0,\"place\":0,\"from\":1}"),
		"422 interval_reported needs data.to");
	refused(EVENT("poll_opened", "{" SESSION "}"), "422 poll_opened needs data.poll");
	refused(EVENT("poll_voted", "{" SESSION ",\"person\":0,\"poll\":0}"),
		"422 poll_voted needs data.choice");
	refused(EVENT("runsheet_extended", "{" SESSION "}"),
		"422 runsheet_extended needs data.by_ms");
}

/* Rooms that another platform has made. */
static void test_rooms(void)
{
	struct directory *const directory = world.plenary->directory;

	becomes(EVENT("room_ready", "{" SESSION ",\"place\":3,\"name\":\"Blue\","
				    "\"join_url\":\"https://meet.example.test/3\"}"),
		"room_ready place=3");
	CHECK_TEXT("https://meet.example.test/3",
		   directory_place(directory, session, 3)->join_url);
	CHECK_TEXT("Blue", directory_place(directory, session, 3)->name);
	refused(EVENT("room_ready", "{" SESSION ",\"place\":0,"
				    "\"join_url\":\"https://meet.example.test/3\"}"),
		"422 data.place");
	refused(EVENT("room_ready", "{" SESSION ",\"place\":257,"
				    "\"join_url\":\"https://meet.example.test/3\"}"),
		"422 data.place");
	refused(EVENT("room_ready", "{" SESSION ",\"place\":3,"
				    "\"join_url\":\"http://meet.example.test/3\"}"),
		"422 data.join_url");
	refused(EVENT("room_ready", "{" SESSION ",\"place\":3,\"join_url\":"
				    "\"https://a.example.test/\\\"><b>\"}"),
		"422 data.join_url");
	CHECK_TEXT("https://meet.example.test/3",
		   directory_place(directory, session, 3)->join_url);
}

/* CloudEvents 1.0.2: names, forms and absences of attributes. */
static void test_forms(void)
{
	const char *const held = "\"type\":\"plenary.runsheet_held\",";
	static const struct {
		const char *members, *told;
	} forms[] = {
		{ "\"comexampleextension1\":\"value\",\"othernumber\":7,\"flag\":true",
		  "runsheet_held" },
		{ "\"subject\":null,\"time\":null,\"unset\":null", "runsheet_held" },
		{ "\"datacontenttype\":\"application/json; charset=utf-8\"",
		  "runsheet_held" },
		{ "\"datacontenttype\":\"application/vnd.example+json\"",
		  "runsheet_held" },
		{ "\"datacontenttype\":\"text/plain\"",
		  "400 datacontenttype text/plain: only JSON" },
		{ "\"Extension\":\"x\"", "400 `Extension` is no name" },
		{ "\"with-hyphen\":\"x\"", "400 `with-hyphen` is no name" },
		{ "\"\":\"x\"", "400 `` is no name" },
		{ "\"nested\":{\"a\":1}", "400 `nested` is neither" },
		{ "\"list\":[1]", "400 `list` is neither" },
		{ "\"half\":0.5", "400 `half` is neither" },
		{ "\"subject\":\"\"", "400 `subject` is text, and not empty" },
		{ "\"time\":7", "400 `time` is text, and not empty" },
		{ "\"data_base64\":\"e30=\"", "400 `data` and `data_base64`" },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		char text[512];

		snprintf(text, sizeof(text), "%s%s\"data\":{" SESSION "},%s}", HEAD, held,
			 forms[i].members);
		refused(text, forms[i].told);
	}
	/* Attributes have one spelling. */
	refused("{\"SpecVersion\":\"1.0\",\"id\":\"1\",\"source\":\"s\","
		"\"type\":\"t\"}",
		"400 the CloudEvent has no `specversion`");
}

/* {"session":"leep-1"} */
#define PACKED "eyJzZXNzaW9uIjoibGVlcC0xIn0="

static void test_base64(void)
{
	const char *const held = HEAD "\"type\":\"plenary.runsheet_held\",";
	static const struct {
		const char *packed, *told;
	} forms[] = {
		{ "\"" PACKED "\"", "runsheet_held" },
		{ "\"eyJzZXNzaW9uIjoibGVlcC0xIn0\"", "400 `data_base64` is not base64" },
		{ "\"****\"", "400 `data_base64` is not base64" },
		{ "7", "400 `data_base64` is not base64" },
		{ "\"e30x\"", "400 `data_base64` holds no JSON" },
		{ "\"\"", "400 `data_base64` holds no JSON" },
		{ "\"W10=\"", "422 data.session" },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		char text[512];

		snprintf(text, sizeof(text), "%s\"data_base64\":%s}", held,
			 forms[i].packed);
		refused(text, forms[i].told);
	}
}

/* HTTP binding 3.1.3.2: quoted text, then percent-encoded UTF-8, once. */
static void test_headers(void)
{
	static const struct {
		const char *header, *value; /* NULL: malformed */
	} headers[] = {
		{ "plain", "plain" },
		{ "Euro%20%E2%82%AC%20%F0%9F%98%80",
		  "Euro \xe2\x82\xac \xf0\x9f\x98\x80" },
		{ "%e2%82%ac", "\xe2\x82\xac" },
		{ "\"quoted \\\" text\"", "quoted \" text" },
		{ "%2541", "%41" },
		{ "", "" },
		{ "\"", "\"" },
		{ "100%", NULL },
		{ "%4", NULL },
		{ "%zz", NULL },
		{ "%00", NULL },
		{ "%ff", NULL },
		{ "%c3%28", NULL },
		{ "\"open\\\"", NULL },
	};

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		struct text value = { 0 };
		const int rc = cloudevent_header(headers[i].header, &value);

		if (headers[i].value == NULL && rc == 0)
			fprintf(stderr, "%s\n", headers[i].header);
		CHECK_INT(headers[i].value == NULL ? -1 : 0, rc);
		if (rc == 0)
			CHECK_TEXT(headers[i].value, text_string(&value));
		text_finish(&value);
	}
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
	RUN(test_every_kind);
	RUN(test_needs);
	RUN(test_rooms);
	RUN(test_forms);
	RUN(test_base64);
	RUN(test_headers);
	RUN(test_keys);
	world_settle(&world);
	world_close(&world);
	world_end(&world);
	return check_done();
}
