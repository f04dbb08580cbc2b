/* SPDX-License-Identifier: MIT */
/*
 * feed - the websockets that edge let in, spoken by libwebsockets on our loop.
 *
 * A viewer is a number, never used twice.  Text messages only; a binary one closes with
 * 1003, one over FEED_MESSAGE_BYTES with 1009.  Nothing is buffered without a limit: when a
 * viewer has FEED_UNSENT_BYTES waiting, feed_send() says -EAGAIN and keeps nothing, and
 * drained() tells when it may be sent to again.  A dead peer is found by our own pings.
 */
#ifndef PLENARY_FEED_H
#define PLENARY_FEED_H

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

enum {
	FEED_MESSAGE_BYTES = 1024 * 1024,
	FEED_UNSENT_BYTES = 256 * 1024,
	FEED_PING_SECONDS = 20,
	FEED_SILENCE_SECONDS = 60, /* closed when not even a pong came for so long */
};

struct feed;

struct feed_events {
	void (*opened)(void *context, uint64_t viewer, unsigned channel);
	void (*message)(void *context, uint64_t viewer, const char *text, size_t bytes);
	void (*drained)(void *context, uint64_t viewer);
	void (*closed)(void *context, uint64_t viewer);
	void *context;
};

/* subprotocols: names, NULL-terminated, kept by reference (static strings). */
int feed_create(struct feed **feed, uv_loop_t *loop, const char *const *subprotocols,
		const struct feed_events *events);

/* 0, -ENOENT when the viewer has gone, -EAGAIN when it is too far behind. */
int feed_send(struct feed *feed, uint64_t viewer, const char *text, size_t bytes);

void feed_close(struct feed *feed, uint64_t viewer, unsigned code, const char *reason);

/* 1001 (going away) to everybody, then nothing more is let in. */
void feed_drain(struct feed *feed);

size_t feed_viewers(const struct feed *feed);

void feed_destroy(struct feed *feed);

#endif
