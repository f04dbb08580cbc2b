/* SPDX-License-Identifier: MIT */
/* Time-outs, numbers of things, draining.  Time-outs are shortened, never raced:
 * a test waits for what must happen and would wait for ever if it did not. */
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/edge/adopt.h"
#include "daemon/edge/inside.h"
#include "tests/check.h"
#include "tests/edge/ws_client.h"

#define HOST "Host: e\r\n"
#define HELLO "GET /hello HTTP/1.1\r\n" HOST "\r\n"

static void hurry(struct server *server)
{
	for (int kind = 0; kind < TIMER_KINDS; kind++)
		server->edge->timers.kinds[kind].lasts_ms = 1;
	feed_set_patience(server->feed, 1, 3000);
}

static void expect(struct client *client, int status)
{
	struct reply reply = { 0 };

	client_reply(client, &reply, false);
	CHECK_INT(status, reply.status);
	reply_finish(&reply);
}

static void slow_clients(struct server *server, enum way way)
{
	struct client client;

	client_open(&client, server, way);
	client_say(&client, "GET /hello HTTP/1.1\r\nHo");
	expect(&client, 408);
	CHECK(client_at_end(&client));
	client_close(&client);

	client_open(&client, server, way);
	client_say(&client, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nab");
	expect(&client, 408);
	CHECK(client_at_end(&client));
	client_close(&client);

	client_open(&client, server, way);
	CHECK(client_at_end(&client)); /* idle from the start: without a word */
	client_close(&client);

	client_open(&client, server, way);
	client_say(&client, HELLO);
	expect(&client, 200);
	CHECK(client_at_end(&client));
	client_close(&client);

	client_open(&client, server, way);
	client_say(&client, "GET /never HTTP/1.1\r\n" HOST "\r\n");
	expect(&client, 503);
	client_close(&client);
}

static void test_time_outs(void)
{
	struct server *const server = server_start(hurry);
	struct server to_tls = *server;
	struct client client;

	for (int way = 0; way < WAYS; way++)
		slow_clients(server, (enum way)way);
	to_tls.plain_port = server->tls_port;
	client_open(&client, &to_tls, WAY_PLAIN);
	CHECK(client_at_end(&client)); /* never began its TLS handshake */
	client_close(&client);
	const struct edge_counts counts = server_counts(server);
	CHECK_INT(3, counts.unanswered);
	CHECK_INT(7, counts.timeouts);
	server_stop(server);
}

static void silence_is_closed(struct server *server, enum way way)
{
	const unsigned closed = server->closed;
	struct client talker, silent;
	struct ws_frame frame = { 0 };

	ws_open(&talker, server, way, "echo");
	ws_open(&silent, server, way, "echo");
	while (server->closed == closed) {
		ws_next(&talker, &frame);
		CHECK_INT(WS_FINAL | WS_PING, frame.opcode);
		ws_send(&talker, WS_FINAL | WS_PONG, frame.bytes.data,
			frame.bytes.length);
	}
	ws_say(&talker, "still here");
	do
		ws_next(&talker, &frame);
	while (frame.opcode == (WS_FINAL | WS_PING));
	CHECK_TEXT("still here", text_string(&frame.bytes));
	client_close(&silent);
	client_close(&talker);
	while (server->closed < closed + 2)
		server_counts(server);
	text_finish(&frame.bytes);
}

/* It answers nothing, not even pings, and is let go; one that answers pings stays. */
static void test_silent_websockets_are_closed(void)
{
	struct server *const server = server_start(hurry);

	for (int way = 0; way < WAYS; way++)
		silence_is_closed(server, (enum way)way);
	server_stop(server);
}

/* 32 requests, or 64 KB of answers, and no more is read until it takes some. */
static void never_reads(struct server *server, enum way way)
{
	struct client client;
	const unsigned before = server->requests;

	client_open(&client, server, way);
	for (int i = 0; i < 2 * EDGE_PIPELINE; i++)
		client_say(&client, "POST /hold HTTP/1.1\r\n" HOST "\r\n");
	while (server->held_count < EDGE_PIPELINE)
		server_counts(server);
	for (int i = 0; i < 100; i++)
		server_counts(server);
	CHECK_INT(EDGE_PIPELINE, server->held_count);
	CHECK_INT(before + EDGE_PIPELINE, server->requests);
	server->held_count = 0;
	client_close(&client);

	const unsigned then = server->requests;

	client_open(&client, server, way);
	for (int i = 0; i < 500; i++)
		client_say(&client, "GET /big?10000000 HTTP/1.1\r\n" HOST "\r\n");
	for (int i = 0; i < 100; i++)
		server_counts(server);
	CHECK(server->requests > then);
	CHECK(server->requests - then < 3); /* one answer fills it many times over */
	client_close(&client);
}

static void test_clients_that_never_read(void)
{
	struct server *const server = server_start(NULL);

	for (int way = 0; way < WAYS; way++)
		never_reads(server, (enum way)way);
	server_stop(server);
}

enum { BODIES_BYTES = 100000 };

static void allow_one_body(struct server *server)
{
	server->edge->most_body_bytes = BODIES_BYTES;
}

/* The one that has been on its way for longest makes room. */
static void test_too_many_bodies(void)
{
	static const char head[] =
		"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 40001\r\n\r\n";
	static char body[40000];
	struct server *const server = server_start(allow_one_body);
	struct client old, young;
	struct reply reply = { 0 };

	memset(body, 'b', sizeof(body));
	client_open(&old, server, WAY_TLS);
	client_say(&old, head);
	client_send(&old, body, sizeof(body));
	while (server_counts(server).body_bytes_now < sizeof(body))
		;
	client_open(&young, server, WAY_PLAIN);
	client_say(&young, head);
	client_send(&young, body, sizeof(body));
	client_reply(&old, &reply, false);
	CHECK_INT(503, reply.status);
	CHECK(strstr(reply.head.data, "\r\nRetry-After: 5\r\n") != NULL);
	CHECK(client_at_end(&old));
	client_close(&old);
	CHECK(server_counts(server).body_bytes_now <= BODIES_BYTES);
	client_say(&young, "b");
	expect(&young, 200);
	CHECK_INT(0, server_counts(server).body_bytes_now);
	client_close(&young);
	reply_finish(&reply);
	server_stop(server);
}

static void allow_three(struct server *server)
{
	server->edge->most_connections = 3;
}

static void test_too_many_connections(void)
{
	struct server *const server = server_start(allow_three);
	struct client clients[3], late;

	client_open(&clients[0], server, WAY_PLAIN);
	client_open(&clients[1], server, WAY_TLS);
	ws_open(&clients[2], server, WAY_PLAIN, "echo"); /* a viewer counts too */
	client_open(&late, server, WAY_PLAIN);
	expect(&late, 503);
	CHECK(client_at_end(&late));
	client_close(&late);
	client_close(&clients[0]);
	while (server_counts(server).connections_now > 1)
		;
	client_open(&late, server, WAY_PLAIN);
	client_say(&late, HELLO);
	expect(&late, 200);
	client_close(&late);
	client_close(&clients[1]);
	client_close(&clients[2]);
	server_stop(server);
}

/* The limit of this process: one descriptor more than are in use, or as it was. */
static void leave_one_descriptor(struct rlimit *before)
{
	const int lowest_free = dup(STDERR_FILENO);

	CHECK(lowest_free >= 0);
	close(lowest_free);
	CHECK_INT(0, getrlimit(RLIMIT_NOFILE, before));
	const struct rlimit limit = { .rlim_cur = (rlim_t)lowest_free + 1,
				      .rlim_max = before->rlim_max };

	CHECK_INT(0, setrlimit(RLIMIT_NOFILE, &limit));
}

static bool accepts_nobody;

static void look_at_listeners(struct server *server)
{
	accepts_nobody = server->edge->accepting_paused;
	for (unsigned i = 0; i < server->edge->listener_count; i++) {
		const uv_poll_t *const poll = &server->edge->listeners[i].poll;

		CHECK_INT(!accepts_nobody, uv_is_active((const uv_handle_t *)poll));
	}
}

/* A client that cannot be accepted stays readable: nobody looks at it until there is a
 * descriptor, or the loop would do nothing else. */
static void test_no_descriptor_is_left(void)
{
	struct server *const server = server_start(NULL);
	struct client inside, waiting;
	struct rlimit before;

	client_open(&inside, server, WAY_PLAIN);
	client_say(&inside, HELLO);
	expect(&inside, 200);
	leave_one_descriptor(&before);
	client_open(&waiting, server, WAY_PLAIN); /* takes the last one */
	client_say(&waiting, HELLO);
	do
		server_act(server, look_at_listeners);
	while (!accepts_nobody);
	client_say(&inside, HELLO); /* who is in is served */
	expect(&inside, 200);
	CHECK_INT(0, setrlimit(RLIMIT_NOFILE, &before));
	expect(&waiting, 200);
	client_close(&inside);
	client_close(&waiting);
	server_stop(server);
}

static void test_thousands_of_clients(void)
{
	struct rlimit limit;
	struct server *const server = server_start(NULL);

	getrlimit(RLIMIT_NOFILE, &limit);
	const size_t count = limit.rlim_cur > 5000 ? 2000 : limit.rlim_cur / 3;
	struct client *const clients = memory_zeroed(count * sizeof(*clients));

	for (size_t i = 0; i < count; i++)
		client_open(&clients[i], server, WAY_PLAIN);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < count; i++)
			client_say(&clients[i], "POST /later HTTP/1.1\r\n" HOST
						"Content-Length: 2\r\n\r\nok");
		for (size_t i = 0; i < count; i++)
			expect(&clients[i], 200);
	}
	CHECK_INT(count, server_counts(server).connections_now);
	server_stop(server); /* with all of them connected */
	for (size_t i = 0; i < count; i++)
		client_close(&clients[i]);
	free(clients);
}

static struct client drain_clients[3];

static void drain(struct server *server)
{
	edge_drain(server->edge);
}

static void test_drain(void)
{
	struct server *const server = server_start(NULL);
	struct client *const fresh = &drain_clients[0], *const waiting =
								&drain_clients[1];
	struct client *const done = &drain_clients[2];
	struct reply reply = { 0 };

	client_open(fresh, server, WAY_TLS);
	client_open(waiting, server, WAY_TLS);
	client_open(done, server, WAY_TLS);
	client_say(done, HELLO);
	expect(done, 200);
	client_say(waiting, "GET /hold HTTP/1.1\r\n" HOST "\r\n");
	while (server->held_count == 0)
		server_counts(server);
	server_act(server, drain);
	CHECK(client_at_end(done));
	CHECK_INT(-1, access(server->unix_path, F_OK));
	client_say(fresh, "GET /release HTTP/1.1\r\n" HOST "\r\n");
	client_reply(fresh, &reply, false);
	CHECK_INT(200, reply.status);
	CHECK(strstr(reply.head.data, "\r\nConnection: close\r\n") != NULL);
	expect(waiting, 200);
	CHECK(client_at_end(waiting));
	for (int i = 0; i < 3; i++)
		client_close(&drain_clients[i]);
	while (server_counts(server).connections_now > 0)
		;
	reply_finish(&reply);
	server_stop(server);
}

int main(void)
{
	RUN(test_time_outs);
	RUN(test_silent_websockets_are_closed);
	RUN(test_clients_that_never_read);
	RUN(test_too_many_connections);
	RUN(test_too_many_bodies);
	RUN(test_no_descriptor_is_left);
	RUN(test_thousands_of_clients);
	RUN(test_drain);
	return check_done();
}
