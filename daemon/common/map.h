/* SPDX-License-Identifier: MIT */
/*
 * map - from a string to a pointer.  Keys are copied and compared whole; values are the
 * caller's.  A zeroed struct is an empty map.  No order; removing is allowed at any time
 * but not while map_next() is walking.
 */
#ifndef PLENARY_MAP_H
#define PLENARY_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map_slot {
	char *key; /* NULL: free */
	void *value;
	uint64_t hash;
};

struct map {
	struct map_slot *slots;
	size_t count, room; /* room is a power of two, or 0 */
};

/* NULL when there is no such key (or its value is NULL). */
void *map_get(const struct map *map, const char *key);
/* Puts or replaces; returns the value that was there before. */
void *map_put(struct map *map, const char *key, void *value);
/* Returns the value that was there. */
void *map_remove(struct map *map, const char *key);
/* Walks: start with *at = 0; NULL at the end. */
struct map_slot *map_next(const struct map *map, size_t *at);
void map_finish(struct map *map);

/* FNV-1a, 64 bits: for lanes and shares, never for identity. */
uint64_t map_hash(const char *key);

#endif
