/* SPDX-License-Identifier: MIT */
/*
 * How long each time-out lasts.  Nobody waits for one here: what falls due then is in
 * test_limits.c; this is when it falls due, read from the timer that runs.
 */
#include "daemon/edge/inside.h"
#include "tests/check.h"
#include "tests/edge/client.h"

#define HOST "Host: e\r\n"

static const struct wait {
	enum timer_kind kind;
	uint64_t lasts_ms; /* docs/strangers.md */
	bool to_tls;
	const char *words;
} waits[] = {
	{ TIMER_HANDSHAKE, 10000, true, "" },
	{ TIMER_HEAD, 10000, false, "GET /hello HTTP/1.1\r\nHo" },
	{ TIMER_BODY, 30000, false,
	  "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 500\r\n\r\nab" },
	{ TIMER_IDLE, 75000, false, "" },
	{ TIMER_ANSWER, 15000, false, "GET /never HTTP/1.1\r\n" HOST "\r\n" },
	{ TIMER_STALL, 60000, false, "GET /big?50000000 HTTP/1.1\r\n" HOST "\r\n" },
	{ TIMER_LINGER, 2000, false, "GET /bye HTTP/1.1\r\n" HOST "\r\n" },
};

/* What the loop's thread saw. */
static struct {
	enum timer_kind kind;
	bool runs;
	uint64_t now_ms, due_ms;
} seen;

static void look(struct server *server)
{
	const struct timer *const first = server->edge->timers.kinds[seen.kind].first;

	uv_update_time(&server->loop);
	seen.now_ms = uv_now(&server->loop);
	seen.runs = first != NULL;
	seen.due_ms = first != NULL ? first->due_ms : 0;
}

static void look_until_it_runs(struct server *server)
{
	do
		server_act(server, look);
	while (!seen.runs);
}

static void enter(struct client *client, struct server *server, const struct wait *wait)
{
	struct server port = *server;

	if (wait->to_tls)
		port.plain_port = server->tls_port;
	client_open(client, &port, WAY_PLAIN);
	client_say(client, wait->words);
}

static void test_how_long(void)
{
	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		struct server *const server = server_start(NULL);
		struct client client;

		seen.kind = waits[i].kind;
		server_act(server, look);
		CHECK(!seen.runs);
		const uint64_t before_ms = seen.now_ms;

		enter(&client, server, &waits[i]);
		look_until_it_runs(server);
		CHECK(seen.due_ms >= before_ms + waits[i].lasts_ms);
		CHECK(seen.due_ms <= seen.now_ms + waits[i].lasts_ms);
		client_close(&client);
		server_stop(server);
	}
}

/* Who sends a byte now and then has no longer than others. */
static void test_a_byte_does_not_prolong(void)
{
	static const char more[] =
		"a hundred bytes or so, so that the memory of what has "
		"come grows visibly, which is how we know that it has";
	struct server *const server = server_start(NULL);
	struct client client;

	seen.kind = TIMER_BODY;
	enter(&client, server, &waits[2]);
	look_until_it_runs(server);
	const uint64_t due_ms = seen.due_ms, began_ms = seen.now_ms;
	const uint64_t held = server_counts(server).body_bytes_now;

	while (seen.now_ms == began_ms) /* or it could not be told apart */
		server_act(server, look);
	client_say(&client, more);
	while (server_counts(server).body_bytes_now == held)
		;
	server_act(server, look);
	CHECK_INT(due_ms, seen.due_ms);
	client_close(&client);
	server_stop(server);
}

int main(void)
{
	RUN(test_how_long);
	RUN(test_a_byte_does_not_prolong);
	return check_done();
}
