/* SPDX-License-Identifier: MIT */
#include "tests/check.h"
#include "tests/wire/script.h"

#include "daemon/common/log.h"
#include "daemon/wire/client.h"

#include <errno.h>
#include <time.h>

enum { MANY = 50 };

struct world {
	uv_loop_t loop;
	struct script server;
	struct client *client;
	struct script_reply next; /* what the server will say */
	struct text heard;        /* what it heard: head, blank line, body */
	unsigned wanted;          /* replies to wait for */
	unsigned replies;
	struct client_reply reply; /* the last one; its texts are copied below */
	struct text body, content_type;
	uint64_t other; /* a request the reply function cancels */
	bool destroys;
};

static void play(void *context, const struct script_request *request,
		 struct script_reply *reply)
{
	struct world *const world = context;

	text_clear(&world->heard);
	text_addf(&world->heard, "%s\r\n\r\n", request->head);
	text_add(&world->heard, request->body, request->body_bytes);
	*reply = world->next;
}

static void world_init(struct world *world)
{
	*world = (struct world){ 0 };
	uv_loop_init(&world->loop);
	script_init(&world->server, &world->loop, play, world);
	CHECK_INT(0, client_create(&world->client, &world->loop, NULL));
}

/* Every handle goes, every byte is returned: the sanitizer looks for the rest. */
static void world_finish(struct world *world)
{
	client_destroy(world->client);
	script_finish(&world->server);
	uv_run(&world->loop, UV_RUN_DEFAULT);
	CHECK_INT(0, uv_loop_close(&world->loop));
	text_finish(&world->heard);
	text_finish(&world->body);
	text_finish(&world->content_type);
}

static void on_reply(void *context, const struct client_reply *reply)
{
	struct world *const world = context;

	world->replies++;
	world->reply = *reply;
	text_clear(&world->body);
	text_add(&world->body, reply->body, reply->body_bytes);
	CHECK_INT(0, reply->body[reply->body_bytes]);
	text_clear(&world->content_type);
	text_addf(&world->content_type, "%s", reply->content_type);
	if (world->other)
		client_cancel(world->client, world->other);
	if (world->destroys) {
		client_destroy(world->client);
		world->client = NULL;
	}
	if (world->replies == world->wanted)
		uv_stop(&world->loop);
}

static void wait_for(struct world *world, unsigned replies)
{
	world->wanted = world->replies + replies;
	uv_run(&world->loop, UV_RUN_DEFAULT);
	CHECK_INT(world->wanted, world->replies);
}

static const struct client_reply *ask(struct world *world,
				      const struct client_request *request)
{
	const unsigned before = world->replies;

	CHECK(client_send(world->client, request, on_reply, world) != 0);
	CHECK_INT(before, world->replies);
	wait_for(world, 1);
	CHECK_INT(0, client_in_flight(world->client));
	return &world->reply;
}

static const struct client_reply *get(struct world *world, const char *url)
{
	const struct client_request request = { .method = "GET", .url = url };

	return ask(world, &request);
}

static void test_get_and_post(void)
{
	struct world world;

	world_init(&world);
	world.next = (struct script_reply){ .status = 201,
					    .headers = "Content-Type: text/plain\r\n",
					    .body = "made" };
	const struct client_reply *reply =
		get(&world, script_url(&world.server, "/a?b=c"));
	CHECK_INT(0, reply->error);
	CHECK_INT(201, reply->status);
	CHECK_INT(-1, reply->retry_after_ms);
	CHECK_TEXT("made", text_string(&world.body));
	CHECK_TEXT("text/plain", text_string(&world.content_type));
	CHECK(strncmp(world.heard.data, "GET /a?b=c HTTP/1.1\r\n", 21) == 0);

	const struct client_request post = {
		.method = "POST",
		.url = script_url(&world.server, "/p"),
		.headers = { "Content-Type: application/json", "X-Kind: 7" },
		.body = "{\"x\":1}\0tail",
		.body_bytes = 12,
	};
	ask(&world, &post);
	CHECK(strncmp(world.heard.data, "POST /p ", 8) == 0);
	CHECK(strstr(world.heard.data, "Content-Type: application/json\r\n"));
	CHECK(strstr(world.heard.data, "X-Kind: 7"));
	CHECK(memcmp(world.heard.data + world.heard.length - 12, "{\"x\":1}\0tail", 12) ==
	      0);
	CHECK_INT(1, world.server.connections); /* kept and used again */
	world_finish(&world);
}

static void test_methods(void)
{
	static const char *const methods[] = { "GET", "POST", "PUT", "PATCH", "DELETE" };
	struct world world;

	world_init(&world);
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		const struct client_request request = {
			.method = methods[i],
			.url = script_url(&world.server, "/m"),
		};
		const bool sends = methods[i][0] == 'P';

		CHECK_INT(200, ask(&world, &request)->status);
		CHECK(strncmp(world.heard.data, methods[i], strlen(methods[i])) == 0);
		CHECK(sends == (strstr(world.heard.data, "Content-Length: 0") != NULL));
		CHECK(strstr(world.heard.data, "urlencoded") == NULL);
	}
	struct client_request request = { .method = "HEAD",
					  .url = script_url(&world.server, "/m") };
	world.next.headers = "Connection: close\r\n";
	CHECK_INT(200, ask(&world, &request)->status);
	request.method = "DELETE";
	request.body = "why";
	request.body_bytes = 3;
	CHECK_INT(200, ask(&world, &request)->status);
	CHECK(strstr(world.heard.data, "\r\n\r\nwhy"));
	world_finish(&world);
}

static void test_network_failures(void)
{
	struct world world;
	char url[64];
	uv_tcp_t closed;
	struct sockaddr_in address;
	int bytes = sizeof(address);

	world_init(&world);
	/* A port that was free a moment ago and has no listener. */
	uv_tcp_init(&world.loop, &closed);
	uv_ip4_addr("127.0.0.1", 0, &address);
	CHECK_INT(0, uv_tcp_bind(&closed, (struct sockaddr *)&address, 0));
	CHECK_INT(0, uv_tcp_getsockname(&closed, (struct sockaddr *)&address, &bytes));
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", ntohs(address.sin_port));
	CHECK_INT(-ECONNREFUSED, get(&world, url)->error);
	CHECK_INT(0, world.reply.status);
	uv_close((uv_handle_t *)&closed, NULL);

	world.next = (struct script_reply){ .body = "half",
					    .promised_bytes = 8,
					    .reset = true };
	CHECK_INT(-ECONNRESET, get(&world, script_url(&world.server, "/"))->error);
	world.next = (struct script_reply){ .body = "half",
					    .promised_bytes = 8,
					    .close = true };
	CHECK_INT(-ECONNRESET, get(&world, script_url(&world.server, "/"))->error);
	CHECK_INT(0, world.body.length);
	world.next = (struct script_reply){ .raw = "", .close = true };
	CHECK_INT(-ECONNRESET, get(&world, script_url(&world.server, "/"))->error);
	world.next =
		(struct script_reply){ .raw = "SSH-2.0-nothing\r\n\r\n", .close = true };
	CHECK(get(&world, script_url(&world.server, "/"))->error < 0);
	world.next =
		(struct script_reply){ .raw = "HTTP/1.1 20x Odd\r\n\r\n", .close = true };
	CHECK(get(&world, script_url(&world.server, "/"))->error < 0);
	world.next = (struct script_reply){ .body = "well" };
	CHECK_INT(200, get(&world, script_url(&world.server, "/"))->status);
	CHECK_INT(-EHOSTUNREACH, get(&world, "http://nobody.invalid/")->error);
	world_finish(&world);
}

static void test_timeout(void)
{
	struct world world;
	struct client_request request = { .method = "GET", .timeout_ms = 50 };

	world_init(&world);
	world.next = (struct script_reply){ .silent = true };
	request.url = script_url(&world.server, "/");
	CHECK_INT(-ETIMEDOUT, ask(&world, &request)->error);
	/* A body that stops half way is no different. */
	world.next = (struct script_reply){ .body = "half", .promised_bytes = 8 };
	CHECK_INT(-ETIMEDOUT, ask(&world, &request)->error);
	world_finish(&world);
}

static void test_our_own_faults(void)
{
	static const char *const urls[] = { "",
					    "ftp://127.0.0.1/",
					    "file:///etc/hostname",
					    "gopher://127.0.0.1/",
					    "http://",
					    "http://a b/",
					    "http://127.0.0.1:99999/" };
	struct world world;

	world_init(&world);
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
		CHECK_INT(-EINVAL, get(&world, urls[i])->error);
	struct client_request request = { .method = "GET",
					  .url = script_url(&world.server, "/"),
					  .headers = { "A: b\r\nEvil: yes" } };
	CHECK_INT(-EINVAL, ask(&world, &request)->error);
	request.headers[0] = "A: b";
	request.method = "GET / HTTP/1.1\r\nEvil: yes\r\n\r\nGET";
	CHECK_INT(-EINVAL, ask(&world, &request)->error);
	CHECK_INT(0, world.server.requests);
	world_finish(&world);
}

static void test_limits(void)
{
	struct world world;
	struct text big = { 0 };

	world_init(&world);
	while (big.length < CLIENT_REPLY_BYTES)
		text_add(&big, "0123456789abcdef", 16);
	world.next = (struct script_reply){ .body = big.data, .body_bytes = big.length };
	CHECK_INT(200, get(&world, script_url(&world.server, "/"))->status);
	CHECK_INT(CLIENT_REPLY_BYTES, world.reply.body_bytes);
	text_add(&big, "!", 1);
	world.next = (struct script_reply){ .body = big.data, .body_bytes = big.length };
	CHECK_INT(-EMSGSIZE, get(&world, script_url(&world.server, "/"))->error);

	text_clear(&big);
	for (int i = 0; i < 70; i++) {
		text_addf(&big, "X-Filler-%d: ", i);
		for (int j = 0; j < 100; j++)
			text_addf(&big, "0123456789");
		text_addf(&big, "\r\n");
	}
	world.next = (struct script_reply){ .headers = big.data, .close = true };
	CHECK_INT(-EMSGSIZE, get(&world, script_url(&world.server, "/"))->error);
	text_finish(&big);
	world_finish(&world);
}

static void test_redirects_are_not_followed(void)
{
	struct world world;
	struct text headers = { 0 };

	world_init(&world);
	text_addf(&headers, "Location: %s\r\n", script_url(&world.server, "/elsewhere"));
	for (int status = 301; status <= 308; status++) {
		world.next = (struct script_reply){ .status = status,
						    .headers = headers.data };
		CHECK_INT(status, get(&world, script_url(&world.server, "/"))->status);
	}
	CHECK_INT(8, world.server.requests);
	text_finish(&headers);
	world_finish(&world);
}

static int64_t retry_after(struct world *world, const char *headers)
{
	world->next = (struct script_reply){ .status = 429, .headers = headers };
	CHECK_INT(429, get(world, script_url(&world->server, "/"))->status);
	return world->reply.retry_after_ms;
}

static void test_retry_after(void)
{
	struct world world;
	struct text text = { 0 };
	const time_t later = time(NULL) + 3600;
	char date[64];

	world_init(&world);
	CHECK_INT(-1, retry_after(&world, ""));
	CHECK_INT(3000, retry_after(&world, "Retry-After: 3\r\n"));
	CHECK_INT(2128, retry_after(&world, "retry-after: 2.128\r\n"));
	CHECK_INT(-1, retry_after(&world, "Retry-After: soon\r\n"));
	CHECK_INT(10000,
		  retry_after(&world, "Date: Tue, 24 Nov 2026 08:00:00 GMT\r\n"
				      "Retry-After: Tue, 24 Nov 2026 08:00:10 GMT\r\n"));
	CHECK_INT(0,
		  retry_after(&world, "Date: Tue, 24 Nov 2026 08:00:00 GMT\r\n"
				      "Retry-After: Tue, 24 Nov 2026 07:00:00 GMT\r\n"));
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", gmtime(&later));
	text_addf(&text, "Retry-After: %s\r\n", date);
	const int64_t wait_ms = retry_after(&world, text.data);
	CHECK(wait_ms > 3000 * 1000 && wait_ms <= 3600 * 1000);
	text_finish(&text);
	world_finish(&world);
}

static void test_fifty_at_once(void)
{
	struct world world;
	const struct client_request template = { .method = "GET" };

	world_init(&world);
	world.next = (struct script_reply){ .body = "one of many", .delay_ms = 2 };
	for (int i = 0; i < MANY; i++) {
		struct client_request request = template;

		request.url = script_url(&world.server, "/many");
		client_send(world.client, &request, on_reply, &world);
	}
	CHECK_INT(MANY, client_in_flight(world.client));
	wait_for(&world, MANY);
	CHECK_INT(MANY, world.server.requests);
	CHECK(world.server.most_open <= CLIENT_CONNECTIONS_PER_HOST);
	CHECK_INT(0, client_in_flight(world.client));
	world_finish(&world);
}

/* Sockets closed after each reply: their numbers come back at once for the next. */
static void test_numbers_come_back(void)
{
	struct world world;

	world_init(&world);
	for (int round = 0; round < 20; round++) {
		const bool close = round % 2 == 0;
		struct client_request request = { .method = "GET" };

		world.next =
			(struct script_reply){ .body = "bye",
					       .headers = close ? "Connection: close\r\n"
								: NULL,
					       .close = close };
		for (int i = 0; i < 10; i++) {
			request.url = script_url(&world.server, "/");
			client_send(world.client, &request, on_reply, &world);
		}
		wait_for(&world, 10);
		CHECK_INT(200, world.reply.status);
	}
	CHECK_INT(200, world.server.requests);
	world_finish(&world);
}

static void test_cancel(void)
{
	struct world world;
	struct client_request request = { .method = "GET" };

	world_init(&world);
	world.next = (struct script_reply){ .body = "x" };
	request.url = script_url(&world.server, "/");
	const uint64_t first = client_send(world.client, &request, on_reply, &world);
	client_cancel(world.client, first);
	client_cancel(world.client, first); /* twice does nothing */
	CHECK_INT(0, client_in_flight(world.client));

	/* The first reply cancels its neighbour; only one comes. */
	request.url = script_url(&world.server, "/");
	client_send(world.client, &request, on_reply, &world);
	request.url = "http://127.0.0.1:1/\r\n";
	request.headers[0] = "A: \r\n";
	world.other = client_send(world.client, &request, on_reply, &world);
	client_cancel(world.client, world.other);
	wait_for(&world, 1);
	world.other = 0;
	CHECK_INT(200, world.reply.status);
	CHECK_INT(200, get(&world, script_url(&world.server, "/"))->status);
	CHECK_INT(2, world.replies);
	world_finish(&world);
}

static void test_too_many_in_flight(void)
{
	struct world world;
	struct client_request request = { .method = "GET" };

	world_init(&world);
	world.next = (struct script_reply){ .silent = true };
	request.url = script_url(&world.server, "/");
	for (int i = 0; i < CLIENT_IN_FLIGHT; i++)
		client_send(world.client, &request, on_reply, &world);
	client_send(world.client, &request, on_reply, &world);
	wait_for(&world, 1);
	CHECK_INT(-EAGAIN, world.reply.error);
	CHECK_INT(CLIENT_IN_FLIGHT, client_in_flight(world.client));
	world_finish(&world);
	CHECK_INT(1, world.replies);
}

static void test_destroyed_in_flight(void)
{
	struct world world;
	struct client_request request = { .method = "GET" };

	/* Before anything was sent; and a name being looked up. */
	world_init(&world);
	request.url = script_url(&world.server, "/");
	client_send(world.client, &request, on_reply, &world);
	request.url = "http://nobody.invalid/";
	client_send(world.client, &request, on_reply, &world);
	request.headers[0] = "A: b\n"; /* one that is refused, too */
	client_send(world.client, &request, on_reply, &world);
	request.headers[0] = NULL;
	CHECK_INT(3, client_in_flight(world.client));
	world_finish(&world);
	CHECK_INT(0, world.replies);

	/* While the server keeps silent. */
	world_init(&world);
	world.next = (struct script_reply){ .silent = true };
	for (int i = 0; i < 20; i++) {
		request.url = script_url(&world.server, "/");
		client_send(world.client, &request, on_reply, &world);
	}
	while (world.server.requests < CLIENT_CONNECTIONS_PER_HOST)
		uv_run(&world.loop, UV_RUN_ONCE);
	world_finish(&world);
	CHECK_INT(0, world.replies);

	/* By a reply function. */
	world_init(&world);
	world.destroys = true;
	for (int i = 0; i < 5; i++) {
		request.url = script_url(&world.server, "/");
		client_send(world.client, &request, on_reply, &world);
	}
	wait_for(&world, 1);
	world_finish(&world);
	CHECK_INT(1, world.replies);
}

static void on_asked(uv_work_t *work)
{
	struct client_request request = { .method = "POST",
					  .url = work->data,
					  .body = "b",
					  .body_bytes = 1,
					  .timeout_ms = 5000 };
	char *body = NULL;

	CHECK_INT(202, client_ask(&request, NULL, &body));
	CHECK_TEXT("taken", body);
	free(body);
	body = NULL;
	request.url = "ftp://127.0.0.1/";
	CHECK_INT(-EINVAL, client_ask(&request, NULL, &body));
	request.headers[0] = "a: b\n";
	CHECK_INT(-EINVAL, client_ask(&request, NULL, &body));
	CHECK(body == NULL);
}

static void on_asked_done(uv_work_t *work, int status)
{
	CHECK_INT(0, status);
	uv_stop(work->loop);
}

/* An organisation's proxy is asked for the world's hosts, never for our own. */
static void test_proxy(void)
{
	struct world world;

	CHECK_INT(0, setenv("http_proxy", "http://127.0.0.1:1", 1));
	world_init(&world);
	CHECK_INT(200, get(&world, script_url(&world.server, "/"))->status);
	CHECK_INT(-ECONNREFUSED, get(&world, "http://nobody.invalid/")->error);
	world_finish(&world);
	CHECK_INT(0, unsetenv("http_proxy"));
}

static void test_ask(void)
{
	struct world world;
	uv_work_t work;

	world_init(&world);
	world.next = (struct script_reply){ .status = 202, .body = "taken" };
	work.data = (void *)(uintptr_t)script_url(&world.server, "/ask");
	uv_queue_work(&world.loop, &work, on_asked, on_asked_done);
	uv_run(&world.loop, UV_RUN_DEFAULT);
	CHECK_INT(1, world.server.requests);
	world_finish(&world);
}

static void test_create_refuses_no_authorities(void)
{
	uv_loop_t loop;
	struct client *client = NULL;

	uv_loop_init(&loop);
	CHECK_INT(-ENOENT, client_create(&client, &loop, "/nonexistent/authorities.pem"));
	CHECK(client == NULL);
	client_destroy(NULL);
	CHECK_INT(0, uv_loop_close(&loop));
}

int main(void)
{
	log_threshold(LOG_LEVEL_ERROR);
	unsetenv("http_proxy");
	unsetenv("all_proxy");
	unsetenv("ALL_PROXY");
	RUN(test_get_and_post);
	RUN(test_methods);
	RUN(test_network_failures);
	RUN(test_timeout);
	RUN(test_our_own_faults);
	RUN(test_limits);
	RUN(test_redirects_are_not_followed);
	RUN(test_retry_after);
	RUN(test_fifty_at_once);
	RUN(test_numbers_come_back);
	RUN(test_cancel);
	RUN(test_too_many_in_flight);
	RUN(test_destroyed_in_flight);
	RUN(test_proxy);
	RUN(test_ask);
	RUN(test_create_refuses_no_authorities);
	return check_done();
}
