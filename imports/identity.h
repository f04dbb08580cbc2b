/* SPDX-License-Identifier: MIT */
/*
 * identity - which row belongs to which person.
 */
#ifndef PLENARY_IMPORTS_IDENTITY_H
#define PLENARY_IMPORTS_IDENTITY_H

#include "imports/map.h"
#include "imports/sheet.h"

struct identities {
	struct map by_key, by_name; /* by_name: MAP_ABSENT - 1 marks a name of several */
	uint32_t *people_owner;     /* person of each people row */
	uint32_t *visit_owner;      /* person of each visit row, or MAP_ABSENT */
	bool *by_name_only;         /* of each person: no address */
	uint32_t count;             /* of persons */
	size_t strangers;           /* visits of nobody listed */
};

void identities_find(const struct sheet *sheet, struct pool *pool,
		     struct identities *identities);
void identities_finish(struct identities *identities);

#endif
