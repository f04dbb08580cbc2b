/* SPDX-License-Identifier: MIT */
#include "tests/edge/server.h"

#include <errno.h>
#include <unistd.h>

#include "daemon/common/container.h"
#include "daemon/common/log.h"
#include "daemon/common/text.h"
#include "daemon/edge/selfsigned.h"
#include "tests/check.h"

static void answer_text(struct server *server, uint64_t number, const char *body,
			size_t body_bytes)
{
	edge_answer(server->edge, number,
		    &(struct edge_answer){
			    .status = 200,
			    .content_type = "text/plain",
			    .body = body,
			    .body_bytes = body_bytes,
		    });
}

struct later {
	uv_timer_t timer;
	struct server *server;
	uint64_t number;
	struct text body;
};

static void on_later_closed(uv_handle_t *handle)
{
	struct later *const later =
		container_of((uv_timer_t *)handle, struct later, timer);

	text_finish(&later->body);
	free(later);
}

static void on_later(uv_timer_t *timer)
{
	struct later *const later = container_of(timer, struct later, timer);

	if (!later->server->edge_gone)
		answer_text(later->server, later->number, text_string(&later->body),
			    later->body.length);
	uv_close((uv_handle_t *)timer, on_later_closed);
}

static void answer_later(struct server *server, const struct edge_request *request)
{
	struct later *const later = memory_zeroed(sizeof(*later));

	later->server = server;
	later->number = request->number;
	text_add(&later->body, request->body, request->body_bytes);
	uv_timer_init(&server->loop, &later->timer);
	uv_timer_start(&later->timer, on_later, 1, 0);
}

static void release(struct server *server)
{
	while (server->held_count > 0) {
		const uint64_t number = server->held[--server->held_count];
		char words[32];

		snprintf(words, sizeof(words), "held %u", server->held_count);
		answer_text(server, number, words, strlen(words));
	}
}

static void answer_big(struct server *server, const struct edge_request *request)
{
	const size_t bytes = strtoul(request->query, NULL, 10);
	char *const body = memory_zeroed(bytes + 1);

	memset(body, 'b', bytes);
	answer_text(server, request->number, body, bytes);
	free(body);
}

static void answer_status(struct server *server, uint64_t number, int status, bool closes)
{
	edge_answer(server->edge, number,
		    &(struct edge_answer){
			    .status = status,
			    .content_type = status == 204 ? NULL : "text/plain",
			    .headers = "X-Test: yes\r\n",
			    .body = "bye",
			    .body_bytes = 3,
			    .close = closes,
		    });
}

static void answer_whoami(struct server *server, const struct edge_request *request)
{
	char words[80];

	snprintf(words, sizeof(words), "%s %d", request->peer, request->secure);
	answer_text(server, request->number, words, strlen(words));
}

static void on_request(void *context, const struct edge_request *request)
{
	struct server *const server = context;
	const char *const path = request->path;

	server->requests++;
	CHECK(strlen(request->body) <= request->body_bytes);
	if (strcmp(path, "/later") == 0) {
		answer_later(server, request);
	} else if (strcmp(path, "/hold") == 0 && server->held_count < SERVER_HELD) {
		server->held[server->held_count++] = request->number;
	} else if (strcmp(path, "/release") == 0) {
		answer_text(server, request->number, "released", 8);
		release(server);
	} else if (strcmp(path, "/big") == 0) {
		answer_big(server, request);
	} else if (strcmp(path, "/whoami") == 0) {
		answer_whoami(server, request);
	} else if (strcmp(path, "/header") == 0) {
		const char *const value = edge_header(request, request->query);

		answer_text(server, request->number, value ? value : "(none)",
			    strlen(value ? value : "(none)"));
	} else if (strcmp(path, "/hello") == 0) {
		answer_text(server, request->number, "hello", 5);
	} else if (strcmp(path, "/bye") == 0) {
		answer_status(server, request->number, 200, true);
	} else if (strcmp(path, "/silent") == 0) {
		edge_answer(server->edge, request->number,
			    &(struct edge_answer){ .status = 200, .silent = true });
	} else if (strcmp(path, "/drop") == 0) {
		edge_drop(server->edge, request->number);
	} else if (strcmp(path, "/empty") == 0) {
		answer_status(server, request->number, 204, false);
	} else if (strcmp(path, "/never") != 0) {
		answer_text(server, request->number, request->body, request->body_bytes);
	}
}

static struct edge_welcome on_upgrade(void *context, const struct edge_request *request)
{
	const char *const offered = edge_header(request, "Sec-WebSocket-Protocol");

	(void)context;
	if (strcmp(request->path, "/forbidden") == 0)
		return (struct edge_welcome){ .status = 403 };
	if (strcmp(request->path, "/wrong") == 0)
		return (struct edge_welcome){ .status = 101, .subprotocol = "other" };
	return (struct edge_welcome){
		.status = 101,
		.subprotocol = offered == NULL ? NULL : "echo",
		.channel = 7,
	};
}

static void on_opened(void *context, uint64_t viewer, unsigned channel)
{
	struct server *const server = context;

	(void)viewer;
	CHECK_INT(7, channel);
	server->opened++;
}

static void push(struct server *server)
{
	char *const message = memory_zeroed(server->push_bytes + 1);

	memset(message, 'p', server->push_bytes);
	while (server->push_count > 0) {
		const int rc = feed_send(server->feed, server->pushing_to, message,
					 server->push_bytes);
		if (rc == -EAGAIN)
			server->behind++;
		if (rc < 0)
			break;
		server->push_count--;
	}
	free(message);
}

static void on_message(void *context, uint64_t viewer, const char *text, size_t bytes)
{
	struct server *const server = context;
	char *rest;

	CHECK_INT('\0', text[bytes]);
	if (strncmp(text, "push ", 5) == 0) {
		server->push_count = (unsigned)strtoul(text + 5, &rest, 10);
		server->push_bytes = (unsigned)strtoul(rest, NULL, 10);
		server->pushing_to = viewer;
		push(server);
	} else if (strncmp(text, "close ", 6) == 0) {
		feed_close(server->feed, viewer, (unsigned)strtoul(text + 6, NULL, 10),
			   "as you like");
	} else if (strcmp(text, "drain") == 0) {
		feed_drain(server->feed);
	} else {
		feed_send(server->feed, viewer, text, bytes);
	}
}

static void on_drained(void *context, uint64_t viewer)
{
	struct server *const server = context;

	server->drained++;
	if (viewer == server->pushing_to)
		push(server);
}

static void on_closed(void *context, uint64_t viewer)
{
	struct server *const server = context;

	CHECK_INT(-ENOENT, feed_send(server->feed, viewer, "late", 4));
	server->closed++;
}

static void on_stop(uv_async_t *stop)
{
	struct server *const server = container_of(stop, struct server, stop);

	server->edge_gone = true;
	edge_destroy(server->edge);
	feed_destroy(server->feed);
	uv_close((uv_handle_t *)&server->stop, NULL);
	uv_close((uv_handle_t *)&server->act, NULL);
}

static void on_act(uv_async_t *act)
{
	struct server *const server = container_of(act, struct server, act);

	if (server->acting != NULL)
		server->acting(server);
	server->acting = NULL;
	uv_sem_post(&server->acted);
}

static void *run(void *context)
{
	struct server *const server = context;

	uv_run(&server->loop, UV_RUN_DEFAULT);
	return NULL;
}

static void open_listeners(struct server *server)
{
	char address[96];

	server->plain_port = edge_listen(server->edge, "127.0.0.1:0", false);
	server->tls_port = edge_listen(server->edge, "127.0.0.1:0", true);
	CHECK(server->plain_port > 0);
	CHECK(server->tls_port > 0);
	snprintf(address, sizeof(address), "unix:%s", server->unix_path);
	CHECK_INT(0, edge_listen(server->edge, address, false));
}

static void name_files(struct server *server)
{
	snprintf(server->directory, sizeof(server->directory), "/tmp/edge-test-XXXXXX");
	CHECK(mkdtemp(server->directory) != NULL);
	snprintf(server->certificate_path, sizeof(server->certificate_path), "%s/tls.pem",
		 server->directory);
	snprintf(server->key_path, sizeof(server->key_path), "%s/tls.key",
		 server->directory);
	snprintf(server->unix_path, sizeof(server->unix_path), "%s/http",
		 server->directory);
	CHECK_INT(0, selfsigned_make(server->certificate_path, server->key_path));
}

struct server *server_start(void (*tune)(struct server *server))
{
	static const char *const subprotocols[] = { "echo", "other", NULL };
	struct server *const server = memory_zeroed(sizeof(*server));
	const struct feed_events events = {
		.opened = on_opened,
		.message = on_message,
		.drained = on_drained,
		.closed = on_closed,
		.context = server,
	};

	log_threshold(LOG_LEVEL_WARNING);
	edge_raise_descriptor_limit();
	name_files(server);
	CHECK_INT(0, uv_loop_init(&server->loop));
	uv_sem_init(&server->acted, 0);
	uv_async_init(&server->loop, &server->stop, on_stop);
	uv_async_init(&server->loop, &server->act, on_act);
	CHECK_INT(0, feed_create(&server->feed, &server->loop, subprotocols, &events));
	const struct edge_config config = {
		.loop = &server->loop,
		.feed = server->feed,
		.on_request = on_request,
		.on_upgrade = on_upgrade,
		.context = server,
		.certificate_path = server->certificate_path,
		.key_path = server->key_path,
	};
	CHECK_INT(0, edge_create(&server->edge, &config));
	open_listeners(server);
	if (tune != NULL)
		tune(server);
	CHECK_INT(0, pthread_create(&server->thread, NULL, run, server));
	return server;
}

void server_act(struct server *server, void (*acting)(struct server *server))
{
	server->acting = acting;
	uv_async_send(&server->act);
	uv_sem_wait(&server->acted);
}

static struct edge_counts counted;

static void count(struct server *server)
{
	edge_count(server->edge, &counted);
}

struct edge_counts server_counts(struct server *server)
{
	server_act(server, count);
	return counted;
}

void server_stop(struct server *server)
{
	uv_async_send(&server->stop);
	CHECK_INT(0, pthread_join(server->thread, NULL));
	CHECK_INT(0, uv_loop_close(&server->loop));
	CHECK(server->closed <= server->opened);
	CHECK_INT(-1, access(server->unix_path, F_OK));
	uv_sem_destroy(&server->acted);
	unlink(server->certificate_path);
	unlink(server->key_path);
	CHECK_INT(0, rmdir(server->directory));
	free(server);
}
