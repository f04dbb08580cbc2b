/* SPDX-License-Identifier: MIT */
/*
 * names - what is part of a name and what Teams put behind it.
 *
 * "(Guest)", "(Unverified)" and "(External)", in the languages we know, are marks when they
 * stand at the end, also several in a row.  Other brackets belong to the name.
 */
#ifndef PLENARY_IMPORTS_NAMES_H
#define PLENARY_IMPORTS_NAMES_H

#include <stdbool.h>

#include "imports/pool.h"
#include "imports/words.h"

/* The name without marks, spaces collapsed; *marks gets bits of enum report_mark. */
const char *name_clean(const char *raw, unsigned *marks, struct pool *pool);
/* What two spellings of one name have in common: no marks, one case, single spaces. */
const char *name_likeness(const char *raw, struct pool *pool);
/* One @, something before it, a domain with a dot behind it, no spaces. */
bool address_is_valid(const char *address);
/* The address without spaces around it. */
const char *address_trim(const char *address, struct pool *pool);
/* In small letters, behind a prefix: "e:anna@example.test". */
const char *address_key(char prefix, const char *address, struct pool *pool);

#endif
