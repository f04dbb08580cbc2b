/* SPDX-License-Identifier: MIT */
/*
 * inside - what the files of the edge share and nobody else sees.
 *
 *   HANDSHAKE --> OPEN <--> UPGRADING --> CLOSED (the socket is the feed's or a relay's)
 *        |          `-----> LINGERING ----> CLOSED
 *        `------------------------------->
 *
 * LINGERING: the last answer is out; what the client still sends is thrown away, so that
 * the answer is not lost to a reset.  A closed connection's memory goes when libuv has
 * closed its handle, so a pointer stays good through any callback.
 */
#ifndef PLENARY_EDGE_INSIDE_H
#define PLENARY_EDGE_INSIDE_H

#include "daemon/edge/edge.h"
#include "daemon/edge/numbers.h"
#include "daemon/edge/parse.h"
#include "daemon/edge/timers.h"
#include "daemon/edge/transport.h"

enum {
	EDGE_READ_BYTES =
		16 * 1024,      /* a TLS record's worth, so none is left inside OpenSSL */
	EDGE_READS_AT_ONCE = 4, /* then it is the next connection's turn */
	EDGE_ACCEPTS_AT_ONCE = 64,
	EDGE_STALL_SECONDS = 60, /* closed when the client took nothing for so long */
	EDGE_LINGER_SECONDS = 2,
	EDGE_PEER_BYTES = 48,
};

struct listener {
	struct edge *edge;
	uv_poll_t poll;
	int fd;
	bool tls, is_unix;
	char *unix_path; /* removed at the end; NULL when the socket was given to us */
};

struct edge {
	struct edge_config config;
	struct tls_settings *tls;
	struct listener listeners[EDGE_LISTENERS];
	unsigned listener_count;
	struct numbers connections;
	struct relay *relays; /* a list through relay.next */
	struct timers timers;
	uv_timer_t second;
	uint64_t request_serial;
	struct edge_counts counts;
	unsigned most_connections;
	unsigned open_handles; /* the edge's memory waits for them */
	bool draining, destroyed, accepting_paused;
	char date[32];
	char bytes
		[EDGE_READ_BYTES]; /* everybody's read buffer, empty between callbacks */
};

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
	bool is_unix, ended, last, busy, asked;
	struct parse *parse;
	struct pending *first, *newest;
	unsigned pending_count;
	struct text unread; /* came behind a request, and may not be looked at yet */
	struct text out;
	size_t sent;
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
void pending_drop_all(struct connection *connection);
void pending_answer(struct pending *pending, const struct edge_answer *answer);
void pending_problem(struct pending *pending, int status, const char *detail,
		     const char *headers, bool closes);
/* Moves what is answered and next in order to the connection's outgoing bytes. */
void pending_release(struct connection *connection);
const char *answer_reason(int status);

/* upgrade.c */
void upgrade_run(struct connection *connection);

/* relay.c */
void relay_begin(struct edge *edge, const struct transport *transport, int fd,
		 const char *early, size_t early_bytes);
void relay_close_all(struct edge *edge);
void relay_timed_out(struct timer *timer);

/* listen.c */
void listeners_close(struct edge *edge);
void listeners_resume(struct edge *edge);

/* edge.c */
void edge_handle_opened(struct edge *edge);
void edge_handle_closed(struct edge *edge);
void edge_refresh_date(struct edge *edge);

#endif
