/* SPDX-License-Identifier: MIT */
#include "imports/identity.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"
#include "imports/names.h"
#include "imports/unicode.h"

enum { SEVERAL = MAP_ABSENT - 1 };

static const char *key_of(const struct sheet_row *row, struct pool *pool, bool *by_name)
{
	const char *const email = address_trim(row->email, pool);
	const char *const upn = address_trim(row->upn, pool);
	const char *const registration = address_trim(row->registration, pool);

	*by_name = false;
	if (address_is_valid(email))
		return address_key('e', email, pool);
	if (strchr(upn, '@'))
		return address_key('u', upn, pool);
	if (address_is_valid(registration))
		return address_key('r', registration, pool);
	if (*row->object_id)
		return address_key('o', row->object_id, pool);
	/* Anonymous viewers: each session is its own person. */
	if (*row->session && unicode_is_blank(row->name))
		return address_key('s', row->session, pool);
	*by_name = true;
	return pool_format(pool, "n:%s", row->name);
}

static void find_people(const struct sheet *sheet, struct pool *pool,
			struct identities *identities)
{
	for (size_t i = 0; i < sheet->people.count; i++) {
		const struct sheet_row *const row = &sheet->people.items[i];
		bool by_name;
		const char *const key = key_of(row, pool, &by_name);
		uint32_t person = lookup_find(&identities->by_key, key);

		if (person == MAP_ABSENT) {
			person = identities->count++;
			identities->by_name_only[person] = by_name;
			lookup_put(&identities->by_key, key, person);
		}
		const uint32_t named = lookup_find(&identities->by_name, row->name);
		if (named != person)
			lookup_put(&identities->by_name, row->name,
				   named == MAP_ABSENT ? person : SEVERAL);
		identities->people_owner[i] = person;
	}
}

/* Section 3 has no UPN, and an address in it may be broken: then the name has to do. */
static uint32_t find_visitor(const struct sheet_row *visit, struct pool *pool,
			     const struct identities *identities)
{
	const char *const email = address_trim(visit->email, pool);

	if (visit->owner != OWNER_BY_IDENTITY)
		return identities->people_owner[visit->owner];
	if (address_is_valid(email)) {
		uint32_t person =
			lookup_find(&identities->by_key, address_key('e', email, pool));

		if (person == MAP_ABSENT)
			person = lookup_find(&identities->by_key,
					     address_key('u', email, pool));
		if (person != MAP_ABSENT)
			return person;
	}
	const char *const key = pool_format(pool, "n:%s", visit->name);
	const uint32_t person = lookup_find(&identities->by_key, key);
	const uint32_t named = lookup_find(&identities->by_name, visit->name);
	if (person != MAP_ABSENT || named == SEVERAL)
		return person;
	return named;
}

void identities_find(const struct sheet *sheet, struct pool *pool,
		     struct identities *identities)
{
	*identities = (struct identities){ 0 };
	identities->people_owner = memory_zeroed((sheet->people.count + 1) *
						 sizeof(*identities->people_owner));
	identities->by_name_only = memory_zeroed((sheet->people.count + 1) *
						 sizeof(*identities->by_name_only));
	identities->visit_owner = memory_zeroed((sheet->visits.count + 1) *
						sizeof(*identities->visit_owner));
	find_people(sheet, pool, identities);
	for (size_t i = 0; i < sheet->visits.count; i++) {
		identities->visit_owner[i] =
			find_visitor(&sheet->visits.items[i], pool, identities);
		identities->strangers += identities->visit_owner[i] == MAP_ABSENT;
	}
}

void identities_finish(struct identities *identities)
{
	lookup_finish(&identities->by_key);
	lookup_finish(&identities->by_name);
	free(identities->people_owner);
	free(identities->visit_owner);
	free(identities->by_name_only);
	*identities = (struct identities){ 0 };
}
