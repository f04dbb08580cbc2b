/* SPDX-License-Identifier: MIT */
#include "imports/visits.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"

/* By how much stated and counted may differ: hidden fractions, and rounding to minutes. */
enum { SECOND_SLACK = 2, MINUTE_SLACK = 61 };

static const char *const texts[ANOMALIES] = {
	[ANOMALY_JOINED_BEFORE] = "joined before the recorder",
	[ANOMALY_JOINED_AGAIN] = "joined again without leaving",
	[ANOMALY_LEFT_ALONE] = "left without joining",
	[ANOMALY_SESSION_OPEN] = "session without Left",
	[ANOMALY_REVERSED] = "leave before join",
	[ANOMALY_MISFIT] = "stated duration does not fit join and leave",
	[ANOMALY_EMAIL] = "invalid e-mail",
	[ANOMALY_UNREADABLE] = "unreadable time",
};

const char *anomaly_text(enum anomaly anomaly)
{
	assert(anomaly < ANOMALIES);
	return texts[anomaly];
}

void visits_init(struct visits *visits)
{
	*visits = (struct visits){ .open_since = REPORT_NEVER,
				   .first_seen = REPORT_NEVER,
				   .last_seen = REPORT_NEVER };
}

void visits_finish(struct visits *visits)
{
	free(visits->items);
	*visits = (struct visits){ 0 };
}

static void see(struct visits *visits, int64_t at)
{
	if (visits->first_seen == REPORT_NEVER || at < visits->first_seen)
		visits->first_seen = at;
	if (visits->last_seen == REPORT_NEVER || at > visits->last_seen)
		visits->last_seen = at;
}

static void add_closed(struct visits *visits, const struct report_interval *interval)
{
	assert(interval->from <= interval->to);
	if (visits->count == visits->room) {
		visits->room = visits->room ? visits->room * 2 : 4;
		visits->items = memory_resized(visits->items,
					       visits->room * sizeof(*visits->items));
	}
	visits->items[visits->count++] = *interval;
	visits->counted += interval->to - interval->from;
}

static void add_open(struct visits *visits, int64_t since)
{
	if (visits->open_since == REPORT_NEVER || since < visits->open_since)
		visits->open_since = since;
}

static bool is_misfit(const struct sheet_row *row, int64_t length, bool totals)
{
	const int64_t slack = row->to_minute ? MINUTE_SLACK : SECOND_SLACK;

	if (row->stated == REPORT_UNKNOWN)
		return false;
	return row->stated > length + slack || (!totals && row->stated < length - slack);
}

void visits_add_row(struct visits *visits, const struct sheet_row *row, enum order order,
		    bool totals)
{
	int64_t join = 0, leave = 0;
	const bool joined = moment_seconds(&row->join, order, &join);
	const bool left = moment_seconds(&row->leave, order, &leave);

	if (row->unreadable)
		visits->anomalies |= 1u << ANOMALY_UNREADABLE;
	if (joined)
		see(visits, join);
	if (left)
		see(visits, leave);
	if (joined && !left)
		add_open(visits, join);
	if (!joined || !left)
		return;
	if (leave < join) {
		visits->anomalies |= 1u << ANOMALY_REVERSED;
		return;
	}
	if (is_misfit(row, leave - join, totals))
		visits->anomalies |= 1u << ANOMALY_MISFIT;
	if (totals && row->stated != REPORT_UNKNOWN &&
	    row->stated < leave - join - SECOND_SLACK)
		visits->gaps_unknown = true;
	add_closed(visits, &(struct report_interval){ join, leave, row->join.milliseconds,
						      row->leave.milliseconds });
}

struct event {
	int64_t at;
	const struct sheet_row *row;
	size_t place;
};

static int compare_events(const void *left, const void *right)
{
	const struct event *const a = left, *const b = right;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

static bool is_join(const struct event *event)
{
	return event->row->action != ACTION_LEFT;
}

/* Of two events at one second, the one that can happen first does. */
static void put_possible_first(struct event *events, size_t count, bool inside)
{
	if (count < 2 || events[0].at != events[1].at || is_join(&events[0]) != inside ||
	    is_join(&events[1]) == inside)
		return;
	const struct event first = events[0];

	events[0] = events[1];
	events[1] = first;
}

/*
 * "Joined" twice without "Left" happens when the recorder drops out and returns: the earlier
 * one counts.  Who is still in at the end has an open visit.
 */
static void pair(struct visits *visits, struct event *events, size_t count)
{
	int64_t since = REPORT_NEVER;

	for (size_t i = 0; i < count; i++) {
		const bool inside = since != REPORT_NEVER;

		put_possible_first(events + i, count - i, inside);
		see(visits, events[i].at);
		if (events[i].row->action == ACTION_JOINED_BEFORE)
			visits->anomalies |= 1u << ANOMALY_JOINED_BEFORE;
		if (is_join(&events[i])) {
			if (inside)
				visits->anomalies |= 1u << ANOMALY_JOINED_AGAIN;
			else
				since = events[i].at;
		} else if (inside) {
			add_closed(visits, &(struct report_interval){ since, events[i].at,
								      0, 0 });
			since = REPORT_NEVER;
		} else {
			visits->anomalies |= 1u << ANOMALY_LEFT_ALONE;
		}
	}
	if (since == REPORT_NEVER)
		return;
	add_open(visits, since);
	if (*events[0].row->session)
		visits->anomalies |= 1u << ANOMALY_SESSION_OPEN;
}

static int compare_sessions(const void *left, const void *right)
{
	const struct event *const a = left, *const b = right;
	const int sessions = strcmp(a->row->session, b->row->session);

	return sessions ? sessions : compare_events(left, right);
}

void visits_add_events(struct visits *visits, const struct sheet_row *const *rows,
		       size_t count, enum order order)
{
	struct event *const events = memory_zeroed((count + 1) * sizeof(*events));
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		if (rows[i]->unreadable)
			visits->anomalies |= 1u << ANOMALY_UNREADABLE;
		if (moment_seconds(&rows[i]->join, order, &events[found].at)) {
			events[found].place = i;
			events[found++].row = rows[i];
		}
	}
	qsort(events, found, sizeof(*events), compare_sessions);
	for (size_t first = 0, end; first < found; first = end) {
		end = first + 1;
		while (end < found &&
		       strcmp(events[end].row->session, events[first].row->session) == 0)
			end++;
		pair(visits, events + first, end - first);
	}
	free(events);
}

static int compare_intervals(const void *left, const void *right)
{
	const struct report_interval *const a = left, *const b = right;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return (a->to > b->to) - (a->to < b->to);
}

void visits_sort(struct visits *visits)
{
	if (visits->count > 1)
		qsort(visits->items, visits->count, sizeof(*visits->items),
		      compare_intervals);
}

/* The intervals are sorted, so one look back at how far we are is enough. */
int64_t visits_attended(const struct visits *visits, int64_t open_until)
{
	int64_t attended = 0, reached = INT64_MIN, open = visits->open_since;
	const bool has_open =
		open_until != REPORT_NEVER && open != REPORT_NEVER && open < open_until;

	for (size_t i = 0; i < visits->count; i++) {
		const struct report_interval *const visit = &visits->items[i];
		const int64_t end = has_open && visit->to > open ? open : visit->to;
		const int64_t from = visit->from > reached ? visit->from : reached;

		if (end > from)
			attended += end - from;
		reached = end > reached ? end : reached;
	}
	return attended + (has_open ? open_until - open : 0);
}
