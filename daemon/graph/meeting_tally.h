/* SPDX-License-Identifier: MIT */
/*
 * meeting_tally - how many meetings were made for each organiser of late.
 *
 * Microsoft lets 2,000 online meetings be made for one user in a month, through all
 * applications together; we count our own of the last 30 days and warn before it is too
 * late, once for every hundred.  Meetings that were found instead of made count for nothing.
 * Source: Microsoft Graph "throttling limits", online meetings.
 */
#ifndef PLENARY_MEETING_TALLY_H
#define PLENARY_MEETING_TALLY_H

#include <stddef.h>
#include <stdint.h>

enum { MEETINGS_A_MONTH = 2000, MEETINGS_WARNED = 1800, MEETINGS_EACH = 100 };

struct made;

struct meeting_tally {
	struct made *list; /* in the order told */
	size_t count, room;
};

/* Returns how many of the 30 days before at_ms are this organiser's, with this one. */
size_t meeting_tally_add(struct meeting_tally *tally, const char *organiser,
			 int64_t at_ms);
/* Of the organiser who has most. */
size_t meeting_tally_most(const struct meeting_tally *tally, int64_t now_ms);
void meeting_tally_finish(struct meeting_tally *tally);

#endif
