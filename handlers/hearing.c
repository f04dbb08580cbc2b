/* SPDX-License-Identifier: MIT */
#include "handlers/hearing.h"

#include <assert.h>

#include "handlers/answer.h"
#include "handlers/meeting.h"

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void signal_hearing(struct effects *effects, uint16_t place)
{
	struct effect effect = effect_blank(SIGNAL_HEARING);

	effect.place = place;
	effect_add(effects, &effect);
}

/* -- gaps ---------------------------------------------------------------------------- */

static void record_gap(struct effects *effects, const struct gap *gap)
{
	struct effect effect = effect_blank(RECORD_GAP);

	effect.place = gap->place;
	effect.number = gap->state;
	effect.from_ms = gap->from_ms;
	effect.to_ms = gap->to_ms;
	effect_add(effects, &effect);
}

static struct gap *last_gap(struct session *session, uint16_t place)
{
	for (uint32_t i = session->gaps; i > 0; i--) {
		if (session->gap[i - 1].place == place)
			return &session->gap[i - 1];
	}
	return NULL;
}

const struct gap *gap_open(const struct session *session, uint16_t place)
{
	for (uint32_t i = 0; i < session->gaps; i++) {
		if (session->gap[i].place == place && session->gap[i].state == GAP_OPEN)
			return &session->gap[i];
	}
	return NULL;
}

/* NULL when there is no room: refused, and counted. */
static struct gap *gap_place(struct session *session, uint16_t place, int64_t from_ms)
{
	struct gap *gap = last_gap(session, place);

	if (session->gaps == GAPS_MAX) {
		session->refused++;
		return gap;
	}
	gap = &session->gap[session->gaps++];
	gap->place = place;
	gap->from_ms = from_ms;
	return gap;
}

static void gap_begins(struct session *session, struct effects *effects, uint16_t place,
		       int64_t from_ms)
{
	if (gap_open(session, place))
		return;
	struct gap *const gap = gap_place(session, place, from_ms);
	if (!gap)
		return;
	gap->to_ms = OPEN_END;
	gap->state = GAP_OPEN;
	record_gap(effects, gap);
	signal_hearing(effects, place);
}

static void gap_ends(struct session *session, struct effects *effects, uint16_t place,
		     int64_t to_ms)
{
	struct gap *const gap = last_gap(session, place);

	if (!gap || gap->state != GAP_OPEN)
		return;
	gap->to_ms = later(gap->from_ms, to_ms);
	gap->state = GAP_OVER;
	record_gap(effects, gap);
	signal_hearing(effects, place);
}

void gaps_cover(struct session *session, struct effects *effects, uint16_t place)
{
	for (uint32_t i = 0; i < session->gaps; i++) {
		struct gap *const gap = &session->gap[i];
		if (gap->place != place || gap->state != GAP_OVER)
			continue;
		gap->state = GAP_COVERED;
		record_gap(effects, gap);
	}
}

bool gaps_uncovered(const struct session *session, uint16_t place)
{
	for (uint32_t i = 0; i < session->gaps; i++) {
		if (session->gap[i].place == place &&
		    session->gap[i].state != GAP_COVERED)
			return true;
	}
	return false;
}

/* The bot and relays need no subscription: what they told shows that they were there. */
static bool was_witnessed(const struct session *session, const struct gap *gap)
{
	for (uint32_t i = 0; i < session->spans; i++) {
		const struct span *const span = &session->span[i];
		const bool live =
			span->source == SOURCE_BOT || span->source == SOURCE_RELAY;
		if (live && span->place == gap->place && span->from_ms < gap->to_ms)
			return true;
	}
	return false;
}

static bool touches_round(const struct session *session, const struct gap *gap,
			  uint32_t person)
{
	for (uint32_t i = 0; i < session->blocks; i++) {
		const struct block *const block = &session->block[i];
		if (!(session->member[person].rounds & UINT64_C(1) << i))
			continue;
		if (gap->from_ms < (block->ended_ms ? block->ended_ms : OPEN_END) &&
		    gap->to_ms > block->started_ms)
			return true;
	}
	return false;
}

bool gap_counts(const struct session *session, const struct gap *gap)
{
	return gap->state != GAP_COVERED && !was_witnessed(session, gap);
}

bool gap_may_hide(const struct session *session, const struct gap *gap, uint32_t person)
{
	return gap->place == PLACE_MAIN || touches_round(session, gap, person);
}

/* -- one place ------------------------------------------------------------------------- */

/* Since when a call may be on at this place; 0 when there is no sign of one. */
static int64_t call_since(const struct session *session, uint16_t number)
{
	const struct place *const place = &session->place[number];

	if (place->live)
		return place->resumed_ms;
	if (place->round)
		return session->block[place->round - 1].started_ms;
	/* Nobody has told of its start, but the run-sheet runs: people are there. */
	if (number == PLACE_MAIN && session->state == SESSION_RUNNING && session->blocks)
		return session->block[0].started_ms;
	return 0;
}

static bool is_deaf(const struct place *place)
{
	return place->hearing == HEARING_LOST || place->hearing == HEARING_LATE;
}

static void settle(struct session *session, struct effects *effects, uint16_t place,
		   int64_t moment)
{
	const int64_t running_ms = session->place[PLACE_MAIN].resumed_ms;

	if (session->state == SESSION_RUNNING && is_deaf(&session->place[place]))
		gap_begins(session, effects, place, later(moment, running_ms));
	else
		gap_ends(session, effects, place, moment);
}

static void turns(struct session *session, struct effects *effects, uint16_t number,
		  enum hearing_state next, int64_t moment)
{
	struct place *const place = &session->place[number];

	if (place->hearing != next)
		hearing_move(place, next);
	place->hearing_ms = session->now_ms;
	settle(session, effects, number, moment);
}

void hearing_ask(struct session *session, struct effects *effects, uint16_t place)
{
	struct effect effect = effect_blank(DELIVER_SUBSCRIPTION);

	effect.place = place;
	effect_add(effects, &effect);
	if (session->place[place].hearing == HEARING_NONE)
		hearing_move(&session->place[place], HEARING_ASKED);
}

static struct place *place_asked(struct session *session, const struct event *event,
				 struct effects *effects)
{
	struct place *const place = place_use(session, event, effects);

	return place && place->hearing != HEARING_NONE ? place : NULL;
}

/* What the shell says of the past, when it is of this session's day at all. */
static int64_t since(const struct session *session, const struct event *event)
{
	const int64_t told_ms = event->hearing.since_ms;

	return told_ms > 0 && told_ms < session->now_ms ? told_ms : session->now_ms;
}

void hearing_lost(struct session *session, const struct event *event,
		  struct effects *effects)
{
	if (place_asked(session, event, effects))
		turns(session, effects, event->place, HEARING_LOST,
		      since(session, event));
}

/* If a call is on already, then all of it was missed. */
void hearing_refused(struct session *session, const struct event *event,
		     struct effects *effects)
{
	const struct place *const place = place_asked(session, event, effects);

	if (!place || place->hearing == HEARING_LOST)
		return;
	const int64_t call_ms = call_since(session, event->place);

	turns(session, effects, event->place, HEARING_LOST,
	      place->hearing == HEARING_ASKED && call_ms ? call_ms : session->now_ms);
}

void hearing_resumed(struct session *session, const struct event *event,
		     struct effects *effects)
{
	if (!place_asked(session, event, effects))
		return;
	const int64_t call_ms = call_since(session, event->place);

	if (call_ms && event->hearing.since_ms > call_ms)
		turns(session, effects, event->place, HEARING_LATE, call_ms);
	else
		turns(session, effects, event->place, HEARING_HEARD, session->now_ms);
}

void hearing_told(struct session *session, const struct event *event,
		  struct effects *effects, int64_t occurred_ms)
{
	if (event->source != SOURCE_GRAPH || event->place >= PLACES_MAX)
		return;
	const struct place *const place = &session->place[event->place];

	/* Graph repeats for hours what it could not deliver: only what is new counts. */
	if (place->hearing == HEARING_LATE && occurred_ms >= place->hearing_ms)
		turns(session, effects, event->place, HEARING_HEARD, occurred_ms);
}

void hearing_call_ended(struct session *session, struct effects *effects, uint16_t place,
			int64_t moment)
{
	if (session->place[place].hearing == HEARING_LATE)
		turns(session, effects, place, HEARING_HEARD, moment);
}

/* -- the session --------------------------------------------------------------------- */

void hearing_begins(struct session *session, struct effects *effects)
{
	for (uint32_t i = 0; i < session->places; i++) {
		if (is_deaf(&session->place[i]))
			settle(session, effects, (uint16_t)i,
			       session->place[PLACE_MAIN].resumed_ms);
	}
}

void hearing_pauses(struct session *session, struct effects *effects, int64_t moment)
{
	assert(session->state != SESSION_RUNNING);
	for (uint32_t i = 0; i < session->places; i++)
		gap_ends(session, effects, (uint16_t)i, moment);
}

int64_t hearing_ends_ms(const struct session *session)
{
	if (session->state != SESSION_CLOSED)
		return 0;
	for (uint32_t i = 0; i < session->places; i++) {
		if (session->place[i].hearing != HEARING_NONE)
			return session->ended_ms + REOPEN_MS;
	}
	return 0;
}

void hearing_ends(struct session *session, const struct event *event,
		  struct effects *effects, int64_t moment)
{
	(void)event;
	(void)moment;
	for (uint32_t i = 0; i < session->places; i++) {
		if (session->place[i].hearing == HEARING_NONE)
			continue;
		hearing_move(&session->place[i], HEARING_NONE);

		struct effect effect = effect_blank(DELIVER_SUBSCRIPTION_END);
		effect.place = (uint16_t)i;
		effect_add(effects, &effect);
	}
}

bool hearing_is_wanted(const struct session *session, uint16_t place)
{
	assert(place < PLACES_MAX);
	return session->place[place].hearing != HEARING_NONE;
}

bool hearing_is_urgent(const struct session *session, uint16_t place)
{
	return session->state == SESSION_RUNNING && hearing_is_wanted(session, place);
}
