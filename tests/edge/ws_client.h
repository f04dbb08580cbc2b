/* SPDX-License-Identifier: MIT */
/*
 * ws_client - a websocket client written by hand (RFC 6455), so that what the tests send is
 * exactly what they say, right or wrong.
 */
#ifndef PLENARY_TEST_WS_CLIENT_H
#define PLENARY_TEST_WS_CLIENT_H

#include "tests/edge/client.h"

enum ws_opcode {
	WS_CONTINUATION = 0x0,
	WS_TEXT = 0x1,
	WS_BINARY = 0x2,
	WS_CLOSE = 0x8,
	WS_PING = 0x9,
	WS_PONG = 0xa,
	WS_FINAL = 0x80,
};

struct ws_frame {
	int opcode; /* with WS_FINAL; -1: the server hung up */
	struct text bytes;
};

#define WS_KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define WS_HEAD(path) \
	"GET " path " HTTP/1.1\r\nHost: example.test\r\nUpgrade: websocket\r\n" \
	"Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n" \
	"Sec-WebSocket-Key: " WS_KEY "\r\n"

/* Opens, and checks the server's handshake. */
void ws_open(struct client *client, const struct server *server, enum way way,
	     const char *subprotocol);
/* Adds a masked frame to bytes. */
void ws_frame(struct text *bytes, int opcode, const char *payload, size_t count);
void ws_send(struct client *client, int opcode, const char *payload, size_t count);
void ws_say(struct client *client, const char *words);
/* The next frame; the former one's bytes go. */
void ws_next(struct client *client, struct ws_frame *frame);
/* The code of a close frame, which is checked to be one, and answered. */
int ws_close_code(struct client *client, struct ws_frame *frame);

#endif
