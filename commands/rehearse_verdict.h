/* SPDX-License-Identifier: MIT */
/*
 * rehearse_verdict - everything a rehearsal is held to, and what was found wrong.
 */
#ifndef PLENARY_REHEARSE_VERDICT_H
#define PLENARY_REHEARSE_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/common/text.h"

enum rehearse_check {
	CHECK_ENDED,
	CHECK_REGISTER,
	CHECK_PLACED,
	CHECK_SIZES,
	CHECK_CARDS,
	CHECK_ONCE,
	CHECK_TOLD,
	CHECK_VOTES,
	CHECK_ANSWERED,
	CHECK_OUTBOX,
	CHECK_REPEATS,
	CHECK_RELAY,
	CHECK_LIVE,
	CHECK_REPLAY,
	CHECK_TABLES,
	CHECK_PROCESSES,
	REHEARSE_CHECKS
};

enum { VERDICT_EXAMPLES = 5 }; /* of each check are shown; the others are counted */

struct verdict_list {
	struct {
		uint64_t looked_at; /* things that were held against the truth */
		uint32_t faults;
		struct text examples;
	} checks[REHEARSE_CHECKS];
};

void verdict_looked(struct verdict_list *list, enum rehearse_check check, uint64_t count);
void verdict_fault(struct verdict_list *list, enum rehearse_check check,
		   const char *format, ...) __attribute__((format(printf, 3, 4)));
bool verdict_is_good(const struct verdict_list *list);
/* One line each, ✓ or ✗, with examples below what is wrong. */
void verdict_print(const struct verdict_list *list);
void verdict_finish(struct verdict_list *list);

#endif
