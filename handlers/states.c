/* SPDX-License-Identifier: MIT */
#include "handlers/states.h"

#include <assert.h>

#include "handlers/session.h"

#define TO(state) (1u << (state))

void session_move(struct session *session, enum session_state next)
{
	static const unsigned allowed[SESSION_STATES] = {
		[SESSION_ABSENT] = TO(SESSION_PLANNED),
		[SESSION_PLANNED] = TO(SESSION_OPEN),
		[SESSION_OPEN] = TO(SESSION_RUNNING),
		[SESSION_RUNNING] = TO(SESSION_OPEN) | TO(SESSION_OVER),
		[SESSION_OVER] = TO(SESSION_RUNNING) | TO(SESSION_CLOSED),
		[SESSION_CLOSED] = TO(SESSION_RUNNING),
	};

	assert(session->state < SESSION_STATES);
	assert(allowed[session->state] & TO(next));
	session->state = (uint16_t)next;
}

void clock_move(struct session *session, enum clock_state next)
{
	static const unsigned allowed[CLOCK_STATES] = {
		[CLOCK_WAITING] = TO(CLOCK_RUNNING) | TO(CLOCK_ENDED),
		[CLOCK_RUNNING] = TO(CLOCK_HELD) | TO(CLOCK_ENDED),
		[CLOCK_HELD] = TO(CLOCK_RUNNING) | TO(CLOCK_ENDED),
		[CLOCK_ENDED] = TO(CLOCK_WAITING) | TO(CLOCK_RUNNING) | TO(CLOCK_HELD),
	};

	assert(session->clock < CLOCK_STATES);
	assert(allowed[session->clock] & TO(next));
	session->clock = (uint16_t)next;
}

void block_move(struct block *block, enum block_state next)
{
	static const unsigned allowed[BLOCK_STATES] = {
		[BLOCK_AHEAD] = TO(BLOCK_CURRENT),
		[BLOCK_CURRENT] = TO(BLOCK_DONE) | TO(BLOCK_SKIPPED),
		[BLOCK_DONE] = TO(BLOCK_CURRENT),
		[BLOCK_SKIPPED] = 0,
	};

	assert(block->state < BLOCK_STATES);
	assert(allowed[block->state] & TO(next));
	block->state = (uint16_t)next;
}

void round_move(struct block *block, enum round_state next)
{
	static const unsigned allowed[ROUND_STATES] = {
		[ROUND_NONE] = TO(ROUND_WAITING) | TO(ROUND_OPEN) | TO(ROUND_RECALLED),
		[ROUND_WAITING] = TO(ROUND_OPEN) | TO(ROUND_RECALLED),
		[ROUND_OPEN] = TO(ROUND_RECALLED),
		[ROUND_RECALLED] = TO(ROUND_NONE) | TO(ROUND_OPEN),
	};

	assert(block->kind == BLOCK_ROUND);
	assert(allowed[block->round] & TO(next));
	block->round = (uint16_t)next;
}

void poll_move(struct poll *poll, enum poll_state next)
{
	static const unsigned allowed[POLL_STATES] = {
		[POLL_ABSENT] = TO(POLL_DRAFT),
		[POLL_DRAFT] = TO(POLL_OPEN),
		[POLL_OPEN] = TO(POLL_CLOSED),
		[POLL_CLOSED] = TO(POLL_OPEN) | TO(POLL_SHOWN),
		[POLL_SHOWN] = 0,
	};

	assert(poll->state < POLL_STATES);
	assert(allowed[poll->state] & TO(next));
	poll->state = (uint16_t)next;
}

void place_move(struct place *place, enum place_state next)
{
	static const unsigned allowed[PLACE_STATES] = {
		[PLACE_ABSENT] = TO(PLACE_ASKED) | TO(PLACE_READY),
		[PLACE_ASKED] = TO(PLACE_READY) | TO(PLACE_FAILED),
		[PLACE_READY] = 0,
		[PLACE_FAILED] = TO(PLACE_ASKED) | TO(PLACE_READY),
	};

	assert(place->state < PLACE_STATES);
	assert(allowed[place->state] & TO(next));
	place->state = (uint16_t)next;
}

void hearing_move(struct place *place, enum hearing_state next)
{
	static const unsigned allowed[HEARING_STATES] = {
		[HEARING_NONE] = TO(HEARING_ASKED),
		[HEARING_ASKED] = TO(HEARING_HEARD) | TO(HEARING_LATE) |
				  TO(HEARING_LOST) | TO(HEARING_NONE),
		[HEARING_HEARD] = TO(HEARING_LATE) | TO(HEARING_LOST) | TO(HEARING_NONE),
		[HEARING_LATE] = TO(HEARING_HEARD) | TO(HEARING_LOST) | TO(HEARING_NONE),
		[HEARING_LOST] = TO(HEARING_HEARD) | TO(HEARING_LATE) | TO(HEARING_NONE),
	};

	assert(place->hearing < HEARING_STATES);
	assert(allowed[place->hearing] & TO(next));
	place->hearing = (uint16_t)next;
}
