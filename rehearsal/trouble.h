/* SPDX-License-Identifier: MIT */
/*
 * trouble - what goes wrong on purpose with a call of Plenary's, in the ways that Microsoft
 * documents and the network has.
 *
 * Each knob of the plan counts calls: one in so many is struck.  A call is struck before
 * anything is done (throttled, failed, cut) or after everything is done (lost): the asker
 * of a cut or a lost call sees the same, a connection that closes, and may not guess.
 * Waits are told in real time, as the asker has no other.
 *
 * Sources: "Throttling guidance", "Microsoft Graph error responses", Connector REST "status
 * codes" (429 with and without Retry-After, whole, fractional and as a date; 5xx with JSON,
 * with HTML of a gateway, with nothing).
 */
#ifndef PLENARY_STAGE_TROUBLE_H
#define PLENARY_STAGE_TROUBLE_H

#include "rehearsal/routes.h"

#include <stdbool.h>

enum {
	TROUBLE_THROTTLE_EVERY = 11, /* of the words of the command line */
	TROUBLE_FAIL_EVERY = 13,
	TROUBLE_LOSE_EVERY = 17,
	TROUBLE_CUT_EVERY = 19,
	TROUBLE_IDLE_EVERY = 5,
	TROUBLE_KEYS_EVERY_MS = 25 * 60 * 1000,
	TROUBLE_FORGET_EVERY_MS = 35 * 60 * 1000,
};

struct plan_trouble;

/* Which error object a refusal has. */
enum party { PARTY_OF_GRAPH, PARTY_OF_CONNECTOR, PARTY_OF_ENTRA };

/* True when the call has been dealt with.  An item of a batch has no connection of its own:
 * it is throttled or fails. */
bool trouble_strikes(struct exchange *exchange, enum party party);

/* Closes the connection behind this answer without a word? */
bool trouble_hangs_up(const struct stage *stage);

/* Adds what these words ask for ("throttle,cut", "all"); false at one that is none. */
bool trouble_read(struct plan_trouble *trouble, const char *words);

#endif
