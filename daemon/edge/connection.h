/* SPDX-License-Identifier: MIT */
/*
 * connection - one client's requests, and their answers in the order of the requests.
 *
 *   HANDSHAKE --> OPEN <--> UPGRADING --> CLOSED (the socket is the feed's or a relay's)
 *        |          `-----> LINGERING ----> CLOSED
 *        `------------------------------->
 *
 * LINGERING: the last answer is out; what the client still sends is thrown away, so that
 * the answer is not lost to a reset.  A closed connection's memory goes when libuv has
 * closed its handle, so a pointer stays good through any callback.
 */
#ifndef PLENARY_EDGE_CONNECTION_H
#define PLENARY_EDGE_CONNECTION_H

#include "daemon/common/text.h"
#include "daemon/edge/edge.h"
#include "daemon/edge/parse.h"
#include "daemon/edge/timers.h"
#include "daemon/edge/transport.h"

enum { EDGE_PEER_BYTES = 48 };

struct listener;

/* A request waiting for its answer, or an answer waiting for those before it. */
struct pending {
	struct pending *next;
	struct connection *connection;
	uint64_t number;
	struct text bytes;
	struct timer timer;
	bool answered, closes, is_head;
};

enum connection_state {
	CONNECTION_HANDSHAKE,
	CONNECTION_OPEN,
	CONNECTION_UPGRADING,
	CONNECTION_LINGERING,
	CONNECTION_CLOSED,
	CONNECTION_STATES
};

struct connection {
	struct edge *edge;
	uint64_t number;
	enum connection_state state;
	struct transport transport;
	uv_poll_t poll;
	int watching;
	bool is_unix, ended, last, busy, asked, dropped;
	struct parse *parse;
	struct pending *first, *newest;
	unsigned pending_count;
	struct text unread; /* came behind a request, and may not be looked at yet */
	struct text out;
	size_t sent;
	size_t body_bytes; /* of a body that is not complete, as the edge has counted */
	struct timer reading, writing;
	char peer[EDGE_PEER_BYTES];
};

/* connection.c */
void connection_open(struct listener *listener, int fd, const char *peer);
void connection_move(struct connection *connection, enum connection_state next);
void connection_close(struct connection *connection);
void connection_timed_out(struct connection *connection, enum timer_kind kind);
void connection_refuse(struct connection *connection, int status, const char *detail,
		       const char *headers);
/* Sends, reads on, closes: whatever is due now.  Call it after any change. */
void connection_settle(struct connection *connection);
size_t connection_unsent(const struct connection *connection);

/* answer.c */
struct pending *pending_add(struct connection *connection);
void pending_take_back(struct connection *connection); /* the one added last */
void pending_drop_all(struct connection *connection);
void pending_answer(struct pending *pending, const struct edge_answer *answer);
void pending_problem(struct pending *pending, int status, const char *detail,
		     const char *headers, bool closes);
/* Moves what is answered and next in order to the connection's outgoing bytes. */
void pending_release(struct connection *connection);
const char *answer_reason(int status);

/* upgrade.c */
void upgrade_run(struct connection *connection);

#endif
