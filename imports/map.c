/* SPDX-License-Identifier: MIT */
#include "imports/map.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"

static size_t hash(const char *key)
{
	uint64_t value = 14695981039346656037ull; /* FNV-1a */

	for (; *key; key++)
		value = (value ^ (unsigned char)*key) * 1099511628211ull;
	return (size_t)value;
}

/* The entry of the key, or the empty one where it belongs. */
static struct map_entry *place(const struct map *map, const char *key)
{
	size_t at = hash(key) & (map->room - 1);

	assert(map->count < map->room);
	while (map->entries[at].key && strcmp(map->entries[at].key, key) != 0)
		at = (at + 1) & (map->room - 1);
	return &map->entries[at];
}

static void grow(struct map *map)
{
	struct map bigger = { .room = map->room ? map->room * 2 : 64,
			      .count = map->count };

	bigger.entries = memory_zeroed(bigger.room * sizeof(*bigger.entries));
	for (size_t i = 0; i < map->room; i++) {
		if (map->entries[i].key)
			*place(&bigger, map->entries[i].key) = map->entries[i];
	}
	free(map->entries);
	*map = bigger;
}

uint32_t lookup_find(const struct map *map, const char *key)
{
	if (map->room == 0)
		return MAP_ABSENT;
	const struct map_entry *const entry = place(map, key);
	return entry->key ? entry->value : MAP_ABSENT;
}

void lookup_put(struct map *map, const char *key, uint32_t value)
{
	if ((map->count + 1) * 2 > map->room)
		grow(map);
	struct map_entry *const entry = place(map, key);
	map->count += entry->key == NULL;
	*entry = (struct map_entry){ key, value };
}

void lookup_finish(struct map *map)
{
	free(map->entries);
	*map = (struct map){ 0 };
}
