/* SPDX-License-Identifier: MIT */
/* Relays of others at the door of the real program: tokens, and every way of CloudEvents. */
#include <time.h>

#include "tests/check.h"
#include "tests/daemon/house.h"

static struct house house;

#define WS_EVENTS "Sec-WebSocket-Protocol: avro, cloudevents.json\r\n"
#define JOINED(id) \
	"{\"specversion\":\"1.0\",\"id\":\"" id "\",\"source\":\"/zoom\",\"type\":" \
	"\"plenary.person_joined\",\"time\":\"2026-11-24T09:00:00Z\",\"data\":{" \
	"\"session\":\"leep-1\",\"place\":0,\"person\":{\"email\":\"p01@example.test\"}" \
	"}}"

/* -- tokens --------------------------------------------------------------------------------- */

struct claims {
	const char *issuer, *audience;
	long not_before, expires; /* seconds from now; 0: not said */
};

static const struct claims good = { HOUSE_ISSUER, HOUSE_AUDIENCE, -10, 600 };

/* "Authorization: Bearer …\r\n", malloc'd */
static char *bearer(enum outside_key key, const struct claims *claims)
{
	const long now = time(NULL);
	struct text text = { 0 }, header = { 0 };

	text_addf(&text, "{\"iss\":\"%s\",\"aud\":\"%s\",\"nbf\":%ld", claims->issuer,
		  claims->audience, now + claims->not_before);
	if (claims->expires != 0)
		text_addf(&text, ",\"exp\":%ld", now + claims->expires);
	text_addf(&text, "}");
	char *const token = outside_sign(&house.outside, key, text_string(&text));

	text_addf(&header, "Authorization: Bearer %s\r\n", token);
	free(token);
	text_finish(&text);
	return header.data;
}

static int posts(const char *authorization, const char *body)
{
	struct text headers = { 0 };

	text_addf(&headers, "%s%s", authorization, HOUSE_EVENT);
	const int status =
		house_ask(&house, "POST", "/events", text_string(&headers), body, NULL);

	text_finish(&headers);
	return status;
}

static int posts_as(enum outside_key key, const struct claims *claims, const char *body)
{
	char *const header = bearer(key, claims);
	const int status = posts(header, body);

	free(header);
	return status;
}

/* Either of them opens; what came before the other's repeat is a repeat. */
static void test_secret_and_token(void)
{
	const long long before = house_figure(&house, "events_total");

	CHECK_INT(202, posts_as(KEY_TEAMS, &good, JOINED("one")));
	CHECK_INT(before + 1, house_figure(&house, "events_total"));
	CHECK_INT(202, posts(HOUSE_BEARER, JOINED("one")));
	CHECK_INT(before + 1, house_figure(&house, "events_total"));
	CHECK_INT(202, posts(HOUSE_BEARER, JOINED("two")));
	CHECK_INT(202, posts_as(KEY_PLAIN, &good, JOINED("three")));
}

static void test_bad_tokens(void)
{
	const long long before = house_figure(&house, "events_total");
	const struct claims bad[] = {
		{ "https://login.evil.example.test", HOUSE_AUDIENCE, -10, 600 },
		{ HOUSE_ISSUER, "api://another", -10, 600 },
		{ HOUSE_ISSUER, HOUSE_AUDIENCE, -900, -600 },
		{ HOUSE_ISSUER, HOUSE_AUDIENCE, 600, 900 },
		{ HOUSE_ISSUER, HOUSE_AUDIENCE, -10, 0 },
		{ "https://api.botframework.com", OUTSIDE_APP, -10, 600 },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_INT(401, posts_as(KEY_TEAMS, &bad[i], JOINED("bad")));
	CHECK_INT(401, posts_as(KEY_UNKNOWN, &good, JOINED("bad")));
	CHECK_INT(401, posts("", JOINED("bad")));
	CHECK_INT(401, posts("Authorization: Bearer wrong\r\n", JOINED("bad")));
	CHECK_INT(401, posts("Authorization: Basic " HOUSE_SECRET "\r\n", JOINED("bad")));
	/* {"alg":"none"} */
	CHECK_INT(401, posts("Authorization: Bearer eyJhbGciOiJub25lIn0.e30.\r\n",
			     JOINED("bad")));
	CHECK_INT(before, house_figure(&house, "events_total"));
}

/* A token of a relay is none of the bot's: it opens this door and no other. */
static void test_no_other_door(void)
{
	char *const header = bearer(KEY_TEAMS, &good);

	CHECK_INT(401, house_ask(&house, "POST", "/api/messages", header,
				 "{\"type\":\"typing\"}", NULL));
	free(header);
}

static void test_websocket_by_token(void)
{
	char *const header = bearer(KEY_TEAMS, &good);
	const struct claims other = { HOUSE_ISSUER, "api://another", -10, 600 };
	char *const wrong = bearer(KEY_TEAMS, &other);
	struct text headers = { 0 };
	struct client client;
	struct ws_frame frame = { 0 };

	text_addf(&headers, "%s%s", header, WS_EVENTS);
	CHECK_INT(101, house_upgrade(&house, &client, "/events", text_string(&headers)));
	ws_say(&client, JOINED("four"));
	ws_next(&client, &frame);
	CHECK(strstr(text_string(&frame.bytes), "plenary.acknowledged") != NULL);
	/* The content mode is structured, always: one event in each message. */
	ws_say(&client, "[" JOINED("five") "]");
	ws_next(&client, &frame);
	CHECK(strstr(text_string(&frame.bytes), "plenary.refused") != NULL);
	client_close(&client);
	text_finish(&frame.bytes);
	text_clear(&headers);
	text_addf(&headers, "%s%s", wrong, WS_EVENTS);
	CHECK_INT(401, house_upgrade(&house, &client, "/events", text_string(&headers)));
	client_close(&client);
	text_finish(&headers);
	free(header);
	free(wrong);
}

/* -- binary mode ---------------------------------------------------------------------------- */

#define BINARY(id, source) \
	HOUSE_BEARER "ce-specversion: 1.0\r\nce-id: " id "\r\nce-source: " source \
		     "\r\nce-type: plenary.meeting_started\r\nce-comexample: any%%\r\n"
#define STARTED "{\"session\":\"leep-1\",\"place\":0}"

static int sends(const char *headers, const char *body)
{
	return house_ask(&house, "POST", "/events", headers, body, NULL);
}

static void test_binary(void)
{
	const long long before = house_figure(&house, "events_total");
	const long long repeats = house_figure(&house, "repeats_total");

	CHECK_INT(202, sends(BINARY("b1", "/caf%C3%A9") HOUSE_JSON, STARTED));
	CHECK_INT(before + 1, house_figure(&house, "events_total"));
	/* The same source, spelt as text in quotes: a repeat. */
	CHECK_INT(202, sends(BINARY("\"b1\"", "\"/caf%C3%A9\"") HOUSE_JSON, STARTED));
	CHECK_INT(repeats + 1, house_figure(&house, "repeats_total"));
	CHECK_INT(202,
		  sends(BINARY("b2",
			       "/x") "Content-Type: application/vnd.example+json\r\n",
			STARTED));
	CHECK_INT(202, sends(BINARY("b3", "/x"), STARTED));
	CHECK_INT(before + 3, house_figure(&house, "events_total"));
}

static void test_wrong_binary(void)
{
	CHECK_INT(400, sends(BINARY("b4%", "/x") HOUSE_JSON, STARTED));
	CHECK_INT(400, sends(BINARY("b4", "/%ff") HOUSE_JSON, STARTED));
	CHECK_INT(415, sends(BINARY("b4", "/x") "Content-Type: text/plain\r\n", STARTED));
	CHECK_INT(415, sends(BINARY("b4", "/x") "Content-Type: application/json; "
						"charset=utf-16\r\n",
			     STARTED));
	CHECK_INT(400, sends(BINARY("b4", "/x") HOUSE_JSON, "{"));
	/* No data at all: of no session. */
	CHECK_INT(422, sends(BINARY("b4", "/x"), ""));
	CHECK_INT(415,
		  sends(HOUSE_BEARER "Content-Type: application/cloudevents+avro\r\n",
			STARTED));
	CHECK_INT(415, sends(HOUSE_BEARER "Content-Type: application/cloudevents\r\n",
			     STARTED));
	CHECK_INT(415, sends(HOUSE_BEARER HOUSE_JSON, STARTED));
}

/* {"session":"leep-1"} */
static void test_base64(void)
{
	CHECK_INT(202, sends(HOUSE_BEARER "Content-Type: application/cloudevents+json; "
					  "charset=UTF-8\r\n",
			     "{\"specversion\":\"1.0\",\"id\":\"s1\",\"source\":\"/x\","
			     "\"type\":\"plenary.session_opened\",\"datacontenttype\":"
			     "\"application/json\",\"data_base64\":"
			     "\"eyJzZXNzaW9uIjoibGVlcC0xIn0=\"}"));
}

/* Another platform drives a whole session: every word of it over this door. */
static void test_another_platform(void)
{
	static const struct {
		const char *type, *data;
	} told[] = {
		{ "meeting_started", "\"place\":0" },
		{ "person_joined", "\"place\":0,\"person\":0" },
		{ "person_joined", "\"place\":0,\"person\":1" },
		{ "runsheet_started", "\"by\":2" },
		{ "room_ready",
		  "\"place\":1,\"join_url\":\"https://meet.example.test/1\"" },
		{ "poll_opened", "\"poll\":0,\"by\":2" },
		{ "poll_voted", "\"person\":0,\"poll\":0,\"choice\":0" },
		{ "poll_closed", "\"poll\":0,\"by\":2" },
		{ "runsheet_held", "\"by\":2" },
		{ "runsheet_resumed", "\"by\":2" },
		{ "runsheet_extended", "\"by_ms\":60000,\"by\":2" },
		{ "runsheet_skipped", "\"by\":2" },
		{ "person_left", "\"place\":0,\"person\":0" },
		{ "meeting_ended", "\"place\":0" },
	};
	char id[16], data[160];

	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		snprintf(id, sizeof(id), "p%zu", i);
		snprintf(data, sizeof(data), "{\"session\":\"leep-1\",%s}", told[i].data);
		const int status = house_event(&house, id, told[i].type, data, NULL);

		if (status != 202)
			fprintf(stderr, "%s\n", told[i].type);
		CHECK_INT(202, status);
	}
	CHECK_INT(422, house_event(&house, "p-x", "alarm_rang",
				   "{\"session\":\"leep-1\"}", NULL));
	CHECK_INT(422, house_event(&house, "p-y", "delivery_failed",
				   "{\"session\":\"leep-1\"}", NULL));
}

int main(void)
{
	house_begin(&house);
	house_start(&house);
	house_schedule(&house, "leep-1");
	RUN(test_secret_and_token);
	RUN(test_bad_tokens);
	RUN(test_no_other_door);
	RUN(test_websocket_by_token);
	RUN(test_binary);
	RUN(test_wrong_binary);
	RUN(test_base64);
	RUN(test_another_platform);
	house_end(&house);
	return check_done();
}
