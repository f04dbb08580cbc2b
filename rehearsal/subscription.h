/* SPDX-License-Identifier: MIT */
/*
 * subscription - one change-notification subscription, from asking for it to its expiry.
 *
 *   ASKED --both addresses echoed--> LIVE --expired or deleted--> GONE
 *     `--anything else, or 10 s--> GONE (and the asker got 400)
 *
 * Expiry runs on the session's clock; the handshake on the real one.
 */
#ifndef PLENARY_STAGE_SUBSCRIPTION_H
#define PLENARY_STAGE_SUBSCRIPTION_H

#include "rehearsal/routes.h"

enum {
	HANDSHAKE_MS = 10 * 1000,
	SHORTEST_LIFE_MS = 45 * 60 * 1000,
	LONGEST_LIFE_MS = 4230 * 60 * 1000,
	REMINDER_MS = 10 * 60 * 1000, /* before the expiry */
	REMINDER_AGAIN_MS = 15 * 60 * 1000,
	CLIENT_STATE_BYTES = 128,
};

enum subscription_state {
	SUBSCRIPTION_ASKED,
	SUBSCRIPTION_LIVE,
	SUBSCRIPTION_GONE,
	SUBSCRIPTION_STATES
};

struct subscription {
	struct subscription *next;
	struct stage *stage;
	uint32_t number; /* counts up; acts name it */
	enum subscription_state state;
	char id[37];
	char *change_type, *resource, *notification_url, *lifecycle_url, *client_state;
	uint32_t meeting; /* of the resource; NOWHERE when it is of none we have */
	int64_t created_ms, expires_ms;
	struct way_back back; /* while ASKED */
	unsigned echoes_awaited;
	uint64_t handshakes[2]; /* at the client, 0: answered */
};

#endif
