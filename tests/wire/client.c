/* SPDX-License-Identifier: MIT */
#include "tests/check.h"
#include "tests/wire/asker.h"

#include "daemon/common/log.h"

#include <errno.h>
#include <time.h>

static void test_get_and_post(void)
{
	struct asker asker;

	asker_init(&asker);
	asker.next = (struct script_reply){ .status = 201,
					    .headers = "Content-Type: text/plain\r\n",
					    .body = "made" };
	const struct client_reply *reply =
		asker_get(&asker, script_url(&asker.server, "/a?b=c"));
	CHECK_INT(0, reply->error);
	CHECK_INT(201, reply->status);
	CHECK_INT(-1, reply->retry_after_ms);
	CHECK_TEXT("made", text_string(&asker.body));
	CHECK_TEXT("text/plain", text_string(&asker.content_type));
	CHECK(strncmp(asker.heard.data, "GET /a?b=c HTTP/1.1\r\n", 21) == 0);

	const struct client_request post = {
		.method = "POST",
		.url = script_url(&asker.server, "/p"),
		.headers = { "Content-Type: application/json", "X-Kind: 7" },
		.body = "{\"x\":1}\0tail",
		.body_bytes = 12,
	};
	asker_ask(&asker, &post);
	CHECK(strncmp(asker.heard.data, "POST /p ", 8) == 0);
	CHECK(strstr(asker.heard.data, "Content-Type: application/json\r\n"));
	CHECK(strstr(asker.heard.data, "X-Kind: 7"));
	CHECK(memcmp(asker.heard.data + asker.heard.length - 12, "{\"x\":1}\0tail", 12) ==
	      0);
	CHECK_INT(1, asker.server.connections); /* kept and used again */
	asker_finish(&asker);
}

static void test_methods(void)
{
	static const char *const methods[] = { "GET", "POST", "PUT", "PATCH", "DELETE" };
	struct asker asker;

	asker_init(&asker);
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		const struct client_request request = {
			.method = methods[i],
			.url = script_url(&asker.server, "/m"),
		};
		const bool sends = methods[i][0] == 'P';

		CHECK_INT(200, asker_ask(&asker, &request)->status);
		CHECK(strncmp(asker.heard.data, methods[i], strlen(methods[i])) == 0);
		CHECK(sends == (strstr(asker.heard.data, "Content-Length: 0") != NULL));
		CHECK(strstr(asker.heard.data, "urlencoded") == NULL);
	}
	struct client_request request = { .method = "HEAD",
					  .url = script_url(&asker.server, "/m") };
	asker.next.headers = "Connection: close\r\n";
	CHECK_INT(200, asker_ask(&asker, &request)->status);
	request.method = "DELETE";
	request.body = "why";
	request.body_bytes = 3;
	CHECK_INT(200, asker_ask(&asker, &request)->status);
	CHECK(strstr(asker.heard.data, "\r\n\r\nwhy"));
	asker_finish(&asker);
}

static void test_network_failures(void)
{
	struct asker asker;
	char url[64];
	uv_tcp_t closed;
	struct sockaddr_in address;
	int bytes = sizeof(address);

	asker_init(&asker);
	/* A port that was free a moment ago and has no listener. */
	uv_tcp_init(&asker.loop, &closed);
	uv_ip4_addr("127.0.0.1", 0, &address);
	CHECK_INT(0, uv_tcp_bind(&closed, (struct sockaddr *)&address, 0));
	CHECK_INT(0, uv_tcp_getsockname(&closed, (struct sockaddr *)&address, &bytes));
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", ntohs(address.sin_port));
	CHECK_INT(-ECONNREFUSED, asker_get(&asker, url)->error);
	CHECK_INT(0, asker.reply.status);
	uv_close((uv_handle_t *)&closed, NULL);

	asker.next = (struct script_reply){ .body = "half",
					    .promised_bytes = 8,
					    .reset = true };
	CHECK_INT(-ECONNRESET, asker_get(&asker, script_url(&asker.server, "/"))->error);
	asker.next = (struct script_reply){ .body = "half",
					    .promised_bytes = 8,
					    .close = true };
	CHECK_INT(-ECONNRESET, asker_get(&asker, script_url(&asker.server, "/"))->error);
	CHECK_INT(0, asker.body.length);
	asker.next = (struct script_reply){ .raw = "", .close = true };
	CHECK_INT(-ECONNRESET, asker_get(&asker, script_url(&asker.server, "/"))->error);
	asker.next =
		(struct script_reply){ .raw = "SSH-2.0-nothing\r\n\r\n", .close = true };
	CHECK(asker_get(&asker, script_url(&asker.server, "/"))->error < 0);
	asker.next =
		(struct script_reply){ .raw = "HTTP/1.1 20x Odd\r\n\r\n", .close = true };
	CHECK(asker_get(&asker, script_url(&asker.server, "/"))->error < 0);
	asker.next = (struct script_reply){ .body = "well" };
	CHECK_INT(200, asker_get(&asker, script_url(&asker.server, "/"))->status);
	CHECK_INT(-EHOSTUNREACH, asker_get(&asker, "http://nobody.invalid/")->error);
	asker_finish(&asker);
}

static void test_timeout(void)
{
	struct asker asker;
	struct client_request request = { .method = "GET", .timeout_ms = 50 };

	asker_init(&asker);
	asker.next = (struct script_reply){ .silent = true };
	request.url = script_url(&asker.server, "/");
	CHECK_INT(-ETIMEDOUT, asker_ask(&asker, &request)->error);
	/* A body that stops half way is no different. */
	asker.next = (struct script_reply){ .body = "half", .promised_bytes = 8 };
	CHECK_INT(-ETIMEDOUT, asker_ask(&asker, &request)->error);
	asker_finish(&asker);
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
	struct asker asker;

	asker_init(&asker);
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
		CHECK_INT(-EINVAL, asker_get(&asker, urls[i])->error);
	struct client_request request = { .method = "GET",
					  .url = script_url(&asker.server, "/"),
					  .headers = { "A: b\r\nEvil: yes" } };
	CHECK_INT(-EINVAL, asker_ask(&asker, &request)->error);
	request.headers[0] = "A: b";
	request.method = "GET / HTTP/1.1\r\nEvil: yes\r\n\r\nGET";
	CHECK_INT(-EINVAL, asker_ask(&asker, &request)->error);
	CHECK_INT(0, asker.server.requests);
	asker_finish(&asker);
}

static void test_limits(void)
{
	struct asker asker;
	struct text big = { 0 };

	asker_init(&asker);
	while (big.length < CLIENT_REPLY_BYTES)
		text_add(&big, "0123456789abcdef", 16);
	asker.next = (struct script_reply){ .body = big.data, .body_bytes = big.length };
	CHECK_INT(200, asker_get(&asker, script_url(&asker.server, "/"))->status);
	CHECK_INT(CLIENT_REPLY_BYTES, asker.reply.body_bytes);
	text_add(&big, "!", 1);
	asker.next = (struct script_reply){ .body = big.data, .body_bytes = big.length };
	CHECK_INT(-EMSGSIZE, asker_get(&asker, script_url(&asker.server, "/"))->error);

	text_clear(&big);
	for (int i = 0; i < 70; i++) {
		text_addf(&big, "X-Filler-%d: ", i);
		for (int j = 0; j < 100; j++)
			text_addf(&big, "0123456789");
		text_addf(&big, "\r\n");
	}
	asker.next = (struct script_reply){ .headers = big.data, .close = true };
	CHECK_INT(-EMSGSIZE, asker_get(&asker, script_url(&asker.server, "/"))->error);
	text_finish(&big);
	asker_finish(&asker);
}

static void test_redirects_are_not_followed(void)
{
	struct asker asker;
	struct text headers = { 0 };

	asker_init(&asker);
	text_addf(&headers, "Location: %s\r\n", script_url(&asker.server, "/elsewhere"));
	for (int status = 301; status <= 308; status++) {
		asker.next = (struct script_reply){ .status = status,
						    .headers = headers.data };
		CHECK_INT(status,
			  asker_get(&asker, script_url(&asker.server, "/"))->status);
	}
	CHECK_INT(8, asker.server.requests);
	text_finish(&headers);
	asker_finish(&asker);
}

static int64_t retry_after(struct asker *asker, const char *headers)
{
	asker->next = (struct script_reply){ .status = 429, .headers = headers };
	CHECK_INT(429, asker_get(asker, script_url(&asker->server, "/"))->status);
	return asker->reply.retry_after_ms;
}

static void test_retry_after(void)
{
	struct asker asker;
	struct text text = { 0 };
	const time_t later = time(NULL) + 3600;
	char date[64];

	asker_init(&asker);
	CHECK_INT(-1, retry_after(&asker, ""));
	CHECK_INT(3000, retry_after(&asker, "Retry-After: 3\r\n"));
	CHECK_INT(2128, retry_after(&asker, "retry-after: 2.128\r\n"));
	CHECK_INT(-1, retry_after(&asker, "Retry-After: soon\r\n"));
	CHECK_INT(10000,
		  retry_after(&asker, "Date: Tue, 24 Nov 2026 08:00:00 GMT\r\n"
				      "Retry-After: Tue, 24 Nov 2026 08:00:10 GMT\r\n"));
	CHECK_INT(0,
		  retry_after(&asker, "Date: Tue, 24 Nov 2026 08:00:00 GMT\r\n"
				      "Retry-After: Tue, 24 Nov 2026 07:00:00 GMT\r\n"));
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", gmtime(&later));
	text_addf(&text, "Retry-After: %s\r\n", date);
	const int64_t wait_ms = retry_after(&asker, text.data);
	CHECK(wait_ms > 3000 * 1000 && wait_ms <= 3600 * 1000);
	text_finish(&text);
	asker_finish(&asker);
}

/* What comes back by header: any case, the first of several, nothing where nothing came. */
static char heard_header[64];

static void on_headers(void *context, const struct client_reply *reply)
{
	snprintf(heard_header, sizeof(heard_header), "%s|%s|%s",
		 client_reply_header(reply, "x-correlating-operationid"),
		 client_reply_header(reply, "X-Twice"),
		 client_reply_header(reply, "X-Absent"));
	asker_reply(context, reply);
}

static void test_headers_of_the_reply(void)
{
	struct asker asker;
	const struct client_request request = { .method = "GET", .url = "http://" };
	struct client_request good = request;

	asker_init(&asker);
	good.url = script_url(&asker.server, "/");
	asker.next.headers = "X-Correlating-OperationId: op-7\r\n"
			     "X-Twice: 1\r\nx-twice: 2\r\n";
	client_send(asker.client, &good, on_headers, &asker);
	asker_wait(&asker, 1);
	CHECK_TEXT("op-7|1|", heard_header);
	/* Also when there was no reply at all. */
	client_send(asker.client, &request, on_headers, &asker);
	asker_wait(&asker, 1);
	CHECK_TEXT("||", heard_header);
	asker_finish(&asker);
}

/* The peer reads a POST on a connection that was kept, and closes it without a word.
 * Returns how often it heard the POST. */
static unsigned posts_to_a_dying_peer(const char *method, bool once)
{
	struct asker asker;
	struct client_request request = {
		.method = method, .body = "{}", .body_bytes = 2, .once = once
	};

	asker_init(&asker);
	request.url = script_url(&asker.server, "/");
	CHECK_INT(200, asker_ask(&asker, &request)->status);
	CHECK(asker.reply.left);
	asker.next = (struct script_reply){ .raw = "", .close = true };
	CHECK_INT(-ECONNRESET, asker_ask(&asker, &request)->error);
	CHECK(asker.reply.left);
	const unsigned heard = asker.server.requests - 1;
	/* What died is not kept: the next request is as good as any. */
	asker.next = (struct script_reply){ .status = 201 };
	CHECK_INT(201, asker_ask(&asker, &request)->status);
	asker_finish(&asker);
	return heard;
}

static void test_once_is_once(void)
{
	CHECK_INT(2, posts_to_a_dying_peer("POST", false)); /* libcurl's own repetition */
	CHECK_INT(1, posts_to_a_dying_peer("POST", true));
	CHECK_INT(1, posts_to_a_dying_peer("PATCH", true));
}

/* Whether a request may have arrived, where there is no reply. */
static void test_what_never_left(void)
{
	struct asker asker;
	struct client_request request = { .method = "POST", .timeout_ms = 50 };

	asker_init(&asker);
	CHECK(!asker_get(&asker, "http://127.0.0.1:1/")->left);
	CHECK(!asker_get(&asker, "http://nobody.invalid/")->left);
	CHECK(!asker_get(&asker, "ftp://127.0.0.1/")->left);
	asker.next.silent = true;
	request.url = script_url(&asker.server, "/");
	CHECK_INT(-ETIMEDOUT, asker_ask(&asker, &request)->error);
	CHECK(asker.reply.left);
	asker_finish(&asker);
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

/* An organisation's proxy is asked for the asker's hosts, never for our own. */
static void test_proxy(void)
{
	struct asker asker;

	CHECK_INT(0, setenv("http_proxy", "http://127.0.0.1:1", 1));
	asker_init(&asker);
	CHECK_INT(200, asker_get(&asker, script_url(&asker.server, "/"))->status);
	CHECK_INT(-ECONNREFUSED, asker_get(&asker, "http://nobody.invalid/")->error);
	asker_finish(&asker);
	CHECK_INT(0, unsetenv("http_proxy"));
}

static void test_ask(void)
{
	struct asker asker;
	uv_work_t work;

	asker_init(&asker);
	asker.next = (struct script_reply){ .status = 202, .body = "taken" };
	work.data = (void *)(uintptr_t)script_url(&asker.server, "/ask");
	uv_queue_work(&asker.loop, &work, on_asked, on_asked_done);
	uv_run(&asker.loop, UV_RUN_DEFAULT);
	CHECK_INT(1, asker.server.requests);
	asker_finish(&asker);
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
	RUN(test_headers_of_the_reply);
	RUN(test_once_is_once);
	RUN(test_what_never_left);
	RUN(test_proxy);
	RUN(test_ask);
	RUN(test_create_refuses_no_authorities);
	return check_done();
}
