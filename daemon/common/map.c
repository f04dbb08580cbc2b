/* SPDX-License-Identifier: MIT */
#include "daemon/common/map.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"

uint64_t map_hash(const char *key)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (; *key != '\0'; key++)
		hash = (hash ^ (unsigned char)*key) * 0x100000001b3u;
	return hash ^ (hash >> 32);
}

/* The slot that holds the key, or the free one where it would go. */
static struct map_slot *slot_of(const struct map *map, const char *key, uint64_t hash)
{
	size_t at = hash & (map->room - 1);

	while (map->slots[at].key != NULL &&
	       (map->slots[at].hash != hash || strcmp(map->slots[at].key, key) != 0))
		at = (at + 1) & (map->room - 1);
	return &map->slots[at];
}

static void grow(struct map *map)
{
	const struct map old = *map;

	map->room = old.room ? old.room * 2 : 16;
	map->slots = memory_zeroed(map->room * sizeof(*map->slots));
	for (size_t i = 0; i < old.room; i++) {
		if (old.slots[i].key != NULL)
			*slot_of(map, old.slots[i].key, old.slots[i].hash) = old.slots[i];
	}
	free(old.slots);
}

void *map_get(const struct map *map, const char *key)
{
	if (map->room == 0)
		return NULL;
	const struct map_slot *const slot = slot_of(map, key, map_hash(key));
	return slot->key != NULL ? slot->value : NULL;
}

void *map_put(struct map *map, const char *key, void *value)
{
	const uint64_t hash = map_hash(key);

	if ((map->count + 1) * 4 > map->room * 3)
		grow(map);
	struct map_slot *const slot = slot_of(map, key, hash);
	void *const before = slot->key != NULL ? slot->value : NULL;

	if (slot->key == NULL) {
		slot->key = memory_string(key);
		slot->hash = hash;
		map->count++;
	}
	slot->value = value;
	return before;
}

/* What follows the emptied slot may have been pushed there by it: put it back in place. */
static void close_gap(struct map *map, size_t gap)
{
	size_t at = gap;

	for (;;) {
		at = (at + 1) & (map->room - 1);
		if (map->slots[at].key == NULL)
			return;
		const size_t home = map->slots[at].hash & (map->room - 1);

		if (((at - home) & (map->room - 1)) >= ((at - gap) & (map->room - 1))) {
			map->slots[gap] = map->slots[at];
			map->slots[at] = (struct map_slot){ 0 };
			gap = at;
		}
	}
}

void *map_remove(struct map *map, const char *key)
{
	if (map->room == 0)
		return NULL;
	struct map_slot *const slot = slot_of(map, key, map_hash(key));
	if (slot->key == NULL)
		return NULL;
	void *const value = slot->value;

	free(slot->key);
	*slot = (struct map_slot){ 0 };
	map->count--;
	close_gap(map, (size_t)(slot - map->slots));
	return value;
}

struct map_slot *map_next(const struct map *map, size_t *at)
{
	while (*at < map->room) {
		struct map_slot *const slot = &map->slots[(*at)++];

		if (slot->key != NULL)
			return slot;
	}
	return NULL;
}

void map_finish(struct map *map)
{
	if (map == NULL)
		return;
	for (size_t i = 0; i < map->room; i++)
		free(map->slots[i].key);
	free(map->slots);
	*map = (struct map){ 0 };
}
