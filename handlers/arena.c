/* SPDX-License-Identifier: MIT */
#include "handlers/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 64 * 1024, ALIGNMENT = alignof(max_align_t) };

struct arena_block {
	struct arena_block *next;
	size_t bytes, used;
	size_t reserved;
	unsigned char data[];
};

static_assert(offsetof(struct arena_block, data) % ALIGNMENT == 0, "data is aligned");

/* Each new block is as large as all before it, so that a big turn needs few. */
static struct arena_block *block_create(struct arena *arena, size_t bytes)
{
	size_t size = BLOCK_BYTES;

	for (const struct arena_block *block = arena->blocks; block; block = block->next)
		size += block->bytes;
	if (size < bytes)
		size = bytes;
	struct arena_block *block = malloc(sizeof(*block) + size);
	if (!block)
		abort();
	block->next = arena->blocks;
	block->bytes = size;
	block->used = 0;
	block->reserved = 0;
	arena->blocks = block;
	return block;
}

void *arena_take(struct arena *arena, size_t bytes)
{
	assert(bytes < SIZE_MAX / 4);
	const size_t size = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	struct arena_block *block = arena->blocks;

	while (block && block->bytes - block->used < size)
		block = block->next;
	if (!block)
		block = block_create(arena, size);
	void *const taken = block->data + block->used;
	block->used += size;
	arena->used += size;
	memset(taken, 0, size);
	return taken;
}

void arena_reset(struct arena *arena)
{
	for (struct arena_block *block = arena->blocks; block; block = block->next)
		block->used = 0;
	arena->used = 0;
}

void arena_finish(struct arena *arena)
{
	if (!arena)
		return;
	while (arena->blocks) {
		struct arena_block *const block = arena->blocks;
		arena->blocks = block->next;
		free(block);
	}
	arena->used = 0;
}
