/* SPDX-License-Identifier: MIT */
#include "handlers/planning.h"

#include <string.h>

#include "handlers/allocate/deal.h"
#include "handlers/answer.h"
#include "handlers/breakout.h"
#include "handlers/hearing.h"
#include "handlers/meeting.h"
#include "handlers/register.h"

static int32_t at_least_zero(int32_t value)
{
	return value > 0 ? value : 0;
}

void session_scheduled(struct session *session, const struct event *event,
		       struct effects *effects)
{
	if (session->state != SESSION_ABSENT)
		return;
	if (event->scheduled.starts_ms < 0 ||
	    event->scheduled.starts_ms > LATEST_START_MS) {
		refuse(session, event, effects, ANSWER_UNKNOWN);
		return;
	}
	session_move(session, SESSION_PLANNED);
	session->seed = event->seed;
	session->starts_ms = event->scheduled.starts_ms;
	session->grace_ms = at_least_zero(event->scheduled.grace_ms);
	session->transfer_ms = at_least_zero(event->scheduled.transfer_ms);
	session->minimum_answers = event->scheduled.minimum_answers;
	session->presume = event->scheduled.presume != 0;
	session->places = 1;
	record_session(session, effects);
}

static bool block_is_possible(const struct event *event)
{
	if (event->block_planned.kind >= BLOCK_KINDS ||
	    event->block_planned.way >= DELIVERY_WAYS)
		return false;
	if (event->block_planned.length_ms <= 0 ||
	    event->block_planned.length_ms > BLOCK_LENGTH_MAX_MS)
		return false;
	if (event->block_planned.kind != BLOCK_ROUND)
		return true;
	return (event->block_planned.room_size == 0) !=
		       (event->block_planned.room_count == 0) &&
	       event->block_planned.room_count <= ROOMS_MAX;
}

void block_planned(struct session *session, const struct event *event,
		   struct effects *effects)
{
	if (event->block < session->blocks)
		return;
	if (event->block >= BLOCKS_MAX) {
		refuse(session, event, effects, ANSWER_FULL);
		return;
	}
	if (session->state != SESSION_PLANNED || event->block != session->blocks ||
	    !block_is_possible(event)) {
		refuse(session, event, effects, ANSWER_NOT_NOW);
		return;
	}
	struct block *const block = &session->block[session->blocks++];
	block->length_ms = event->block_planned.length_ms;
	block->planned_ms = event->block_planned.length_ms;
	block->fixed_ms = event->block_planned.fixed_ms;
	memcpy(block->warnings_ms, event->block_planned.warnings_ms,
	       sizeof(block->warnings_ms));
	block->kind = event->block_planned.kind;
	block->creditable = event->block_planned.creditable != 0;
	block->room_size = event->block_planned.room_size;
	block->room_count = event->block_planned.room_count;
	block->way = event->block_planned.way;
}

void poll_planned(struct session *session, const struct event *event,
		  struct effects *effects)
{
	const uint32_t choices = event->poll_planned.choices;

	if (event->poll < session->polls)
		return;
	if (event->poll >= POLLS_MAX || choices > CHOICES_MAX) {
		refuse(session, event, effects, ANSWER_FULL);
		return;
	}
	if (session->state != SESSION_PLANNED || event->poll != session->polls ||
	    (event->block >= session->blocks && event->block != BLOCKS_MAX) ||
	    choices < 2) {
		refuse(session, event, effects, ANSWER_NOT_NOW);
		return;
	}
	struct poll *const poll = &session->poll[session->polls++];
	poll_move(poll, POLL_DRAFT);
	poll->block = event->block;
	poll->choices = event->poll_planned.choices;
	poll->likert = event->poll_planned.likert != 0;
	poll->changeable = event->poll_planned.changeable != 0;
	poll->may_show = event->poll_planned.shown != 0;
}

void person_enrolled(struct session *session, const struct event *event,
		     struct effects *effects)
{
	if (event->enrolled.role >= ROLES) {
		refuse(session, event, effects, ANSWER_UNKNOWN);
		return;
	}
	struct member *const member = member_meet(session, event, effects, 1);
	if (!member)
		return;
	member->role = (uint16_t)event->enrolled.role;
	round_consider(session, event, effects);
}

void person_withdrawn(struct session *session, const struct event *event,
		      struct effects *effects)
{
	if (!session_member(session, event->person))
		return;
	struct member *const member = &session->member[event->person];

	member->known = (uint16_t)(member->known & ~1u);
	if (session->state >= SESSION_OVER)
		register_write(session, effects);
}

static uint32_t rooms_expected(const struct session *session)
{
	uint32_t participants = 0, most = 0;

	for (uint32_t i = 0; i < session->people; i++) {
		const struct member *const member = session_member(session, i);
		participants += member && member->role == ROLE_PARTICIPANT;
	}
	for (uint32_t i = 0; i < session->blocks; i++) {
		const struct block *const block = &session->block[i];
		if (block->kind != BLOCK_ROUND || block->way != DELIVERY_ROOM_MEETING)
			continue;
		const uint32_t rooms =
			deal_rooms(participants, block->room_size, block->room_count);
		most = rooms > most ? rooms : most;
	}
	return most;
}

/* A spare one stands in for a room that cannot be made, and takes a larger round. */
static uint32_t rooms_with_spare(const struct session *session, uint32_t spare)
{
	const uint32_t expected = rooms_expected(session);

	if (expected == 0 || spare > ROOMS_MAX - expected)
		return expected == 0 ? 0 : ROOMS_MAX;
	return expected + spare;
}

void session_opened(struct session *session, const struct event *event,
		    struct effects *effects)
{
	struct place *const main_place = &session->place[PLACE_MAIN];

	if (session->state != SESSION_PLANNED)
		return;
	session_move(session, SESSION_OPEN);
	session->opened_ms = session->now_ms;
	record_session(session, effects);
	if (main_place->state == PLACE_ABSENT)
		place_move(main_place, PLACE_ASKED);
	hearing_ask(session, effects, PLACE_MAIN);
	rooms_ask(session, effects, rooms_with_spare(session, event->opened.spare));
	if (main_place->live)
		main_meeting_runs(session, effects);
}
