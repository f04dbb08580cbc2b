/* SPDX-License-Identifier: MIT */
#include "handlers/allocate/deal.h"

#include "handlers/event.h"
#include "tests/check.h"

static uint32_t people[PEOPLE_MAX];
static uint16_t room[PEOPLE_MAX];
static uint32_t sizes[ROOMS_MAX];

static void people_come(uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		people[i] = i * 3;
}

static void are_dealt(uint64_t seed, uint32_t count, uint32_t rooms)
{
	memset(sizes, 0, sizeof(sizes));
	deal(seed, people, count, rooms, room);
	for (uint32_t i = 0; i < count; i++) {
		CHECK(room[i] < rooms);
		sizes[room[i]]++;
	}
}

static uint32_t rooms_with(uint32_t rooms, uint32_t size)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < rooms; i++)
		count += sizes[i] == size;
	return count;
}

static void test_vector_22_thirty_in_fours(void)
{
	people_come(30);
	CHECK_INT(8, deal_rooms(30, 4, 0));
	are_dealt(1, 30, 8);
	CHECK_INT(6, rooms_with(8, 4));
	CHECK_INT(2, rooms_with(8, 3));
}

static void test_vector_22_thirteen_in_four_rooms(void)
{
	people_come(13);
	CHECK_INT(4, deal_rooms(13, 0, 4));
	are_dealt(1, 13, 4);
	CHECK_INT(1, rooms_with(4, 4));
	CHECK_INT(3, rooms_with(4, 3));
}

static void test_nobody_is_alone(void)
{
	CHECK_INT(1, deal_rooms(3, 2, 0));
	CHECK_INT(0, deal_rooms(1, 4, 0));
	CHECK_INT(0, deal_rooms(0, 4, 0));
	CHECK_INT(2, deal_rooms(5, 0, 9));
	CHECK_INT(5, deal_rooms(5, 1, 0));
}

static void sizes_are_within_one(uint32_t count, uint32_t size)
{
	const uint32_t rooms = deal_rooms(count, size, 0);
	const uint32_t low = count / rooms;

	are_dealt(count * size, count, rooms);
	CHECK(low >= 2);
	CHECK_INT(rooms - count % rooms, rooms_with(rooms, low));
	CHECK_INT(count % rooms, rooms_with(rooms, low + 1));
	CHECK(rooms == (count + size - 1) / size || low == 2 || low == 3);
}

static void test_sizes_within_one_for_many(void)
{
	for (uint32_t count = 2; count < 400; count++) {
		people_come(count);
		for (uint32_t size = 2; size <= 12; size++)
			sizes_are_within_one(count, size);
	}
}

static void test_more_pairs_than_rooms(void)
{
	people_come(PEOPLE_MAX);
	CHECK_INT(ROOMS_MAX, deal_rooms(PEOPLE_MAX, 2, 0));
	are_dealt(5, PEOPLE_MAX, ROOMS_MAX);
	CHECK_INT(ROOMS_MAX, rooms_with(ROOMS_MAX, PEOPLE_MAX / ROOMS_MAX));
}

static void test_the_order_of_people_changes_nothing(void)
{
	uint16_t before[60];

	people_come(60);
	are_dealt(77, 60, 15);
	memcpy(before, room, sizeof(before));
	for (uint32_t i = 0; i < 60; i++)
		people[i] = (59 - i) * 3;
	are_dealt(77, 60, 15);
	for (uint32_t i = 0; i < 60; i++)
		CHECK_INT(before[59 - i], room[i]);
}

static void test_another_seed_deals_otherwise(void)
{
	uint16_t before[60];
	int moved = 0;

	people_come(60);
	are_dealt(1, 60, 15);
	memcpy(before, room, sizeof(before));
	are_dealt(2, 60, 15);
	for (uint32_t i = 0; i < 60; i++)
		moved += before[i] != room[i];
	CHECK(moved > 40);
}

/* Every pair should meet about equally often; five standard deviations are allowed. */
static void test_seeds_mix_everybody(void)
{
	static int met[12][12];

	people_come(12);
	for (uint64_t seed = 0; seed < 11000; seed++) {
		are_dealt(seed, 12, 4);
		for (int a = 0; a < 12; a++) {
			for (int b = 0; b < a; b++)
				met[a][b] += room[a] == room[b];
		}
	}
	for (int a = 0; a < 12; a++) {
		for (int b = 0; b < a; b++)
			CHECK(met[a][b] > 2000 - 5 * 41 && met[a][b] < 2000 + 5 * 41);
	}
}

static void test_choice_stays_below(void)
{
	int seen[3] = { 0 };

	for (uint32_t person = 0; person < 300; person++)
		seen[deal_choice(9, person, 3)]++;
	CHECK(seen[0] > 50 && seen[1] > 50 && seen[2] > 50);
	CHECK_INT(0, deal_choice(9, 4, 1));
}

int main(void)
{
	RUN(test_vector_22_thirty_in_fours);
	RUN(test_vector_22_thirteen_in_four_rooms);
	RUN(test_nobody_is_alone);
	RUN(test_sizes_within_one_for_many);
	RUN(test_more_pairs_than_rooms);
	RUN(test_the_order_of_people_changes_nothing);
	RUN(test_another_seed_deals_otherwise);
	RUN(test_seeds_mix_everybody);
	RUN(test_choice_stays_below);
	return check_done();
}
