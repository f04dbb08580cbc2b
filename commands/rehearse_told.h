/* SPDX-License-Identifier: MIT */
/*
 * rehearse_told - what rooms and the main meeting had to be told, held against what the
 * stand-in tenant really received.
 *
 * Per room of a round that opened: every warning that was due, every new end once, and the
 * call back.  Per poll of a block that began: its card, the card closed, and votes when
 * enough people had the time for them.
 */
#ifndef PLENARY_REHEARSE_TOLD_H
#define PLENARY_REHEARSE_TOLD_H

#include <stdint.h>

struct rehearse_record;
struct said;
struct verdict_list;

/* speed: how much of the session passes in a second. */
void facts_told(const struct rehearse_record *record, const struct said *said,
		int32_t speed, struct verdict_list *verdict);

#endif
