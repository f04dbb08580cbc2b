/* SPDX-License-Identifier: MIT */
/*
 * people - the persons of one session and the identities they are known by.
 *
 * Part of the directory; the rules of identity are in directory.h.  Keys are one letter
 * for the kind of identity and its value, e-mail in lower case.
 */
#ifndef PLENARY_PEOPLE_H
#define PLENARY_PEOPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/common/map.h"
#include "daemon/store/directory.h"

struct people {
	struct person_row *rows; /* strings are owned, "" when not known */
	uint32_t count, room;
	struct map known; /* identity to number + 1 */
};

void people_finish(struct people *people);
/* UINT32_MAX when nobody is known by it. */
uint32_t people_find(const struct people *people, const struct identity *identity);
/* A new person without any identity, or UINT32_MAX when there are PEOPLE_MAX. */
uint32_t people_add(struct people *people, uint32_t session);
/* What the person does not have yet and nobody else has; true when that changed them. */
bool people_learn(struct people *people, uint32_t number,
		  const struct identity *identity);
void people_restore(struct people *people, const struct person_row *row);

/* Replaces an owned string by a copy, cut at DIRECTORY_TEXT; true when it differs. */
bool owned_set(const char **owned, const char *value);
void owned_free(const char **owned);

#endif
