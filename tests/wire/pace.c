/* SPDX-License-Identifier: MIT */
/* Random schedules against the rules, counted in the slow and certain way. */
#include "daemon/wire/pace.h"

#include <stdlib.h>

#include "tests/check.h"

enum { LEFT = 20000, SECOND = 1000 };

static int64_t left[LEFT];
static uint32_t left_count;
static uint64_t state;

static uint64_t chance(uint64_t below)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (state >> 33) % below;
}

/* The most that left within any stretch of this length, found by looking at each. */
static uint32_t most_within(int64_t length_ms)
{
	uint32_t from = 0, most = 0;

	for (uint32_t to = 0; to < left_count; to++) {
		while (left[to] - left[from] >= length_ms)
			from++;
		most = to - from + 1 > most ? to - from + 1 : most;
	}
	return most;
}

/* The rule said by the page, in a form that shares nothing with the code. */
static void check_windows(enum pace_rule rule)
{
	static const struct {
		int64_t length_ms;
		uint32_t most[PACE_RULES];
	} pages[] = {
		{ 1 * SECOND, { 7, 7, 14, 40 } },
		{ 2 * SECOND, { 8, 8, 16, 80 } },
		{ 30 * SECOND, { 60, 60, 120, 1200 } },
		{ 3600 * SECOND, { 1800, 1800, 3600, LEFT } },
	};

	for (size_t page = 0; page < sizeof(pages) / sizeof(pages[0]); page++)
		CHECK(most_within(pages[page].length_ms) <= pages[page].most[rule]);
}

/* Somebody who asks at random moments, often at once, and sometimes rests for long. */
static void random_schedule(enum pace_rule rule, uint64_t seed)
{
	struct pace pace = { 0 };
	int64_t now_ms = (int64_t)chance(1000000);

	state = seed;
	left_count = 0;
	for (int i = 0; i < 6000; i++) {
		const int64_t wait_ms = pace_wait_ms(&pace, rule, now_ms);

		CHECK(wait_ms >= 0);
		if (wait_ms == 0) {
			pace_take(&pace, rule, now_ms);
			left[left_count++] = now_ms;
		}
		if (chance(3) == 0)
			now_ms += wait_ms; /* as soon as it may */
		else if (chance(50) == 0)
			now_ms += (int64_t)chance(900 * SECOND);
		else
			now_ms += (int64_t)chance(400);
	}
	check_windows(rule);
	CHECK(left_count > 100);
	pace_finish(&pace);
}

static void test_no_window_is_exceeded(void)
{
	for (uint64_t seed = 1; seed <= 100; seed++)
		random_schedule((enum pace_rule)(seed % PACE_RULES), seed);
}

/* Whoever always asks as early as possible gets all that the rule has to give. */
static void greedy(enum pace_rule rule, int64_t length_ms, uint32_t expected)
{
	struct pace pace = { 0 };
	int64_t now_ms = 0;

	left_count = 0;
	while (now_ms < length_ms) {
		pace_take(&pace, rule, now_ms); /* asserts that it may */
		left[left_count++] = now_ms;
		now_ms += pace_wait_ms(&pace, rule, now_ms);
	}
	CHECK_INT(expected, left_count);
	check_windows(rule);
	CHECK(!pace_is_idle(&pace, rule, left[left_count - 1]));
	CHECK(pace_is_idle(&pace, rule, length_ms + 3600 * SECOND));
	pace_finish(&pace);
}

static void test_nothing_is_wasted(void)
{
	greedy(PACE_SEND, 1 * SECOND, 7);
	greedy(PACE_SEND, 2 * SECOND, 8);
	greedy(PACE_SEND, 30 * SECOND, 60);
	greedy(PACE_CREATE, 3600 * SECOND, 1800);
	greedy(PACE_READ, 3600 * SECOND, 3600);
	greedy(PACE_TENANT, 1 * SECOND, 40);
	greedy(PACE_TENANT, 60 * SECOND, 2400);
}

/* A clock read out of turn neither breaks it nor lets more through. */
static void test_time_stands_still(void)
{
	struct pace pace = { 0 };

	for (int i = 0; i < 7; i++)
		pace_take(&pace, PACE_SEND, 5000 - i);
	CHECK_INT(1000, pace_wait_ms(&pace, PACE_SEND, 5000));
	CHECK_INT(1600, pace_wait_ms(&pace, PACE_SEND, 4400));
	CHECK_INT(0, pace_wait_ms(&pace, PACE_SEND, 6000));
	pace_finish(&pace);
	CHECK_INT(0, pace_wait_ms(&pace, PACE_SEND, 0));
	CHECK(pace_is_idle(&pace, PACE_SEND, 0));
}

int main(void)
{
	RUN(test_no_window_is_exceeded);
	RUN(test_nothing_is_wasted);
	RUN(test_time_stands_still);
	return check_done();
}
