/* SPDX-License-Identifier: MIT */
/*
 * numbers - things found again by a number that is never used twice.
 *
 * The low bits of a number are its place in the table, the rest count up; a number whose
 * thing has gone finds nothing.  Taking, finding and dropping cost the same however many
 * there are.  At most NUMBERS_AT_ONCE things live at a time: 0 is returned above.
 */
#ifndef PLENARY_NUMBERS_H
#define PLENARY_NUMBERS_H

#include <stdint.h>

enum { NUMBERS_PLACE_BITS = 16, NUMBERS_AT_ONCE = 1 << NUMBERS_PLACE_BITS };

struct numbers_place {
	uint64_t number;
	void *thing; /* borrowed; NULL while the place is free */
	uint32_t next_free;
};

struct numbers {
	struct numbers_place *places;
	uint32_t count, room, live;
	uint32_t free_places; /* the first free place + 1; 0: none */
	uint64_t serial;
};

uint64_t numbers_take(struct numbers *numbers, void *thing);
void *numbers_find(const struct numbers *numbers, uint64_t number);
void numbers_drop(struct numbers *numbers, uint64_t number);
void numbers_finish(struct numbers *numbers);

/* The place of a number, and what stands there now whatever its number is. */
uint32_t numbers_place(uint64_t number);
void *numbers_at(const struct numbers *numbers, uint32_t place);

#endif
