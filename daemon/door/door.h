/* SPDX-License-Identifier: MIT */
/*
 * door - the way in: who is it, is it new, what does it mean; then the journal, then the
 * answer.
 *
 *	POST /api/messages		bot activities, token of the Bot Connector
 *	POST /graph/notifications	Graph; clientState, and the validation handshake
 *	POST /graph/lifecycle		likewise
 *	POST /events, ws /events	CloudEvents 1.0; shared secret or token
 *	GET  /, ws /live		the live page; key, kept in a cookie
 *	GET  /livez /readyz /metrics
 *
 * What cannot be verified is refused.  A repeat is answered like the first and changes
 * nothing, also after a restart.  Answers leave when what they answer is durable.
 */
#ifndef PLENARY_DOOR_H
#define PLENARY_DOOR_H

#include <stdbool.h>

#include "daemon/common/log.h"
#include "daemon/common/map.h"
#include "daemon/common/text.h"
#include "daemon/edge/edge.h"
#include "daemon/encode/encode.h"
#include "daemon/decode/problem.h"
#include "daemon/turn.h"
#include "handlers/effect.h"

enum {
	DOOR_PENDING = 1024, /* requests whose token is being looked at: 503 above */
	DOOR_PENDING_BYTES = 64 * 1024 * 1024, /* of their bodies: likewise */
	DOOR_SEEN = 500000, /* keys remembered; older ones are forgotten */
	DOOR_SEEN_MS = 24 * 3600 * 1000,
	DOOR_FORGET_MS = 3600 * 1000, /* how often the database forgets older ones */
	DOOR_ACTIVITY_BYTES = 1024 * 1024,
	DOOR_FORM_BYTES = 4096, /* of who signs in */
	DOOR_WRONG_KEYS = 20,   /* in a minute: 429 above */
	CHANNEL_EVENTS = 0,     /* of websockets; above: CHANNEL_LIVE + session */
	CHANNEL_LIVE = 1,
};

struct arrival;
struct config;
struct inbox;
struct inquiries;
struct keyring;
struct live;
struct metrics;
struct outbox;
struct seen;
struct webinars;

struct door_counts {
	uint64_t activities, cloudevents, notifications, repeated, refused, unverified,
		strange, bad_tokens;
};

struct door {
	struct turn *turn;
	struct edge *edge;
	struct feed *feed;
	struct keyring *keyring; /* NULL: no bot is configured, and none is let in */
	struct keyring *events_keyring; /* NULL: relays show the shared secret */
	struct inbox *inbox;            /* NULL without Graph: what is sealed is left */
	struct outbox *outbox;
	struct inquiries *inquiries;
	struct live *live;
	struct webinars *webinars;
	struct sessions *sessions;
	const struct words_source *words;
	const struct config *config;
	char *events_secret, *live_key; /* NULL: nobody is let in */
	char cookie[65];                /* what a browser that knew the key is given */
	struct map seen;
	struct seen *oldest, *newest;
	int64_t forgot_ms, wrong_keys_since_ms;
	unsigned wrong_keys;
	struct arrival *arrivals;
	size_t arrivals_count, arrivals_bytes;
	bool ready, stopping;
	struct door_counts counts;
	struct log_quota refusals;
	struct promptness
		graph; /* of answers to Graph, which holds back from who is slow */
};

/* Takes the key (malloc'd, or NULL).  Who knew another one has to sign in again. */
void door_set_live_key(struct door *door, char *key);
void door_finish(struct door *door);

/* For edge and feed; context is the door. */
edge_request_fn door_request;
edge_head_fn door_head;
edge_upgrade_fn door_upgrade;
void door_opened(void *door, uint64_t viewer, unsigned channel);
void door_message(void *door, uint64_t viewer, const char *text, size_t bytes);
void door_drained(void *door, uint64_t viewer);
void door_closed(void *door, uint64_t viewer);

/* A key that was taken before this start. */
void door_restore_seen(struct door *door, const char *key, int64_t at_ms);

#endif
