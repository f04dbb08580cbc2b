/* SPDX-License-Identifier: MIT */
#include "handlers/breakout.h"

#include <assert.h>

#include "handlers/allocate/deal.h"
#include "handlers/answer.h"
#include "handlers/ladder.h"
#include "handlers/timeline.h"

/* The people and places a round is made of, gathered afresh whenever it is considered. */
struct round {
	uint32_t count; /* participants who are here */
	uint32_t people[PEOPLE_MAX];
	uint32_t ready, asked;     /* rooms */
	uint16_t rooms[ROOMS_MAX]; /* the ready ones */
	uint16_t room_of[PEOPLE_MAX];
};

static bool takes_part(const struct member *member)
{
	return member->known && member->role == ROLE_PARTICIPANT &&
	       member->here != PLACE_NONE;
}

static void signal_round(struct effects *effects, uint32_t block)
{
	struct effect effect = effect_blank(SIGNAL_ROUND);

	effect.block = (uint16_t)block;
	effect_add(effects, &effect);
}

static void rooms_count(const struct session *session, uint32_t *ready, uint32_t *asked)
{
	*ready = 0;
	*asked = 0;
	for (uint32_t i = 1; i < PLACES_MAX; i++) {
		*ready += session->place[i].state == PLACE_READY;
		*asked += session->place[i].state == PLACE_ASKED;
	}
}

void rooms_ask(struct session *session, struct effects *effects, uint32_t needed)
{
	uint32_t ready, asked;

	assert(needed <= ROOMS_MAX);
	rooms_count(session, &ready, &asked);
	uint32_t there = ready + asked;
	for (uint32_t i = 1; i < PLACES_MAX && there < needed; i++) {
		struct place *const place = &session->place[i];
		if (place->state == PLACE_READY || place->state == PLACE_ASKED)
			continue;
		place_move(place, PLACE_ASKED);
		if (session->places <= i)
			session->places = i + 1;
		there++;

		struct effect effect = effect_blank(DELIVER_ROOM_MEETING);
		effect.place = (uint16_t)i;
		effect_add(effects, &effect);
	}
}

static void round_gather(const struct session *session, const struct block *block,
			 struct round *round)
{
	uint32_t usable = 0;

	round->count = 0;
	for (uint32_t i = 0; i < session->people; i++) {
		if (takes_part(&session->member[i]))
			round->people[round->count++] = i;
	}
	rooms_count(session, &round->ready, &round->asked);
	for (uint32_t i = 1; i < PLACES_MAX; i++) {
		if (block->way != DELIVERY_ROOM_MEETING ||
		    session->place[i].state == PLACE_READY)
			round->rooms[usable++] = (uint16_t)i;
	}
	round->ready = usable;
	if (block->way != DELIVERY_ROOM_MEETING)
		round->asked = 0;
}

/* More than a main chat can whisper to. */
static uint32_t is_crowded(const struct session *session)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < session->people; i++)
		count += takes_part(&session->member[i]);
	return count > WHISPERS_MAX;
}

static void allocate(struct session *session, struct effects *effects, uint32_t person,
		     uint16_t place, uint32_t crowded)
{
	struct member *const member = &session->member[person];
	const struct block *const block = &session->block[session->current];

	assert(place != PLACE_MAIN);
	member->room = place;
	member->rounds |= UINT64_C(1) << session->current;

	struct effect effect = effect_blank(RECORD_ALLOCATION);
	effect.person = person;
	effect.place = place;
	effect.block = session->current;
	effect_add(effects, &effect);
	if (block->way == DELIVERY_ROOM_MEETING)
		ladder_tell(session, effects, person, crowded);
}

static void round_opens(struct session *session, const struct event *event,
			struct effects *effects, struct round *round, uint32_t rooms)
{
	struct block *const block = &session->block[session->current];

	round_move(block, ROUND_OPEN);
	block->rooms = (uint16_t)rooms;
	for (uint32_t i = 0; i < rooms; i++) {
		const uint16_t place = round->rooms[i];
		session->place[place].round = (uint16_t)(session->current + 1);
		if (session->places <= place)
			session->places = place + 1u;
	}
	deal(event->seed ^ session->current, round->people, round->count, rooms,
	     round->room_of);
	const uint32_t crowded = is_crowded(session);
	for (uint32_t i = 0; i < round->count; i++)
		allocate(session, effects, round->people[i],
			 round->rooms[round->room_of[i]], crowded);
	warnings_plan(block, session->now_ms);
	signal_round(effects, session->current);
}

static uint32_t rooms_wanted(const struct block *block, uint32_t people)
{
	return deal_rooms(people, block->room_size, block->room_count);
}

/* A round that has not opened: begin it, wait for its rooms, or do without them. */
static void round_prepares(struct session *session, const struct event *event,
			   struct effects *effects, struct block *block)
{
	struct round round;

	round_gather(session, block, &round);
	const uint32_t wanted = rooms_wanted(block, round.count);
	if (wanted == 0)
		return;
	if (block->round == ROUND_NONE && round.ready < wanted) {
		rooms_ask(session, effects, wanted);
		round_move(block, ROUND_WAITING);
		signal_round(effects, session->current);
		return;
	}
	const bool no_more_come = round.asked == 0 || block->hurried;
	if (round.ready >= wanted) {
		round_opens(session, event, effects, &round, wanted);
	} else if (no_more_come && round.ready > 0) {
		round_opens(session, event, effects, &round, round.ready);
	} else if (round.asked == 0) {
		round_move(block, ROUND_RECALLED);
		signal_round(effects, session->current);
	}
}

/* Into the room with the fewest people there; the seed decides between equals. */
static uint16_t smallest_room(const struct session *session, uint64_t seed,
			      uint32_t person)
{
	uint16_t sizes[PLACES_MAX] = { 0 }, equals[ROOMS_MAX];
	uint32_t count = 0, fewest = UINT32_MAX;

	for (uint32_t i = 0; i < session->people; i++) {
		const struct member *const member = &session->member[i];
		if (takes_part(member) && member->room != 0)
			sizes[member->room]++;
		else
			sizes[member->kept]++;
	}
	for (uint32_t i = 1; i < PLACES_MAX; i++) {
		if (session->place[i].round != session->current + 1)
			continue;
		if (sizes[i] < fewest) {
			fewest = sizes[i];
			count = 0;
		}
		if (sizes[i] == fewest)
			equals[count++] = (uint16_t)i;
	}
	assert(count > 0);
	return equals[deal_choice(seed, person, count)];
}

/* The room this person had before the round was broken off, or the smallest. */
static uint16_t room_for(const struct session *session, uint64_t seed, uint32_t person)
{
	const uint16_t kept = session->member[person].kept;

	if (kept != 0 && session->place[kept].round == session->current + 1)
		return kept;
	return smallest_room(session, seed, person);
}

static void round_takes_late(struct session *session, const struct event *event,
			     struct effects *effects)
{
	const uint32_t crowded = is_crowded(session);
	bool any = false;

	for (uint32_t i = 0; i < session->people; i++) {
		const struct member *const member = &session->member[i];
		if (!takes_part(member) || member->room != 0)
			continue;
		allocate(session, effects, i, room_for(session, event->seed, i), crowded);
		any = true;
	}
	if (any)
		signal_round(effects, session->current);
}

void round_consider(struct session *session, const struct event *event,
		    struct effects *effects)
{
	if (session->clock != CLOCK_RUNNING && session->clock != CLOCK_HELD)
		return;
	struct block *const block = &session->block[session->current];
	if (block->kind != BLOCK_ROUND || block->state != BLOCK_CURRENT)
		return;
	if (session->clock == CLOCK_RUNNING &&
	    session_block_ends(session, session->current) <= session->now_ms)
		return;
	if (block->round == ROUND_OPEN)
		round_takes_late(session, event, effects);
	else if (block->round != ROUND_RECALLED)
		round_prepares(session, event, effects, block);
}

void round_waited(struct session *session, const struct event *event,
		  struct effects *effects, int64_t moment)
{
	(void)moment;
	session->block[session->current].hurried = 1;
	round_consider(session, event, effects);
}

/* One effect for each room of the round that is open. */
static void each_room(struct session *session, struct effects *effects, uint32_t block,
		      struct effect effect)
{
	if (session->block[block].way != DELIVERY_ROOM_MEETING)
		return;
	for (uint32_t i = 1; i < PLACES_MAX; i++) {
		if (session->place[i].round != block + 1)
			continue;
		effect.place = (uint16_t)i;
		effect.block = (uint16_t)block;
		effect_add(effects, &effect);
	}
}

static void rooms_empty(struct session *session, struct effects *effects, uint32_t block)
{
	for (uint32_t i = 0; i < session->people; i++) {
		ladder_close(session, effects, i, block);
		session->member[i].room = 0;
	}
	for (uint32_t i = 1; i < PLACES_MAX; i++) {
		help_over(session, effects, (uint16_t)i);
		session->place[i].round = 0;
	}
}

/* Where the meeting itself can be reached, whoever looks at its stage and not at the chat. */
static void call_in(const struct session *session, struct effects *effects,
		    uint32_t index)
{
	struct effect effect = effect_blank(DELIVER_CALL_IN);

	effect.block = (uint16_t)index;
	for (uint32_t i = 1; i < PLACES_MAX; i++) {
		const struct place *const place = &session->place[i];
		if (place->round != index + 1 || !place->witnessed || !place->live)
			continue;
		effect.place = (uint16_t)i;
		for (effect.number = 0; effect.number * CALL_IN_PEOPLE < place->here;
		     effect.number++)
			effect_add(effects, &effect);
	}
}

static void recall(struct session *session, struct effects *effects, uint32_t index)
{
	struct block *const block = &session->block[index];

	if (block->round != ROUND_WAITING && block->round != ROUND_OPEN)
		return;
	round_move(block, ROUND_RECALLED);
	each_room(session, effects, index, effect_blank(DELIVER_RECALL));
	call_in(session, effects, index);
	rooms_empty(session, effects, index);
	signal_round(effects, index);
}

static void rooms_keep(struct session *session, bool keep)
{
	for (uint32_t i = 0; i < session->people; i++) {
		struct member *const member = &session->member[i];
		if (member->room != 0 || !keep)
			member->kept = keep ? member->room : 0;
	}
	for (uint32_t i = 1; i < PLACES_MAX; i++)
		session->place[i].kept = keep ? session->place[i].round : 0;
}

void round_recall(struct session *session, struct effects *effects, uint32_t index)
{
	recall(session, effects, index);
	rooms_keep(session, false);
}

void round_breaks_off(struct session *session, struct effects *effects, uint32_t index)
{
	rooms_keep(session, session->block[index].round == ROUND_OPEN);
	recall(session, effects, index);
}

/* The rooms that were kept are the round's again; returns how many. */
static uint32_t rooms_return(struct session *session)
{
	uint32_t rooms = 0;

	for (uint32_t i = 1; i < PLACES_MAX; i++) {
		if (session->place[i].kept != session->current + 1u)
			continue;
		session->place[i].round = (uint16_t)session->place[i].kept;
		rooms++;
	}
	return rooms;
}

void round_takes_up(struct session *session, const struct event *event,
		    struct effects *effects)
{
	struct block *const block = &session->block[session->current];
	const bool time_is_up =
		session->clock == CLOCK_RUNNING &&
		session_block_ends(session, session->current) <= session->now_ms;

	if (block->kind != BLOCK_ROUND || block->round != ROUND_RECALLED || time_is_up)
		return;
	if (rooms_return(session) == 0) {
		round_move(block, ROUND_NONE);
	} else {
		round_move(block, ROUND_OPEN);
		warnings_plan(block, session->now_ms);
		signal_round(effects, session->current);
	}
	round_consider(session, event, effects);
}

void round_end_moves(struct session *session, struct effects *effects, int64_t by_ms)
{
	struct block *const block = &session->block[session->current];
	struct effect effect = effect_blank(DELIVER_EXTENSION);

	if (block->round != ROUND_OPEN || by_ms == 0)
		return;
	warnings_plan(block, session->now_ms);
	effect.amount_ms = by_ms;
	effect.to_ms = session_block_ends(session, session->current);
	each_room(session, effects, session->current, effect);
	signal_round(effects, session->current);
}

int64_t block_next_warning_ms(const struct block *block)
{
	const int64_t ends_ms = block->started_ms + block->length_ms;
	int64_t next_ms = 0;

	for (uint32_t i = 0; i < WARNINGS_MAX; i++) {
		const int64_t moment = ends_ms - block->warnings_ms[i];
		if (!(block->warned & (1u << i)) && (next_ms == 0 || moment < next_ms))
			next_ms = moment;
	}
	return next_ms;
}

void warnings_plan(struct block *block, int64_t now_ms)
{
	const int64_t ends_ms = block->started_ms + block->length_ms;
	unsigned warned = 0;

	for (uint32_t i = 0; i < WARNINGS_MAX; i++) {
		const int64_t before_ms = block->warnings_ms[i];
		if (before_ms <= 0 || ends_ms - before_ms <= now_ms)
			warned |= 1u << i;
	}
	block->warned = (uint16_t)warned;
}

void warning_came(struct session *session, const struct event *event,
		  struct effects *effects, int64_t moment)
{
	struct block *const block = &session->block[session->current];
	const int64_t ends_ms = block->started_ms + block->length_ms;
	struct effect effect = effect_blank(DELIVER_WARNING);

	(void)event;
	for (uint32_t i = 0; i < WARNINGS_MAX; i++) {
		if (ends_ms - block->warnings_ms[i] <= session->now_ms)
			block->warned = (uint16_t)(block->warned | 1u << i);
	}
	if (session->now_ms >= ends_ms)
		return;
	effect.amount_ms = ends_ms - moment;
	if (session->now_ms - moment > WARNING_LATE_MS)
		effect.amount_ms = ends_ms - session->now_ms;
	each_room(session, effects, session->current, effect);
	signal_round(effects, session->current);
}
