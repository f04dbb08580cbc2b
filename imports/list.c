/* SPDX-License-Identifier: MIT */
#include "imports/columns.h"
#include "imports/readers.h"
#include "imports/unicode.h"

struct list_columns {
	int name, action, time;
};

static bool is_event(const struct row *row, const struct list_columns *columns)
{
	return moment_is_full(row_cell(row, columns->time));
}

/* Titles by words; what they do not tell stands in the usual order. */
static bool read_header(const struct row *row, struct list_columns *list,
			struct word_tally *tally)
{
	struct columns columns;

	columns_by_words(row, &columns, tally);
	if (columns.name + columns.action + columns.timestamp == 3 * COLUMN_ABSENT)
		return false;
	if (columns.name != COLUMN_ABSENT)
		list->name = columns.name;
	if (columns.timestamp != COLUMN_ABSENT)
		list->time = columns.timestamp;
	list->action = columns.action != COLUMN_ABSENT ? columns.action
						       : 3 - list->name - list->time;
	return true;
}

static void add_event(const struct row *row, const struct list_columns *columns,
		      struct sheet *sheet)
{
	struct sheet_row *const event = sheet_add(&sheet->people);

	event->name = row_cell(row, columns->name);
	event->action_text = row_cell(row, columns->action);
	event->action =
		words_find(event->action_text, ACTION_JOINED, ACTION_LEFT, &sheet->tally);
	sheet_time(event, row_cell(row, columns->time), &event->join);
}

void list_read(const struct table *table, struct sheet *sheet)
{
	struct list_columns columns = { 0, 1, 2 };
	bool titled = false;

	sheet->means = ROW_IS_EVENT;
	sheet->generation = "2020 list";
	for (size_t i = 0; i < table->count; i++) {
		const struct row *const row = &table->rows[i];

		if (row_is_blank(row))
			continue;
		if (!titled && !is_event(row, &columns)) {
			titled = true;
			read_header(row, &columns, &sheet->tally);
			continue;
		}
		titled = true;
		add_event(row, &columns, sheet);
	}
}
