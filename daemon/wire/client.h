/* SPDX-License-Identifier: MIT */
/*
 * client - HTTP out, through libcurl's multi interface on our loop.  The only file (with
 * its other half, transfer.c) that knows curl.  No redirect is followed; the peer's
 * certificate is always checked; only http and https.
 *
 * The reply function is called exactly once per request, from the loop, never from inside
 * client_send(); after client_cancel() it is not called at all.
 */
#ifndef PLENARY_CLIENT_H
#define PLENARY_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

enum {
	CLIENT_REPLY_BYTES = 16 * 1024 * 1024, /* more is an error: -EMSGSIZE */
	CLIENT_CONNECTIONS_PER_HOST = 8,
	CLIENT_CONNECT_MS = 10 * 1000,
	CLIENT_TOTAL_MS = 30 * 1000,
	CLIENT_HEADERS = 12,
	CLIENT_IN_FLIGHT = 4096, /* more is an error: -EAGAIN */
};

struct client;
struct transfer;

struct client_request {
	const char *method; /* "POST" */
	const char *url;
	const char *headers[CLIENT_HEADERS]; /* "Name: value"; NULL ends the list */
	const char *body;                    /* copied; NULL for none */
	size_t body_bytes;
	long timeout_ms; /* 0: CLIENT_TOTAL_MS */
	bool once; /* never sent a second time, not even on a connection that had died */
};

struct client_reply {
	int error; /* 0 when there is a status; otherwise negative errno */
	bool left; /* some of the request went out: with an error, it may have arrived */
	int status;
	int64_t retry_after_ms; /* -1 when there was no Retry-After; dates are understood */
	int64_t date_ms;        /* the server's clock; -1 when it did not tell */
	const char *content_type; /* "" when absent, as the next one */
	const char *challenge;    /* WWW-Authenticate */
	const char *body;         /* ends in NUL; borrowed for the call */
	size_t body_bytes;
	const struct transfer *transfer; /* for client_reply_header() */
};

/* The reply's header of this name (any case; the first, if there are several), "" when
 * there is none.  Good inside the reply function, until asked again. */
const char *client_reply_header(const struct client_reply *reply, const char *name);

typedef void client_reply_fn(void *context, const struct client_reply *reply);

/* ca_path: PEM of authorities to trust instead of the system's; NULL for the system's. */
int client_create(struct client **client, uv_loop_t *loop, const char *ca_path);
uint64_t client_send(struct client *client, const struct client_request *request,
		     client_reply_fn *on_reply, void *context);
void client_cancel(struct client *client, uint64_t number);
size_t client_in_flight(const struct client *client);

/* Cancels everything; the memory goes when the loop has run the closings. */
void client_destroy(struct client *client);

/* One request, waited for: for commands, which have no loop.  The reply's body is malloc'd
 * into *body (the caller frees).  Returns the status or a negative errno. */
int client_ask(const struct client_request *request, const char *ca_path, char **body);

#endif
