/* SPDX-License-Identifier: MIT */
#include "imports/columns.h"
#include "imports/duration.h"
#include "imports/readers.h"
#include "imports/recognise.h"
#include "imports/unicode.h"

/* Where the columns stand in the learning dashboard; titles follow the viewer's language. */
enum { BBB_NAME = 0, BBB_MODERATOR = 1, BBB_JOIN = 9, BBB_LEFT = 10, BBB_DURATION = 11 };

struct bbb_columns {
	int name, moderator, join, left, duration;
};

static int column_or(const struct row *header, const char *title, int usual)
{
	const int found = header ? recognise_column(header, title, 0) : COLUMN_ABSENT;

	return found == COLUMN_ABSENT ? usual : found;
}

static enum report_role role_of(const char *moderator)
{
	if (unicode_same_folded(moderator, "true") ||
	    unicode_same_folded(moderator, "yes"))
		return REPORT_PRESENTER;
	if (unicode_same_folded(moderator, "false") ||
	    unicode_same_folded(moderator, "no"))
		return REPORT_ATTENDEE;
	return REPORT_NO_ROLE;
}

/* The last row, without a time, belongs to anonymous polls and is nobody. */
static void add_person(const struct row *row, const struct bbb_columns *columns,
		       struct sheet *sheet)
{
	struct sheet_row found = { 0 };
	struct duration duration;

	sheet_time(&found, row_cell(row, columns->join), &found.join);
	sheet_time(&found, row_cell(row, columns->left), &found.leave);
	if (!moment_has_date(&found.join) && !moment_has_date(&found.leave))
		return;
	struct sheet_row *const person = sheet_add(&sheet->people);
	person->name = row_cell(row, columns->name);
	person->role = role_of(row_cell(row, columns->moderator));
	person->join = found.join;
	person->leave = found.leave;
	if (duration_parse(row_cell(row, columns->duration), &duration))
		person->stated = duration.seconds;
}

void bbb_read(const struct table *table, struct sheet *sheet)
{
	static const char *const titles[] = { "Moderator", "Activity Score" };
	const size_t found = recognise_header(table, titles, 2);
	const struct row *const header = found == SIZE_MAX ? NULL : &table->rows[found];
	const struct bbb_columns columns = {
		.name = column_or(header, "Name", BBB_NAME),
		.moderator = column_or(header, "Moderator", BBB_MODERATOR),
		.join = column_or(header, "Join", BBB_JOIN),
		.left = column_or(header, "Left", BBB_LEFT),
		.duration = column_or(header, "Duration", BBB_DURATION),
	};

	sheet->means = ROW_IS_PERSON;
	sheet->generation = "BigBlueButton learning dashboard";
	if (header)
		sheet->tally.counts[LANGUAGE_EN]++;
	for (size_t i = header ? found + 1 : 0; i < table->count; i++) {
		if (!row_is_blank(&table->rows[i]))
			add_person(&table->rows[i], &columns, sheet);
	}
}
