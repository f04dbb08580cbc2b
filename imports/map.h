/* SPDX-License-Identifier: MIT */
/*
 * map - strings to small numbers, for finding people again.  Keys are borrowed and must
 * outlive the map; a zeroed struct is an empty map.
 */
#ifndef PLENARY_IMPORTS_MAP_H
#define PLENARY_IMPORTS_MAP_H

#include <stddef.h>
#include <stdint.h>

enum { MAP_ABSENT = UINT32_MAX };

struct map_entry {
	const char *key;
	uint32_t value;
};

struct map {
	struct map_entry *entries;
	size_t count, room;
};

/* The value of the key, or MAP_ABSENT. */
uint32_t lookup_find(const struct map *map, const char *key);
void lookup_put(struct map *map, const char *key, uint32_t value);
void lookup_finish(struct map *map);

#endif
