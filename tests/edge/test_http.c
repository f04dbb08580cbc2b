/* SPDX-License-Identifier: MIT */
/* What must work, over plain TCP, TLS and a unix socket. */
#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/edge/client.h"
#include "tests/edge/ws_client.h"

#define HOST "Host: example.test\r\n"

static struct server *server;

static void expect(struct client *client, int status, const char *body)
{
	struct reply reply = { 0 };

	client_reply(client, &reply, false);
	CHECK_INT(status, reply.status);
	CHECK_TEXT(body, text_string(&reply.body));
	reply_finish(&reply);
}

static void each_way(void (*test)(enum way way))
{
	for (int way = 0; way < WAYS; way++)
		test((enum way)way);
}

static void ask_once(enum way way)
{
	struct client client;
	struct reply reply = { 0 };

	client_open(&client, server, way);
	client_say(&client, "GET /hello?x=1 HTTP/1.1\r\n" HOST "\r\n");
	client_reply(&client, &reply, false);
	CHECK_INT(200, reply.status);
	CHECK_TEXT("hello", text_string(&reply.body));
	CHECK(strstr(reply.head.data, "\r\nDate: ") != NULL);
	CHECK(strstr(reply.head.data, "\r\nX-Content-Type-Options: nosniff\r\n") != NULL);
	CHECK(strstr(reply.head.data, "\r\nContent-Type: text/plain\r\n") != NULL);
	CHECK(strstr(reply.head.data, "\r\nConnection: close\r\n") == NULL);
	client_say(&client, "HEAD /hello HTTP/1.1\r\n" HOST "\r\n");
	client_reply(&client, &reply, true);
	CHECK(strstr(reply.head.data, "\r\nContent-Length: 5\r\n") != NULL);
	client_say(&client, "GET /empty HTTP/1.1\r\n" HOST "\r\n");
	client_reply(&client, &reply, false);
	CHECK_INT(204, reply.status);
	CHECK(strstr(reply.head.data, "Content-Length") == NULL);
	CHECK(strstr(reply.head.data, "\r\nX-Test: yes\r\n") != NULL);
	client_say(&client,
		   "GET /header?x-long HTTP/1.1\r\n" HOST "X-Long: \t a b \t\r\n\r\n");
	expect(&client, 200, "a b");
	client_say(&client, "GET /header?x-empty HTTP/1.1\r\n" HOST "X-Empty:\r\n\r\n");
	expect(&client, 200, "");
	client_say(&client, "GET http://example.test/hello HTTP/1.1\r\n" HOST "\r\n");
	expect(&client, 200, "hello");
	client_say(&client, "GET /bye HTTP/1.1\r\n" HOST "\r\n");
	client_reply(&client, &reply, false);
	CHECK(strstr(reply.head.data, "\r\nConnection: close\r\n") != NULL);
	CHECK(client_at_end(&client));
	reply_finish(&reply);
	client_close(&client);
}

static void test_ask(void)
{
	each_way(ask_once);
}

static void pipeline(enum way way)
{
	struct text all = { 0 };
	struct client client;
	char body[32];

	client_open(&client, server, way);
	for (int i = 0; i < 100; i++) {
		snprintf(body, sizeof(body), "number %d", i);
		text_addf(&all,
			  "POST %s HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n%s",
			  i % 3 == 0 ? "/later" : "/echo", strlen(body), body);
	}
	client_send(&client, all.data, all.length);
	for (int i = 0; i < 100; i++) {
		snprintf(body, sizeof(body), "number %d", i);
		expect(&client, 200, body);
	}
	text_finish(&all);
	client_close(&client);
}

static void test_pipelined_posts_are_answered_in_order(void)
{
	each_way(pipeline);
}

static void answers_backwards(enum way way)
{
	struct client client, other;
	char body[32];

	client_open(&client, server, way);
	client_open(&other, server, way);
	for (int i = 0; i < 10; i++)
		client_say(&client,
			   "POST /hold HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n");
	while (server->held_count < 10)
		server_counts(server);
	client_say(&other, "GET /release HTTP/1.1\r\n" HOST "\r\n");
	expect(&other, 200, "released");
	for (int i = 0; i < 10; i++) {
		snprintf(body, sizeof(body), "held %d", i);
		expect(&client, 200, body);
	}
	client_close(&client);
	client_close(&other);
}

static void test_answers_given_backwards_leave_in_order(void)
{
	each_way(answers_backwards);
}

static void byte_by_byte(enum way way)
{
	static const char words[] =
		"\r\nPOST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello"
		"POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
		"3;name=\"x\"\r\nabc\r\n0\r\nTrailer-Field: t\r\n\r\n"
		"GET /hello HTTP/1.1\r\n" HOST "\r\n";
	struct client client;

	client_open(&client, server, way);
	for (size_t i = 0; i < sizeof(words) - 1; i++)
		client_send(&client, words + i, 1);
	expect(&client, 200, "hello");
	expect(&client, 200, "abc");
	expect(&client, 200, "hello");
	client_close(&client);
}

static void test_byte_by_byte(void)
{
	each_way(byte_by_byte);
}

static void chunks_split(enum way way)
{
	static const char words[] =
		"POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\n\r\n"
		"5;a=b\r\nhello\r\n1\r\n,\r\n00B\r\n 0123456789\r\n"
		"0\r\nX-Trailer: yes\r\n\r\n";
	struct client client;

	client_open(&client, server, way);
	for (size_t at = 1; at < sizeof(words) - 1; at++) {
		client_send(&client, words, at);
		client_send(&client, words + at, sizeof(words) - 1 - at);
		expect(&client, 200, "hello, 0123456789");
	}
	client_close(&client);
}

static void test_chunks_split_anywhere(void)
{
	each_way(chunks_split);
}

static void expect_continue(enum way way)
{
	struct client client;
	struct reply reply = { 0 };

	client_open(&client, server, way);
	client_say(&client, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 4\r\n"
			    "Expect: 100-Continue\r\n\r\n");
	client_reply(&client, &reply, true);
	CHECK_INT(100, reply.status);
	client_say(&client, "body");
	expect(&client, 200, "body");
	/* behind an answer that is still owed, and with the body already there */
	client_say(&client, "POST /later HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\na"
			    "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 4\r\n"
			    "Expect: 100-continue\r\n\r\n");
	expect(&client, 200, "a");
	client_reply(&client, &reply, true);
	CHECK_INT(100, reply.status);
	client_say(&client, "body"
			    "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 4\r\n"
			    "Expect: 100-continue\r\n\r\nmore");
	expect(&client, 200, "body");
	expect(&client, 200, "more");
	reply_finish(&reply);
	client_close(&client);
}

static void test_expect_continue(void)
{
	each_way(expect_continue);
}

static void half_close(enum way way)
{
	struct client client;

	client_open(&client, server, way);
	client_say(&client, "POST /later HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nab"
			    "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\ncd");
	client_half_close(&client);
	expect(&client, 200, "ab");
	expect(&client, 200, "cd");
	CHECK(client_at_end(&client));
	client_close(&client);

	client_open(&client, server, way);
	client_say(&client, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 9\r\n\r\nab");
	client_half_close(&client);
	CHECK(client_at_end(&client));
	client_close(&client);
}

static void test_half_close(void)
{
	each_way(half_close);
}

static void close_and_1_0(enum way way)
{
	struct client client;

	client_open(&client, server, way);
	client_say(&client, "GET /hello HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"
			    "GET /hello HTTP/1.1\r\n" HOST "\r\n");
	expect(&client, 200, "hello");
	CHECK(client_at_end(&client));
	client_close(&client);

	client_open(&client, server, way);
	client_say(&client, "GET /hello HTTP/1.0\r\n\r\n");
	expect(&client, 200, "hello");
	CHECK(client_at_end(&client));
	client_close(&client);
}

static void test_close_and_http_1_0(void)
{
	each_way(close_and_1_0);
}

static void large_bodies(enum way way)
{
	const size_t bytes = EDGE_BODY_BYTES;
	char *const body = memory_zeroed(bytes + 1);
	struct text all = { 0 };
	struct client client;
	struct reply reply = { 0 };

	memset(body, 'x', bytes);
	text_addf(&all, "POST /hello HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n%s",
		  bytes, body);
	client_open(&client, server, way);
	client_send(&client, all.data, all.length);
	expect(&client, 200, "hello");
	client_say(&client, "GET /big?20000000 HTTP/1.1\r\n" HOST "\r\n");
	client_reply(&client, &reply, false);
	CHECK_INT(20000000, reply.body.length);
	reply_finish(&reply);
	client_close(&client);
	text_finish(&all);
	free(body);
}

static void test_large_bodies_both_ways(void)
{
	each_way(large_bodies);
}

static void test_other_upgrades_are_ordinary_requests(void)
{
	struct client client;

	client_open(&client, server, WAY_PLAIN);
	client_say(&client,
		   "GET /hello HTTP/1.1\r\n" HOST
		   "Connection: Upgrade, HTTP2-Settings\r\n"
		   "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n"
		   "POST /echo HTTP/1.1\r\n" HOST "Connection: Upgrade\r\n"
		   "Upgrade: TLS/1.0\r\nContent-Length: 2\r\n\r\nok");
	expect(&client, 200, "hello");
	expect(&client, 200, "ok");
	client_close(&client);
}

static void test_peer_and_secure(void)
{
	struct client client;

	client_open(&client, server, WAY_PLAIN);
	client_say(&client,
		   "GET /whoami HTTP/1.1\r\n" HOST "X-Forwarded-Proto: https\r\n\r\n");
	expect(&client, 200, "127.0.0.1 0");
	client_close(&client);
	client_open(&client, server, WAY_TLS);
	client_say(&client, "GET /whoami HTTP/1.1\r\n" HOST "\r\n");
	expect(&client, 200, "127.0.0.1 1");
	client_close(&client);
	client_open(&client, server, WAY_UNIX);
	client_say(&client,
		   "GET /whoami HTTP/1.1\r\n" HOST "X-Forwarded-Proto: https\r\n\r\n"
		   "GET /whoami HTTP/1.1\r\n" HOST "\r\n");
	expect(&client, 200, "unix 1");
	expect(&client, 200, "unix 0");
	client_close(&client);
}

/* As a program does that dies, or something in between that loses patience. */
static void hang_up(enum way way)
{
	struct client client;
	struct reply reply = { 0 };

	client_open(&client, server, way);
	client_say(&client, "GET /silent HTTP/1.1\r\n" HOST "\r\n");
	client_reply(&client, &reply, false);
	CHECK_INT(200, reply.status);
	CHECK(strstr(reply.head.data, "Connection: close") == NULL);
	CHECK(client_at_end(&client));
	client_close(&client);
	client_open(&client, server, way);
	client_say(&client, "GET /hello HTTP/1.1\r\n" HOST "\r\n");
	expect(&client, 200, "hello");
	client_say(&client, "GET /drop HTTP/1.1\r\n" HOST "\r\n"
			    "GET /hello HTTP/1.1\r\n" HOST "\r\n");
	client_reply(&client, &reply, false);
	CHECK_INT(0, reply.status);
	client_close(&client);
	reply_finish(&reply);
}

static void test_a_server_may_hang_up(void)
{
	each_way(hang_up);
}

int main(void)
{
	server = server_start(NULL);
	RUN(test_ask);
	RUN(test_pipelined_posts_are_answered_in_order);
	RUN(test_answers_given_backwards_leave_in_order);
	RUN(test_byte_by_byte);
	RUN(test_chunks_split_anywhere);
	RUN(test_expect_continue);
	RUN(test_half_close);
	RUN(test_close_and_http_1_0);
	RUN(test_large_bodies_both_ways);
	RUN(test_other_upgrades_are_ordinary_requests);
	RUN(test_peer_and_secure);
	RUN(test_a_server_may_hang_up);
	server_stop(server);
	return check_done();
}
