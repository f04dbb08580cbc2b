/* SPDX-License-Identifier: MIT */
#include "handlers/balance.h"

#include "handlers/spans.h"

/* What one of the two told of a person at a place, around a moment. */
struct account {
	uint32_t leaves, provisional;
	struct span *oldest_open; /* from the moment or before */
	struct span *provisional_latest;
};

struct matter {
	uint32_t person;
	uint16_t place, by_legs; /* 1: the one who tells of devices */
	int64_t moment;
};

bool balance_is_near(int64_t one_ms, int64_t other_ms)
{
	const int64_t apart_ms =
		one_ms < other_ms ? other_ms - one_ms : one_ms - other_ms;

	return apart_ms <= BALANCE_MS;
}

static bool is_of(const struct span *span, const struct matter *matter)
{
	return span->place == matter->place &&
	       (span->leg != 0) == (matter->by_legs != 0) &&
	       !source_reports(span->source);
}

static struct account account_of(struct session *session, const struct matter *matter)
{
	struct account account = { 0 };

	for (struct span *span = span_last(session, matter->person); span;
	     span = span_before(session, span)) {
		if (!is_of(span, matter))
			continue;
		if (span->closed == SPAN_OPEN) {
			if (span->from_ms <= matter->moment &&
			    (!account.oldest_open ||
			     span->from_ms < account.oldest_open->from_ms))
				account.oldest_open = span;
		} else if (balance_is_near(span->to_ms, matter->moment)) {
			account.leaves += span->closed == SPAN_LEFT;
			if (span->closed != SPAN_BY_OTHER)
				continue;
			account.provisional++;
			if (!account.provisional_latest ||
			    span->from_ms > account.provisional_latest->from_ms)
				account.provisional_latest = span;
		}
	}
	return account;
}

/* One who told of fewer leaves than the other: so many ends are provisional, not more. */
static void settle(struct session *session, struct effects *effects,
		   const struct matter *matter, uint32_t others)
{
	for (uint32_t tries = 0; tries < SPANS_MAX; tries++) {
		const struct account account = account_of(session, matter);
		const uint32_t missing =
			others > account.leaves ? others - account.leaves : 0;
		struct span *const span = account.provisional > missing
						  ? account.provisional_latest
						  : account.oldest_open;

		if (account.provisional == missing || !span)
			return;
		if (account.provisional > missing) {
			span_reopen(session, span);
		} else {
			span->to_ms = matter->moment;
			span->closed = SPAN_BY_OTHER;
		}
		span_record(session, effects, span);
	}
}

static void balance_at(struct session *session, struct effects *effects, uint32_t person,
		       uint16_t place, int64_t moment)
{
	const struct matter legs = { person, place, 1, moment };
	const struct matter counted = { person, place, 0, moment };
	const uint32_t told_by_legs = account_of(session, &legs).leaves;
	const uint32_t told_counted = account_of(session, &counted).leaves;

	settle(session, effects, &legs, told_counted);
	settle(session, effects, &counted, told_by_legs);
}

void balance_left(struct session *session, const struct event *event,
		  struct effects *effects, int64_t occurred_ms)
{
	if (event->place != PLACE_PAGE)
		balance_at(session, effects, event->person, event->place, occurred_ms);
}

/* The leave after which this is in, had it been told in order, is one that the other told. */
void balance_joined(struct session *session, const struct event *event,
		    struct effects *effects, int64_t occurred_ms)
{
	const struct matter other = { event->person, event->place,
				      event->presence.leg == 0, occurred_ms };

	for (struct span *span = span_last(session, event->person);
	     span && event->place != PLACE_PAGE; span = span_before(session, span)) {
		if (is_of(span, &other) && span->closed == SPAN_LEFT &&
		    span->to_ms >= occurred_ms)
			balance_at(session, effects, event->person, event->place,
				   span->to_ms);
	}
}

bool balance_covers(struct session *session, const struct span *span)
{
	const struct matter other = { span->person, span->place, span->leg == 0,
				      span->to_ms };

	for (const struct span *each = span_last(session, span->person); each;
	     each = span_before(session, each)) {
		if (is_of(each, &other) && each->from_ms <= span->to_ms &&
		    each->to_ms > span->to_ms)
			return true;
	}
	return false;
}
