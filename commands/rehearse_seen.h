/* SPDX-License-Identifier: MIT */
/*
 * rehearse_seen - everything else that a line of the register says of somebody, computed
 * without the core: when they were seen first and last, how long they were away at most, of
 * how much time, and whether that is enough.
 *
 * What counts as a hole in somebody's presence is rehearse_attended's to say.  The longest
 * absence is the longest part of a hole, or of the time before and after, inside creditable
 * time without a break.
 */
#ifndef PLENARY_REHEARSE_SEEN_H
#define PLENARY_REHEARSE_SEEN_H

#include "commands/rehearse_attended.h"

struct ledger_result;
struct rehearse_record;
struct verdict_list;

struct seen_case {
	const struct truth_person *person;
	const struct attended_rules *rules;
	struct attended_time *spans;                             /* sorted in place */
	const struct attended_time *creditable, *rounds, *rooms; /* creditable in order */
	int64_t attended_ms;
};

void seen_hold(const struct seen_case *it, const struct rehearse_record *record,
	       const struct ledger_result *line, struct verdict_list *verdict);

#endif
