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

static bool is_presumed(const struct attended_rules *rules,
			const struct attended_time *rounds, int64_t from_ms,
			int64_t to_ms)
{
	for (size_t i = 0; rules->presume && i < rounds->count; i++) {
		if (from_ms >= rounds->list[i].from_ms - rules->transfer_ms &&
		    to_ms <= rounds->list[i].to_ms + rules->transfer_ms)
			return true;
	}
	return false;
}

int64_t attended_ms(const struct attended_rules *rules, struct attended_time *spans,
		    const struct attended_time *creditable,
		    const struct attended_time *rounds)
{
	int64_t absent_ms = 0, seen_until_ms = INT64_MIN;

	if (spans->count > 0)
		qsort(spans->list, spans->count, sizeof(*spans->list), by_start);
	for (size_t i = 0; i < spans->count; i++) {
		const struct truth_span *const span = &spans->list[i];

		if (span->to_ms <= span->from_ms)
			continue;
		const bool first = seen_until_ms == INT64_MIN;
		const bool hole =
			first ||
			(span->from_ms - seen_until_ms > rules->grace_ms &&
			 !is_presumed(rules, rounds, seen_until_ms, span->from_ms));
		if (hole)
			absent_ms +=
				creditable_in(creditable, seen_until_ms, span->from_ms);
		if (span->to_ms > seen_until_ms)
			seen_until_ms = span->to_ms;
	}
	absent_ms += creditable_in(creditable, seen_until_ms, INT64_MAX);
	return creditable_in(creditable, INT64_MIN, INT64_MAX) - absent_ms;
}
