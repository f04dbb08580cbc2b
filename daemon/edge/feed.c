/* SPDX-License-Identifier: MIT */
#include "daemon/edge/feed.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/common/container.h"
#include "daemon/common/log.h"
#include "daemon/common/text.h"
#include "daemon/edge/adopt.h"
#include "daemon/edge/viewer.h"

enum {
	FEED_READ_BYTES = 4096, /* libwebsockets allocates it for every viewer */
	FEED_HEAD_BYTES = 1024,
	FEED_CLOSING_SECONDS = 5,
	FEED_FAREWELL_TURNS = 5,
};

static void on_second(uv_timer_t *second)
{
	struct feed *const feed = container_of(second, struct feed, second);
	struct timer *timer;

	while ((timer = timers_due(&feed->timers, uv_now(feed->loop))) != NULL)
		viewer_timed_out(timer);
}

static void on_words(int level, const char *line)
{
	/* It says this, at error level, of every adoption there is. */
	if (strstr(line, "calling service") != NULL)
		return;
	const size_t length = strcspn(line, "\n");

	if ((level & LLL_ERR) != 0)
		log_error("feed", "libwebsockets says=\"%.*s\"", (int)length, line);
	else
		log_debug("feed", "libwebsockets says=\"%.*s\"", (int)length, line);
}

static void name_protocols(struct feed *feed, const char *const *subprotocols)
{
	/* The first is whom libwebsockets takes when a client asks for none. */
	const struct lws_protocols any = {
		.name = "none",
		.callback = viewer_event,
		.per_session_data_size = sizeof(struct viewer *),
		.rx_buffer_size = FEED_READ_BYTES,
	};

	feed->protocols[0] = any;
	for (int i = 0; subprotocols != NULL && subprotocols[i] != NULL; i++) {
		assert(i < FEED_SUBPROTOCOLS);
		feed->protocols[i + 1] = any;
		feed->protocols[i + 1].name = subprotocols[i];
	}
}

static int open_context(struct feed *feed)
{
	static const lws_retry_bo_t quiet = { 0 }; /* pings are ours */
	void *loops[1] = { feed->loop };
	struct lws_context_creation_info info = {
		.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS,
		.foreign_loops = loops,
		.port = CONTEXT_PORT_NO_LISTEN,
		.retry_and_idle_policy = &quiet,
		.user = feed,
	};
	struct lws_context_creation_info vhost = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.retry_and_idle_policy = &quiet,
		.protocols = feed->protocols,
	};

	lws_set_log_level(LLL_ERR | LLL_WARN, on_words);
	feed->context = lws_create_context(&info);
	if (feed->context == NULL)
		return -ENOMEM;
	feed->vhost = lws_create_vhost(feed->context, &vhost);
	if (feed->vhost != NULL)
		return 0;
	lws_context_destroy(feed->context);
	return -ENOMEM;
}

int feed_create(struct feed **feed, uv_loop_t *loop, const char *const *subprotocols,
		const struct feed_events *events)
{
	struct feed *const made = memory_zeroed(sizeof(*made));

	made->events = *events;
	made->loop = loop;
	made->timers.kinds[FEED_TIMER_PING].lasts_ms = FEED_PING_SECONDS * 1000;
	made->timers.kinds[FEED_TIMER_SILENCE].lasts_ms = FEED_SILENCE_SECONDS * 1000;
	made->timers.kinds[FEED_TIMER_CLOSING].lasts_ms = FEED_CLOSING_SECONDS * 1000;
	name_protocols(made, subprotocols);

	const int rc = open_context(made);

	if (rc < 0) {
		log_error("feed", "libwebsockets could not be started");
		free(made);
		return rc;
	}
	uv_timer_init(loop, &made->second);
	uv_timer_start(&made->second, on_second, 1000, 1000);
	*feed = made;
	return 0;
}

void feed_set_patience(struct feed *feed, unsigned ping_ms, unsigned silence_ms)
{
	feed->timers.kinds[FEED_TIMER_PING].lasts_ms = ping_ms;
	feed->timers.kinds[FEED_TIMER_SILENCE].lasts_ms = silence_ms;
}

bool feed_is_open(const struct feed *feed)
{
	return !feed->draining && feed->viewers.live < NUMBERS_AT_ONCE;
}

bool feed_speaks(const struct feed *feed, const char *subprotocol)
{
	for (const struct lws_protocols *known = feed->protocols + 1; known->name;
	     known++) {
		if (strcmp(known->name, subprotocol) == 0)
			return true;
	}
	return false;
}

/* A handshake of our own words, with the client's frames behind it. */
static void write_head(struct text *head, const struct adoption *adoption)
{
	text_addf(head,
		  "GET / HTTP/1.1\r\nHost: e\r\nUpgrade: websocket\r\n"
		  "Connection: Upgrade\r\nSec-WebSocket-Key: %.*s\r\n"
		  "Sec-WebSocket-Version: 13\r\n",
		  ADOPT_KEY_BYTES, adoption->key);
	if (adoption->subprotocol != NULL)
		text_addf(head, "Sec-WebSocket-Protocol: %s\r\n", adoption->subprotocol);
	text_add(head, "\r\n", 2);
	assert(head->length < FEED_HEAD_BYTES);
	text_add(head, adoption->early, adoption->early_bytes);
}

int feed_adopt(struct feed *feed, const struct adoption *adoption)
{
	struct text head = { 0 };

	assert(feed->adopting == NULL);
	if (!feed_is_open(feed)) {
		close(adoption->fd);
		return feed->draining ? -ESHUTDOWN : -ENFILE;
	}
	write_head(&head, adoption);
	feed->adopting = adoption;
	feed->adopted = NULL;
	lws_adopt_socket_vhost_readbuf(feed->vhost, adoption->fd, head.data, head.length);
	feed->adopting = NULL;
	text_finish(&head);
	return feed->adopted != NULL ? 0 : -EPROTO;
}

int feed_send(struct feed *feed, uint64_t number, const char *text, size_t bytes)
{
	struct viewer *const viewer = numbers_find(&feed->viewers, number);

	assert(bytes <= FEED_MESSAGE_BYTES);
	return viewer != NULL ? viewer_send(viewer, text, bytes) : -ENOENT;
}

void feed_close(struct feed *feed, uint64_t number, unsigned code, const char *reason)
{
	struct viewer *const viewer = numbers_find(&feed->viewers, number);

	if (viewer != NULL)
		viewer_close(viewer, code, reason);
}

void feed_drain(struct feed *feed)
{
	feed->draining = true;
	for (uint32_t place = 0; place < feed->viewers.count; place++) {
		struct viewer *const viewer = numbers_at(&feed->viewers, place);

		if (viewer != NULL)
			viewer_close(viewer, 1001, "going away");
	}
}

size_t feed_viewers(const struct feed *feed)
{
	return feed->viewers.live;
}

static void on_second_closed(uv_handle_t *handle)
{
	struct feed *const feed = container_of((uv_timer_t *)handle, struct feed, second);

	numbers_finish(&feed->viewers);
	free(feed);
}

/*
 * On a loop that is not its own libwebsockets must be destroyed twice: the first call
 * closes its handles, the second frees what their closing needs.  It tells nobody when they
 * are closed; it takes the loop two turns, one for connections and one for its own timer.
 * The first call is made from here too, because from one of its callbacks it would wait.
 */
static void on_farewell(uv_timer_t *second)
{
	struct feed *const feed = container_of(second, struct feed, second);

	feed->farewells++;
	if (feed->farewells == 1) {
		lws_context_destroy(feed->context);
	} else if (feed->farewells == FEED_FAREWELL_TURNS) {
		assert(feed->viewers.live == 0);
		lws_context_destroy(feed->context);
		uv_close((uv_handle_t *)second, on_second_closed);
	}
}

void feed_destroy(struct feed *feed)
{
	if (feed == NULL)
		return;
	feed->draining = true;
	feed->destroyed = true;
	uv_timer_start(&feed->second, on_farewell, 0, 1);
}
