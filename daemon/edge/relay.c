/* SPDX-License-Identifier: MIT */
#include "daemon/edge/inside.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/common/container.h"
#include "daemon/common/text.h"

/*
 * Between a client's TLS and libwebsockets' end of a socket pair.  Each direction holds at
 * most one piece that its target has not taken; while it does, its source is not read.
 */
struct direction {
	struct transport *from, *to;
	struct text piece;
	size_t sent;
	bool ended; /* the source has, and nothing is left of it */
};

struct relay {
	struct edge *edge;
	struct relay *previous, *next;
	struct transport client, feed;
	struct direction in, out; /* in: from the client */
	uv_poll_t client_poll, feed_poll;
	int client_events, feed_events, open_polls;
	struct timer timer;
	bool feed_gone, closed;
};

static void on_closed(struct relay *relay)
{
	struct edge *const edge = relay->edge;

	if (--relay->open_polls == 0)
		free(relay);
	edge_handle_closed(edge);
}

static void on_client_closed(uv_handle_t *handle)
{
	on_closed(container_of((uv_poll_t *)handle, struct relay, client_poll));
}

static void on_feed_closed(uv_handle_t *handle)
{
	on_closed(container_of((uv_poll_t *)handle, struct relay, feed_poll));
}

static void relay_close(struct relay *relay)
{
	struct edge *const edge = relay->edge;

	assert(!relay->closed);
	relay->closed = true;
	timer_stop(&edge->timers, &relay->timer);
	if (relay->previous != NULL)
		relay->previous->next = relay->next;
	else
		edge->relays = relay->next;
	if (relay->next != NULL)
		relay->next->previous = relay->previous;
	text_finish(&relay->in.piece);
	text_finish(&relay->out.piece);
	uv_close((uv_handle_t *)&relay->client_poll, on_client_closed);
	uv_close((uv_handle_t *)&relay->feed_poll, on_feed_closed);
	transport_end(&relay->client);
	transport_finish(&relay->client);
	transport_finish(&relay->feed);
}

static bool has_piece(const struct direction *direction)
{
	return direction->piece.length > 0;
}

/* -EAGAIN when the target is full, another negative errno when it is lost. */
static ssize_t push_piece(struct direction *direction)
{
	while (direction->sent < direction->piece.length) {
		const ssize_t count =
			transport_write(direction->to,
					direction->piece.data + direction->sent,
					direction->piece.length - direction->sent);
		if (count < 0)
			return count;
		direction->sent += (size_t)count;
	}
	text_finish(&direction->piece);
	direction->sent = 0;
	return 0;
}

/* Straight from the shared buffer; only what the target left is copied. */
static ssize_t push(struct direction *direction, const char *bytes, size_t count)
{
	const ssize_t sent = transport_write(direction->to, bytes, count);

	if (sent < 0 && sent != -EAGAIN)
		return sent;
	const size_t taken = sent > 0 ? (size_t)sent : 0;
	if (taken == count)
		return 0;
	text_add(&direction->piece, bytes + taken, count - taken);
	return push_piece(direction);
}

/* A negative errno when the target is lost; the source's loss is its end. */
static ssize_t pump(struct direction *direction, struct edge *edge)
{
	ssize_t rc = has_piece(direction) ? push_piece(direction) : 0;

	for (int i = 0; rc == 0 && !direction->ended && i < EDGE_READS_AT_ONCE; i++) {
		const ssize_t count =
			transport_read(direction->from, edge->bytes, sizeof(edge->bytes));
		if (count == -EAGAIN)
			return 0;
		if (count <= 0)
			direction->ended = true;
		else
			rc = push(direction, edge->bytes, (size_t)count);
	}
	return rc == -EAGAIN ? 0 : rc;
}

static void on_client_poll(uv_poll_t *poll, int status, int events);
static void on_feed_poll(uv_poll_t *poll, int status, int events);

static void watch(uv_poll_t *poll, int *now, int events, uv_poll_cb on_poll)
{
	if (events == *now)
		return;
	*now = events;
	if (events == 0)
		uv_poll_stop(poll);
	else
		uv_poll_start(poll, events, on_poll);
}

static void watch_both(struct relay *relay)
{
	const struct direction *const in = &relay->in, *const out = &relay->out;

	watch(&relay->client_poll, &relay->client_events,
	      transport_events(&relay->client, !has_piece(in) && !in->ended,
			       has_piece(out)),
	      on_client_poll);
	watch(&relay->feed_poll, &relay->feed_events,
	      transport_events(&relay->feed, !has_piece(out) && !out->ended,
			       has_piece(in)),
	      on_feed_poll);
}

/* libwebsockets has hung up: what the client still says goes nowhere, but what was said
 * to it (the close frame) must arrive. */
static void stop_listening(struct relay *relay)
{
	relay->feed_gone = true;
	relay->in.ended = true;
	relay->in.sent = 0;
	text_finish(&relay->in.piece);
}

static void run(struct relay *relay)
{
	struct edge *const edge = relay->edge;
	struct direction *const in = &relay->in, *const out = &relay->out;

	if (!relay->feed_gone && pump(in, edge) < 0)
		stop_listening(relay);
	const bool client_gone =
		pump(out, edge) < 0 || (in->ended && !relay->feed_gone && !has_piece(in));

	/* A websocket cannot be half closed: the end of either side ends it. */
	if (client_gone || (out->ended && !has_piece(out))) {
		relay_close(relay);
		return;
	}
	if ((in->ended || out->ended) && !relay->timer.running)
		timer_start(&edge->timers, &relay->timer, TIMER_RELAY,
			    uv_now(edge->config.loop));
	watch_both(relay);
}

static void on_client_poll(uv_poll_t *poll, int status, int events)
{
	struct relay *const relay = container_of(poll, struct relay, client_poll);

	(void)events;
	if (status < 0)
		relay_close(relay);
	else
		run(relay);
}

static void on_feed_poll(uv_poll_t *poll, int status, int events)
{
	struct relay *const relay = container_of(poll, struct relay, feed_poll);

	(void)events;
	if (status < 0)
		relay_close(relay);
	else
		run(relay);
}

void relay_timed_out(struct timer *timer)
{
	relay_close(container_of(timer, struct relay, timer));
}

void relay_close_all(struct edge *edge)
{
	while (edge->relays != NULL)
		relay_close(edge->relays);
}

void relay_begin(struct edge *edge, const struct transport *transport, int fd,
		 const char *early, size_t early_bytes)
{
	struct relay *const relay = memory_zeroed(sizeof(*relay));

	relay->edge = edge;
	relay->client = *transport;
	relay->feed = (struct transport){ .fd = fd, .write_wants = TLS_WANTS_WRITABLE };
	relay->in = (struct direction){ .from = &relay->client, .to = &relay->feed };
	relay->out = (struct direction){ .from = &relay->feed, .to = &relay->client };
	if (early_bytes > 0)
		text_add(&relay->in.piece, early, early_bytes);
	if (edge->relays != NULL)
		edge->relays->previous = relay;
	relay->next = edge->relays;
	edge->relays = relay;
	if (uv_poll_init(edge->config.loop, &relay->client_poll, transport->fd) < 0 ||
	    uv_poll_init(edge->config.loop, &relay->feed_poll, fd) < 0)
		abort(); /* sockets of ours, so only for want of memory */
	relay->open_polls = 2;
	edge_handle_opened(edge);
	edge_handle_opened(edge);
	run(relay);
}
