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
	CERTIFICATE_ID_BYTES = 128,
};

enum subscription_state {
	SUBSCRIPTION_ASKED,
	SUBSCRIPTION_LIVE,
	SUBSCRIPTION_GONE,
	SUBSCRIPTION_STATES
};

struct certificate {
	char *id, *base64; /* NULL: none */
};

struct subscription {
	struct subscription *next;
	struct stage *stage;
	uint32_t number; /* counts up; acts name it */
	enum subscription_state state;
	char id[37];
	char *change_type, *resource, *notification_url, *lifecycle_url, *client_state;
	uint32_t meeting; /* of the resource; NOWHERE when it is of none we have */
	bool rich;        /* with resource data, sealed by a certificate */
	bool pascal;      /* writes rosters with names begun in upper case */
	struct certificate certificate, old_certificate;
	int64_t old_until_ms; /* until then the old one may still be used */
	int64_t last_noticed_ms, last_due_ms; /* of its items: the next is not sooner */
	int64_t created_ms, expires_ms;
	struct way_back back; /* while ASKED */
	unsigned echoes_awaited;
	uint64_t handshakes[2]; /* at the client, 0: answered */
};

bool subscription_is_live(const struct subscription *subscription);
/* Is it about this meeting, and was it there before the meeting's call began? */
bool subscription_hears(const struct subscription *subscription, uint32_t meeting);

#endif
