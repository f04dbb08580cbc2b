/* SPDX-License-Identifier: MIT */
/*
 * viewer - one websocket of the feed, as libwebsockets tells of it.
 *
 *   opened --> talking --viewer_close()--> closing --close frame out--> gone
 *                 `-----------------------------------------------------^
 *
 * Only viewer.c and feed.c include this, and with it libwebsockets.
 */
#ifndef PLENARY_VIEWER_H
#define PLENARY_VIEWER_H

#include <stdbool.h>
#include <stdint.h>

#include <libwebsockets.h>

#include "daemon/common/text.h"
#include "daemon/edge/adopt.h"
#include "daemon/edge/feed.h"
#include "daemon/edge/numbers.h"
#include "daemon/edge/timers.h"

enum {
	FEED_SUBPROTOCOLS = 16,
	FEED_REASON_BYTES = 123, /* RFC 6455 §5.5: 125 with the code */
};

/* The feed's kinds of time-out; the lists of timers.h do not mind what they are called. */
enum {
	FEED_TIMER_PING = TIMER_HANDSHAKE,
	FEED_TIMER_SILENCE = TIMER_HEAD,
	FEED_TIMER_CLOSING = TIMER_BODY,
};

struct message {
	struct message *next;
	size_t bytes;
	unsigned char frame[]; /* LWS_PRE bytes for the frame's head, then the text */
};

struct viewer {
	struct feed *feed;
	struct lws *wsi;
	uint64_t number;
	struct message *first, *last;
	size_t queued_bytes;
	size_t inside_bytes; /* libwebsockets keeps the rest of a partly sent message */
	struct text incoming;
	struct timer ping, silence, closing;
	bool behind, ping_due, is_closing, close_sent;
	unsigned close_code;
	char reason[FEED_REASON_BYTES + 1];
};

struct feed {
	struct feed_events events;
	uv_loop_t *loop;
	struct lws_protocols protocols[FEED_SUBPROTOCOLS + 2];
	struct lws_context *context;
	struct lws_vhost *vhost;
	struct numbers viewers;
	struct timers timers;
	uv_timer_t second;
	const struct adoption *adopting;
	struct viewer *adopted;
	bool draining, destroyed;
	unsigned farewells;
};

/* The callback of every protocol of the feed. */
int viewer_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
		 size_t length);

/* As feed_send() and feed_close() promise. */
int viewer_send(struct viewer *viewer, const char *text, size_t bytes);
void viewer_close(struct viewer *viewer, unsigned code, const char *reason);

/* What a time-out of one of the FEED_TIMER kinds asks for. */
void viewer_timed_out(struct timer *timer);

#endif
