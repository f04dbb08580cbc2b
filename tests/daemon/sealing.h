/* SPDX-License-Identifier: MIT */
/*
 * sealing - the other side of a sealed notification, for tests: Graph with a certificate of
 * ours, and Entra with its keys.
 *
 * Entra answers on the world's port: metadata of both versions and the keys.  While `dark`
 * is set it answers nothing.  A collection is made item by item, then told to the door.
 */
#ifndef PLENARY_TESTS_SEALING_H
#define PLENARY_TESTS_SEALING_H

#include "tests/daemon/world.h"
#include "tests/wire/script.h"

#define SEALING_APP "11112222-3333-4444-5555-666677778888"

struct sealing {
	struct world *world;
	uv_loop_t outside; /* of Entra: it outlives the world's */
	struct script entra;
	struct auth_signer *signer;
	char *keys;
	const char *issuer; /* of version 2; NULL: one of the test's own */
	bool dark;
	unsigned asked;
	struct text items, tokens;
};

/* The world has begun, with what its configuration should say; it is open afterwards, with a session whose places 0 and 2 are subscribed to:
 * "sub-main" with "state-main", "sub-room" with "state-room". */
uint32_t sealing_begin(struct sealing *sealing, struct world *world);
void sealing_end(struct sealing *sealing);
void sealing_subscribe(struct sealing *sealing, uint32_t session, uint16_t place,
		       const char *id, const char *state);

/* Items and tokens of the collection that is being made. */
void sealing_item(struct sealing *sealing, const char *subscription, const char *state,
		  const char *tenant, const char *content);
/* The same with encryptedContent as it is given (a JSON value). */
void sealing_item_raw(struct sealing *sealing, const char *subscription,
		      const char *state, const char *tenant, const char *encrypted);
/* version 1 or 2; change: as JSON, members that differ from a good token's */
void sealing_token(struct sealing *sealing, int version, const char *tenant,
		   const char *change);
void sealing_token_raw(struct sealing *sealing, const char *json);
/* The body, malloc'd; the next collection is empty. */
char *sealing_collection(struct sealing *sealing);

/* POST to the door; the answer leaves when the loop runs. */
void sealing_tell(struct sealing *sealing, const char *body);
/* Runs both loops until everything is durable and the inbox has nothing left to do. */
void sealing_settle(struct sealing *sealing);

#endif
