/* SPDX-License-Identifier: MIT */
/*
 * arena - memory that lives exactly as long as a turn.
 *
 * A zeroed struct arena is an empty one.  Nothing is freed alone; arena_reset() empties all
 * and keeps the memory for the next turn, arena_finish() gives it back.
 */
#ifndef PLENARY_ARENA_H
#define PLENARY_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks;
	size_t used; /* bytes given out since the last reset */
};

/* Zeroed, aligned for anything, never NULL: aborts when there is no memory. */
void *arena_take(struct arena *arena, size_t bytes);
void arena_reset(struct arena *arena);
void arena_finish(struct arena *arena);

#endif
