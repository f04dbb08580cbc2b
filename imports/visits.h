/* SPDX-License-Identifier: MIT */
/*
 * visits - when somebody was there: closed intervals, what is still open, what contradicts.
 *
 * Overlapping visits (two devices) are kept as written and count once: visits_attended() is
 * the length of their union.
 */
#ifndef PLENARY_IMPORTS_VISITS_H
#define PLENARY_IMPORTS_VISITS_H

#include "imports/sheet.h"

enum anomaly {
	ANOMALY_JOINED_BEFORE,
	ANOMALY_JOINED_AGAIN,
	ANOMALY_LEFT_ALONE,
	ANOMALY_SESSION_OPEN,
	ANOMALY_REVERSED,
	ANOMALY_MISFIT,
	ANOMALY_EMAIL,
	ANOMALY_UNREADABLE,
	ANOMALIES
};

struct visits {
	struct report_interval *items;
	size_t count, room;
	int64_t counted;               /* the sum of all lengths, overlaps twice */
	int64_t open_since;            /* or REPORT_NEVER */
	int64_t first_seen, last_seen; /* or REPORT_NEVER */
	bool gaps_unknown;  /* a stated duration much shorter than join to leave */
	unsigned anomalies; /* bits 1 << enum anomaly */
};

void visits_init(struct visits *visits);
void visits_finish(struct visits *visits);
const char *anomaly_text(enum anomaly anomaly);

/* One row with join and leave; totals: the row sums up visits that are not listed. */
void visits_add_row(struct visits *visits, const struct sheet_row *row, enum order order,
		    bool totals);
/* Joined and left of one person, in file order; pairs them, by session where there is one. */
void visits_add_events(struct visits *visits, const struct sheet_row *const *events,
		       size_t count, enum order order);
void visits_sort(struct visits *visits);
/* Seconds of the union; with open_until, the open visit counts up to there. */
int64_t visits_attended(const struct visits *visits, int64_t open_until);

/*
 * Finds out which unknown words mean joined and which left, by who can come first.  None is
 * taken for "joined before": few files show enough to tell it from "joined".
 */
void events_infer(struct sheet *sheet, enum order order);

#endif
