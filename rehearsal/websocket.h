/* SPDX-License-Identifier: MIT */
/*
 * websocket - a websocket out, kept open: the client side of libwebsockets on our loop.
 * Its .c is the second of the two files that know libwebsockets.
 *
 * A connection that cannot be made or breaks is made again after a wait that doubles from
 * 100 ms to two seconds.  Text messages only.  A self-signed certificate is accepted from
 * loopback and from nowhere else.
 */
#ifndef PLENARY_STAGE_WEBSOCKET_H
#define PLENARY_STAGE_WEBSOCKET_H

#include <stddef.h>
#include <uv.h>

enum {
	WEBSOCKET_MESSAGE_BYTES = 1024 * 1024, /* a longer one closes the connection */
	WEBSOCKET_UNSENT_BYTES = 4 * 1024 * 1024,
	WEBSOCKET_FIRST_WAIT_MS = 100,
	WEBSOCKET_LONGEST_WAIT_MS = 2000,
};

struct websocket;

struct websocket_config {
	uv_loop_t *loop;
	const char *base;        /* "https://127.0.0.1:8443"; http for none of TLS */
	const char *path;        /* "/live" */
	const char *subprotocol; /* a static string */
	const char *bearer;      /* for Authorization */
	const char *ca_file;     /* PEM; "" for the system's */
	void (*opened)(void *context);
	void (*message)(void *context, const char *text, size_t bytes);
	void (*closed)(void *context);
	void *context;
};

/* 0, -EINVAL for an address that is none, -EIO when the library will not start. */
int websocket_create(struct websocket **websocket, const struct websocket_config *config);
/* 0, -ENOTCONN while it is not open, -EAGAIN when too much is unsent. */
int websocket_send(struct websocket *websocket, const char *text);
/* The memory goes when the loop has run the closings; no callback comes after this. */
void websocket_destroy(struct websocket *websocket);

#endif
