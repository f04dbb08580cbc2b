/* SPDX-License-Identifier: MIT */
#include "tests/check.h"
#include "tests/wire/asker.h"

#include "daemon/common/log.h"

#include <errno.h>

enum { MANY = 50 };

static void test_fifty_at_once(void)
{
	struct asker asker;
	const struct client_request template = { .method = "GET" };

	asker_init(&asker);
	asker.next = (struct script_reply){ .body = "one of many", .delay_ms = 2 };
	for (int i = 0; i < MANY; i++) {
		struct client_request request = template;

		request.url = script_url(&asker.server, "/many");
		client_send(asker.client, &request, asker_reply, &asker);
	}
	CHECK_INT(MANY, client_in_flight(asker.client));
	asker_wait(&asker, MANY);
	CHECK_INT(MANY, asker.server.requests);
	CHECK(asker.server.most_open <= CLIENT_CONNECTIONS_PER_HOST);
	CHECK_INT(0, client_in_flight(asker.client));
	asker_finish(&asker);
}

/* Sockets closed after each reply: their numbers come back at once for the next. */
static void test_numbers_come_back(void)
{
	struct asker asker;

	asker_init(&asker);
	for (int round = 0; round < 20; round++) {
		const bool close = round % 2 == 0;
		struct client_request request = { .method = "GET" };

		asker.next =
			(struct script_reply){ .body = "bye",
					       .headers = close ? "Connection: close\r\n"
								: NULL,
					       .close = close };
		for (int i = 0; i < 10; i++) {
			request.url = script_url(&asker.server, "/");
			client_send(asker.client, &request, asker_reply, &asker);
		}
		asker_wait(&asker, 10);
		CHECK_INT(200, asker.reply.status);
	}
	CHECK_INT(200, asker.server.requests);
	asker_finish(&asker);
}

static void test_cancel(void)
{
	struct asker asker;
	struct client_request request = { .method = "GET" };

	asker_init(&asker);
	asker.next = (struct script_reply){ .body = "x" };
	request.url = script_url(&asker.server, "/");
	const uint64_t first = client_send(asker.client, &request, asker_reply, &asker);
	client_cancel(asker.client, first);
	client_cancel(asker.client, first); /* twice does nothing */
	CHECK_INT(0, client_in_flight(asker.client));

	/* The first reply cancels its neighbour; only one comes. */
	request.url = script_url(&asker.server, "/");
	client_send(asker.client, &request, asker_reply, &asker);
	request.url = "http://127.0.0.1:1/\r\n";
	request.headers[0] = "A: \r\n";
	asker.other = client_send(asker.client, &request, asker_reply, &asker);
	client_cancel(asker.client, asker.other);
	asker_wait(&asker, 1);
	asker.other = 0;
	CHECK_INT(200, asker.reply.status);
	CHECK_INT(200, asker_get(&asker, script_url(&asker.server, "/"))->status);
	CHECK_INT(2, asker.replies);
	asker_finish(&asker);
}

static void test_too_many_in_flight(void)
{
	struct asker asker;
	struct client_request request = { .method = "GET" };

	asker_init(&asker);
	asker.next = (struct script_reply){ .silent = true };
	request.url = script_url(&asker.server, "/");
	for (int i = 0; i < CLIENT_IN_FLIGHT; i++)
		client_send(asker.client, &request, asker_reply, &asker);
	client_send(asker.client, &request, asker_reply, &asker);
	asker_wait(&asker, 1);
	CHECK_INT(-EAGAIN, asker.reply.error);
	CHECK_INT(CLIENT_IN_FLIGHT, client_in_flight(asker.client));
	asker_finish(&asker);
	CHECK_INT(1, asker.replies);
}

static void test_destroyed_in_flight(void)
{
	struct asker asker;
	struct client_request request = { .method = "GET" };

	/* Before anything was sent; and a name being looked up. */
	asker_init(&asker);
	request.url = script_url(&asker.server, "/");
	client_send(asker.client, &request, asker_reply, &asker);
	request.url = "http://nobody.invalid/";
	client_send(asker.client, &request, asker_reply, &asker);
	request.headers[0] = "A: b\n"; /* one that is refused, too */
	client_send(asker.client, &request, asker_reply, &asker);
	request.headers[0] = NULL;
	CHECK_INT(3, client_in_flight(asker.client));
	asker_finish(&asker);
	CHECK_INT(0, asker.replies);

	/* While the server keeps silent. */
	asker_init(&asker);
	asker.next = (struct script_reply){ .silent = true };
	for (int i = 0; i < 20; i++) {
		request.url = script_url(&asker.server, "/");
		client_send(asker.client, &request, asker_reply, &asker);
	}
	while (asker.server.requests < CLIENT_CONNECTIONS_PER_HOST)
		uv_run(&asker.loop, UV_RUN_ONCE);
	asker_finish(&asker);
	CHECK_INT(0, asker.replies);

	/* By a reply function. */
	asker_init(&asker);
	asker.destroys = true;
	for (int i = 0; i < 5; i++) {
		request.url = script_url(&asker.server, "/");
		client_send(asker.client, &request, asker_reply, &asker);
	}
	asker_wait(&asker, 1);
	asker_finish(&asker);
	CHECK_INT(1, asker.replies);
}

int main(void)
{
	log_threshold(LOG_LEVEL_ERROR);
	unsetenv("http_proxy");
	unsetenv("all_proxy");
	unsetenv("ALL_PROXY");
	RUN(test_fifty_at_once);
	RUN(test_numbers_come_back);
	RUN(test_cancel);
	RUN(test_too_many_in_flight);
	RUN(test_destroyed_in_flight);
	return check_done();
}
