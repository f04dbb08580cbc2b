/* SPDX-License-Identifier: MIT */
#include "handlers/allocate/deal.h"

#include <assert.h>

#include "handlers/event.h"

struct card {
	uint64_t key;
	uint32_t person, index;
};

/* The finisher of splitmix64: every bit of the input changes half of the output. */
static uint64_t mix(uint64_t value)
{
	value += 0x9e3779b97f4a7c15;
	value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
	value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
	return value ^ (value >> 31);
}

uint32_t deal_rooms(uint32_t people, uint32_t size, uint32_t count)
{
	uint32_t rooms = size ? (people + size - 1) / size : count;

	assert(people <= PEOPLE_MAX);
	if (size == 1)
		return rooms < ROOMS_MAX ? rooms : ROOMS_MAX;
	if (rooms > people / 2)
		rooms = people / 2;
	return rooms < ROOMS_MAX ? rooms : ROOMS_MAX;
}

static int card_before(const struct card *a, const struct card *b)
{
	return a->key != b->key ? a->key < b->key : a->person < b->person;
}

/* Shell sort with Ciura's gaps: no allocation, and quick enough for PEOPLE_MAX. */
static void sort_cards(struct card *cards, uint32_t count)
{
	static const uint32_t gaps[] = { 701, 301, 132, 57, 23, 10, 4, 1 };

	for (uint32_t pass = 0; pass < sizeof(gaps) / sizeof(gaps[0]); pass++) {
		const uint32_t gap = gaps[pass];
		for (uint32_t i = gap; i < count; i++) {
			const struct card moving = cards[i];
			uint32_t hole = i;
			while (hole >= gap && card_before(&moving, &cards[hole - gap])) {
				cards[hole] = cards[hole - gap];
				hole -= gap;
			}
			cards[hole] = moving;
		}
	}
}

void deal(uint64_t seed, const uint32_t *people, uint32_t count, uint32_t rooms,
	  uint16_t *room)
{
	struct card cards[PEOPLE_MAX];

	assert(count <= PEOPLE_MAX);
	assert(rooms > 0 && rooms <= ROOMS_MAX);
	for (uint32_t i = 0; i < count; i++) {
		cards[i].key = mix(mix(seed) ^ people[i]);
		cards[i].person = people[i];
		cards[i].index = i;
	}
	sort_cards(cards, count);
	for (uint32_t i = 0; i < count; i++)
		room[cards[i].index] = (uint16_t)(i % rooms);
}

uint32_t deal_choice(uint64_t seed, uint32_t person, uint32_t below)
{
	assert(below > 0);
	return (uint32_t)(mix(mix(seed) ^ person) % below);
}
