/* SPDX-License-Identifier: MIT */
#include "commands/rehearse_attended.h"

#include <stdlib.h>

static int by_start(const void *a, const void *b)
{
	const struct truth_span *const x = a, *const y = b;

	return x->from_ms < y->from_ms ? -1 : x->from_ms > y->from_ms;
}

static int64_t creditable_in(const struct attended_time *creditable, int64_t from_ms,
			     int64_t to_ms)
{
	int64_t sum_ms = 0;

	for (size_t i = 0; i < creditable->count; i++) {
		const struct truth_span *const block = &creditable->list[i];
		const int64_t a = block->from_ms > from_ms ? block->from_ms : from_ms;
		const int64_t b = block->to_ms < to_ms ? block->to_ms : to_ms;

		sum_ms += b > a ? b - a : 0;
	}
	return sum_ms;
}

/* A door of a room meeting: somebody went through it at that moment. */
static bool door_at(const struct attended_time *rooms, int64_t moment_ms)
{
	for (size_t i = 0; i < rooms->count; i++) {
		const struct truth_span *const stay = &rooms->list[i];

		if (stay->to_ms > stay->from_ms &&
		    (stay->from_ms == moment_ms || stay->to_ms == moment_ms))
			return true;
	}
	return false;
}

static bool seen_in(const struct attended_time *rooms, const struct truth_span *round)
{
	for (size_t i = 0; i < rooms->count; i++) {
		const struct truth_span *const stay = &rooms->list[i];
		const int64_t a =
			stay->from_ms > round->from_ms ? stay->from_ms : round->from_ms;
		const int64_t b = stay->to_ms < round->to_ms ? stay->to_ms : round->to_ms;

		if (a < b)
			return true;
	}
	return false;
}

static bool is_presumed(const struct attended_rules *rules,
			const struct attended_time *rounds,
			const struct attended_time *rooms, const struct truth_span *hole)
{
	const bool moving =
		hole->to_ms - hole->from_ms <= rules->transfer_ms &&
		(door_at(rooms, hole->from_ms) || door_at(rooms, hole->to_ms));

	for (size_t i = 0; i < rounds->count; i++) {
		const struct truth_span *const round = &rounds->list[i];

		if (hole->from_ms >= round->from_ms - rules->transfer_ms &&
		    hole->to_ms <= round->to_ms + rules->transfer_ms &&
		    (rules->presume || (moving && seen_in(rooms, round))))
			return true;
	}
	return false;
}

int64_t attended_ms(const struct attended_rules *rules, struct attended_time *spans,
		    const struct attended_time *creditable,
		    const struct attended_time *rounds, const struct attended_time *rooms)
{
	int64_t absent_ms = 0, seen_until_ms = INT64_MIN;

	if (spans->count > 0)
		qsort(spans->list, spans->count, sizeof(*spans->list), by_start);
	for (size_t i = 0; i < spans->count; i++) {
		const struct truth_span *const span = &spans->list[i];

		if (span->to_ms <= span->from_ms)
			continue;
		const struct truth_span hole = { seen_until_ms, span->from_ms };
		const bool first = seen_until_ms == INT64_MIN;
		if (first || (hole.to_ms - hole.from_ms > rules->grace_ms &&
			      !is_presumed(rules, rounds, rooms, &hole)))
			absent_ms += creditable_in(creditable, hole.from_ms, hole.to_ms);
		if (span->to_ms > seen_until_ms)
			seen_until_ms = span->to_ms;
	}
	absent_ms += creditable_in(creditable, seen_until_ms, INT64_MAX);
	return creditable_in(creditable, INT64_MIN, INT64_MAX) - absent_ms;
}
