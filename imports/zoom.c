/* SPDX-License-Identifier: MIT */
#include <assert.h>

#include "imports/columns.h"
#include "imports/duration.h"
#include "imports/readers.h"
#include "imports/recognise.h"
#include "imports/unicode.h"

/* Columns of one table; the flat table has those of the meeting before those of the person. */
struct zoom_columns {
	int topic, start, end, minutes, participants; /* of the meeting */
	int name, email, join, leave, visit_minutes;  /* of the person */
};

static int find_any(const struct row *row, const char *const *titles, int from)
{
	for (; *titles; titles++) {
		const int found = recognise_column(row, *titles, from);

		if (found != COLUMN_ABSENT)
			return found;
	}
	return COLUMN_ABSENT;
}

#define FIND(row, from, ...) \
	find_any(row, (const char *const[]){ __VA_ARGS__, NULL }, from)

static bool read_header(const struct row *row, struct zoom_columns *columns)
{
	const int name = FIND(row, 0, "Name (Original Name)", "User Name (Original Name)",
			      "Name", "User Name", "Participant");
	const int behind = name == COLUMN_ABSENT ? 0 : name;
	const int topic = FIND(row, 0, "Topic", "Meeting Topic");

	*columns = (struct zoom_columns){
		.topic = topic,
		.start = FIND(row, 0, "Start Time"),
		.end = FIND(row, 0, "End Time"),
		.minutes = topic == COLUMN_ABSENT
				   ? COLUMN_ABSENT
				   : FIND(row, 0, "Duration (Minutes)", "Duration"),
		.participants = FIND(row, 0, "Participants"),
		.name = name,
		.email = FIND(row, behind, "User Email", "Email", "E-mail"),
		.join = FIND(row, behind, "Join Time"),
		.leave = FIND(row, behind, "Leave Time"),
		.visit_minutes = FIND(row, behind, "Total Duration (Minutes)",
				      "Duration (Minutes)", "Duration"),
	};
	return topic != COLUMN_ABSENT ||
	       (name != COLUMN_ABSENT && columns->visit_minutes != COLUMN_ABSENT);
}

static void read_meeting(const struct row *row, const struct zoom_columns *columns,
			 struct sheet *sheet)
{
	struct sheet_row ignored = { 0 };
	struct moment moment;
	int64_t seconds;

	if (columns->topic == COLUMN_ABSENT || sheet->title)
		return;
	sheet->title = row_cell(row, columns->topic);
	sheet_time(&ignored, row_cell(row, columns->start), &moment);
	sheet->start = moment;
	sheet_time(&ignored, row_cell(row, columns->end), &moment);
	sheet->end = moment;
	if (duration_parse_minutes(row_cell(row, columns->minutes), &seconds))
		sheet->stated_duration = seconds;
	if (duration_parse_minutes(row_cell(row, columns->participants), &seconds))
		sheet->stated_participants = seconds / 60;
}

static void add_visit(const struct row *row, const struct zoom_columns *columns,
		      struct sheet *sheet)
{
	struct sheet_row *const visit = sheet_add(&sheet->people);
	int64_t seconds;

	visit->name = row_cell(row, columns->name);
	visit->email = row_cell(row, columns->email);
	sheet_time(visit, row_cell(row, columns->join), &visit->join);
	sheet_time(visit, row_cell(row, columns->leave), &visit->leave);
	if (duration_parse_minutes(row_cell(row, columns->visit_minutes), &seconds)) {
		visit->stated = seconds;
		visit->to_minute = true;
	}
}

/* One or two blocks, or one flat table; without titles, the usual order of columns. */
void zoom_read(const struct table *table, struct sheet *sheet)
{
	struct zoom_columns columns = { COLUMN_ABSENT,
					COLUMN_ABSENT,
					COLUMN_ABSENT,
					COLUMN_ABSENT,
					COLUMN_ABSENT,
					0,
					1,
					2,
					3,
					4 };
	bool titled = false;

	sheet->means = ROW_IS_VISIT;
	sheet->generation = "Zoom participants report";
	for (size_t i = 0; i < table->count; i++) {
		const struct row *const row = &table->rows[i];
		struct zoom_columns found;

		if (row_is_blank(row))
			continue;
		if (read_header(row, &found)) {
			columns = found;
			titled = true;
			sheet->tally.counts[LANGUAGE_EN]++;
			continue;
		}
		if (!titled && !moment_is_full(row_cell(row, columns.join)))
			continue;
		read_meeting(row, &columns, sheet);
		if (columns.name != COLUMN_ABSENT)
			add_visit(row, &columns, sheet);
	}
	assert(sheet->visits.count == 0);
}
