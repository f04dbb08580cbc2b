/* SPDX-License-Identifier: MIT */
/* The feed through the edge, plain and over TLS's relay. */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/edge/ws_client.h"

static struct server *server;

static void each_way(void (*test)(enum way way))
{
	for (int way = 0; way < WAYS; way++)
		test((enum way)way);
}

static void expect_text(struct client *client, const char *words)
{
	struct ws_frame frame = { 0 };

	ws_next(client, &frame);
	CHECK_INT(WS_FINAL | WS_TEXT, frame.opcode);
	CHECK_TEXT(words, text_string(&frame.bytes));
	text_finish(&frame.bytes);
}

static void expect_close(struct client *client, int code)
{
	struct ws_frame frame = { 0 };

	ws_next(client, &frame);
	CHECK_INT(code, ws_close_code(client, &frame));
	CHECK(client_at_end(client));
	text_finish(&frame.bytes);
	client_close(client);
}

static void echoes(enum way way)
{
	struct client client;

	ws_open(&client, server, way, "other, echo");
	ws_say(&client, "hello");
	expect_text(&client, "hello");
	ws_send(&client, WS_TEXT, "one ", 4);
	ws_send(&client, WS_FINAL | WS_PING, "?", 1);
	ws_send(&client, WS_CONTINUATION, "t\xc3", 2); /* half a character */
	ws_send(&client, WS_FINAL | WS_CONTINUATION, "\xa4o", 2);
	struct ws_frame frame = { 0 };
	ws_next(&client, &frame);
	CHECK_INT(WS_FINAL | WS_PONG, frame.opcode);
	CHECK_TEXT("?", text_string(&frame.bytes));
	expect_text(&client, "one t\xc3\xa4o");
	ws_say(&client, "");
	expect_text(&client, "");
	ws_send(&client, WS_FINAL | WS_CLOSE, "\x03\xe8", 2);
	ws_next(&client, &frame);
	CHECK_INT(WS_FINAL | WS_CLOSE, frame.opcode);
	CHECK_INT(1000, ws_close_code(&client, &frame));
	CHECK(client_at_end(&client));
	text_finish(&frame.bytes);
	client_close(&client);
}

static void test_echo(void)
{
	each_way(echoes);
}

static void no_subprotocol(enum way way)
{
	struct client client;

	ws_open(&client, server, way, NULL);
	ws_say(&client, "bare");
	expect_text(&client, "bare");
	ws_say(&client, "close 4001");
	expect_close(&client, 4001);
}

static void test_no_subprotocol_and_close(void)
{
	each_way(no_subprotocol);
}

static void one_segment(enum way way)
{
	struct text all = { 0 };
	struct client client;
	struct reply reply = { 0 };

	text_addf(&all,
		  "POST /later HTTP/1.1\r\nHost: e\r\nContent-Length: 2\r\n\r\nab%s"
		  "Sec-WebSocket-Protocol: echo\r\n\r\n",
		  WS_HEAD("/live"));
	for (int i = 0; i < 50; i++)
		ws_frame(&all, WS_FINAL | WS_TEXT, "early", 5);
	client_open(&client, server, way);
	client_send(&client, all.data, all.length);
	client_reply(&client, &reply, false);
	CHECK_TEXT("ab", text_string(&reply.body));
	client_reply(&client, &reply, true);
	CHECK_INT(101, reply.status);
	for (int i = 0; i < 50; i++)
		expect_text(&client, "early");
	ws_say(&client, "close 1000");
	expect_close(&client, 1000);
	reply_finish(&reply);
	text_finish(&all);
}

static void test_post_upgrade_and_frames_in_one_segment(void)
{
	each_way(one_segment);
}

struct breach {
	const char *what;
	int opcode;
	size_t bytes;
	const char *payload;
	int code;
};

/* 0: libwebsockets hangs up, with 1002 or without a word (RFC 6455 §7.1.7 lets it) */
static const struct breach breaches[] = {
	{ "a binary message", WS_FINAL | WS_BINARY, 3, "abc", 1003 },
	{ "a text that is not UTF-8", WS_FINAL | WS_TEXT, 2, "\xc3\x28", 1007 },
	{ "a text that ends within a character", WS_FINAL | WS_TEXT, 1, "\xc3", 1007 },
	{ "a surrogate in UTF-8", WS_FINAL | WS_TEXT, 3, "\xed\xa0\x80", 1007 },
	{ "a reserved bit (a compressed frame)", WS_FINAL | 0x40 | WS_TEXT, 1, "a", 0 },
	{ "an opcode that is none", WS_FINAL | 0x3, 1, "a", 0 },
	{ "a continuation of nothing", WS_FINAL | WS_CONTINUATION, 1, "a", 0 },
};

static void breach_rules(enum way way)
{
	for (size_t i = 0; i < sizeof(breaches) / sizeof(breaches[0]); i++) {
		const struct breach *const breach = &breaches[i];
		struct client client;

		ws_open(&client, server, way, "echo");
		ws_send(&client, breach->opcode, breach->payload, breach->bytes);
		if (breach->code != 0) {
			expect_close(&client, breach->code);
			continue;
		}
		struct ws_frame frame = { 0 };
		ws_next(&client, &frame);
		if (frame.opcode != -1)
			CHECK_INT(1002, ws_close_code(&client, &frame));
		CHECK(client_at_end(&client));
		text_finish(&frame.bytes);
		client_close(&client);
	}
}

static void test_breaches_are_named(void)
{
	each_way(breach_rules);
}

static void sizes(enum way way)
{
	char *const large = memory_zeroed(FEED_MESSAGE_BYTES + 2);
	struct ws_frame frame = { 0 };
	struct client client;

	memset(large, 'l', FEED_MESSAGE_BYTES + 1);
	ws_open(&client, server, way, "echo");
	for (size_t bytes = 100; bytes <= FEED_MESSAGE_BYTES; bytes *= 8) {
		ws_send(&client, WS_FINAL | WS_TEXT, large, bytes);
		ws_next(&client, &frame);
		CHECK_INT(bytes, frame.bytes.length);
	}
	ws_send(&client, WS_FINAL | WS_TEXT, large, FEED_MESSAGE_BYTES);
	ws_next(&client, &frame);
	CHECK_INT(FEED_MESSAGE_BYTES, frame.bytes.length);
	ws_send(&client, WS_TEXT, large, FEED_MESSAGE_BYTES);
	ws_send(&client, WS_FINAL | WS_CONTINUATION, large, 1);
	expect_close(&client, 1009);
	text_finish(&frame.bytes);
	free(large);
}

static void test_message_sizes(void)
{
	each_way(sizes);
}

static void slow_reader(enum way way)
{
	const unsigned behind = server->behind;
	struct ws_frame frame = { 0 };
	struct client client;

	ws_open(&client, server, way, "echo");
	ws_say(&client, "push 200 100000");
	/* It reads nothing until the feed has said that it is too far behind. */
	while (server->behind == behind)
		server_counts(server);
	for (int i = 0; i < 200; i++) {
		ws_next(&client, &frame);
		CHECK_INT(100000, frame.bytes.length);
	}
	CHECK(server->drained > 0);
	ws_say(&client, "close 1000");
	expect_close(&client, 1000);
	text_finish(&frame.bytes);
}

static void test_20_megabytes_to_a_client_that_pauses(void)
{
	each_way(slow_reader);
}

static void sent_to_a_reader(enum way way)
{
	struct text all = { 0 };
	struct client client;

	/* 2 MB in small messages without reading one echo: nothing may be lost. */
	ws_open(&client, server, way, "echo");
	for (int i = 0; i < 1000; i++) {
		ws_say(&client, "small");
		expect_text(&client, "small");
	}
	ws_say(&client, "close 1000");
	expect_close(&client, 1000);
	text_finish(&all);
}

static void test_back_and_forth(void)
{
	each_way(sent_to_a_reader);
}

struct attempt {
	const char *what, *head;
	int status;
};

#define START \
	"GET /live HTTP/1.1\r\nHost: e\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"
#define KEY "Sec-WebSocket-Key: " WS_KEY "\r\n"

static const struct attempt attempts[] = {
	{ "no Sec-WebSocket-Key", START VERSION "\r\n", 400 },
	{ "no Sec-WebSocket-Version", START KEY "\r\n", 400 },
	{ "two keys", START VERSION KEY KEY "\r\n", 400 },
	{ "two versions", START VERSION VERSION KEY "\r\n", 400 },
	{ "version 8", START "Sec-WebSocket-Version: 8\r\n" KEY "\r\n", 426 },
	{ "a key without its padding",
	  START VERSION "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ\r\n\r\n", 400 },
	{ "a key with bits too many",
	  START VERSION "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR==\r\n\r\n", 400 },
	{ "a key with a tab",
	  START VERSION "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZ\t==\r\n\r\n", 400 },
	{ "a length", START VERSION KEY "Content-Length: 1\r\n\r\n", 400 },
	{ "a chunked body", START VERSION KEY "Transfer-Encoding: chunked\r\n\r\n", 400 },
	{ "a subprotocol nobody speaks",
	  START VERSION KEY "Sec-WebSocket-Protocol: strange\r\n\r\n", 400 },
	{ "POST",
	  "POST /live HTTP/1.1\r\nHost: e\r\nUpgrade: websocket\r\nConnection: "
	  "Upgrade\r\n" VERSION KEY "\r\n",
	  400 },
	{ "HTTP/1.0",
	  "GET /live HTTP/1.0\r\nHost: e\r\nUpgrade: websocket\r\nConnection: "
	  "Upgrade\r\n" VERSION KEY "\r\n",
	  400 },
	{ "an address where nobody may enter", WS_HEAD("/forbidden") "\r\n", 403 },
	{ "a subprotocol that was not offered",
	  WS_HEAD("/wrong") "Sec-WebSocket-Protocol: echo\r\n\r\n", 400 },
	/* without Connection: Upgrade it is an ordinary request */
	{ "no Connection: Upgrade (an ordinary request then)",
	  "GET /hello HTTP/1.1\r\nHost: e\r\nUpgrade: websocket\r\n" VERSION KEY "\r\n",
	  200 },
};

static void attempt_all(enum way way)
{
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		struct client client;
		struct reply reply = { 0 };

		client_open(&client, server, way);
		client_say(&client, attempts[i].head);
		client_reply(&client, &reply, false);
		if (reply.status != attempts[i].status)
			fprintf(stderr, "    %zu: %s\n", i, attempts[i].head);
		CHECK_INT(attempts[i].status, reply.status);
		if (reply.status == 426)
			CHECK(strstr(reply.head.data, "Sec-WebSocket-Version: 13") !=
			      NULL);
		reply_finish(&reply);
		client_close(&client);
	}
}

static void test_attempts_that_are_refused(void)
{
	each_way(attempt_all);
}

static void vanish(enum way way)
{
	const unsigned opened = server->opened;
	struct client client;

	ws_open(&client, server, way, "echo");
	while (server->opened != opened + 1)
		server_counts(server);
	client_close(&client);
	while (server->closed != server->opened)
		server_counts(server);
}

static void test_clients_that_vanish(void)
{
	each_way(vanish);
}

static void test_drain_says_going_away(void)
{
	struct client clients[WAYS];
	struct client late;
	struct reply reply = { 0 };

	for (int way = 0; way < WAYS; way++)
		ws_open(&clients[way], server, (enum way)way, "echo");
	ws_say(&clients[0], "drain");
	for (int way = 0; way < WAYS; way++)
		expect_close(&clients[way], 1001);
	while (server->closed != server->opened)
		server_counts(server);
	client_open(&late, server, WAY_PLAIN);
	client_say(&late, WS_HEAD("/live") "\r\n");
	client_reply(&late, &reply, true);
	CHECK_INT(503, reply.status);
	reply_finish(&reply);
	client_close(&late);
}

static void test_shutdown_while_connected(void)
{
	enum { CLIENTS = 90 };
	static struct client clients[CLIENTS];
	struct server *const other = server_start(NULL);

	for (int i = 0; i < CLIENTS; i++) {
		if (i % 2 == 0) {
			ws_open(&clients[i], other, (enum way)(i % WAYS), "echo");
			ws_say(&clients[i], "push 100 50000");
		} else {
			client_open(&clients[i], other, (enum way)(i % WAYS));
			client_say(&clients[i],
				   "POST /hold HTTP/1.1\r\nHost: e\r\n\r\nGET");
		}
	}
	server_stop(other);
	for (int i = 0; i < CLIENTS; i++)
		client_close(&clients[i]);
}

/* The lines that docs/strangers.md has of these tables. */
static void list(void)
{
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++)
		printf("| an upgrade: %s | %d |\n", attempts[i].what, attempts[i].status);
	for (size_t i = 0; i < sizeof(breaches) / sizeof(breaches[0]); i++) {
		printf("| a frame: %s | ", breaches[i].what);
		if (breaches[i].code != 0)
			printf("close %d |\n", breaches[i].code);
		else
			printf("hung up, with 1002 or without a word |\n");
	}
	printf("| a message above %d bytes | close 1009 |\n"
	       "| a viewer that does not answer pings | hung up |\n",
	       FEED_MESSAGE_BYTES);
}

int main(int count, char **words)
{
	if (count > 1 && strcmp(words[1], "--list") == 0) {
		list();
		return 0;
	}

	server = server_start(NULL);
	RUN(test_echo);
	RUN(test_no_subprotocol_and_close);
	RUN(test_post_upgrade_and_frames_in_one_segment);
	RUN(test_breaches_are_named);
	RUN(test_message_sizes);
	RUN(test_20_megabytes_to_a_client_that_pauses);
	RUN(test_back_and_forth);
	RUN(test_attempts_that_are_refused);
	RUN(test_clients_that_vanish);
	RUN(test_shutdown_while_connected);
	RUN(test_drain_says_going_away);
	server_stop(server);
	return check_done();
}
