/* SPDX-License-Identifier: MIT */
/*
 * rehearse_attended - how long somebody was there, computed without the core.
 *
 * The core joins what is presence; this counts what is absence: creditable time less the
 * holes in it.  A hole between two stretches of presence counts when it is longer than the
 * grace.  Inside a round of theirs, give or take the transfer allowance, it does not count
 * where the policy presumes; nor does, where it does not, a hole no longer than the allowance
 * on the way into a room meeting or out of it, if one has seen them in that round.
 */
#ifndef PLENARY_REHEARSE_ATTENDED_H
#define PLENARY_REHEARSE_ATTENDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rehearsal/truth_read.h"

struct attended_rules {
	int64_t grace_ms, transfer_ms;
	bool presume;
};

struct attended_time {
	struct truth_span *list; /* apart from each other */
	size_t count;
};

/* spans are sorted in place; rooms are those of them that are of room meetings. */
int64_t attended_ms(const struct attended_rules *rules, struct attended_time *spans,
		    const struct attended_time *creditable,
		    const struct attended_time *rounds,
		    const struct attended_time *rooms);

#endif
