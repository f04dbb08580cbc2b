/* SPDX-License-Identifier: MIT */
/*
 * edge - the HTTPS server: accepts, speaks TLS and HTTP/1.1, refuses what is hostile, and
 * hands every complete request to one function, which answers now or later by number.
 *
 * Requests of one connection are answered in the order they came (RFC 9112 §9.3.2).
 * A request's number is never used twice; answering one whose client has gone is harmless.
 * Everything happens on the loop's thread; nothing blocks.
 */
#ifndef PLENARY_EDGE_H
#define PLENARY_EDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "daemon/edge/limits.h"

struct edge;
struct feed;

/* Borrowed for the call.  Header names are compared without regard to case. */
struct edge_request {
	uint64_t number;
	const char *method; /* "GET" */
	const char *path;   /* as sent, without the query */
	const char *query;  /* without '?'; "" when there is none */
	const char *body;   /* ends in NUL, which body_bytes does not count */
	size_t body_bytes;
	const char *peer;    /* address, for logs: "127.0.0.1", "unix" */
	bool secure;         /* came through TLS, here or at a proxy on the unix socket */
	const void *headers; /* for edge_header() */
};

/* A header's value with optional white space removed, NULL when absent. */
const char *edge_header(const struct edge_request *request, const char *name);

struct edge_answer {
	int status;
	const char *content_type; /* NULL: no body */
	const char *headers;      /* more header lines, each ending in "\r\n", or NULL */
	const char *body;
	size_t body_bytes;
	bool close;  /* close the connection behind this answer */
	bool silent; /* … without having said so, as something in between may */
};

typedef void edge_request_fn(void *context, const struct edge_request *request);

/*
 * A body begins.  Whoever answers (edge_answer) here never gets it, and the connection
 * closes; else so many bytes are taken, 413 above, and edge_request_fn has the rest.  Of
 * the request, body_bytes is the length that was told, 0 for chunks; the number is good
 * for an answer within the call only.
 */
typedef size_t edge_head_fn(void *context, const struct edge_request *request);

/*
 * A websocket asks to come in.  Answer 101 and name the subprotocol it will speak and a
 * channel of yours (handed to feed's opened()), or any other status: the client gets it.
 */
struct edge_welcome {
	int status;
	const char *subprotocol; /* one of those the client offered; a static string */
	unsigned channel;
};
typedef struct edge_welcome edge_upgrade_fn(void *context,
					    const struct edge_request *request);

struct edge_config {
	uv_loop_t *loop;
	struct feed *feed; /* where upgraded connections go; NULL: 426 for all */
	edge_request_fn *on_request;
	edge_head_fn *on_head; /* NULL: everybody may send EDGE_BODY_BYTES */
	edge_upgrade_fn *on_upgrade;
	void *context;
	const char *certificate_path; /* PEM chain; NULL: no TLS listener may be opened */
	const char *key_path;
};

/* 0 or a negative errno, logged.  *edge is untouched on failure. */
int edge_create(struct edge **edge, const struct edge_config *config);

/*
 * address: "127.0.0.1:8443", "[::1]:0" or "unix:/run/plenary/http.sock".  tls is refused
 * for unix; plain HTTP is refused (-EPERM) unless the address is loopback or unix.
 * Returns the port that was bound (0 for unix) or a negative errno.
 */
int edge_listen(struct edge *edge, const char *address, bool tls);

/* The same over a socket that systemd opened and bound (socket activation); the edge owns
 * it from then on, unless it was refused. */
int edge_listen_fd(struct edge *edge, int fd, bool tls);

/* Reads the certificate and key again; connections that are open keep the old ones.
 * On failure the old ones stay: 0 or negative errno. */
int edge_reload(struct edge *edge);

void edge_answer(struct edge *edge, uint64_t number, const struct edge_answer *answer);
/* Closes the connection without an answer, as a program that dies.  For the stand-in. */
void edge_drop(struct edge *edge, uint64_t number);
struct edge_counts {
	uint64_t connections_now, connections_total, requests, refused, timeouts,
		unanswered, body_bytes_now;
};
void edge_count(const struct edge *edge, struct edge_counts *counts);

/* Before anything else is created: as many descriptors as are allowed and useful.  With
 * none left, nobody is accepted until one is free. */
void edge_raise_descriptor_limit(void);
/* Stops listening; keeps serving what is open, with "Connection: close". */
void edge_drain(struct edge *edge);

/* Closes what is left.  The memory goes when the loop has run the closings. */
void edge_destroy(struct edge *edge);

#endif
