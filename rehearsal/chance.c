/* SPDX-License-Identifier: MIT */
#include "rehearsal/chance.h"

#include "daemon/common/map.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

struct chance chance_of(uint64_t seed, const char *label)
{
	struct chance chance = { .state = seed ^ map_hash(label) };

	chance_next(&chance);
	return chance;
}

uint64_t chance_next(struct chance *chance)
{
	uint64_t z = chance->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

int64_t chance_between(struct chance *chance, int64_t least, int64_t most)
{
	assert(least <= most);
	const uint64_t width = (uint64_t)(most - least) + 1;

	return least + (int64_t)(chance_next(chance) % width);
}

bool chance_percent(struct chance *chance, unsigned percent)
{
	return chance_next(chance) % 100 < percent;
}

void chance_guid(struct chance *chance, char text[37])
{
	const uint64_t high = chance_next(chance), low = chance_next(chance);

	snprintf(text, 37, "%08x-%04x-4%03x-%04x-%012" PRIx64, (unsigned)(high >> 32),
		 (unsigned)(high >> 16 & 0xffff), (unsigned)(high & 0xfff),
		 (unsigned)(0x8000 | (low >> 50 & 0x3fff)), low & 0xffffffffffffu);
}

void chance_shuffle(struct chance *chance, uint32_t *order, size_t count)
{
	for (size_t i = 0; i < count; i++)
		order[i] = (uint32_t)i;
	for (size_t i = count; i > 1; i--) {
		const size_t j = (size_t)chance_between(chance, 0, (int64_t)i - 1);
		const uint32_t kept = order[i - 1];

		order[i - 1] = order[j];
		order[j] = kept;
	}
}
