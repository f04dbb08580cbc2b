/* SPDX-License-Identifier: MIT */
/*
 * adopt - how the edge gives a connection to the feed.
 *
 * The feed makes libwebsockets answer a handshake that we wrote ourselves from the few
 * words we checked, so that it parses no HTTP of a stranger's.
 */
#ifndef PLENARY_ADOPT_H
#define PLENARY_ADOPT_H

#include <stdbool.h>
#include <stddef.h>

enum { ADOPT_KEY_BYTES = 24 };

struct feed;

struct adoption {
	int fd;                  /* taken, and closed on failure */
	const char *key;         /* ADOPT_KEY_BYTES of base64, RFC 6455 §4.1 */
	const char *subprotocol; /* NULL: none */
	unsigned channel;
	const char *early; /* frames that came with the head */
	size_t early_bytes;
};

/* False once it is draining. */
bool feed_is_open(const struct feed *feed);
bool feed_speaks(const struct feed *feed, const char *subprotocol);

/* 0, or a negative errno; -ENFILE when the feed is full, -ESHUTDOWN when it is draining. */
int feed_adopt(struct feed *feed, const struct adoption *adoption);

/* Other patience than feed.h's, for tests that cannot wait a minute. */
void feed_set_patience(struct feed *feed, unsigned ping_ms, unsigned silence_ms);

#endif
