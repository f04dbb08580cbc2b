/* SPDX-License-Identifier: MIT */
#include "handlers/attendance.h"

#include <assert.h>

#include "handlers/answer.h"
#include "handlers/breakout.h"
#include "handlers/hearing.h"
#include "handlers/ladder.h"
#include "handlers/meeting.h"

static struct span *span_at(struct session *session, uint32_t link)
{
	assert(link <= session->spans);
	return link ? &session->span[link - 1] : NULL;
}

/* A person's spans, the newest first. */
static struct span *span_last(struct session *session, const struct member *member)
{
	return span_at(session, member->last_span);
}

static struct span *span_before(struct session *session, const struct span *span)
{
	return span_at(session, span->previous);
}

static void record_span(const struct session *session, struct effects *effects,
			const struct span *span)
{
	struct effect effect = effect_blank(RECORD_SPAN);

	effect.number = (uint32_t)(span - session->span);
	effect.person = span->person;
	effect.place = span->place;
	effect.from_ms = span->from_ms;
	effect.to_ms = span->to_ms;
	effect_add(effects, &effect);
}

static struct span *span_add(struct session *session, const struct event *event,
			     struct effects *effects)
{
	if (session->spans == SPANS_MAX) {
		refuse(session, event, effects, ANSWER_FULL);
		return NULL;
	}
	struct member *const member = &session->member[event->person];
	struct span *const span = &session->span[session->spans++];
	span->person = event->person;
	span->place = event->place;
	span->source = event->source;
	span->previous = member->last_span;
	member->last_span = session->spans;
	return span;
}

/* Rooms before main, then the latest join: where to look for this person. */
static uint16_t where(struct session *session, const struct member *member)
{
	const struct span *best = NULL;

	for (struct span *span = span_last(session, member); span;
	     span = span_before(session, span)) {
		if (span->closed != SPAN_OPEN || span->place == PLACE_PAGE)
			continue;
		const bool room = span->place != PLACE_MAIN;
		const bool best_room = best && best->place != PLACE_MAIN;
		if (!best || room > best_room ||
		    (room == best_room && span->from_ms > best->from_ms))
			best = span;
	}
	return best ? best->place : PLACE_NONE;
}

static void presence_settle(struct session *session, struct effects *effects,
			    uint32_t person)
{
	struct member *const member = &session->member[person];
	const uint16_t here = where(session, member);

	if (here == member->here)
		return;
	if (member->here != PLACE_NONE) {
		assert(session->place[member->here].here > 0);
		session->place[member->here].here--;
	}
	if (here != PLACE_NONE)
		session->place[here].here++;
	member->here = here;
	if (here == member->room)
		ladder_reached(session, person);

	struct effect effect = effect_blank(SIGNAL_PRESENCE);
	effect.person = person;
	effect.place = here;
	effect_add(effects, &effect);
}

static bool is_report(uint16_t source)
{
	return source == SOURCE_REPORT || source == SOURCE_IMPORT;
}

/* The member the event is about, in a place that exists; NULL when refused. */
static struct member *evidence_of(struct session *session, const struct event *event,
				  struct effects *effects)
{
	if (event->place != PLACE_PAGE && !place_use(session, event, effects))
		return NULL;
	return member_meet(session, event, effects, 2);
}

static bool same_leg(const struct span *span, const struct event *event)
{
	return span->place == event->place && span->leg == event->presence.leg &&
	       !is_report(span->source);
}

/* Joins and leaves are told as they happen; what a report says are intervals. */
static struct member *live_evidence_of(struct session *session, const struct event *event,
				       struct effects *effects)
{
	if (is_report(event->source)) {
		refuse(session, event, effects, ANSWER_UNKNOWN);
		return NULL;
	}
	return evidence_of(session, event, effects);
}

static bool join_is_known(struct session *session, const struct member *member,
			  const struct event *event, int64_t occurred_ms)
{
	for (struct span *span = span_last(session, member); span;
	     span = span_before(session, span)) {
		if (!same_leg(span, event))
			continue;
		if (span->from_ms == occurred_ms && span->source == event->source)
			return true;
		if (event->presence.leg != 0 && span->closed == SPAN_OPEN)
			return true;
	}
	return false;
}

/* The leave that overtook this join: of several, the one that came soonest after it. */
static struct span *overtaking_leave(struct session *session, const struct member *member,
				     const struct event *event, int64_t occurred_ms)
{
	struct span *best = NULL;

	for (struct span *span = span_last(session, member); span;
	     span = span_before(session, span)) {
		if (!same_leg(span, event) || span->from_ms != UNKNOWN_START ||
		    span->to_ms < occurred_ms)
			continue;
		if (!best || span->to_ms < best->to_ms)
			best = span;
	}
	return best;
}

static struct span *span_open(struct session *session, const struct event *event,
			      struct effects *effects, int64_t occurred_ms)
{
	struct span *const span = span_add(session, event, effects);

	if (!span)
		return NULL;
	span->leg = event->presence.leg;
	span->from_ms = occurred_ms;
	span->to_ms = OPEN_END;
	span->closed = SPAN_OPEN;
	if (event->place == PLACE_PAGE)
		return span;
	const struct place *const place = &session->place[event->place];
	if (occurred_ms < place->ended_ms) {
		span->to_ms = place->ended_ms;
		span->closed = SPAN_MEETING_ENDED;
	}
	return span;
}

void person_joined(struct session *session, const struct event *event,
		   struct effects *effects)
{
	const int64_t occurred_ms = event_occurred_ms(event);
	struct member *const member = live_evidence_of(session, event, effects);

	if (!member)
		return;
	hearing_told(session, event, effects, occurred_ms);
	if (join_is_known(session, member, event, occurred_ms))
		return;
	struct span *span = overtaking_leave(session, member, event, occurred_ms);
	if (span) {
		span->from_ms = occurred_ms;
		span->source = event->source;
	} else {
		span = span_open(session, event, effects, occurred_ms);
	}
	if (!span)
		return;
	record_span(session, effects, span);
	presence_settle(session, effects, event->person);
	round_consider(session, event, effects);
}

static bool can_close(const struct span *span, int64_t occurred_ms)
{
	if (span->closed == SPAN_LEFT || span->from_ms > occurred_ms)
		return false;
	return span->closed == SPAN_OPEN ||
	       occurred_ms - span->to_ms <= LEAVE_AFTER_END_MS;
}

/* Open spans before those the meeting's end has closed; of each the oldest. */
static struct span *span_to_close(struct session *session, const struct member *member,
				  const struct event *event, int64_t occurred_ms)
{
	struct span *best = NULL;

	for (struct span *span = span_last(session, member); span;
	     span = span_before(session, span)) {
		if (!same_leg(span, event) || !can_close(span, occurred_ms))
			continue;
		if (!best || span->closed < best->closed ||
		    (span->closed == best->closed && span->from_ms < best->from_ms))
			best = span;
	}
	return best;
}

static bool leave_is_known(struct session *session, const struct member *member,
			   const struct event *event, int64_t occurred_ms)
{
	for (struct span *span = span_last(session, member); span;
	     span = span_before(session, span)) {
		if (same_leg(span, event) && span->closed == SPAN_LEFT &&
		    span->to_ms == occurred_ms)
			return true;
	}
	return false;
}

void person_left(struct session *session, const struct event *event,
		 struct effects *effects)
{
	const int64_t occurred_ms = event_occurred_ms(event);
	struct member *const member = live_evidence_of(session, event, effects);

	if (!member)
		return;
	hearing_told(session, event, effects, occurred_ms);
	if (leave_is_known(session, member, event, occurred_ms))
		return;
	struct span *span = span_to_close(session, member, event, occurred_ms);
	if (!span) {
		span = span_add(session, event, effects);
		if (!span)
			return;
		span->leg = event->presence.leg;
		span->from_ms = UNKNOWN_START;
	}
	span->to_ms = occurred_ms;
	span->closed = SPAN_LEFT;
	record_span(session, effects, span);
	presence_settle(session, effects, event->person);
}

void presence_ends(struct session *session, const struct event *event,
		   struct effects *effects)
{
	const int64_t occurred_ms = event_occurred_ms(event);
	struct member *const member = &session->member[event->person];

	for (struct span *span = span_last(session, member); span;
	     span = span_before(session, span)) {
		if (span->place != event->place || span->closed != SPAN_OPEN ||
		    span->from_ms > occurred_ms)
			continue;
		span->to_ms = occurred_ms;
		span->closed = SPAN_LEFT;
		record_span(session, effects, span);
	}
	presence_settle(session, effects, event->person);
}

void interval_reported(struct session *session, const struct event *event,
		       struct effects *effects)
{
	const int64_t from_ms = event->interval.from_ms, to_ms = event->interval.to_ms;
	const uint16_t source =
		event->source == SOURCE_REPORT ? SOURCE_REPORT : SOURCE_IMPORT;

	if (to_ms < from_ms || from_ms <= 0 || to_ms == OPEN_END) {
		refuse(session, event, effects, ANSWER_UNKNOWN);
		return;
	}
	struct member *const member = evidence_of(session, event, effects);
	if (!member)
		return;
	for (struct span *known = span_last(session, member); known;
	     known = span_before(session, known)) {
		if (known->place == event->place && known->source == source &&
		    known->from_ms == from_ms && known->to_ms == to_ms)
			return;
	}
	struct span *const span = span_add(session, event, effects);
	if (!span)
		return;
	span->source = source;
	span->from_ms = from_ms;
	span->to_ms = to_ms;
	span->closed = SPAN_LEFT;
	record_span(session, effects, span);
}

/* An end may be told late: who came after it is in the next call of the meeting. */
void spans_end(struct session *session, struct effects *effects, uint16_t place,
	       int64_t moment)
{
	for (uint32_t i = 0; i < session->spans; i++) {
		struct span *const span = &session->span[i];
		if (span->place != place || span->closed != SPAN_OPEN ||
		    span->from_ms > moment)
			continue;
		span->to_ms = moment;
		span->closed = SPAN_MEETING_ENDED;
		record_span(session, effects, span);
	}
	for (uint32_t i = 0; i < session->people; i++) {
		if (session->member[i].here == place)
			presence_settle(session, effects, i);
	}
}
