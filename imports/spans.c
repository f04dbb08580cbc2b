/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"
#include "imports/order.h"

enum { MEETING_TOLERANCE = 2, MINUTE_TOLERANCE = 90, VISIT_TOLERANCE = 2 };

static void add_span(struct spans *spans, const struct span *span)
{
	if (!moment_has_date(&span->from) && !moment_has_date(&span->to))
		return;
	if (spans->count == spans->room) {
		spans->room = spans->room ? spans->room * 2 : 64;
		spans->items =
			memory_resized(spans->items, spans->room * sizeof(*spans->items));
	}
	spans->items[spans->count++] = *span;
}

static void add_rows(const struct sheet_rows *rows, bool totals, struct spans *spans)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct sheet_row *const row = &rows->items[i];

		add_span(spans, &(struct span){
					.from = row->join,
					.to = row->leave,
					.stated = row->stated,
					.tolerance = row->to_minute ? MINUTE_TOLERANCE
								    : VISIT_TOLERANCE,
					.may_have_gaps = totals,
				});
	}
}

/* What holds events together: the session of a live event, else the name. */
static const char *event_key(const struct sheet_row *event)
{
	return *event->session ? event->session : event->name;
}

static int compare_events(const void *left, const void *right)
{
	const struct sheet_row *const *const a = left, *const *const b = right;
	const int order = strcmp(event_key(*a), event_key(*b));

	return order ? order : (*a > *b) - (*a < *b);
}

/* Neighbouring events of one person are less than a day apart, whichever comes first. */
static void add_events(const struct sheet_rows *rows, struct spans *spans)
{
	const struct sheet_row **sorted =
		memory_zeroed((rows->count + 1) * sizeof(void *));

	for (size_t i = 0; i < rows->count; i++)
		sorted[i] = &rows->items[i];
	qsort(sorted, rows->count, sizeof(void *), compare_events);
	for (size_t i = 0; i < rows->count; i++) {
		const bool pair =
			i + 1 < rows->count &&
			strcmp(event_key(sorted[i]), event_key(sorted[i + 1])) == 0;
		struct span span = { .from = sorted[i]->join,
				     .stated = REPORT_UNKNOWN,
				     .unordered = true };

		if (pair)
			span.to = sorted[i + 1]->join;
		add_span(spans, &span);
	}
	free(sorted);
}

void spans_collect(const struct sheet *sheet, struct spans *spans)
{
	const bool by_minute =
		sheet->kind == KIND_ZOOM || sheet->kind == KIND_ZOOMWEBINAR;

	*spans = (struct spans){ 0 };
	add_span(spans,
		 &(struct span){
			 .from = sheet->start,
			 .to = sheet->end,
			 .stated = sheet->stated_duration,
			 .tolerance = by_minute ? MINUTE_TOLERANCE : MEETING_TOLERANCE,
		 });
	if (sheet->means == ROW_IS_EVENT)
		add_events(&sheet->people, spans);
	else
		add_rows(&sheet->people, sheet->means == ROW_IS_PERSON, spans);
	add_rows(&sheet->visits, false, spans);
	assert(spans->count <= spans->room);
}

void spans_finish(struct spans *spans)
{
	free(spans->items);
	*spans = (struct spans){ 0 };
}
