/* SPDX-License-Identifier: MIT */
#include "handlers/timeline.h"

#include <assert.h>

#include "handlers/session.h"

static int64_t not_before_fixed(const struct session *session, const struct block *block,
				int64_t moment)
{
	const int64_t fixed = session->starts_ms + block->fixed_ms;

	return block->fixed_ms >= 0 && fixed > moment ? fixed : moment;
}

int64_t session_block_starts(const struct session *session, uint32_t block)
{
	assert(block < session->blocks);
	if (session->block[block].state != BLOCK_AHEAD)
		return session->block[block].started_ms;

	int64_t moment = session->starts_ms;
	uint32_t next = block;
	while (next > 0 && session->block[next - 1].state == BLOCK_AHEAD)
		next--;
	if (next > 0)
		moment = session_block_ends(session, next - 1);
	for (; next < block; next++) {
		const struct block *const before = &session->block[next];
		moment = not_before_fixed(session, before, moment) + before->length_ms;
	}
	return not_before_fixed(session, &session->block[block], moment);
}

int64_t session_block_ends(const struct session *session, uint32_t block)
{
	assert(block < session->blocks);
	const struct block *const it = &session->block[block];

	if (it->state == BLOCK_DONE || it->state == BLOCK_SKIPPED)
		return it->ended_ms;
	return session_block_starts(session, block) + it->length_ms;
}

/* The end the run-sheet gave this block before anything happened. */
static int64_t scheduled_end(const struct session *session, uint32_t block)
{
	int64_t moment = session->starts_ms;

	for (uint32_t i = 0; i <= block; i++) {
		const struct block *const it = &session->block[i];
		moment = not_before_fixed(session, it, moment) + it->planned_ms;
	}
	return moment;
}

int64_t session_behind_ms(const struct session *session, int64_t now_ms)
{
	if (session->blocks == 0)
		return 0;
	if (session->clock == CLOCK_WAITING)
		return now_ms > session->starts_ms ? now_ms - session->starts_ms : 0;

	const uint32_t current = session->current;
	int64_t ends_ms = session_block_ends(session, current);
	if (session->clock == CLOCK_HELD && now_ms > session->held_since_ms)
		ends_ms += now_ms - session->held_since_ms;
	return ends_ms - scheduled_end(session, current);
}

int64_t session_overrun_ms(const struct session *session, uint32_t *fixed_block)
{
	*fixed_block = BLOCKS_MAX;
	for (uint32_t i = 1; i < session->blocks; i++) {
		const struct block *const it = &session->block[i];
		if (it->state != BLOCK_AHEAD || it->fixed_ms < 0)
			continue;
		*fixed_block = i;
		const int64_t over = session_block_ends(session, i - 1) -
				     (session->starts_ms + it->fixed_ms);
		return over > 0 ? over : 0;
	}
	return 0;
}

uint32_t session_round(const struct session *session)
{
	if (session->blocks == 0)
		return BLOCKS_MAX;
	const struct block *const current = &session->block[session->current];
	const int on = current->state == BLOCK_CURRENT &&
		       (current->round == ROUND_WAITING || current->round == ROUND_OPEN);

	return on ? session->current : BLOCKS_MAX;
}
