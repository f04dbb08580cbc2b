/* SPDX-License-Identifier: MIT */
#include "handlers/legs.h"

#include "handlers/attendance.h"
#include "handlers/spans.h"

static bool is_of(const struct span *span, const struct event *event)
{
	return span->leg == event->presence.leg && span->place == event->place;
}

/* What this leg was in at that moment, or left first after it. */
static struct span *soonest_end(struct session *session, const struct event *event,
				int64_t occurred_ms)
{
	struct span *best = NULL;

	for (struct span *span = span_last(session, event->person); span;
	     span = span_before(session, span)) {
		if (!is_of(span, event))
			continue;
		/* In and out within one moment, the out heard first. */
		const bool ends_now =
			span->to_ms == occurred_ms &&
			(span->from_ms == UNKNOWN_START || span->from_ms == occurred_ms);
		if (span->to_ms <= occurred_ms && !ends_now)
			continue;
		if (!best || span->to_ms < best->to_ms)
			best = span;
	}
	return best;
}

bool leg_joins(struct session *session, const struct event *event,
	       struct effects *effects, int64_t occurred_ms)
{
	struct span *span = soonest_end(session, event, occurred_ms);

	if (span && span->from_ms != UNKNOWN_START && span->from_ms <= occurred_ms) {
		if (span->told_ms < occurred_ms)
			span->told_ms = occurred_ms;
		return false;
	}
	if (span) {
		if (span->from_ms == UNKNOWN_START)
			span->told_ms = occurred_ms;
		span->from_ms = occurred_ms;
		span->source = event->source;
	} else {
		span = span_open(session, event, effects, occurred_ms);
	}
	if (span)
		span_record(session, effects, span);
	return span;
}

static bool leave_is_known(struct session *session, const struct event *event,
			   int64_t occurred_ms)
{
	for (struct span *span = span_last(session, event->person); span;
	     span = span_before(session, span)) {
		if (is_of(span, event) && span->closed == SPAN_LEFT &&
		    span->to_ms == occurred_ms)
			return true;
	}
	return false;
}

/* An end that nobody told is as good as none; the meeting's end is one a minute later. */
static bool takes_leave(const struct span *span, int64_t occurred_ms)
{
	if (span->from_ms == UNKNOWN_START || span->from_ms > occurred_ms)
		return false;
	switch (span->closed) {
	case SPAN_LEFT:
		return occurred_ms < span->to_ms;
	case SPAN_MEETING_ENDED:
		return occurred_ms - span->to_ms <= LEAVE_AFTER_END_MS;
	default:
		return true;
	}
}

/* Of several the latest: a leg is in one stretch at a time. */
static struct span *span_to_close(struct session *session, const struct event *event,
				  int64_t occurred_ms)
{
	struct span *best = NULL;

	for (struct span *span = span_last(session, event->person); span;
	     span = span_before(session, span)) {
		if (is_of(span, event) && takes_leave(span, occurred_ms) &&
		    (!best || span->from_ms > best->from_ms))
			best = span;
	}
	return best;
}

/* What came after the leave: in again since, or left again and nobody knows since when. */
static void keep_the_rest(struct session *session, const struct event *event,
			  struct effects *effects, const struct span *cut,
			  int64_t occurred_ms)
{
	const bool came_back = cut->told_ms > occurred_ms;
	struct span *rest = NULL;

	if (came_back)
		rest = span_open(session, event, effects, cut->told_ms);
	else if (cut->closed == SPAN_LEFT)
		rest = span_end_alone(session, event, effects, cut->to_ms);
	if (!rest)
		return;
	rest->source = cut->source;
	if (came_back && cut->closed != SPAN_OPEN) {
		rest->to_ms = cut->to_ms;
		rest->closed = cut->closed;
	}
	span_record(session, effects, rest);
}

bool leg_leaves(struct session *session, const struct event *event,
		struct effects *effects, int64_t occurred_ms)
{
	if (leave_is_known(session, event, occurred_ms))
		return false;
	struct span *span = span_to_close(session, event, occurred_ms);
	if (!span) {
		span = span_end_alone(session, event, effects, occurred_ms);
		if (span)
			span_record(session, effects, span);
		return span;
	}
	const struct span cut = *span;

	span->to_ms = occurred_ms;
	span->closed = SPAN_LEFT;
	if (span->told_ms > occurred_ms)
		span->told_ms = span->from_ms;
	span_record(session, effects, span);
	if (cut.to_ms > occurred_ms)
		keep_the_rest(session, event, effects, &cut, occurred_ms);
	return true;
}
