/* SPDX-License-Identifier: MIT */
#include "handlers/attendance.h"

#include <assert.h>

#include "handlers/answer.h"
#include "handlers/balance.h"
#include "handlers/breakout.h"
#include "handlers/hearing.h"
#include "handlers/ladder.h"
#include "handlers/legs.h"
#include "handlers/meeting.h"
#include "handlers/spans.h"

/* Rooms before main, then the latest join: where to look for this person. */
static uint16_t where(struct session *session, uint32_t person)
{
	const struct span *best = NULL;

	for (struct span *span = span_last(session, person); span;
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
	const uint16_t here = where(session, person);

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
		ladder_reached(session, effects, person);

	struct effect effect = effect_blank(SIGNAL_PRESENCE);
	effect.person = person;
	effect.place = here;
	effect_add(effects, &effect);
}

/* The member the event is about, in a place that exists; NULL when refused. */
static struct member *evidence_of(struct session *session, const struct event *event,
				  struct effects *effects)
{
	if (event->place != PLACE_PAGE && !place_use(session, event, effects))
		return NULL;
	return member_meet(session, event, effects, 2);
}

/* Joins and leaves are told as they happen; what a report says are intervals. */
static struct member *live_evidence_of(struct session *session, const struct event *event,
				       struct effects *effects)
{
	if (source_reports(event->source)) {
		refuse(session, event, effects, ANSWER_UNKNOWN);
		return NULL;
	}
	return evidence_of(session, event, effects);
}

/* -- who does not tell the device is counted ----------------------------------------------- */

static bool is_counted(const struct span *span, const struct event *event)
{
	return span->place == event->place && span->leg == 0 &&
	       !source_reports(span->source);
}

static bool join_is_known(struct session *session, const struct event *event,
			  int64_t occurred_ms)
{
	for (struct span *span = span_last(session, event->person); span;
	     span = span_before(session, span)) {
		if (is_counted(span, event) && span->from_ms == occurred_ms &&
		    span->source == event->source)
			return true;
	}
	return false;
}

/* The leave that overtook this join: of several, the one that came soonest after it. */
static struct span *overtaking_leave(struct session *session, const struct event *event,
				     int64_t occurred_ms)
{
	struct span *best = NULL;

	for (struct span *span = span_last(session, event->person); span;
	     span = span_before(session, span)) {
		if (!is_counted(span, event) || span->from_ms != UNKNOWN_START ||
		    span->to_ms < occurred_ms)
			continue;
		if (!best || span->to_ms < best->to_ms)
			best = span;
	}
	return best;
}

static bool somebody_joins(struct session *session, const struct event *event,
			   struct effects *effects, int64_t occurred_ms)
{
	if (join_is_known(session, event, occurred_ms))
		return false;
	struct span *span = overtaking_leave(session, event, occurred_ms);
	if (span) {
		span->from_ms = span->told_ms = occurred_ms;
		span->source = event->source;
	} else {
		span = span_open(session, event, effects, occurred_ms);
	}
	if (span)
		span_record(session, effects, span);
	return span;
}

/* How well this leave fits the span; 0: not at all. */
static int fitness(struct session *session, const struct span *span, int64_t occurred_ms)
{
	if (span->closed == SPAN_LEFT || span->from_ms > occurred_ms)
		return 0;
	/* The other witness was heard first. */
	if (span->closed == SPAN_BY_OTHER && balance_is_near(span->to_ms, occurred_ms))
		return 4;
	if (span->closed == SPAN_OPEN)
		return 3;
	if (span->closed == SPAN_MEETING_ENDED)
		return occurred_ms - span->to_ms <= LEAVE_AFTER_END_MS ? 2 : 0;
	/* Somebody thought so too early: they were there by another device. */
	return occurred_ms <= span->to_ms || balance_covers(session, span) ? 1 : 0;
}

/* The one that fits best; of those the oldest. */
static struct span *span_to_close(struct session *session, const struct event *event,
				  int64_t occurred_ms)
{
	struct span *best = NULL;
	int best_fitness = 0;

	for (struct span *span = span_last(session, event->person); span;
	     span = span_before(session, span)) {
		const int fits =
			is_counted(span, event) ? fitness(session, span, occurred_ms) : 0;
		if (fits > best_fitness ||
		    (fits > 0 && fits == best_fitness && span->from_ms < best->from_ms)) {
			best = span;
			best_fitness = fits;
		}
	}
	return best;
}

static bool leave_is_known(struct session *session, const struct event *event,
			   int64_t occurred_ms)
{
	for (struct span *span = span_last(session, event->person); span;
	     span = span_before(session, span)) {
		if (is_counted(span, event) && span->closed == SPAN_LEFT &&
		    span->to_ms == occurred_ms)
			return true;
	}
	return false;
}

static bool somebody_leaves(struct session *session, const struct event *event,
			    struct effects *effects, int64_t occurred_ms)
{
	if (leave_is_known(session, event, occurred_ms))
		return false;
	struct span *span = span_to_close(session, event, occurred_ms);
	if (span) {
		span->to_ms = occurred_ms;
		span->closed = SPAN_LEFT;
	} else {
		span = span_end_alone(session, event, effects, occurred_ms);
	}
	if (span)
		span_record(session, effects, span);
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
	member->missed = 0;
	const bool news = event->presence.leg != 0
				  ? leg_joins(session, event, effects, occurred_ms)
				  : somebody_joins(session, event, effects, occurred_ms);
	if (!news)
		return;
	balance_joined(session, event, effects, occurred_ms);
	presence_settle(session, effects, event->person);
	if (member->role == ROLE_FACILITATOR || member->role == ROLE_PRODUCER)
		help_over(session, effects, member->here);
	round_consider(session, event, effects);
}

void person_left(struct session *session, const struct event *event,
		 struct effects *effects)
{
	const int64_t occurred_ms = event_occurred_ms(event);
	const struct member *const member = live_evidence_of(session, event, effects);

	if (!member)
		return;
	hearing_told(session, event, effects, occurred_ms);
	const bool news = event->presence.leg != 0
				  ? leg_leaves(session, event, effects, occurred_ms)
				  : somebody_leaves(session, event, effects, occurred_ms);
	if (!news)
		return;
	balance_left(session, event, effects, occurred_ms);
	presence_settle(session, effects, event->person);
}

void presence_ends(struct session *session, const struct event *event,
		   struct effects *effects)
{
	const int64_t occurred_ms = event_occurred_ms(event);

	for (struct span *span = span_last(session, event->person); span;
	     span = span_before(session, span)) {
		if (span->place != event->place || span->closed != SPAN_OPEN ||
		    span->from_ms > occurred_ms)
			continue;
		span->to_ms = occurred_ms;
		span->closed = SPAN_CHECKED;
		span_record(session, effects, span);
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
	for (struct span *known = span_last(session, event->person); known;
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
	span_record(session, effects, span);
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
		span_record(session, effects, span);
	}
	for (uint32_t i = 0; i < session->people; i++) {
		if (session->member[i].here == place)
			presence_settle(session, effects, i);
	}
}
