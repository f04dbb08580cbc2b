/* SPDX-License-Identifier: MIT */
#include "daemon/edge/viewer.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/container.h"
#include "daemon/common/utf8.h"

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

	/* A client that vanishes while it is let in is closed without having been opened. */
	if (viewer == NULL)
		return;
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

void viewer_close(struct viewer *viewer, unsigned code, const char *reason)
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
	viewer_close(viewer, code, reason);
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

	if (!utf8_is_valid(text_string(incoming), incoming->length, NULL))
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

int viewer_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
		 size_t length)
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

void viewer_timed_out(struct timer *timer)
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

int viewer_send(struct viewer *viewer, const char *text, size_t bytes)
{
	const size_t waiting = viewer->queued_bytes + viewer->inside_bytes;

	if (viewer->is_closing)
		return -ENOENT;
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
