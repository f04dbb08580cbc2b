/* SPDX-License-Identifier: MIT */
/*
 * inside - the server itself, for the files of the edge and nobody else.  connection.h has
 * what they share of one connection.
 */
#ifndef PLENARY_EDGE_INSIDE_H
#define PLENARY_EDGE_INSIDE_H

#include "daemon/common/log.h"
#include "daemon/edge/edge.h"
#include "daemon/edge/numbers.h"
#include "daemon/edge/timers.h"
#include "daemon/edge/transport.h"

enum {
	EDGE_READ_BYTES =
		16 * 1024,      /* a TLS record's worth, so none is left inside OpenSSL */
	EDGE_READS_AT_ONCE = 4, /* then it is the next connection's turn */
	EDGE_ACCEPTS_AT_ONCE = 64,
	EDGE_STALL_SECONDS = 60, /* closed when the client took nothing for so long */
	EDGE_LINGER_SECONDS = 2,
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
	size_t body_bytes, most_body_bytes; /* of bodies that are not complete */
	unsigned open_handles;              /* the edge's memory waits for them */
	struct log_quota full;
	bool draining, destroyed, accepting_paused;
	char date[32];
	char bytes
		[EDGE_READ_BYTES]; /* everybody's read buffer, empty between callbacks */
};

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
