/* SPDX-License-Identifier: MIT */
#include "daemon/edge/feed.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libwebsockets.h>

#include "daemon/common/container.h"
#include "daemon/common/log.h"
#include "daemon/common/text.h"
#include "daemon/edge/adopt.h"
#include "daemon/edge/numbers.h"
#include "daemon/edge/timers.h"
#include "daemon/edge/utf8.h"

enum {
	FEED_SUBPROTOCOLS = 16,
	FEED_REASON_BYTES =
		123, /* RFC 6455 §5.5: a control frame holds 125, two are the code */
	FEED_CLOSING_SECONDS = 5,
	FEED_READ_BYTES = 4096,
	FEED_HEAD_BYTES = 1024,
	FEED_FAREWELL_TURNS = 5,
};

/* The feed's kinds of time-out; the lists of timers.h do not mind what they are called. */
enum {
	FEED_TIMER_PING = TIMER_HANDSHAKE,
	FEED_TIMER_SILENCE = TIMER_HEAD,
	FEED_TIMER_CLOSING = TIMER_BODY,
};

struct message {
	struct message *next;
	size_t bytes;
	unsigned char frame[]; /* LWS_PRE bytes for the frame's head, then the text */
};

struct viewer {
	struct feed *feed;
	struct lws *wsi;
	uint64_t number;
	struct message *first, *last;
	size_t queued_bytes;
	size_t inside_bytes; /* libwebsockets keeps the rest of a partly sent message */
	struct text incoming;
	struct timer ping, silence, closing;
	bool behind, ping_due, is_closing, close_sent;
	unsigned close_code;
	char reason[FEED_REASON_BYTES + 1];
};

struct feed {
	struct feed_events events;
	uv_loop_t *loop;
	struct lws_protocols protocols[FEED_SUBPROTOCOLS + 2];
	struct lws_context *context;
	struct lws_vhost *vhost;
	struct numbers viewers;
	struct timers timers;
	uv_timer_t second;
	const struct adoption *adopting;
	struct viewer *adopted;
	bool draining, destroyed;
	unsigned farewells;
};

static struct viewer *viewer_of(void *user)
{
	return *(struct viewer **)user;
}

static void heard(struct viewer *viewer)
{
	timer_start(&viewer->feed->timers, &viewer->silence,
		    (enum timer_kind)FEED_TIMER_SILENCE, uv_now(viewer->feed->loop));
}

static void expect_ping(struct viewer *viewer)
{
	timer_start(&viewer->feed->timers, &viewer->ping,
		    (enum timer_kind)FEED_TIMER_PING, uv_now(viewer->feed->loop));
}

/* A viewer that lws opened: only feed_adopt() can have brought it. */
static int open_viewer(struct feed *feed, struct lws *wsi, void *user)
{
	struct viewer *const viewer = memory_zeroed(sizeof(*viewer));

	assert(feed->adopting != NULL && feed->adopted == NULL);
	*(struct viewer **)user = viewer;
	viewer->feed = feed;
	viewer->wsi = wsi;
	viewer->number = numbers_take(&feed->viewers, viewer);
	assert(viewer->number != 0);
	feed->adopted = viewer;
	heard(viewer);
	expect_ping(viewer);
	feed->events.opened(feed->events.context, viewer->number,
			    feed->adopting->channel);
	return 0;
}

static void drop_first(struct viewer *viewer)
{
	struct message *const first = viewer->first;

	viewer->first = first->next;
	if (viewer->first == NULL)
		viewer->last = NULL;
	viewer->queued_bytes -= first->bytes;
	free(first);
}

static void gone(struct feed *feed, void *user)
{
	struct viewer *const viewer = viewer_of(user);
	const uint64_t number = viewer->number;

	*(struct viewer **)user = NULL;
	while (viewer->first != NULL)
		drop_first(viewer);
	timer_stop(&feed->timers, &viewer->ping);
	timer_stop(&feed->timers, &viewer->silence);
	timer_stop(&feed->timers, &viewer->closing);
	text_finish(&viewer->incoming);
	numbers_drop(&feed->viewers, number);
	free(viewer);
	if (!feed->destroyed)
		feed->events.closed(feed->events.context, number);
}

static void begin_closing(struct viewer *viewer, unsigned code, const char *reason)
{
	if (viewer->is_closing)
		return;
	viewer->is_closing = true;
	viewer->close_code = code;
	snprintf(viewer->reason, sizeof(viewer->reason), "%s",
		 reason != NULL ? reason : "");
	timer_start(&viewer->feed->timers, &viewer->closing,
		    (enum timer_kind)FEED_TIMER_CLOSING, uv_now(viewer->feed->loop));
	lws_callback_on_writable(viewer->wsi);
}

/* The client broke a rule: what it still had coming is not worth the wait. */
static int hang_up(struct viewer *viewer, unsigned code, const char *reason)
{
	while (viewer->first != NULL)
		drop_first(viewer);
	begin_closing(viewer, code, reason);
	return 0;
}

static int hear(struct viewer *viewer, const char *bytes, size_t count)
{
	struct feed *const feed = viewer->feed;
	struct text *const incoming = &viewer->incoming;

	heard(viewer);
	if (viewer->is_closing || feed->destroyed)
		return 0;
	if (lws_frame_is_binary(viewer->wsi))
		return hang_up(viewer, 1003, "only text is spoken here");
	if (incoming->length + count > FEED_MESSAGE_BYTES)
		return hang_up(viewer, 1009, "the message is too large");
	text_add(incoming, bytes, count);
	if (!lws_is_final_fragment(viewer->wsi) ||
	    lws_remaining_packet_payload(viewer->wsi) > 0)
		return 0;

	if (!utf8_is_valid(incoming->data, incoming->length))
		return hang_up(viewer, 1007, "the text is not UTF-8");

	/* Sending from within may not close this viewer at once, so it outlives the call. */
	struct text whole = *incoming;

	*incoming = (struct text){ 0 };
	feed->events.message(feed->events.context, viewer->number, text_string(&whole),
			     whole.length);
	text_finish(&whole);
	return 0;
}

static int write_message(struct viewer *viewer, struct message *message)
{
	if (lws_write(viewer->wsi, message->frame + LWS_PRE, message->bytes,
		      LWS_WRITE_TEXT) < 0)
		return -1;
	if (lws_partial_buffered(viewer->wsi))
		viewer->inside_bytes = message->bytes;
	return 0;
}

static bool may_write(const struct viewer *viewer)
{
	return !lws_partial_buffered(viewer->wsi) && !lws_send_pipe_choked(viewer->wsi);
}

static int write_ping(struct viewer *viewer)
{
	/* Not empty: libwebsockets does not tell of an empty pong. */
	unsigned char frame[LWS_PRE + 1] = { [LWS_PRE] = '?' };

	viewer->ping_due = false;
	return lws_write(viewer->wsi, frame + LWS_PRE, 1, LWS_WRITE_PING) < 0 ? -1 : 0;
}

static void tell_drained(struct viewer *viewer)
{
	struct feed *const feed = viewer->feed;

	if (!viewer->behind || viewer->first != NULL || viewer->inside_bytes > 0 ||
	    feed->destroyed)
		return;
	viewer->behind = false;
	feed->events.drained(feed->events.context, viewer->number);
}

/*
 * The documented way, lws_close_reason() and a return of -1, is of no use here: a build with
 * _DEBUG, which Debian's is, then closes twice in a row, and the second time drops the
 * connection before the frame is out.  This closes once; the frame goes with the next
 * writable socket and five seconds are given to answer it.
 */
static void say_close(struct viewer *viewer)
{
	viewer->close_sent = true;
	lws_close_reason(viewer->wsi, (enum lws_close_status)viewer->close_code,
			 (unsigned char *)viewer->reason, strlen(viewer->reason));
	lws_set_timeout(viewer->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
}

static int send_queue(struct viewer *viewer)
{
	viewer->inside_bytes = 0;
	if (viewer->close_sent)
		return 0;
	while (viewer->first != NULL && may_write(viewer)) {
		if (write_message(viewer, viewer->first) < 0)
			return -1;
		drop_first(viewer);
	}
	if (viewer->ping_due && may_write(viewer) && write_ping(viewer) < 0)
		return -1;
	if (viewer->is_closing && viewer->first == NULL && may_write(viewer)) {
		say_close(viewer);
		return 0;
	}
	tell_drained(viewer);
	if (viewer->first != NULL || viewer->ping_due || viewer->is_closing)
		lws_callback_on_writable(viewer->wsi);
	return 0;
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user,
		    void *in, size_t length)
{
	struct feed *const feed = lws_context_user(lws_get_context(wsi));

	switch (reason) {
	case LWS_CALLBACK_ESTABLISHED:
		return open_viewer(feed, wsi, user);
	case LWS_CALLBACK_RECEIVE:
		return hear(viewer_of(user), in, length);
	case LWS_CALLBACK_RECEIVE_PONG:
		heard(viewer_of(user));
		return 0;
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return send_queue(viewer_of(user));
	case LWS_CALLBACK_CLOSED:
		gone(feed, user);
		return 0;
	case LWS_CALLBACK_HTTP:
		return -1; /* our own heads ask for nothing but websockets */
	default:
		return 0;
	}
}

/* It neither takes what is sent nor answers: no words are lost by hanging up. */
static void abandon(struct viewer *viewer)
{
	lws_set_timeout(viewer->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

static void fell_due(struct timer *timer)
{
	switch ((int)timer->kind) {
	case FEED_TIMER_PING: {
		struct viewer *const viewer = container_of(timer, struct viewer, ping);

		viewer->ping_due = true;
		lws_callback_on_writable(viewer->wsi);
		expect_ping(viewer);
		break;
	}
	case FEED_TIMER_SILENCE:
		abandon(container_of(timer, struct viewer, silence));
		break;
	case FEED_TIMER_CLOSING:
		abandon(container_of(timer, struct viewer, closing));
		break;
	}
}

static void on_second(uv_timer_t *second)
{
	struct feed *const feed = container_of(second, struct feed, second);
	struct timer *timer;

	while ((timer = timers_due(&feed->timers, uv_now(feed->loop))) != NULL)
		fell_due(timer);
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
		.callback = on_event,
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

static void enqueue(struct viewer *viewer, struct message *message)
{
	if (viewer->last != NULL)
		viewer->last->next = message;
	else
		viewer->first = message;
	viewer->last = message;
	viewer->queued_bytes += message->bytes;
	lws_callback_on_writable(viewer->wsi);
}

int feed_send(struct feed *feed, uint64_t number, const char *text, size_t bytes)
{
	struct viewer *const viewer = numbers_find(&feed->viewers, number);

	assert(bytes <= FEED_MESSAGE_BYTES);
	if (viewer == NULL || viewer->is_closing)
		return -ENOENT;

	const size_t waiting = viewer->queued_bytes + viewer->inside_bytes;

	/* A message larger than the limit may still go alone. */
	if (waiting > 0 && waiting + bytes > FEED_UNSENT_BYTES) {
		viewer->behind = true;
		return -EAGAIN;
	}

	struct message *const message =
		memory_zeroed(sizeof(*message) + LWS_PRE + bytes + 1);

	message->bytes = bytes;
	memcpy(message->frame + LWS_PRE, text, bytes);
	enqueue(viewer, message);
	return 0;
}

void feed_close(struct feed *feed, uint64_t number, unsigned code, const char *reason)
{
	struct viewer *const viewer = numbers_find(&feed->viewers, number);

	if (viewer != NULL)
		begin_closing(viewer, code, reason);
}

void feed_drain(struct feed *feed)
{
	feed->draining = true;
	for (uint32_t place = 0; place < feed->viewers.count; place++) {
		struct viewer *const viewer = numbers_at(&feed->viewers, place);

		if (viewer != NULL)
			begin_closing(viewer, 1001, "going away");
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
