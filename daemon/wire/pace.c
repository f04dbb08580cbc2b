/* SPDX-License-Identifier: MIT */
#include "daemon/wire/pace.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"

enum { SECOND = 1000, HOUR = 3600 * SECOND, FIRST_ROOM = 8 };

static const struct pace_window rules[PACE_RULES][PACE_WINDOWS] = {
	[PACE_SEND] = { { SECOND, 7 },
			{ 2 * SECOND, 8 },
			{ 30 * SECOND, 60 },
			{ HOUR, 1800 } },
	[PACE_CREATE] = { { SECOND, 7 },
			  { 2 * SECOND, 8 },
			  { 30 * SECOND, 60 },
			  { HOUR, 1800 } },
	[PACE_READ] = { { SECOND, 14 },
			{ 2 * SECOND, 16 },
			{ 30 * SECOND, 120 },
			{ HOUR, 3600 } },
	[PACE_TENANT] = { { SECOND, 40 } },
};

const struct pace_window *pace_windows(enum pace_rule rule)
{
	assert(rule < PACE_RULES);
	return rules[rule];
}

static int64_t time_at(const struct pace *pace, uint32_t index)
{
	assert(index < pace->count);
	return pace->times[(pace->first + index) % pace->room];
}

/* A clock that stood still or was read out of turn must not shorten a window. */
static int64_t not_before_last(const struct pace *pace, int64_t now_ms)
{
	const int64_t last_ms = pace->count > 0 ? time_at(pace, pace->count - 1) : now_ms;

	return last_ms > now_ms ? last_ms : now_ms;
}

static int64_t longest_ms(enum pace_rule rule)
{
	int64_t length_ms = 0;

	for (int i = 0; i < PACE_WINDOWS; i++)
		length_ms =
			rules[rule][i].most > 0 ? rules[rule][i].length_ms : length_ms;
	return length_ms;
}

int64_t pace_wait_ms(const struct pace *pace, enum pace_rule rule, int64_t now_ms)
{
	const struct pace_window *const windows = pace_windows(rule);
	int64_t free_ms = now_ms;

	for (int i = 0; i < PACE_WINDOWS && windows[i].most > 0; i++) {
		if (pace->count < windows[i].most)
			continue;
		const int64_t oldest_ms = time_at(pace, pace->count - windows[i].most);

		if (oldest_ms + windows[i].length_ms > free_ms)
			free_ms = oldest_ms + windows[i].length_ms;
	}
	return free_ms - now_ms;
}

static void forget_old(struct pace *pace, enum pace_rule rule, int64_t now_ms)
{
	const int64_t length_ms = longest_ms(rule);

	while (pace->count > 0 && time_at(pace, 0) + length_ms <= now_ms) {
		pace->first = (pace->first + 1) % pace->room;
		pace->count--;
	}
}

static void grow(struct pace *pace)
{
	const uint32_t room = pace->room > 0 ? 2 * pace->room : FIRST_ROOM;
	int64_t *const times = memory_zeroed(room * sizeof(*times));

	for (uint32_t i = 0; i < pace->count; i++)
		times[i] = time_at(pace, i);
	free(pace->times);
	pace->times = times;
	pace->first = 0;
	pace->room = room;
}

void pace_take(struct pace *pace, enum pace_rule rule, int64_t now_ms)
{
	assert(pace_wait_ms(pace, rule, now_ms) == 0);
	const int64_t left_ms = not_before_last(pace, now_ms);

	forget_old(pace, rule, left_ms);
	if (pace->count == pace->room)
		grow(pace);
	pace->times[(pace->first + pace->count) % pace->room] = left_ms;
	pace->count++;
}

bool pace_is_idle(const struct pace *pace, enum pace_rule rule, int64_t now_ms)
{
	return pace->count == 0 ||
	       time_at(pace, pace->count - 1) + longest_ms(rule) <= now_ms;
}

void pace_finish(struct pace *pace)
{
	free(pace->times);
	*pace = (struct pace){ 0 };
}
