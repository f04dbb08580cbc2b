/* SPDX-License-Identifier: MIT */
/*
 * websocket - websockets out, kept open: the client side of libwebsockets on our loop.
 * Its .c is the second of the two files that know libwebsockets.
 *
 * A connection that cannot be made or breaks is made again after a wait that doubles from
 * 100 ms to two seconds.  Text messages only.  A self-signed certificate is accepted from
 * loopback and from nowhere else.
 *
 * All of a process share one context of the library: with a second one it leaks.
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

struct websockets;
struct websocket;

/* subprotocols: names, NULL-terminated, static.  ca_file: PEM; "" for the system's.
 * 0, or -EIO when the library will not start (logged). */
int websockets_create(struct websockets **websockets, uv_loop_t *loop,
		      const char *const *subprotocols, const char *ca_file);
/* With all its websockets: no callback comes after this, the memory goes when the loop
 * has run the closings. */
void websockets_destroy(struct websockets *websockets);

struct websocket_config {
	const char *base;        /* "https://127.0.0.1:8443"; http for none of TLS */
	const char *path;        /* "/live" */
	const char *subprotocol; /* one of those named above */
	const char *bearer;      /* for Authorization */
	void (*opened)(void *context);
	void (*message)(void *context, const char *text, size_t bytes);
	void *context;
};

/* Belongs to websockets.  0, or -EINVAL for an address that is none. */
int websocket_create(struct websocket **websocket, struct websockets *websockets,
		     const struct websocket_config *config);
/* 0, -ENOTCONN while it is not open, -EAGAIN when too much is unsent. */
int websocket_send(struct websocket *websocket, const char *text);

#endif
