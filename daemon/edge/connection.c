/* SPDX-License-Identifier: MIT */
#include "daemon/edge/connection.h"
#include "daemon/edge/inside.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/container.h"

#define TO(state) (1u << (state))

static const unsigned allowed[CONNECTION_STATES] = {
	[CONNECTION_HANDSHAKE] = TO(CONNECTION_OPEN) | TO(CONNECTION_CLOSED),
	[CONNECTION_OPEN] = TO(CONNECTION_UPGRADING) | TO(CONNECTION_LINGERING) |
			    TO(CONNECTION_CLOSED),
	[CONNECTION_UPGRADING] = TO(CONNECTION_OPEN) | TO(CONNECTION_CLOSED),
	[CONNECTION_LINGERING] = TO(CONNECTION_CLOSED),
};

void connection_move(struct connection *connection, enum connection_state next)
{
	assert(allowed[connection->state] & TO(next));
	connection->state = next;
}

static void on_closed(uv_handle_t *handle)
{
	struct connection *const connection =
		container_of((uv_poll_t *)handle, struct connection, poll);

	edge_handle_closed(connection->edge);
	free(connection);
}

static void count_body(struct connection *connection)
{
	struct edge *const edge = connection->edge;
	const size_t held = parse_held(connection->parse);

	edge->body_bytes = edge->body_bytes - connection->body_bytes + held;
	connection->body_bytes = held;
}

static void drop_body(struct connection *connection)
{
	parse_drop_body(connection->parse);
	count_body(connection);
}

void connection_close(struct connection *connection)
{
	struct edge *const edge = connection->edge;

	if (connection->state == CONNECTION_CLOSED)
		return;
	connection_move(connection, CONNECTION_CLOSED);
	timer_stop(&edge->timers, &connection->reading);
	timer_stop(&edge->timers, &connection->writing);
	pending_drop_all(connection);
	drop_body(connection);
	parse_destroy(connection->parse);
	text_finish(&connection->unread);
	text_finish(&connection->out);
	connection->sent = 0;
	numbers_drop(&edge->connections, connection->number);
	/* The handle leaves epoll before the descriptor can be anybody else's. */
	uv_poll_stop(&connection->poll);
	uv_close((uv_handle_t *)&connection->poll, on_closed);
	transport_finish(&connection->transport);
	listeners_resume(edge);
}

size_t connection_unsent(const struct connection *connection)
{
	return connection->out.length - connection->sent;
}

/* Whether another request of this client may be looked at. */
static bool is_hungry(const struct connection *connection)
{
	return connection->state == CONNECTION_OPEN && !connection->last &&
	       connection->pending_count < EDGE_PIPELINE &&
	       connection_unsent(connection) < EDGE_UNSENT_BYTES;
}

void connection_refuse(struct connection *connection, int status, const char *detail,
		       const char *headers)
{
	struct pending *const pending = pending_add(connection);

	if (status == 408)
		connection->edge->counts.timeouts++;
	else
		connection->edge->counts.refused++;
	connection->last = true;
	drop_body(connection);
	pending_problem(pending, status, detail, headers, true);
}

static bool is_secure(const struct connection *connection)
{
	/* Only a proxy of ours can reach the unix socket, so its word counts. */
	const char *const scheme =
		head_value(parse_head(connection->parse), "X-Forwarded-Proto", 0);

	return connection->transport.tls != NULL ||
	       (connection->is_unix && scheme != NULL && strcmp(scheme, "https") == 0);
}

static struct pending *add_request(struct connection *connection,
				   struct edge_request *request)
{
	struct pending *const pending = pending_add(connection);

	*request = (struct edge_request){
		.number = pending->number,
		.peer = connection->peer,
		.secure = is_secure(connection),
	};
	parse_request(connection->parse, request);
	pending->is_head = parse_is_head(connection->parse);
	return pending;
}

/* What has been answered already is not read. */
static void begin_body(struct connection *connection)
{
	struct edge *const edge = connection->edge;
	struct edge_request request;

	if (edge->config.on_head == NULL)
		return;
	struct pending *const pending = add_request(connection, &request);

	pending->closes = true;
	const size_t room = edge->config.on_head(edge->config.context, &request);

	if (pending->answered) {
		edge->counts.requests++;
		connection->last = true;
		connection->asked = true;
	} else {
		pending_take_back(connection);
		parse_allow_body(connection->parse, room);
	}
}

/* Of all bodies together there are too many: whoever means it has sent his soon, so the
 * one that has been on its way for longest goes. */
static void drop_slowest(struct connection *connection)
{
	struct timer *const first = connection->edge->timers.kinds[TIMER_BODY].first;
	struct connection *const slowest =
		first != NULL ? container_of(first, struct connection, reading)
			      : connection;

	timer_stop(&connection->edge->timers, &slowest->reading);
	connection_refuse(slowest, 503, "Too many bodies are on their way.",
			  "Retry-After: 5\r\n");
	connection_settle(slowest);
}

static void take_request(struct connection *connection)
{
	struct edge *const edge = connection->edge;
	struct edge_request request;
	struct pending *const pending = add_request(connection, &request);

	edge->counts.requests++;
	pending->closes = parse_closes(connection->parse) || edge->draining;
	connection->last = pending->closes;
	connection->asked = true;
	timer_stop(&edge->timers, &connection->reading);
	edge->config.on_request(edge->config.context, &request);
	/* An answer given at once counts as unsent before the next request is looked at. */
	pending_release(connection);
	if (connection->state == CONNECTION_CLOSED)
		return;
	if (connection->last)
		drop_body(connection);
	else
		parse_next(connection->parse);
}

static void heed(struct connection *connection, enum parse_outcome outcome)
{
	switch (outcome) {
	case PARSE_MORE:
		break;
	case PARSE_BODY_BEGINS:
		begin_body(connection);
		break;
	case PARSE_REQUEST:
		take_request(connection);
		break;
	case PARSE_UPGRADE:
		connection_move(connection, CONNECTION_UPGRADING);
		break;
	case PARSE_REFUSED: {
		const struct refusal refusal = parse_refusal(connection->parse);

		connection_refuse(connection, refusal.status, refusal.detail, NULL);
		break;
	}
	}
}

static void take(struct connection *connection, const char *bytes, size_t count)
{
	const struct edge *const edge = connection->edge;
	size_t at = 0;

	while (at < count && is_hungry(connection)) {
		size_t used;
		const enum parse_outcome outcome =
			parse_take(connection->parse, bytes + at, count - at, &used);

		count_body(connection);
		heed(connection, outcome);
		while (is_hungry(connection) && edge->body_bytes > edge->most_body_bytes)
			drop_slowest(connection);
		at += used;
	}
	if (connection->state == CONNECTION_CLOSED || connection->last)
		return;
	text_add(&connection->unread, bytes + at, count - at);
}

/* Bytes that had to wait behind 32 requests or an unread answer. */
static bool take_unread(struct connection *connection)
{
	struct text unread = connection->unread;

	if (unread.length == 0 || !is_hungry(connection))
		return false;
	connection->unread = (struct text){ 0 };
	take(connection, unread.data, unread.length);
	text_finish(&unread);
	return true;
}

static void read_some(struct connection *connection)
{
	struct edge *const edge = connection->edge;

	for (int i = 0; i < EDGE_READS_AT_ONCE && is_hungry(connection); i++) {
		if (connection->unread.length > 0)
			return; /* its turn comes first */
		const ssize_t count = transport_read(&connection->transport, edge->bytes,
						     sizeof(edge->bytes));
		if (count == -EAGAIN)
			return;
		if (count < 0) {
			connection_close(connection);
			return;
		}
		if (count == 0) {
			connection->ended = true;
			return;
		}
		take(connection, edge->bytes, (size_t)count);
		/* A short read has emptied the socket. */
		if ((size_t)count < sizeof(edge->bytes) &&
		    connection->transport.tls == NULL)
			return;
	}
}

static void throw_away(struct connection *connection)
{
	struct edge *const edge = connection->edge;
	/* Past TLS on purpose: nobody will read it. */
	struct transport raw = { .fd = connection->transport.fd };

	const ssize_t count = transport_read(&raw, edge->bytes, sizeof(edge->bytes));
	if (count != -EAGAIN && count <= 0)
		connection_close(connection);
}

static void send_some(struct connection *connection)
{
	struct edge *const edge = connection->edge;

	while (connection_unsent(connection) > 0) {
		const ssize_t count =
			transport_write(&connection->transport,
					connection->out.data + connection->sent,
					connection_unsent(connection));
		if (count == -EAGAIN)
			return;
		if (count < 0) {
			connection_close(connection);
			return;
		}
		connection->sent += (size_t)count;
		timer_stop(&edge->timers, &connection->writing);
	}
	text_finish(&connection->out);
	connection->sent = 0;
}

static bool is_quiet(const struct connection *connection)
{
	return connection->first == NULL && connection_unsent(connection) == 0;
}

static void say_continue(struct connection *connection)
{
	static const char words[] = "HTTP/1.1 100 Continue\r\n\r\n";

	if (!is_hungry(connection) || !is_quiet(connection) ||
	    parse_stage(connection->parse) != PARSE_BODY ||
	    !parse_waits(connection->parse))
		return;
	parse_waits_no_more(connection->parse);
	text_add(&connection->out, words, sizeof(words) - 1);
	send_some(connection);
}

/* Everything asked was answered and sent: is there any reason to stay? */
static void leave(struct connection *connection)
{
	if (connection->state != CONNECTION_OPEN || !is_quiet(connection))
		return;
	const bool drained = connection->edge->draining && connection->asked &&
			     parse_stage(connection->parse) == PARSE_IDLE;
	if (connection->ended) {
		transport_end(&connection->transport);
		connection_close(connection);
	} else if (connection->last || drained) {
		transport_end(&connection->transport);
		connection_move(connection, CONNECTION_LINGERING);
	}
}

static void advance(struct connection *connection)
{
	do {
		pending_release(connection);
		send_some(connection);
		if (connection->state == CONNECTION_UPGRADING && is_quiet(connection)) {
			upgrade_run(connection);
			pending_release(connection);
			if (connection->state != CONNECTION_CLOSED)
				send_some(connection);
		}
	} while (connection->state != CONNECTION_CLOSED && take_unread(connection));
	if (connection->state != CONNECTION_CLOSED)
		say_continue(connection);
	if (connection->state != CONNECTION_CLOSED)
		leave(connection);
}

/* The time-out that fits, TIMER_KINDS when the client is not to blame for waiting. */
static enum timer_kind reading_kind(const struct connection *connection)
{
	if (connection->state == CONNECTION_HANDSHAKE)
		return TIMER_HANDSHAKE;
	if (connection->state == CONNECTION_LINGERING)
		return TIMER_LINGER;
	if (!is_hungry(connection) || connection->ended)
		return TIMER_KINDS;
	switch (parse_stage(connection->parse)) {
	case PARSE_HEAD:
		return TIMER_HEAD;
	case PARSE_BODY:
		return TIMER_BODY;
	default:
		return is_quiet(connection) ? TIMER_IDLE : TIMER_KINDS;
	}
}

static void set_timers(struct connection *connection)
{
	struct edge *const edge = connection->edge;
	struct timer *const reading = &connection->reading;
	const enum timer_kind kind = reading_kind(connection);
	const uint64_t now_ms = uv_now(edge->config.loop);

	if (kind == TIMER_KINDS)
		timer_stop(&edge->timers, reading);
	else if (!reading->running || reading->kind != kind)
		timer_start(&edge->timers, reading, kind, now_ms);
	if (connection_unsent(connection) > 0 && !connection->writing.running)
		timer_start(&edge->timers, &connection->writing, TIMER_STALL, now_ms);
}

static void on_poll(uv_poll_t *poll, int status, int events);

static void watch(struct connection *connection)
{
	const bool reading = connection->state == CONNECTION_HANDSHAKE ||
			     connection->state == CONNECTION_LINGERING ||
			     (is_hungry(connection) && !connection->ended);
	int events = transport_events(&connection->transport, reading,
				      connection_unsent(connection) > 0);

	if (connection->state == CONNECTION_LINGERING)
		events = UV_READABLE;
	if (events == connection->watching)
		return;
	connection->watching = events;
	if (events == 0)
		uv_poll_stop(&connection->poll);
	else
		uv_poll_start(&connection->poll, events, on_poll);
}

void connection_settle(struct connection *connection)
{
	if (connection->busy || connection->state == CONNECTION_CLOSED)
		return;
	connection->busy = true;
	if (!connection->dropped && (connection->state == CONNECTION_OPEN ||
				     connection->state == CONNECTION_UPGRADING))
		advance(connection);
	connection->busy = false;
	if (connection->dropped)
		connection_close(connection);
	if (connection->state == CONNECTION_CLOSED)
		return;
	set_timers(connection);
	watch(connection);
}

static void shake_hands(struct connection *connection)
{
	const int rc = transport_handshake(&connection->transport);

	if (rc == 0)
		connection_move(connection, CONNECTION_OPEN);
	else if (rc != -EAGAIN)
		connection_close(connection);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct connection *const connection = container_of(poll, struct connection, poll);

	(void)events;
	if (status < 0) {
		connection_close(connection);
		return;
	}
	connection->busy = true;
	if (connection->state == CONNECTION_HANDSHAKE)
		shake_hands(connection);
	else if (connection->state == CONNECTION_LINGERING)
		throw_away(connection);
	if (connection->state == CONNECTION_OPEN)
		send_some(connection);
	if (connection->state == CONNECTION_OPEN && !connection->ended)
		read_some(connection);
	connection->busy = false;
	connection_settle(connection);
}

void connection_timed_out(struct connection *connection, enum timer_kind kind)
{
	if (kind == TIMER_HEAD || kind == TIMER_BODY) {
		connection_refuse(connection, 408, "The request did not come in time.",
				  NULL);
		connection_settle(connection);
		return;
	}
	if (kind != TIMER_LINGER && kind != TIMER_IDLE)
		connection->edge->counts.timeouts++;
	connection_close(connection);
}

void connection_open(struct listener *listener, int fd, const char *peer)
{
	struct edge *const edge = listener->edge;
	struct connection *const connection = memory_zeroed(sizeof(*connection));

	connection->edge = edge;
	connection->is_unix = listener->is_unix;
	connection->state = listener->tls ? CONNECTION_HANDSHAKE : CONNECTION_OPEN;
	connection->transport = (struct transport){
		.fd = fd,
		.tls = listener->tls ? tls_create(edge->tls, fd) : NULL,
		.write_wants = TLS_WANTS_WRITABLE,
	};
	snprintf(connection->peer, sizeof(connection->peer), "%s", peer);
	connection->parse = parse_create();
	connection->number = numbers_take(&edge->connections, connection);
	assert(connection->number != 0);
	edge->counts.connections_total++;
	if (uv_poll_init(edge->config.loop, &connection->poll, fd) < 0)
		abort(); /* a fresh socket, so only for want of memory */
	edge_handle_opened(edge);
	connection_settle(connection);
}
