/* SPDX-License-Identifier: MIT */
#include "imports/columns.h"
#include "imports/duration.h"
#include "imports/readers.h"
#include "imports/recognise.h"
#include "imports/unicode.h"

struct webinar_columns {
	bool people; /* a table of people, not of the webinar */
	int attended, name, first_name, last_name, email, join, leave, minutes;
	int topic, start, duration, registered;
};

static bool read_table_title(const struct row *row, enum report_role *role)
{
	static const struct {
		const char *title;
		enum report_role role;
	} tables[] = {
		{ "Attendee Report", REPORT_NO_ROLE },
		{ "Host Details", REPORT_ORGANIZER },
		{ "Panelist Details", REPORT_PRESENTER },
		{ "Attendee Details", REPORT_ATTENDEE },
		{ "Other Attended", REPORT_ATTENDEE },
	};

	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		if (!unicode_same_folded(row_cell(row, 0), tables[i].title))
			continue;
		*role = tables[i].role;
		return true;
	}
	return false;
}

static bool read_header(const struct row *row, struct webinar_columns *columns)
{
	int name = recognise_column(row, "User Name (Original Name)", 0);

	if (name == COLUMN_ABSENT)
		name = recognise_column(row, "Name (Original Name)", 0);
	if (name == COLUMN_ABSENT)
		name = recognise_column(row, "User Name", 0);
	const struct webinar_columns found = {
		.people = name != COLUMN_ABSENT,
		.attended = recognise_column(row, "Attended", 0),
		.name = name,
		.first_name = recognise_column(row, "First Name", 0),
		.last_name = recognise_column(row, "Last Name", 0),
		.email = recognise_column(row, "Email", 0),
		.join = recognise_column(row, "Join Time", 0),
		.leave = recognise_column(row, "Leave Time", 0),
		.minutes = recognise_column(row, "Time in Session (minutes)", 0),
		.topic = recognise_column(row, "Topic", 0),
		.start = recognise_column(row, "Actual Start Time", 0),
		.duration = recognise_column(row, "Actual Duration (minutes)", 0),
		.registered = recognise_column(row, "# Registered", 0),
	};
	if (!found.people && found.topic == COLUMN_ABSENT)
		return false;
	*columns = found;
	return true;
}

static void read_webinar(const struct row *row, const struct webinar_columns *columns,
			 struct sheet *sheet)
{
	struct sheet_row ignored = { 0 };
	int64_t seconds;

	sheet->title = row_cell(row, columns->topic);
	sheet_time(&ignored, row_cell(row, columns->start), &sheet->start);
	if (duration_parse_minutes(row_cell(row, columns->duration), &seconds))
		sheet->stated_duration = seconds;
	if (duration_parse_minutes(row_cell(row, columns->registered), &seconds))
		sheet->stated_registered = seconds / 60;
}

static const char *name_of(const struct row *row, const struct webinar_columns *columns,
			   struct pool *pool)
{
	const char *const name = row_cell(row, columns->name);

	if (!unicode_is_blank(name))
		return name;
	return pool_format(pool, "%s %s", row_cell(row, columns->first_name),
			   row_cell(row, columns->last_name));
}

static void add_visit(const struct row *row, const struct webinar_columns *columns,
		      enum report_role role, struct sheet *sheet)
{
	struct sheet_row *const visit = sheet_add(&sheet->people);
	int64_t seconds;

	visit->name = name_of(row, columns, sheet->pool);
	visit->email = row_cell(row, columns->email);
	if (unicode_same_folded(visit->email, ""))
		visit->email = "";
	visit->role = role;
	if (unicode_same_folded(row_cell(row, columns->attended), "No"))
		return;
	sheet_time(visit, row_cell(row, columns->join), &visit->join);
	sheet_time(visit, row_cell(row, columns->leave), &visit->leave);
	if (duration_parse_minutes(row_cell(row, columns->minutes), &seconds)) {
		visit->stated = seconds;
		visit->to_minute = true;
	}
}

/* Several tables under each other; registrants who never came say "No" and "--". */
void zoomwebinar_read(const struct table *table, struct sheet *sheet)
{
	struct webinar_columns columns = { .topic = COLUMN_ABSENT };
	enum report_role role = REPORT_ATTENDEE;

	sheet->means = ROW_IS_VISIT;
	sheet->generation = "Zoom webinar attendee report";
	sheet->end_unknowable = true;
	sheet->tally.counts[LANGUAGE_EN]++;
	for (size_t i = 0; i < table->count; i++) {
		const struct row *const row = &table->rows[i];

		if (row_is_blank(row) || read_table_title(row, &role)) {
			if (!row_is_blank(row))
				columns =
					(struct webinar_columns){ .topic =
									  COLUMN_ABSENT };
			continue;
		}
		if (read_header(row, &columns))
			continue;
		if (columns.people)
			add_visit(row, &columns, role, sheet);
		else if (columns.topic != COLUMN_ABSENT)
			read_webinar(row, &columns, sheet);
	}
}
