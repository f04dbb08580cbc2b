/* SPDX-License-Identifier: MIT */
#include "imports/order.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define BIT(order) (1u << (order))

enum { DAY_SECONDS = 86400, FIRST_YEAR = 2019, FUTURE_DAYS = 1 };

static const char *const names[ORDERS] = {
	[ORDER_NONE] = "none", [ORDER_MDY] = "mdy", [ORDER_DMY] = "dmy",
	[ORDER_YMD] = "ymd",   [ORDER_ISO] = "iso",
};

static const char *const spoken[ORDERS] = {
	[ORDER_NONE] = "",          [ORDER_MDY] = "month first",
	[ORDER_DMY] = "day first",  [ORDER_YMD] = "year first",
	[ORDER_ISO] = "year first",
};

const char *order_name(enum order order)
{
	assert(order < ORDERS);
	return names[order];
}

/* What all dates of a file have in common. */
struct evidence {
	unsigned possible;  /* orders in which every open date is a date */
	unsigned evident;   /* orders shown by the form of some date */
	size_t open;        /* dates whose order is not evident */
	bool all_equal;     /* 9/9/2022 everywhere */
	unsigned plausible; /* orders in which no date lies before 2019 */
	unsigned present;   /* orders in which no date lies in the future */
	int64_t first_day[ORDERS];
	bool capital, small, clock_24, padded;
};

static void see_open(const struct moment *moment, int64_t now_day,
		     struct evidence *evidence)
{
	const int64_t first_day = moment_day_of(FIRST_YEAR, 1, 1);

	evidence->possible &= moment_orders(moment);
	evidence->all_equal &= moment->numbers[0] == moment->numbers[1];
	evidence->padded |= moment->digits[1] == 2 && moment->numbers[1] < 10;
	for (int order = ORDER_MDY; order <= ORDER_YMD; order++) {
		int64_t day;

		if (!moment_day(moment, (enum order)order, &day))
			continue;
		if (day < first_day)
			evidence->plausible &= ~BIT(order);
		if (now_day != REPORT_NEVER && day > now_day + FUTURE_DAYS)
			evidence->present &= ~BIT(order);
		if (evidence->open == 0 || day < evidence->first_day[order])
			evidence->first_day[order] = day;
	}
	evidence->open++;
}

static void see(const struct moment *moment, int64_t now_day, struct evidence *evidence)
{
	enum order order;

	if (!moment_has_date(moment))
		return;
	evidence->capital |= moment->meridiem == MERIDIEM_CAPITAL;
	evidence->small |= moment->meridiem == MERIDIEM_SMALL;
	evidence->clock_24 |= moment->meridiem == MERIDIEM_NONE && moment->has_time;
	if (moment_is_evident(moment, &order))
		evidence->evident |= BIT(order);
	else
		see_open(moment, now_day, evidence);
}

static void see_all(const struct spans *spans, int64_t now_day, struct evidence *evidence)
{
	*evidence = (struct evidence){ .possible = BIT(ORDER_MDY) | BIT(ORDER_DMY) |
						   BIT(ORDER_YMD),
				       .all_equal = true,
				       .plausible = ~0u,
				       .present = ~0u };
	for (size_t i = 0; i < spans->count; i++) {
		see(&spans->items[i].from, now_day, evidence);
		see(&spans->items[i].to, now_day, evidence);
	}
}

/* A visit lasts less than a day and as long as stated. */
static bool span_fits(const struct span *span, enum order order)
{
	int64_t from, to;

	if (!moment_seconds(&span->from, order, &from) ||
	    !moment_seconds(&span->to, order, &to))
		return true;
	int64_t length = to - from;
	if (span->unordered && length < 0)
		length = -length;
	if (length < 0 || length > DAY_SECONDS)
		return false;
	if (span->stated == REPORT_UNKNOWN)
		return true;
	return span->stated <= length + span->tolerance &&
	       (span->may_have_gaps || length <= span->stated + span->tolerance);
}

/* Orders against which a visit speaks that fits in another; none if they contradict. */
static unsigned fitting_orders(const struct spans *spans, unsigned candidates)
{
	unsigned against = 0;

	for (size_t i = 0; i < spans->count; i++) {
		unsigned fits = 0;

		for (int order = ORDER_MDY; order <= ORDER_YMD; order++) {
			if ((candidates & BIT(order)) &&
			    span_fits(&spans->items[i], (enum order)order))
				fits |= BIT(order);
		}
		if (fits)
			against |= candidates & ~fits;
	}
	return against == candidates ? candidates : candidates & ~against;
}

static bool is_single(unsigned orders)
{
	return orders != 0 && (orders & (orders - 1)) == 0;
}

static enum order only(unsigned orders)
{
	int order = ORDER_MDY;

	assert(is_single(orders));
	while (!(orders & BIT(order)))
		order++;
	return (enum order)order;
}

static void settle(struct order_choice *choice, enum order order, const char *reason)
{
	*choice = (struct order_choice){ .order = order,
					 .by_file = true,
					 .reason = reason };
}

/*
 * A two-digit year at the left is rare (Japanese exports of 2022).  It is a candidate where
 * no other reading is plausible, or where the script of the labels makes it likely.
 */
static unsigned candidates_of(const struct evidence *evidence, bool year_may_be_first)
{
	const unsigned usual = evidence->possible & (BIT(ORDER_MDY) | BIT(ORDER_DMY));
	const unsigned year = evidence->possible & BIT(ORDER_YMD) & evidence->plausible &
			      evidence->present;

	if (year && (year_may_be_first || (usual & evidence->plausible) == 0 ||
		     (usual & evidence->present) == 0))
		return usual | year;
	return usual;
}

static void add_hint(struct order_choice *choice, const char *hint)
{
	choice->hints[choice->hint_count++] = hint;
}

static void leave_open(struct order_choice *choice, const struct evidence *evidence,
		       unsigned candidates)
{
	*choice = (struct order_choice){ .order = ORDER_NONE };
	for (int order = ORDER_MDY; order <= ORDER_YMD; order++) {
		if (!(candidates & BIT(order)))
			continue;
		assert(choice->reading_count < READINGS_MAX);
		choice->readings[choice->reading_count] = (enum order)order;
		choice->reading_days[choice->reading_count++] =
			evidence->first_day[order];
	}
	if (evidence->capital)
		add_hint(choice, "AM/PM in capitals");
	if (evidence->small)
		add_hint(choice, "AM/PM in small letters");
	if (evidence->clock_24 && !evidence->capital && !evidence->small)
		add_hint(choice, "24-hour clock");
	if (evidence->padded)
		add_hint(choice, "second number zero-padded");
}

static int64_t day_distance(const struct spans *spans, enum order order,
			    int64_t session_day)
{
	int64_t best = INT64_MAX;

	for (size_t i = 0; i < spans->count; i++) {
		const struct moment *const both[] = { &spans->items[i].from,
						      &spans->items[i].to };

		for (int j = 0; j < 2; j++) {
			int64_t seconds;

			if (!moment_seconds(both[j], order, &seconds))
				continue;
			const int64_t distance =
				llabs((seconds - both[j]->second_of_day) / DAY_SECONDS -
				      session_day);
			best = distance < best ? distance : best;
		}
	}
	return best;
}

static bool settle_by_session(const struct spans *spans, int64_t session_day,
			      struct order_choice *choice)
{
	for (int64_t near = 0; near <= 1; near++) {
		enum order found = ORDER_NONE;
		unsigned count = 0;

		for (size_t i = 0; i < choice->reading_count; i++) {
			if (day_distance(spans, choice->readings[i], session_day) > near)
				continue;
			found = choice->readings[i];
			count++;
		}
		if (count == 1) {
			choice->order = found;
			return true;
		}
	}
	return false;
}

static int refuse(const struct order_choice *choice, int64_t session_day,
		  struct report_fault *fault)
{
	char readings[160];
	size_t length = 0;

	for (size_t i = 0; i < choice->reading_count; i++) {
		char day[MOMENT_TEXT_BYTES];

		moment_write_day(choice->reading_days[i], day);
		length += (size_t)snprintf(readings + length, sizeof(readings) - length,
					   "%s%s (%s)", i ? " or " : "", day,
					   spoken[choice->readings[i]]);
	}
	if (session_day == REPORT_NEVER) {
		fault->code = "ambiguous-dates";
		snprintf(fault->message, sizeof(fault->message),
			 "the dates can be read as %s and nothing in the file decides: "
			 "say "
			 "which with --session-date YYYY-MM-DD",
			 readings);
	} else {
		char day[MOMENT_TEXT_BYTES];

		moment_write_day(session_day, day);
		fault->code = "session-date";
		snprintf(fault->message, sizeof(fault->message),
			 "the dates can be read as %s, but the session is on %s: this "
			 "may be "
			 "the file of another session",
			 readings, day);
	}
	return -EINVAL;
}

static int refuse_mixed(struct report_fault *fault)
{
	fault->code = "contradictory-dates";
	snprintf(fault->message, sizeof(fault->message),
		 "some dates can only be month first and others only day first: the file "
		 "has "
		 "been put together or edited; download it again");
	return -EINVAL;
}

/* What the numbers themselves say; false when more than one reading is left. */
static bool settle_by_file(const struct spans *spans, const struct evidence *evidence,
			   unsigned *candidates, struct order_choice *choice)
{
	const unsigned plausible = *candidates & evidence->plausible;

	if (is_single(*candidates) && plausible) {
		settle(choice, only(*candidates),
		       *candidates == BIT(ORDER_YMD) ? "year first"
						     : "a number above 12");
		return true;
	}
	if (evidence->all_equal && (*candidates & BIT(ORDER_MDY))) {
		settle(choice, ORDER_MDY, "both readings are the same day");
		return true;
	}
	const unsigned fitting = fitting_orders(spans, *candidates);
	if (is_single(fitting) && (fitting & evidence->plausible)) {
		settle(choice, only(fitting),
		       "only one reading fits the stated duration and keeps visits under "
		       "a day");
		return true;
	}
	if (is_single(plausible)) {
		settle(choice, only(plausible),
		       "the other readings fall before 2019, when no such export "
		       "existed");
		return true;
	}
	if (plausible)
		*candidates = plausible;
	if (is_single(*candidates)) {
		settle(choice, only(*candidates), "a number above 12");
		return true;
	}
	return false;
}

static bool settle_evident(const struct evidence *evidence, struct order_choice *choice)
{
	if (evidence->open > 0)
		return false;
	if (evidence->evident & BIT(ORDER_ISO))
		settle(choice, ORDER_ISO, "year first");
	else if (evidence->evident & BIT(ORDER_YMD))
		settle(choice, ORDER_YMD, "year first");
	else if (evidence->evident & BIT(ORDER_DMY))
		settle(choice, ORDER_DMY, "dots");
	else
		settle(choice, ORDER_NONE, "no date");
	return true;
}

int order_decide(const struct spans *spans, bool year_may_be_first,
		 const struct report_options *options, struct order_choice *choice,
		 struct report_fault *fault)
{
	struct evidence evidence;

	see_all(spans, options->now_day, &evidence);
	if (settle_evident(&evidence, choice))
		return 0;
	unsigned candidates = candidates_of(&evidence, year_may_be_first);
	if (candidates == 0)
		return refuse_mixed(fault);
	if (settle_by_file(spans, &evidence, &candidates, choice))
		return 0;
	leave_open(choice, &evidence, candidates);
	if (options->session_day != REPORT_NEVER) {
		if (settle_by_session(spans, options->session_day, choice))
			return 0;
		return refuse(choice, options->session_day, fault);
	}
	if (is_single(candidates & evidence.present)) {
		settle(choice, only(candidates & evidence.present),
		       "the other readings lie in the future");
		return 0;
	}
	return refuse(choice, REPORT_NEVER, fault);
}
