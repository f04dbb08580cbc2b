/* SPDX-License-Identifier: MIT */
#include "handlers/runsheet.h"

#include <assert.h>

#include "handlers/answer.h"
#include "handlers/breakout.h"
#include "handlers/meeting.h"
#include "handlers/planning.h"
#include "handlers/poll.h"
#include "handlers/timeline.h"

static struct block *current_block(struct session *session)
{
	assert(session->current < session->blocks);
	return &session->block[session->current];
}

static bool block_is_on(struct session *session)
{
	return (session->clock == CLOCK_RUNNING || session->clock == CLOCK_HELD) &&
	       current_block(session)->state == BLOCK_CURRENT;
}

void signal_clock(struct effects *effects)
{
	const struct effect effect = effect_blank(SIGNAL_CLOCK);

	effect_add(effects, &effect);
}

static void record_block(const struct session *session, struct effects *effects,
			 uint32_t block)
{
	struct effect effect = effect_blank(RECORD_BLOCK);

	effect.block = (uint16_t)block;
	effect.number = session->block[block].state;
	effect.from_ms = session_block_starts(session, block);
	effect.to_ms = session_block_ends(session, block);
	effect_add(effects, &effect);
	signal_clock(effects);
}

static void block_begins(struct session *session, const struct event *event,
			 struct effects *effects, uint32_t index, int64_t moment)
{
	struct block *const block = &session->block[index];

	session->current = (uint16_t)index;
	block_move(block, BLOCK_CURRENT);
	block->started_ms = moment;
	record_block(session, effects, index);
	polls_open(session, effects, index);
	round_consider(session, event, effects);
}

static void block_ends(struct session *session, enum block_state how, int64_t moment)
{
	struct block *const block = current_block(session);

	block_move(block, how);
	block->ended_ms = moment > block->started_ms ? moment : block->started_ms;
}

static void block_finishes(struct session *session, struct effects *effects,
			   enum block_state how, int64_t moment)
{
	block_ends(session, how, moment);
	round_recall(session, effects, session->current);
	polls_close(session, effects, session->current);
	record_block(session, effects, session->current);
}

/* After the current block: the next one, a wait for its fixed time, or the end. */
static void block_follows(struct session *session, const struct event *event,
			  struct effects *effects, int64_t moment)
{
	const uint32_t next = session->current + 1u;

	if (next == session->blocks) {
		clock_move(session, CLOCK_ENDED);
		signal_clock(effects);
	} else if (session_block_starts(session, next) <= moment) {
		block_begins(session, event, effects, next, moment);
	}
}

void block_end_came(struct session *session, const struct event *event,
		    struct effects *effects, int64_t moment)
{
	block_finishes(session, effects, BLOCK_DONE, moment);
	block_follows(session, event, effects, moment);
}

void block_start_came(struct session *session, const struct event *event,
		      struct effects *effects, int64_t moment)
{
	block_begins(session, event, effects, session->current + 1u, moment);
}

void runsheet_started(struct session *session, const struct event *event,
		      struct effects *effects)
{
	if (session->clock != CLOCK_WAITING || session->blocks == 0) {
		answer(effects, event, ANSWER_NOT_NOW);
		return;
	}
	answer(effects, event, ANSWER_DONE);
	if (session->state == SESSION_OPEN)
		main_meeting_runs(session, effects);
	clock_move(session, CLOCK_RUNNING);
	block_begins(session, event, effects, 0, session->now_ms);
}

void runsheet_held(struct session *session, const struct event *event,
		   struct effects *effects)
{
	if (session->clock == CLOCK_HELD || !block_is_on(session)) {
		answer(effects, event, ANSWER_NOT_NOW);
		return;
	}
	answer(effects, event, ANSWER_DONE);
	clock_move(session, CLOCK_HELD);
	session->held_since_ms = session->now_ms;
	signal_clock(effects);
}

/* The block gets longer (or shorter, but never ends before now).  Returns by how much. */
static int64_t block_lengthens(struct session *session, int64_t by_ms, int64_t now_ms)
{
	struct block *const block = current_block(session);
	const int64_t elapsed_ms = now_ms - block->started_ms;
	int64_t length_ms = block->length_ms + by_ms;

	if (by_ms < 0 && length_ms < elapsed_ms)
		length_ms = elapsed_ms;
	if (by_ms > 0 && length_ms > BLOCK_LENGTH_MAX_MS)
		length_ms = BLOCK_LENGTH_MAX_MS;
	if (by_ms < 0 ? length_ms > block->length_ms : length_ms < block->length_ms)
		return 0;
	const int64_t change_ms = length_ms - block->length_ms;
	block->length_ms = (int32_t)length_ms;
	return change_ms;
}

static void hold_ends(struct session *session, struct effects *effects)
{
	const int64_t held_ms = session->now_ms - session->held_since_ms;

	assert(held_ms >= 0);
	clock_move(session, CLOCK_RUNNING);
	session->held_since_ms = 0;
	round_end_moves(session, effects,
			block_lengthens(session, held_ms, session->now_ms));
	record_block(session, effects, session->current);
}

void runsheet_resumed(struct session *session, const struct event *event,
		      struct effects *effects)
{
	if (session->clock != CLOCK_HELD) {
		answer(effects, event, ANSWER_NOT_NOW);
		return;
	}
	answer(effects, event, ANSWER_DONE);
	hold_ends(session, effects);
}

void runsheet_extended(struct session *session, const struct event *event,
		       struct effects *effects)
{
	const int64_t by_ms = event->extended.by_ms;

	if (!block_is_on(session)) {
		answer(effects, event, ANSWER_NOT_NOW);
		return;
	}
	if (by_ms < -EXTENSION_MAX_MS || by_ms > EXTENSION_MAX_MS) {
		answer(effects, event, ANSWER_FULL);
		return;
	}
	answer(effects, event, ANSWER_DONE);
	const int64_t now_ms =
		session->clock == CLOCK_HELD ? session->held_since_ms : session->now_ms;
	const int64_t change_ms = block_lengthens(session, by_ms, now_ms);
	if (change_ms == 0)
		return;
	round_end_moves(session, effects, change_ms);
	record_block(session, effects, session->current);
}

static void clock_runs_again(struct session *session)
{
	if (session->clock != CLOCK_HELD)
		return;
	clock_move(session, CLOCK_RUNNING);
	session->held_since_ms = 0;
}

void runsheet_skipped(struct session *session, const struct event *event,
		      struct effects *effects)
{
	if (session->clock != CLOCK_RUNNING && session->clock != CLOCK_HELD) {
		answer(effects, event, ANSWER_NOT_NOW);
		return;
	}
	answer(effects, event, ANSWER_DONE);
	if (!block_is_on(session)) {
		block_start_came(session, event, effects, session->now_ms);
		return;
	}
	clock_runs_again(session);
	block_finishes(session, effects, BLOCK_SKIPPED, session->now_ms);
	block_follows(session, event, effects, session->now_ms);
}

void breakout_recalled(struct session *session, const struct event *event,
		       struct effects *effects)
{
	if (session_round(session) == BLOCKS_MAX) {
		answer(effects, event, ANSWER_NO_ROUND);
		return;
	}
	answer(effects, event, ANSWER_DONE);
	clock_runs_again(session);
	block_end_came(session, event, effects, session->now_ms);
}

/* Not finished: the session closes its polls, which may be wanted again like the round. */
static void block_is_cut_short(struct session *session, struct effects *effects,
			       int64_t moment)
{
	session->cut_short = 1;
	block_ends(session, BLOCK_DONE, moment);
	round_breaks_off(session, effects, session->current);
	record_block(session, effects, session->current);
}

static void block_goes_on(struct session *session, const struct event *event,
			  struct effects *effects)
{
	struct block *const block = current_block(session);

	session->cut_short = 0;
	clock_move(session, session->clock_before);
	if (session->clock == CLOCK_HELD)
		session->held_since_ms = session->now_ms;
	block_move(block, BLOCK_CURRENT);
	block->ended_ms = 0;
	record_block(session, effects, session->current);
	round_takes_up(session, event, effects);
}

void runsheet_breaks_off(struct session *session, struct effects *effects, int64_t moment)
{
	session->clock_before = session->clock;
	session->cut_short = 0;
	if (session->clock == CLOCK_ENDED)
		return;
	if (block_is_on(session)) {
		if (session->clock == CLOCK_HELD && moment > session->held_since_ms)
			block_lengthens(session, moment - session->held_since_ms, moment);
		if (moment < session_block_ends(session, session->current))
			block_is_cut_short(session, effects, moment);
		else
			block_finishes(session, effects, BLOCK_DONE, moment);
	}
	session->held_since_ms = 0;
	clock_move(session, CLOCK_ENDED);
}

void runsheet_takes_up(struct session *session, const struct event *event,
		       struct effects *effects)
{
	if (session->clock_before == CLOCK_ENDED)
		return;
	if (session->clock_before == CLOCK_WAITING) {
		clock_move(session, CLOCK_WAITING);
		return;
	}
	if (session->cut_short)
		block_goes_on(session, event, effects);
	else if (session->current + 1u < session->blocks)
		clock_move(session, CLOCK_RUNNING);
}
