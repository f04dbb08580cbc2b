/* SPDX-License-Identifier: MIT */
/*
 * timeline - when each block begins and ends, as things stand now.
 *
 * A block that moves begins when the one before it ends.  A block with a fixed time begins
 * then: if the block before is done early its end stands and nothing is current until the
 * fixed time; if the block before is held or extended beyond the fixed time it is not cut,
 * the fixed block begins late, and session_overrun_ms() says by how much.
 *
 * Times are UTC milliseconds.  The hold that is going on now is counted by nobody until it
 * ends, except by session_behind_ms().
 */
#ifndef PLENARY_TIMELINE_H
#define PLENARY_TIMELINE_H

#include <stdint.h>

struct session;

/* Real when it has begun or ended, planned otherwise. */
int64_t session_block_starts(const struct session *session, uint32_t block);
int64_t session_block_ends(const struct session *session, uint32_t block);
/* > 0: the current block will end this much later than the run-sheet had it; < 0 ahead. */
int64_t session_behind_ms(const struct session *session, int64_t now_ms);
/* By how much the blocks before the next fixed one no longer fit; 0 when they do.
 * *fixed_block is BLOCKS_MAX when no fixed block lies ahead. */
int64_t session_overrun_ms(const struct session *session, uint32_t *fixed_block);
/* The round that is open or waiting; BLOCKS_MAX for none. */
uint32_t session_round(const struct session *session);

#endif
