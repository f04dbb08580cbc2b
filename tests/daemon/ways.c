/* SPDX-License-Identifier: MIT */
/* The ways into the real program for relays and for Graph. */
#include "tests/check.h"
#include "tests/daemon/house.h"

static struct house house;

#define JOINED "{\"session\":\"leep-1\",\"person\":{\"teams_id\":\"29:u1\"},\"place\":0}"

static bool has(const struct text *text, const char *words)
{
	return strstr(text_string(text), words) != NULL;
}

/* -- CloudEvents over HTTP ---------------------------------------------------------------------- */

static void test_structured(void)
{
	const long long before = house_figure(&house, "events_total");
	struct reply reply = { 0 };

	CHECK_INT(202, house_event(&house, "s1", "person_joined", JOINED, NULL));
	CHECK_INT(before + 1, house_figure(&house, "events_total"));
	CHECK_INT(202, house_event(&house, "s1", "person_joined", JOINED, NULL));
	CHECK_INT(before + 1, house_figure(&house, "events_total"));
	CHECK_INT(422, house_event(&house, "s2", "person_flew", JOINED, &reply));
	CHECK(has(&reply.head, "application/problem+json"));
	CHECK(has(&reply.body, "plenary.person_flew"));
	reply_finish(&reply);
	CHECK_INT(422, house_event(&house, "s3", "poll_voted",
				   "{\"session\":\"leep-1\",\"person\":0,\"poll\":31,"
				   "\"choice\":0}",
				   NULL));
	/* What was refused may be right when it is sent again under the same id. */
	CHECK_INT(202, house_event(&house, "s2", "person_left", JOINED, NULL));
}

static void test_binary(void)
{
	const long long before = house_figure(&house, "events_total");
	const char *const headers =
		HOUSE_BEARER HOUSE_JSON "ce-specversion: 1.0\r\nce-id: b1\r\n"
					"ce-source: /test\r\n"
					"ce-type: plenary.person_joined\r\n";

	CHECK_INT(202, house_ask(&house, "POST", "/events", headers, JOINED, NULL));
	CHECK_INT(before + 1, house_figure(&house, "events_total"));
	/* The same event in the other mode is the same event. */
	CHECK_INT(202, house_event(&house, "b1", "person_joined", JOINED, NULL));
	CHECK_INT(before + 1, house_figure(&house, "events_total"));
	CHECK_INT(415, house_ask(&house, "POST", "/events", HOUSE_BEARER HOUSE_JSON,
				 JOINED, NULL));
	CHECK_INT(400, house_ask(&house, "POST", "/events",
				 HOUSE_BEARER HOUSE_JSON "ce-specversion: 1.0\r\n",
				 JOINED, NULL));
}

static void test_batch(void)
{
	const char *const headers =
		HOUSE_BEARER "Content-Type: application/cloudevents-batch+json; "
			     "charset=utf-8\r\n";
	const long long before = house_figure(&house, "events_total");
	struct reply reply = { 0 };
	struct text batch = { 0 };

	text_addf(&batch, "[");
	for (int i = 0; i < 3; i++)
		text_addf(&batch,
			  "%s{\"specversion\":\"1.0\",\"id\":\"batch-%d\",\"source\":\"/"
			  "test\",\"type\":\"plenary.person_joined\",\"data\":" JOINED
			  "}",
			  i > 0 ? "," : "", i / 2);
	text_addf(&batch, "]");
	CHECK_INT(202, house_ask(&house, "POST", "/events", headers, text_string(&batch),
				 NULL));
	CHECK_INT(before + 2, house_figure(&house, "events_total"));
	batch.data[batch.length - 1] = ',';
	text_addf(&batch, "{\"specversion\":\"9\"}]");
	CHECK_INT(400, house_ask(&house, "POST", "/events", headers, text_string(&batch),
				 &reply));
	CHECK(has(&reply.body, "event 3 of the batch"));
	reply_finish(&reply);
	CHECK_INT(202, house_ask(&house, "POST", "/events", headers, "[]", NULL));
	CHECK_INT(400, house_ask(&house, "POST", "/events", headers, "{}", NULL));
	text_finish(&batch);
}

static void test_secret(void)
{
	const char *const body = "{}";

	CHECK_INT(401, house_ask(&house, "POST", "/events", HOUSE_EVENT, body, NULL));
	CHECK_INT(401,
		  house_ask(&house, "POST", "/events",
			    HOUSE_EVENT "Authorization: Bearer wrong\r\n", body, NULL));
	CHECK_INT(401, house_ask(&house, "POST", "/events",
				 HOUSE_EVENT "Authorization: Bearer " HOUSE_KEY "\r\n",
				 body, NULL));
	CHECK_INT(400, house_ask(&house, "POST", "/events", HOUSE_BEARER HOUSE_EVENT, "{",
				 NULL));
}

static void test_schedule_errors(void)
{
	struct reply reply = { 0 };

	CHECK_INT(409, house_event(&house, "again", "session_scheduled",
				   "{\"uid\":\"leep-1\"}", NULL));
	CHECK_INT(422,
		  house_event(&house, "bad", "session_scheduled",
			      "{\"uid\":\"new\",\"module\":1,\"starts\":\"2026-11-24T"
			      "09:00:00Z\",\"organiser_id\":\"o\",\"meeting\":{"
			      "\"thread_id\":\"t\",\"join_url\":\"https://x.test/u\"},"
			      "\"programme\":\"id: x\\ntitle: [\\n\"}",
			      &reply));
	CHECK(has(&reply.body, "programme:"));
	reply_finish(&reply);
}

/* -- CloudEvents over a websocket ------------------------------------------------------------- */

#define WS_EVENTS "Sec-WebSocket-Protocol: cloudevents.json\r\n"

static void acknowledged(struct client *client, const char *event, const char *type,
			 const char *id, int status)
{
	struct ws_frame frame = { 0 };

	ws_say(client, event);
	ws_next(client, &frame);
	CHECK_INT(WS_FINAL | WS_TEXT, frame.opcode);
	json_t *const said = json_loads(text_string(&frame.bytes), 0, NULL);
	const json_t *const data = json_object_get(said, "data");

	CHECK_TEXT("1.0", json_string_value(json_object_get(said, "specversion")));
	CHECK_TEXT(type, json_string_value(json_object_get(said, "type")));
	CHECK_TEXT(id, json_string_value(json_object_get(data, "id")));
	CHECK_INT(status, json_integer_value(json_object_get(data, "status")));
	json_decref(said);
	text_finish(&frame.bytes);
}

static void test_websocket_events(void)
{
	const char *const event =
		"{\"specversion\":\"1.0\",\"id\":\"w1\",\"source\":\"/"
		"test\",\"type\":\"plenary.person_joined\",\"data\":" JOINED "}";
	const long long before = house_figure(&house, "events_total");
	const long long commits = house_figure(&house, "commits_total");
	struct client client;

	CHECK_INT(101, house_upgrade(&house, &client, "/events", HOUSE_BEARER WS_EVENTS));
	acknowledged(&client, event, "plenary.acknowledged", "w1", 202);
	CHECK(house_figure(&house, "commits_total") > commits);
	CHECK_INT(before + 1, house_figure(&house, "events_total"));
	acknowledged(&client, event, "plenary.acknowledged", "w1", 202);
	CHECK_INT(before + 1, house_figure(&house, "events_total"));
	acknowledged(&client,
		     "{\"specversion\":\"1.0\",\"id\":\"w2\",\"source\":\"/test\","
		     "\"type\":\"plenary.alarm_rang\",\"data\":{\"session\":\"leep-1\"}}",
		     "plenary.refused", "w2", 422);
	acknowledged(&client, "no JSON", "plenary.refused", "", 400);
	client_close(&client);
}

static void refused_upgrade(const char *path, const char *headers, int status)
{
	struct client client;

	CHECK_INT(status, house_upgrade(&house, &client, path, headers));
	client_close(&client);
}

static void test_websocket_doors(void)
{
	refused_upgrade("/events", WS_EVENTS, 401);
	refused_upgrade("/events", "Authorization: Bearer wrong\r\n" WS_EVENTS, 401);
	refused_upgrade("/events", HOUSE_BEARER, 400);
	refused_upgrade("/live", "", 401);
	refused_upgrade("/live", HOUSE_BEARER, 401);
	refused_upgrade("/live?session=nobody's",
			"Authorization: Bearer " HOUSE_KEY "\r\n", 404);
	refused_upgrade("/elsewhere", HOUSE_BEARER, 404);
}

/* -- Graph ------------------------------------------------------------------------------------- */

static void test_handshake(void)
{
	struct reply reply = { 0 };

	CHECK_INT(200,
		  house_ask(&house, "POST",
			    "/graph/notifications?validationToken=Validation%3A+Testing"
			    "%20client+Request-Id%3a+00%2d1",
			    "Content-Type: text/plain\r\n", "", &reply));
	CHECK_TEXT("Validation: Testing client Request-Id: 00-1",
		   text_string(&reply.body));
	CHECK(has(&reply.head, "Content-Type: text/plain\r\n"));
	CHECK(has(&reply.head, "X-Content-Type-Options: nosniff\r\n"));
	reply_finish(&reply);
	CHECK_INT(200,
		  house_ask(&house, "POST", "/graph/lifecycle?tenant=a&validationToken=x",
			    "", "", &reply));
	CHECK_TEXT("x", text_string(&reply.body));
	reply_finish(&reply);
}

static void test_bad_handshake(void)
{
	static const char *const tokens[] = {
		"%3Cscript%3Ealert(1)%3C%2Fscript%3E",
		"a%22b",
		"a%27b",
		"a%26b",
		"a%0d%0ab",
		"a%00b",
		"%zz",
		"%4",
		"%7f",
	};
	struct text path = { 0 };
	struct reply reply = { 0 };

	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
		text_clear(&path);
		text_addf(&path, "/graph/notifications?validationToken=%s", tokens[i]);
		CHECK_INT(400,
			  house_ask(&house, "POST", text_string(&path), "", "", &reply));
		CHECK(!has(&reply.body, "script"));
		reply_finish(&reply);
	}
	text_clear(&path);
	text_addf(&path, "/graph/notifications?validationToken=");
	for (int i = 0; i < 1025; i++)
		text_addf(&path, "x");
	CHECK_INT(400, house_ask(&house, "POST", text_string(&path), "", "", NULL));
	CHECK_INT(400, house_ask(&house, "POST",
				 "/graph/notifications?validationToken=", "", "", NULL));
	CHECK_INT(400,
		  house_ask(&house, "POST", "/graph/notifications?xvalidationToken=a", "",
			    "", NULL));
	CHECK_INT(400, house_ask(&house, "POST", "/graph/notifications", "", "", NULL));
	text_finish(&path);
}

static void test_notifications(void)
{
	const long long strange = house_figure(&house, "notifications_strange_total");

	CHECK_INT(202, house_ask(&house, "POST", "/graph/notifications", HOUSE_JSON,
				 "{\"value\":[{\"subscriptionId\":\"x\",\"clientState\":"
				 "\"y\"}]}",
				 NULL));
	CHECK_INT(strange + 1, house_figure(&house, "notifications_strange_total"));
	CHECK_INT(400, house_ask(&house, "POST", "/graph/notifications", HOUSE_JSON,
				 "{\"value\":1}", NULL));
	CHECK_INT(400,
		  house_ask(&house, "POST", "/graph/lifecycle", HOUSE_JSON, "[", NULL));
	/* The main meeting and its state were asked for when the session was planned. */
	outside_wait(&house.outside, "POST /graph/beta/subscriptions\n", 1);
}

/* -- what Graph's notifications bring about ----------------------------------------------------- */

static void notify(const char *state, const char *more, int status)
{
	struct text body = { 0 };

	text_addf(&body,
		  "{\"value\":[{\"subscriptionId\":\"sub-%.16s\",\"clientState\":\"%s\","
		  "%s\"tenantId\":\"" OUTSIDE_TENANT "\"}]}",
		  state, state, more);
	CHECK_INT(status, house_ask(&house, "POST", "/graph/lifecycle", HOUSE_JSON,
				    text_string(&body), NULL));
	text_finish(&body);
}

static void test_lifecycle(void)
{
	const int made =
		outside_heard(&house.outside, "POST /graph/beta/subscriptions\n");
	char state[65], wrong[65], patch[96];

	CHECK(outside_copy(&house.outside, "\"clientState\":\"", state, sizeof(state)));
	CHECK_INT(64, strspn(state, "0123456789abcdef"));
	snprintf(patch, sizeof(patch), "PATCH /graph/beta/subscriptions/sub-%.16s\n",
		 state);
	memcpy(wrong, state, sizeof(wrong));
	wrong[63] = wrong[63] == '0' ? '1' : '0';
	notify(wrong, "\"lifecycleEvent\":\"subscriptionRemoved\",", 202);
	notify(state, "\"lifecycleEvent\":\"reauthorizationRequired\",", 202);
	outside_wait(&house.outside, patch, 1);
	/* Repeated until it is done, and never done twice within ten minutes. */
	notify(state, "\"lifecycleEvent\":\"reauthorizationRequired\",", 202);
	CHECK_INT(made,
		  outside_heard(&house.outside, "POST /graph/beta/subscriptions\n"));
	notify(state, "\"lifecycleEvent\":\"subscriptionRemoved\",", 202);
	outside_wait(&house.outside, "POST /graph/beta/subscriptions\n", made + 1);
	CHECK_INT(1, outside_heard(&house.outside, patch));
}

/* Encrypted content that no token vouches for is counted and left. */
static void test_unverified(void)
{
	const long long before = house_figure(&house, "notifications_unverified_total");
	char state[65];

	house_until(&house, "outbox_done_total", 1);
	CHECK(outside_copy(&house.outside, "\"clientState\":\"", state, sizeof(state)));
	notify(state, "\"encryptedContent\":{\"data\":\"AA==\"},", 202);
	house_until(&house, "notifications_unverified_total", before + 1);
}

int main(void)
{
	house_begin(&house);
	house_start(&house);
	house_schedule(&house, "leep-1");
	RUN(test_structured);
	RUN(test_binary);
	RUN(test_batch);
	RUN(test_secret);
	RUN(test_schedule_errors);
	RUN(test_websocket_events);
	RUN(test_websocket_doors);
	RUN(test_handshake);
	RUN(test_bad_handshake);
	RUN(test_notifications);
	RUN(test_unverified);
	RUN(test_lifecycle);
	house_end(&house);
	return check_done();
}
