/* SPDX-License-Identifier: MIT */
/*
 * order - whether the dates of a file are month first, day first or year first.
 *
 * One order holds for the whole file.  What decides, strongest first: the form itself (year
 * first, dots); a number above 12; both numbers equal everywhere; visits that would last
 * days or contradict their stated duration; nothing before 2019.  What the file leaves open
 * is settled by the date of the session, then by "not in the future"; otherwise it is
 * refused with the readings shown.  Language, AM/PM and padding never decide.
 */
#ifndef PLENARY_IMPORTS_ORDER_H
#define PLENARY_IMPORTS_ORDER_H

#include "imports/sheet.h"

enum { READINGS_MAX = 3 };

/* Two moments that belong together; `to` may be absent. */
struct span {
	struct moment from, to;
	int64_t stated;     /* seconds, or REPORT_UNKNOWN */
	int64_t tolerance;  /* by which stated and counted may differ */
	bool may_have_gaps; /* stated may be much shorter */
	bool unordered;     /* `to` may lie before `from` */
};

struct spans {
	struct span *items;
	size_t count, room;
};

struct order_choice {
	enum order order;
	bool by_file;
	const char *reason;
	enum order readings[READINGS_MAX];
	int64_t reading_days[READINGS_MAX];
	size_t reading_count;
	const char *hints[4];
	size_t hint_count;
};

void spans_collect(const struct sheet *sheet, struct spans *spans);
void spans_finish(struct spans *spans);

/* 0, or -EINVAL with the fault filled: "ambiguous-dates", "session-date" or
 * "contradictory-dates". */
int order_decide(const struct spans *spans, bool year_may_be_first,
		 const struct report_options *options, struct order_choice *choice,
		 struct report_fault *fault);
const char *order_name(enum order order);

#endif
