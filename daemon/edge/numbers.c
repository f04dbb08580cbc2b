/* SPDX-License-Identifier: MIT */
#include "daemon/edge/numbers.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>

#include "daemon/common/text.h"

uint32_t numbers_place(uint64_t number)
{
	return (uint32_t)(number & (NUMBERS_AT_ONCE - 1));
}

static void make_room(struct numbers *numbers)
{
	if (numbers->count < numbers->room)
		return;
	numbers->room = numbers->room ? numbers->room * 2 : 64;
	numbers->places =
		memory_resized(numbers->places, numbers->room * sizeof(*numbers->places));
}

uint64_t numbers_take(struct numbers *numbers, void *thing)
{
	uint32_t at = numbers->count;

	assert(thing != NULL);
	if (numbers->free_places != 0) {
		at = numbers->free_places - 1;
		numbers->free_places = numbers->places[at].next_free;
	} else if (numbers->count == NUMBERS_AT_ONCE) {
		return 0;
	} else {
		make_room(numbers);
		numbers->count++;
	}
	numbers->live++;
	numbers->places[at] = (struct numbers_place){
		.number = ++numbers->serial << NUMBERS_PLACE_BITS | at,
		.thing = thing,
	};
	return numbers->places[at].number;
}

void *numbers_at(const struct numbers *numbers, uint32_t place)
{
	return place < numbers->count ? numbers->places[place].thing : NULL;
}

void *numbers_find(const struct numbers *numbers, uint64_t number)
{
	const uint32_t place = numbers_place(number);

	if (place >= numbers->count || numbers->places[place].number != number)
		return NULL;
	return numbers->places[place].thing;
}

void numbers_drop(struct numbers *numbers, uint64_t number)
{
	const uint32_t place = numbers_place(number);

	assert(numbers_find(numbers, number) != NULL);
	numbers->places[place] =
		(struct numbers_place){ .next_free = numbers->free_places };
	numbers->free_places = place + 1;
	numbers->live--;
}

void numbers_finish(struct numbers *numbers)
{
	free(numbers->places);
	*numbers = (struct numbers){ 0 };
}
