/* SPDX-License-Identifier: MIT */
/*
 * chance - all the chance of a rehearsal, from its seed.
 *
 * A stream is drawn from a seed and a label, so that what one person does never depends
 * on how many numbers somebody else has drawn.  splitmix64; not for secrets.
 */
#ifndef PLENARY_STAGE_CHANCE_H
#define PLENARY_STAGE_CHANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chance {
	uint64_t state;
};

/* The same two give the same stream. */
struct chance chance_of(uint64_t seed, const char *label);
uint64_t chance_next(struct chance *chance);
/* Anything from least to most, both possible. */
int64_t chance_between(struct chance *chance, int64_t least, int64_t most);
bool chance_percent(struct chance *chance, unsigned percent);
/* 32 hexadecimal digits in the form of a GUID. */
void chance_guid(struct chance *chance, char text[37]);
/* A random order of 0 … count - 1. */
void chance_shuffle(struct chance *chance, uint32_t *order, size_t count);

#endif
