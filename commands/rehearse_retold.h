/* SPDX-License-Identifier: MIT */
/*
 * rehearse_retold - one session told again from its journal: the state it ends in, what
 * each round looked like when it opened, and whether every digest the daemon stored on the
 * way is met byte for byte.
 */
#ifndef PLENARY_REHEARSE_RETOLD_H
#define PLENARY_REHEARSE_RETOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "handlers/session.h"

struct ledger;

/* Of the round of one block.  What each of its rooms is to be told follows from the plan of
 * the block and from when its end moved, whatever the core asked for. */
struct retold_round {
	int64_t opened_ms, recalled_ms; /* when it was decided; 0: it was not */
	uint32_t here; /* participants in the meeting behind its opening */
	uint32_t late; /* placed afterwards */
	uint32_t warnings, extensions, recalls; /* due in each room */
	uint32_t warned; /* bit i: warning i has come, or was too late to be given */
	uint16_t here_room[PEOPLE_MAX]; /* given at the opening; 0: none */
	uint16_t room[PEOPLE_MAX];      /* given at all, the latest */
	uint8_t was_here[PEOPLE_MAX], allocations[PEOPLE_MAX];
	uint8_t failed[PEOPLE_MAX]; /* the producer was shown that no way had worked */
	int64_t allocated_ms[PEOPLE_MAX]; /* when they were given a room */
};

struct retold {
	struct session *session;
	struct retold_round *rounds; /* BLOCKS_MAX of them */
	uint32_t voted
		[POLLS_MAX]; /* valid votes told while the block of the poll was on */
	uint64_t events, proofs;
	uint64_t differs_after; /* event number of the first digest not met; 0: none */
	bool unreadable, disordered; /* disordered: two events have one number */
};

/* 0 or a negative errno; retold_finish() either way. */
int retold_make(struct retold *retold, struct ledger *ledger, uint32_t session);
void retold_finish(struct retold *retold);

#endif
