/* SPDX-License-Identifier: MIT */
/*
 * rehearse_attended - how long somebody was there, computed without the core.
 *
 * The core joins what is presence; this counts what is absence: creditable time less the
 * holes in it.  A hole between two stretches of presence counts when it is longer than
 * the grace and, where the policy presumes, does not lie inside a round of theirs.
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

/* spans are sorted in place. */
int64_t attended_ms(const struct attended_rules *rules, struct attended_time *spans,
		    const struct attended_time *creditable,
		    const struct attended_time *rounds);

#endif
