/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "handlers/allocate/deal.h"
#include "handlers/answer.h"
#include "tests/handlers/simulate.h"

static bool takes_part(const struct member *member)
{
	return member->known && member->role == ROLE_PARTICIPANT &&
	       member->here != PLACE_NONE;
}

static void presence_adds_up(const struct session *session)
{
	uint32_t here[PLACES_MAX] = { 0 };

	for (uint32_t i = 0; i < session->people; i++) {
		const struct member *const member = &session->member[i];
		CLAIM(member->known || member->here == PLACE_NONE);
		CLAIM(member->here == PLACE_NONE || member->here < session->places);
		if (member->here != PLACE_NONE)
			here[member->here]++;
	}
	for (uint32_t i = 0; i < PLACES_MAX; i++)
		CLAIM(session->place[i].here == here[i]);
}

static void everybody_has_one_room(const struct session *session)
{
	const struct block *const block = &session->block[session->current];
	const bool open = session->blocks > 0 && block->state == BLOCK_CURRENT &&
			  block->round == ROUND_OPEN;
	uint32_t used = 0;

	for (uint32_t i = 0; i < PLACES_MAX; i++) {
		CLAIM(session->place[i].round == 0 ||
		      (open && session->place[i].round == session->current + 1));
		used += session->place[i].round != 0;
	}
	CLAIM(used == (open ? block->rooms : 0u));
	CLAIM(session->place[PLACE_MAIN].round == 0);
	for (uint32_t i = 0; i < session->people; i++) {
		const struct member *const member = &session->member[i];
		CLAIM(open || member->room == 0);
		CLAIM(open || (member->card == CARD_NONE && member->told == 0));
		CLAIM((member->card == CARD_DOUBT) == (member->doubt_ms != 0));
		CLAIM(!open || !takes_part(member) || member->room != 0);
		CLAIM(member->room == 0 || session->place[member->room].round != 0);
		CLAIM(member->room == 0 || member->rounds & UINT64_C(1)
								    << session->current);
	}
}

/* Rooms of a round that this event has opened; one that goes on has the rooms it had. */
static void rooms_are_even(const struct session *before, const struct session *session,
			   const struct effects *effects)
{
	const struct block *const block = &session->block[session->current];
	uint32_t sizes[PLACES_MAX] = { 0 }, least = UINT32_MAX, most = 0;

	if (block->round != ROUND_OPEN || block->state != BLOCK_CURRENT ||
	    before->block[session->current].round == ROUND_OPEN ||
	    before->block[session->current].round == ROUND_RECALLED)
		return;
	for (size_t i = 0; i < effects->count; i++) {
		if (effects->list[i].kind == RECORD_ALLOCATION &&
		    effects->list[i].block == session->current)
			sizes[effects->list[i].place]++;
	}
	for (uint32_t i = 1; i < PLACES_MAX; i++) {
		CLAIM(sizes[i] == 0 || session->place[i].round != 0);
		if (session->place[i].round == 0)
			continue;
		least = sizes[i] < least ? sizes[i] : least;
		most = sizes[i] > most ? sizes[i] : most;
	}
	CLAIM(most - least <= 1);
	CLAIM(least >= (block->room_size == 1 ? 1u : 2u));
}

static void the_clock_is_sane(const struct session *before, const struct session *session)
{
	CLAIM(session->now_ms >= before->now_ms);
	CLAIM(session->alarm_ms == 0 || session->alarm_ms > session->now_ms);
	CLAIM((session->clock == CLOCK_HELD) == (session->held_since_ms != 0));
	CLAIM(session->state == SESSION_RUNNING || session->clock == CLOCK_WAITING ||
	      session->clock == CLOCK_ENDED);
	int64_t moment = 0;
	for (uint32_t i = 0; i < session->blocks; i++) {
		const struct block *const block = &session->block[i];
		CLAIM(block->length_ms > 0 || block->state != BLOCK_AHEAD);
		if (block->state == BLOCK_AHEAD) {
			CLAIM(block->started_ms == 0);
			CLAIM(i > session->current || session->current == 0);
			continue;
		}
		CLAIM(i <= session->current);
		CLAIM(block->state != BLOCK_CURRENT || i == session->current);
		CLAIM(block->started_ms >= moment);
		CLAIM(block->state == BLOCK_CURRENT ||
		      block->ended_ms >= block->started_ms);
		moment = block->ended_ms;
	}
}

static void votes_add_up(const struct session *session)
{
	for (uint32_t i = 0; i < session->polls; i++) {
		const struct poll *const poll = &session->poll[i];
		uint32_t counts[CHOICES_MAX + 1] = { 0 }, answers = 0;
		for (uint32_t j = 0; j < session->people; j++) {
			CLAIM(session->member[j].votes[i] <= poll->choices);
			counts[session->member[j].votes[i]]++;
		}
		for (uint32_t j = 0; j < CHOICES_MAX; j++) {
			CLAIM(poll->counts[j] == counts[j + 1]);
			answers += poll->counts[j];
		}
		CLAIM(poll->answers == answers);
	}
}

static void spans_are_well_formed(const struct session *session)
{
	uint32_t chained = 0;

	for (uint32_t i = 0; i < session->people; i++) {
		uint32_t last = session->member[i].last_span;
		for (; last; last = session->span[last - 1].previous) {
			CLAIM(last <= session->spans);
			CLAIM(session->span[last - 1].previous < last);
			CLAIM(session->span[last - 1].person == i);
			chained++;
		}
	}
	CLAIM(chained == session->spans);
	for (uint32_t i = 0; i < session->spans; i++) {
		const struct span *const span = &session->span[i];
		CLAIM(span->from_ms <= span->to_ms);
		CLAIM((span->to_ms == OPEN_END) == (span->closed == SPAN_OPEN));
		CLAIM(span->place == PLACE_PAGE || span->place < session->places);
	}
}

static void the_register_adds_up(const struct session *session)
{
	for (uint32_t i = 0; i < session->people; i++) {
		const struct result *const result = &session->results[i];
		CLAIM(result->version <= session->register_version);
		if (result->version == 0)
			continue;
		CLAIM(result->attended_ms + result->absent_ms == session->creditable_ms);
		CLAIM(result->attended_ms >= result->presumed_ms);
		CLAIM(result->longest_absence_ms <= result->absent_ms);
		CLAIM(result->first_ms <= result->last_ms);
		CLAIM(result->verdict < VERDICTS);
	}
	CLAIM(session->state < SESSION_OVER || session->register_version > 0 ||
	      session->people == 0);
}

static uint32_t rung_of(uint16_t kind)
{
	return kind == DELIVER_ROOM_WHISPER  ? RUNG_WHISPER
	       : kind == DELIVER_ROOM_CARD   ? RUNG_CARD
	       : kind == DELIVER_ROOM_NOTICE ? RUNG_NOTICE
	       : kind == DELIVER_ROOM_MAIL   ? RUNG_MAIL
	       : kind == DELIVER_ROOM_AGAIN  ? RUNG_AGAIN
					     : RUNGS;
}

/* Nobody is told twice by the same way while a room is theirs; a lost answer is waited for,
 * and each that is waited for is counted. */
static void the_ladder_goes_up(const struct session *before,
			       const struct session *session,
			       const struct effects *effects)
{
	uint32_t doubts = 0;

	for (size_t i = 0; i < effects->count; i++) {
		const struct effect *const effect = &effects->list[i];
		const uint32_t rung = rung_of(effect->kind);
		if (rung == RUNGS)
			continue;
		const struct member *const was = &before->member[effect->person];
		CLAIM(rung >= was->rung || was->rung >= RUNG_AGAIN);
		CLAIM(was->card == CARD_NONE || was->room != effect->place ||
		      before->current != effect->block || rung > was->asked ||
		      before->block[effect->block].round != ROUND_OPEN);
	}
	for (uint32_t i = 0; i < session->people; i++)
		doubts += session->member[i].doubt_ms != 0;
	for (uint32_t i = 0; i < PLACES_MAX; i++)
		doubts += session->place[i].doubt_ms != 0;
	for (uint32_t i = 0; i < POLLS_MAX; i++)
		doubts += session->poll[i].doubt_ms != 0;
	CLAIM(doubts == session->doubts);
}

static void one_answer_each(const struct event *event, const struct effects *effects)
{
	uint32_t answers = 0;

	for (size_t i = 0; i < effects->count; i++) {
		CLAIM(effects->list[i].kind > EFFECT_NONE);
		CLAIM(effects->list[i].kind < EFFECT_KINDS);
		answers += effects->list[i].kind == ANSWER;
	}
	if (event_wants_answer(event))
		CLAIM(answers == 1);
	else
		CLAIM(answers <= (event->by != PERSON_NONE ? 1u : 0u));
}

static bool is_deaf(const struct session *session, uint32_t place)
{
	return session->place[place].hearing == HEARING_LOST ||
	       session->place[place].hearing == HEARING_LATE;
}

static void gaps_are_where_nobody_hears(const struct session *session)
{
	uint32_t open[PLACES_MAX] = { 0 };

	CLAIM(session->gaps <= GAPS_MAX);
	for (uint32_t i = 0; i < session->gaps; i++) {
		const struct gap *const gap = &session->gap[i];
		CLAIM(gap->place < session->places && gap->from_ms <= gap->to_ms);
		CLAIM((gap->state == GAP_OPEN) == (gap->to_ms == OPEN_END));
		open[gap->place] += gap->state == GAP_OPEN;
	}
	for (uint32_t i = 0; i < session->places; i++) {
		const bool gap = session->state == SESSION_RUNNING && is_deaf(session, i);
		CLAIM(open[i] == gap || (session->gaps == GAPS_MAX && open[i] == 0));
		CLAIM(session->place[i].hearing == HEARING_NONE ||
		      session->state >= SESSION_OPEN);
	}
}

void claims_hold(const struct session *before, const struct session *session,
		 const struct event *event, const struct effects *effects)
{
	presence_adds_up(session);
	everybody_has_one_room(session);
	rooms_are_even(before, session, effects);
	the_clock_is_sane(before, session);
	the_ladder_goes_up(before, session, effects);
	votes_add_up(session);
	spans_are_well_formed(session);
	gaps_are_where_nobody_hears(session);
	the_register_adds_up(session);
	one_answer_each(event, effects);
	CLAIM(session->events == before->events + 1);
}

bool claims_repeat_harmless(const struct event *event)
{
	switch (event->kind) {
	case EVENT_RUNSHEET_EXTENDED:
	case EVENT_RUNSHEET_SKIPPED:
	case EVENT_BREAKOUT_RECALLED:
	case EVENT_REPORT_READ:
	case EVENT_MEETING_CHANGED:
		return false;
	case EVENT_DELIVERY_FAILED: /* one of two fetches may be under way */
		return event->delivery.what != DELIVER_REPORT_FETCH;
	default:
		return true;
	}
}
