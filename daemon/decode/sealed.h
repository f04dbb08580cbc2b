/* SPDX-License-Identifier: MIT */
/*
 * sealed - a collection of notifications as it came: which of its items are sealed
 * for us, and the tokens that vouch for them.
 *
 * Nothing here is to be believed yet.  Reading touches nothing but its own memory, so any
 * thread may do it.  At most SEALED_TOKENS tokens are looked at; one over AUTH_TOKEN_BYTES
 * is no token.
 */
#ifndef PLENARY_DECODE_SEALED_H
#define PLENARY_DECODE_SEALED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/common/text.h"
#include "daemon/wire/envelope.h"

enum { SEALED_TOKENS = 20 };

struct json_t;

/* An item whose clientState was right when it came. */
struct sealed_whose {
	uint32_t index; /* in the collection */
	uint32_t session;
	uint16_t place;
};

/* "3:1:0 4:1:2": index, session, place of each; *list is malloc'd.  -1: it is no such text. */
void sealed_whose_write(struct text *text, const struct sealed_whose *list, size_t count);
int sealed_whose_read(const char *text, struct sealed_whose **list, size_t *count);

struct sealed_item {
	struct sealed_whose whose;
	const char *tenant; /* of the collection, as all texts */
	struct envelope_item envelope;
	bool vouched; /* open this one */
	bool settled; /* opened and taken, or given up */
	enum envelope_verdict verdict;
	struct text plain; /* when it was opened */
};

struct sealed {
	struct json_t *root;
	size_t count, tokens;
	struct sealed_item *items;
	const char *token[SEALED_TOKENS];
};

/* NULL when the body is not what it was when it came. */
struct sealed *sealed_read(const char *body, size_t bytes,
			   const struct sealed_whose *whose, size_t count);
/* Opens those that are vouched for and not settled. */
void sealed_open(struct sealed *sealed, const struct envelopes *envelopes);
void sealed_destroy(struct sealed *sealed);

#endif
