/* SPDX-License-Identifier: MIT */
/* The real program's pages, live view and figures, and who may see them. */
#include "tests/check.h"
#include "tests/daemon/house.h"

static struct house house;

#define JOINED "{\"session\":\"leep-1\",\"person\":{\"teams_id\":\"29:u1\"},\"place\":0}"

static bool has(const struct text *text, const char *words)
{
	return strstr(text_string(text), words) != NULL;
}

static void refused_upgrade(const char *path, const char *headers, int status)
{
	struct client client;

	CHECK_INT(status, house_upgrade(&house, &client, path, headers));
	client_close(&client);
}

/* -- the live view ----------------------------------------------------------------------------- */

static json_t *next_message(struct client *client, struct ws_frame *frame)
{
	ws_next(client, frame);
	CHECK_INT(WS_FINAL | WS_TEXT, frame->opcode);
	json_t *const said = json_loads(text_string(&frame->bytes), 0, NULL);

	CHECK(json_is_object(said));
	return said;
}

static void test_live(void)
{
	struct client client;
	struct ws_frame frame = { 0 };

	CHECK_INT(101, house_upgrade(&house, &client, "/live?session=leep-1",
				     "Authorization: Bearer " HOUSE_KEY "\r\n"
				     "Sec-WebSocket-Protocol: plenary.live\r\n"));
	json_t *said = next_message(&client, &frame);

	CHECK_TEXT("snapshot", json_string_value(json_object_get(said, "type")));
	CHECK(has(&frame.bytes, "Person 02"));
	json_decref(said);
	CHECK_INT(202,
		  house_event(&house, "live-1", "person_joined",
			      "{\"session\":\"leep-1\",\"person\":1,\"place\":0}", NULL));
	said = next_message(&client, &frame);
	CHECK_TEXT("delta", json_string_value(json_object_get(said, "type")));
	CHECK_INT(1, json_array_size(json_object_get(said, "people")));
	CHECK(has(&frame.bytes, "Person 02"));
	CHECK(!has(&frame.bytes, "Person 01"));
	json_decref(said);
	/* A viewer has nothing to say: an event from it is none. */
	ws_say(&client,
	       "{\"specversion\":\"1.0\",\"id\":\"v\",\"source\":\"/x\",\"type\":"
	       "\"plenary.person_joined\",\"data\":" JOINED "}");
	CHECK_INT(202,
		  house_event(&house, "live-2", "person_left",
			      "{\"session\":\"leep-1\",\"person\":1,\"place\":0}", NULL));
	said = next_message(&client, &frame);
	CHECK_TEXT("delta", json_string_value(json_object_get(said, "type")));
	CHECK(has(&frame.bytes, "Person 02"));
	json_decref(said);
	text_finish(&frame.bytes);
	client_close(&client);
}

static void sign_in(char cookie[128])
{
	struct reply reply = { 0 };

	CHECK_INT(303, house_ask(&house, "POST", "/login",
				 "Content-Type: application/x-www-form-urlencoded\r\n",
				 "key=the+key%20of+the%20page", &reply));
	CHECK(has(&reply.head, "\r\nLocation: /\r\n"));
	CHECK(has(&reply.head, "HttpOnly; SameSite=Strict; Path=/"));
	const char *const at = strstr(reply.head.data, "Set-Cookie: plenary=");

	CHECK(at != NULL);
	snprintf(cookie, 128, "Cookie: other=1; %.*s\r\n", (int)strcspn(at + 12, ";"),
		 at + 12);
	reply_finish(&reply);
}

static void test_login(void)
{
	struct reply reply = { 0 };
	char cookie[128];

	CHECK_INT(303, house_ask(&house, "GET", "/", "", "", &reply));
	CHECK(has(&reply.head, "\r\nLocation: /login\r\n"));
	reply_finish(&reply);
	CHECK_INT(200, house_ask(&house, "GET", "/login", "", "", &reply));
	CHECK(has(&reply.head, "text/html; charset=utf-8"));
	CHECK(has(&reply.head, "Content-Security-Policy: "));
	reply_finish(&reply);
	CHECK_INT(403, house_ask(&house, "POST", "/login", "", "key=wrong", &reply));
	CHECK(!has(&reply.head, "Set-Cookie"));
	reply_finish(&reply);
	CHECK_INT(403, house_ask(&house, "POST", "/login", "", "", NULL));
	CHECK_INT(403, house_ask(&house, "POST", "/login", "", "key=%zz", NULL));
	sign_in(cookie);
	CHECK_INT(200, house_ask(&house, "GET", "/", cookie, "", &reply));
	CHECK(has(&reply.body, "Leading yourself"));
	CHECK(has(&reply.head, "Cache-Control: no-store"));
	reply_finish(&reply);
	CHECK_INT(404, house_ask(&house, "GET", "/?session=none", cookie, "", NULL));
	CHECK_INT(303, house_ask(&house, "GET", "/", "Cookie: plenary=0\r\n", "", NULL));
}

/* A browser sends the cookie along with whatever websocket a page opens. */
static void test_live_with_cookie(void)
{
	struct text headers = { 0 };
	struct client client;
	char cookie[128];

	sign_in(cookie);
	CHECK_INT(101, house_upgrade(&house, &client, "/live", cookie));
	client_close(&client);
	text_addf(&headers, "%sOrigin: http://example.test\r\n", cookie);
	CHECK_INT(101, house_upgrade(&house, &client, "/live", text_string(&headers)));
	client_close(&client);
	text_clear(&headers);
	text_addf(&headers, "%sOrigin: https://evil.example.test\r\n", cookie);
	refused_upgrade("/live", text_string(&headers), 401);
	text_finish(&headers);
}

static void test_static_files(void)
{
	static const char *const files[] = { "/plenary.css", "/live.js", "/icon.svg" };
	struct reply reply = { 0 }, again = { 0 };
	char header[160];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		CHECK_INT(200, house_ask(&house, "GET", files[i], "", "", &reply));
		CHECK(reply.body.length > 100);
		const char *const etag = strstr(reply.head.data, "ETag: ");

		CHECK(etag != NULL);
		snprintf(header, sizeof(header), "If-None-Match: %.*s\r\n",
			 (int)strcspn(etag + 6, "\r"), etag + 6);
		CHECK_INT(304, house_ask(&house, "GET", files[i], header, "", &again));
		CHECK_INT(0, again.body.length);
		CHECK(has(&again.head, "ETag: "));
		reply_finish(&again);
		CHECK_INT(200, house_ask(&house, "HEAD", files[i], "", "", &again));
		reply_finish(&again);
		reply_finish(&reply);
	}
	CHECK_INT(404, house_ask(&house, "GET", "/live.html", "", "", NULL));
	CHECK_INT(404, house_ask(&house, "GET", "/../etc/passwd", "", "", NULL));
}

/* -- all ways ----------------------------------------------------------------------------------- */

static void wrong_method(const char *method, const char *path, const char *allowed)
{
	struct reply reply = { 0 };

	CHECK_INT(405, house_ask(&house, method, path, "", "", &reply));
	if (!has(&reply.head, allowed))
		CHECK_TEXT(allowed, text_string(&reply.head));
	reply_finish(&reply);
}

static void test_methods(void)
{
	wrong_method("GET", "/events", "\r\nAllow: POST\r\n");
	wrong_method("DELETE", "/graph/notifications", "\r\nAllow: POST\r\n");
	wrong_method("POST", "/metrics", "\r\nAllow: GET, HEAD\r\n");
	wrong_method("PUT", "/livez", "\r\nAllow: GET, HEAD\r\n");
	wrong_method("POST", "/", "\r\nAllow: GET, HEAD\r\n");
	wrong_method("PUT", "/login", "\r\nAllow: GET, HEAD, POST\r\n");
	wrong_method("POST", "/live.js", "\r\nAllow: GET, HEAD\r\n");
	CHECK_INT(200, house_ask(&house, "HEAD", "/livez", "", "", NULL));
	CHECK_INT(404, house_ask(&house, "GET", "/nothing", "", "", NULL));
	CHECK_INT(404, house_ask(&house, "POST", "/nothing", "", "", NULL));
}

/* One line of figures; the name that the last "# TYPE" gave must be the next figure's. */
static int read_figure(const char *line, char announced[96])
{
	char name[96], type[16];
	char *end;

	if (strncmp(line, "# HELP ", 7) == 0)
		return 0;
	if (sscanf(line, "# TYPE %95s %15s", name, type) == 2) {
		CHECK(strcmp(type, "counter") == 0 || strcmp(type, "gauge") == 0);
		CHECK(strcmp(type, "counter") != 0 || strstr(name, "_total") != NULL);
		snprintf(announced, 96, "%s", name);
		return 0;
	}
	CHECK(strncmp(line, "plenary_", 8) == 0);
	const size_t length = strcspn(line, " ");

	CHECK(strlen(announced) == length && strncmp(line, announced, length) == 0);
	const double value = strtod(line + length, &end);

	CHECK(*end == '\0' && value >= 0);
	return 1;
}

static void test_metrics(void)
{
	struct reply reply = { 0 };
	char announced[96] = "", *rest = NULL;
	int figures = 0;

	CHECK_INT(200, house_ask(&house, "GET", "/metrics", "", "", &reply));
	CHECK(has(&reply.head, "text/plain; version=0.0.4"));
	CHECK_INT('\n', reply.body.data[reply.body.length - 1]);
	for (char *line = strtok_r(reply.body.data, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest))
		figures += read_figure(line, announced);
	CHECK(figures > 20);
	reply_finish(&reply);
}

static void test_over_tls(void)
{
	struct client client;
	struct reply reply = { 0 };

	client_open(&client, &house.server, WAY_TLS);
	client_say(&client, "POST /login HTTP/1.1\r\nHost: example.test\r\n"
			    "Content-Length: 23\r\n\r\nkey=the+key+of+the+page");
	client_reply(&client, &reply, false);
	CHECK_INT(303, reply.status);
	CHECK(has(&reply.head, "; Secure\r\n"));
	reply_finish(&reply);
	client_close(&client);
}

/* Whoever looks on when the program is started again goes on looking. */
static void test_cookie_outlives_a_restart(void)
{
	char cookie[128];

	sign_in(cookie);
	house_signal(&house, SIGKILL);
	house_wait(&house);
	house_start(&house);
	CHECK_INT(200, house_ask(&house, "GET", "/", cookie, "", NULL));
}

/* From here on nobody can sign in for a minute. */
static void test_guessing_is_slow(void)
{
	int status = 403;

	for (int i = 0; i < 45 && status == 403; i++)
		status = house_ask(&house, "POST", "/login", "", "key=guess", NULL);
	CHECK_INT(429, status);
	CHECK_INT(429, house_ask(&house, "POST", "/login", "",
				 "key=the+key%20of+the%20page", NULL));
}

/* What Teams shows inside a meeting: to anybody, and in frames of Teams alone. */
static void test_come_back(void)
{
	struct reply reply = { 0 };

	CHECK_INT(200, house_ask(&house, "GET", "/come-back", "", "", &reply));
	CHECK(strstr(text_string(&reply.body), "Please come back to the main meeting.") !=
	      NULL);
	CHECK(strstr(reply.head.data, "frame-ancestors 'self' https://*.cloud.microsoft "
				      "https://teams.microsoft.com") != NULL);
	CHECK(strcasestr(reply.head.data, "X-Frame-Options") == NULL);
	CHECK(strstr(reply.head.data, "script-src") == NULL);
	reply_finish(&reply);
	CHECK_INT(405, house_ask(&house, "POST", "/come-back", "", "", NULL));
}

int main(void)
{
	house_begin(&house);
	house_start(&house);
	house_schedule(&house, "leep-1");
	RUN(test_live);
	RUN(test_come_back);
	RUN(test_login);
	RUN(test_live_with_cookie);
	RUN(test_static_files);
	RUN(test_methods);
	RUN(test_metrics);
	RUN(test_over_tls);
	RUN(test_cookie_outlives_a_restart);
	RUN(test_guessing_is_slow);
	house_end(&house);
	return check_done();
}
