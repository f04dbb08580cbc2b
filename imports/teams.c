/* SPDX-License-Identifier: MIT */
#include "imports/teams.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "imports/duration.h"
#include "imports/unicode.h"

/* The first value behind a label. */
static const char *value_of(const struct row *row)
{
	for (uint32_t i = 1; i < row->count; i++) {
		if (!unicode_is_blank(row->cells[i]))
			return row->cells[i];
	}
	return "";
}

static bool is_identifier(const char *value)
{
	size_t dashes = 0;

	for (const char *at = value; *at; at++) {
		if (!isxdigit((unsigned char)*at) && *at != '-')
			return false;
		dashes += *at == '-';
	}
	return dashes >= 4;
}

static void take_duration(const char *value, int64_t *seconds)
{
	struct duration duration;

	if (duration_parse(value, &duration))
		*seconds = duration.seconds;
}

static void take_number(const char *value, int64_t *number)
{
	int64_t seconds;

	if (duration_parse_minutes(value, &seconds))
		*number = seconds / 60;
}

static void take_moment(const char *value, struct moment *moment)
{
	struct moment found;

	if (moment_parse(value, &found) && moment_has_date(&found) && found.has_time)
		*moment = found;
}

static bool take_by_words(const struct row *row, struct sheet *sheet)
{
	const char *const value = value_of(row);

	switch (words_find(row_cell(row, 0), SUMMARY_TITLE, SUMMARY_ID, &sheet->tally)) {
	case SUMMARY_TITLE:
		sheet->title = value;
		return true;
	case SUMMARY_PARTICIPANTS:
		take_number(value, &sheet->stated_participants);
		return true;
	case SUMMARY_REGISTERED:
		take_number(value, &sheet->stated_registered);
		return true;
	case SUMMARY_START:
		take_moment(value, &sheet->start);
		return true;
	case SUMMARY_END:
		take_moment(value, &sheet->end);
		return true;
	case SUMMARY_DURATION:
		take_duration(value, &sheet->stated_duration);
		return true;
	case SUMMARY_AVERAGE:
	case SUMMARY_ID:
		return true;
	default:
		return false;
	}
}

/*
 * Labels we do not know are read in the order of the English report: title, participants,
 * start, end, duration, average.
 */
static void take_by_shape(const struct row *row, struct sheet *sheet, bool *average_next)
{
	const char *const value = value_of(row);

	if (moment_is_full(value)) {
		take_moment(value,
			    moment_has_date(&sheet->start) ? &sheet->end : &sheet->start);
	} else if (cell_is_duration(value)) {
		if (sheet->stated_duration == REPORT_UNKNOWN && !*average_next)
			take_duration(value, &sheet->stated_duration);
		*average_next = true;
	} else if (cell_is_number(value)) {
		if (sheet->stated_participants == REPORT_UNKNOWN)
			take_number(value, &sheet->stated_participants);
		else if (sheet->stated_registered == REPORT_UNKNOWN)
			take_number(value, &sheet->stated_registered);
	} else if (sheet->title == NULL && !unicode_is_blank(value) &&
		   !is_identifier(value)) {
		sheet->title = value;
	}
}

static void read_summary_block(const struct table *table, const struct block *block,
			       struct sheet *sheet)
{
	bool average_next = false;

	/* Known labels first, so that unknown ones only fill what is left. */
	for (size_t i = block->first; i < block->end; i++)
		take_by_words(&table->rows[i], sheet);
	for (size_t i = block->first; i < block->end; i++) {
		const struct row *const row = &table->rows[i];

		if (row_width(row) >= 2 &&
		    !words_find(row_cell(row, 0), SUMMARY_TITLE, SUMMARY_ID, NULL))
			take_by_shape(row, sheet, &average_next);
	}
}

void teams_read_summary(const struct table *table, const struct layout *layout,
			struct sheet *sheet)
{
	for (size_t i = 0; i < layout->count; i++) {
		if (layout->blocks[i].kind == BLOCK_SUMMARY)
			read_summary_block(table, &layout->blocks[i], sheet);
	}
}

static void read_row(const struct row *row, const struct columns *columns, bool cut,
		     struct sheet_row *into, struct sheet *sheet)
{
	struct duration duration;

	into->name = row_cell(row, columns->name);
	into->email = row_cell(row, columns->email);
	into->upn = row_cell(row, columns->upn);
	into->registration = row_cell(row, columns->registration);
	into->role = sheet_role(row_cell(row, columns->role), &sheet->tally);
	sheet_time(into, row_cell(row, columns->join), &into->join);
	sheet_time(into, row_cell(row, columns->leave), &into->leave);
	if (duration_parse(row_cell(row, columns->duration), &duration)) {
		into->stated = duration.seconds;
		into->to_minute = cut && duration.has_hours && !duration.has_seconds;
	}
}

void teams_read_people(const struct table *table, const struct block *block, bool cut,
		       struct sheet_rows *rows, struct sheet *sheet)
{
	const struct row *const header =
		block->header == SIZE_MAX ? NULL : &table->rows[block->header];
	struct columns columns;

	assert(block->end <= table->count);
	columns_find(table, header, block->first, block->end, &columns, &sheet->tally);
	sheet->utc |= columns.utc;
	sheet->has_registration |= columns.registration != COLUMN_ABSENT;
	for (size_t i = block->first; i < block->end; i++) {
		const struct row *const row = &table->rows[i];

		if (row_is_blank(row))
			continue;
		read_row(row, &columns, cut, sheet_add(rows), sheet);
	}
}
