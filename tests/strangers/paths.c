/* SPDX-License-Identifier: MIT */
/* Addresses, methods and headers that try to reach a door by another way, and websockets. */
#include "tests/check.h"
#include "tests/strangers/visit.h"

static struct visit visit;

static const struct path {
	const char *what, *method, *target, *headers;
	int status;
} paths[] = {
	{ "a door with a slash more", "POST", "/api/messages/", "", 404 },
	{ "a door in capitals", "POST", "/API/Messages", "", 404 },
	{ "two slashes in front", "POST", "//api/messages", "", 404 },
	{ "two slashes inside", "POST", "/api//messages", "", 404 },
	{ "a letter in %-form", "POST", "/api/%6dessages", "", 404 },
	{ "a slash in %-form", "POST", "/api%2fmessages", "", 404 },
	{ "a way up and down again", "POST", "/api/../api/messages", "", 404 },
	{ "a way that stays where it is", "POST", "/api/./messages", "", 404 },
	{ "a way up in %-form", "GET", "/%2e%2e/%2e%2e/etc/passwd", "", 404 },
	{ "a way up", "GET", "/../../etc/passwd", "", 404 },
	{ "a way up with backslashes", "GET", "/..\\..\\etc\\passwd", "", 404 },
	{ "a NUL in %-form", "POST", "/api/messages%00.html", "", 404 },
	{ "a parameter of the path", "POST", "/api/messages;x=1", "", 404 },
	{ "a whole address instead of a path", "POST", "http://example.test/api/messages",
	  "", 401 },
	{ "another method by a header", "GET", "/api/messages",
	  "X-HTTP-Method-Override: POST\r\n", 405 },
	{ "another address by a header", "GET", "/nothing",
	  "X-Original-URL: /api/messages\r\nX-Rewrite-URL: /metrics\r\n", 404 },
	{ "GET at the bot's door", "GET", "/api/messages", "", 405 },
	{ "PUT at the bot's door", "PUT", "/api/messages", "", 405 },
	{ "DELETE of the live page", "DELETE", "/", "", 405 },
	{ "a relay without a secret", "POST", "/events", HOUSE_EVENT, 401 },
	{ "a relay with half the secret", "POST", "/events",
	  "Authorization: Bearer the shared secret\r\n" HOUSE_EVENT, 401 },
	{ "a relay with more than the secret", "POST", "/events",
	  "Authorization: Bearer " HOUSE_SECRET "!\r\n" HOUSE_EVENT, 401 },
	{ "the page's key at the relay's door", "POST", "/events",
	  "Authorization: Bearer " HOUSE_KEY "\r\n" HOUSE_EVENT, 401 },
	{ "a relay that sends a form", "POST", "/events",
	  HOUSE_BEARER "Content-Type: application/x-www-form-urlencoded\r\n", 415 },
	{ "a handshake without a token to echo", "POST",
	  "/graph/notifications?validationToken=", "", 400 },
	{ "a handshake with a script to echo", "POST",
	  "/graph/notifications?validationToken=%3Cscript%3E", "", 400 },
	{ "a handshake with a line end to echo", "POST",
	  "/graph/notifications?validationToken=a%0d%0aSet-Cookie:b", "", 400 },
	{ "a handshake with broken %-form", "POST",
	  "/graph/notifications?validationToken=%zz", "", 400 },
};

static void test_paths(void)
{
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		const int status = house_ask(&visit.house, paths[i].method,
					     paths[i].target, paths[i].headers, "", NULL);

		if (status != paths[i].status)
			fprintf(stderr, "    %s\n", paths[i].what);
		CHECK_INT(paths[i].status, status);
	}
}

/* -- websockets ---------------------------------------------------------------------------- */

static const struct knock {
	const char *what, *path, *headers;
	int status;
} knocks[] = {
	{ "a websocket of a relay without its secret", "/events",
	  "Sec-WebSocket-Protocol: cloudevents.json\r\n", 401 },
	{ "a websocket of a relay with a wrong secret", "/events",
	  "Authorization: Bearer x\r\nSec-WebSocket-Protocol: cloudevents.json\r\n",
	  401 },
	{ "a websocket of a relay without its subprotocol", "/events", HOUSE_BEARER,
	  400 },
	{ "a websocket of a relay with another subprotocol", "/events",
	  HOUSE_BEARER "Sec-WebSocket-Protocol: mqtt\r\n", 400 },
	{ "a websocket of the page without the key", "/live",
	  "Sec-WebSocket-Protocol: plenary.live\r\n", 401 },
	{ "a websocket of the page with a made-up cookie", "/live",
	  "Cookie: plenary=0000\r\nSec-WebSocket-Protocol: plenary.live\r\n", 401 },
	{ "a websocket anywhere else", "/api/messages", "", 404 },
};

static void test_websockets(void)
{
	for (size_t i = 0; i < sizeof(knocks) / sizeof(knocks[0]); i++) {
		struct client client;
		const int status = house_upgrade(&visit.house, &client, knocks[i].path,
						 knocks[i].headers);

		if (status != knocks[i].status)
			fprintf(stderr, "    %s\n", knocks[i].what);
		CHECK_INT(knocks[i].status, status);
		client_close(&client);
	}
}

/* In a websocket that was let in: the connection stays, the message is refused in words. */
static const struct said {
	const char *what, *words;
} saids[] = {
	{ "a message that is no JSON", "{" },
	{ "a message that is a list", "[]" },
	{ "a message nested 20,000 levels deep", NULL },
	{ "an event of a kind nobody knows",
	  "{\"specversion\":\"1.0\",\"id\":\"s1\",\"source\":\"/s\",\"type\":"
	  "\"plenary.nothing\",\"data\":{}}" },
	{ "an event of a session nobody knows",
	  "{\"specversion\":\"1.0\",\"id\":\"s2\",\"source\":\"/s\",\"type\":"
	  "\"plenary.meeting_started\",\"data\":{\"session\":\"x\"}}" },
};

static void test_messages(void)
{
	struct text deep = { 0 };
	struct client client;
	struct ws_frame frame = { 0 };

	for (int i = 0; i < 20000; i++)
		text_add(&deep, "[", 1);
	CHECK_INT(101, house_upgrade(&visit.house, &client, "/events",
				     HOUSE_BEARER
				     "Sec-WebSocket-Protocol: cloudevents.json\r\n"));
	for (size_t i = 0; i < sizeof(saids) / sizeof(saids[0]); i++) {
		ws_say(&client,
		       saids[i].words != NULL ? saids[i].words : text_string(&deep));
		ws_next(&client, &frame);
		CHECK_INT(WS_FINAL | WS_TEXT, frame.opcode);
		if (strstr(text_string(&frame.bytes), "\"status\":4") == NULL)
			fprintf(stderr, "    %s: %s\n", saids[i].what,
				text_string(&frame.bytes));
		CHECK(strstr(text_string(&frame.bytes), "\"status\":4") != NULL);
	}
	text_finish(&frame.bytes);
	text_finish(&deep);
	client_close(&client);
}

/* Breaches that only the program as it is linked can show. */
static void test_not_utf8(void)
{
	struct client client;
	struct ws_frame frame = { 0 };
	char text[300];

	memset(text, '\xdb', sizeof(text));
	CHECK_INT(101, house_upgrade(&visit.house, &client, "/events",
				     HOUSE_BEARER
				     "Sec-WebSocket-Protocol: cloudevents.json\r\n"));
	ws_send(&client, WS_FINAL | WS_TEXT, text, sizeof(text));
	ws_next(&client, &frame);
	CHECK_INT(1007, ws_close_code(&client, &frame));
	text_finish(&frame.bytes);
	client_close(&client);
}

static void list(void)
{
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		visit_row(paths[i].what, paths[i].status);
	for (size_t i = 0; i < sizeof(knocks) / sizeof(knocks[0]); i++)
		visit_row(knocks[i].what, knocks[i].status);
	for (size_t i = 0; i < sizeof(saids) / sizeof(saids[0]); i++)
		printf("| over a websocket: %s | told so, 4xx |\n", saids[i].what);
}

int main(int count, char **words)
{
	if (count > 1 && strcmp(words[1], "--list") == 0) {
		list();
		return 0;
	}
	visit_begin(&visit);
	RUN(test_paths);
	RUN(test_websockets);
	RUN(test_messages);
	RUN(test_not_utf8);
	visit_end(&visit);
	return check_done();
}
