/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "imports/columns.h"
#include "imports/readers.h"
#include "imports/recognise.h"
#include "imports/unicode.h"

enum live_column {
	LIVE_SESSION,
	LIVE_PARTICIPANT,
	LIVE_NAME,
	LIVE_AGENT,
	LIVE_TIME,
	LIVE_ACTION,
	LIVE_ROLE,
	LIVE_COLUMNS
};

static const char *const titles[LIVE_COLUMNS] = {
	"Session Id",          "Participant Id", "Full Name", "User Agent",
	"UTC Event Timestamp", "Action",         "Role"
};

/* Private accounts carry a word before the address. */
static const char *without_prefix(const char *participant)
{
	static const char prefix[] = "live.com#";

	return strncasecmp(participant, prefix, sizeof(prefix) - 1) == 0
		       ? participant + sizeof(prefix) - 1
		       : participant;
}

static void add_event(const struct row *row, const int *columns, struct sheet *sheet)
{
	struct sheet_row event = { 0 };
	const char *const action = row_cell(row, columns[LIVE_ACTION]);
	const enum meaning meaning =
		words_find(action, ACTION_JOINED, ACTION_LEFT, &sheet->tally);

	sheet_time(&event, row_cell(row, columns[LIVE_TIME]), &event.join);
	if (meaning == MEANING_NONE || !moment_has_date(&event.join)) {
		sheet->rows_cut_off++;
		return;
	}
	struct sheet_row *const added = sheet_add(&sheet->people);
	added->join = event.join;
	added->action = meaning;
	added->action_text = action;
	added->session = row_cell(row, columns[LIVE_SESSION]);
	added->name = row_cell(row, columns[LIVE_NAME]);
	added->role = sheet_role(row_cell(row, columns[LIVE_ROLE]), &sheet->tally);
	const char *const participant = row_cell(row, columns[LIVE_PARTICIPANT]);
	if (cell_is_address(participant))
		added->email = without_prefix(participant);
	else if (!unicode_is_blank(participant))
		added->object_id = participant;
}

/* The last rows may end inside the user agent: they are counted, never guessed. */
void live_read(const struct table *table, struct sheet *sheet)
{
	const size_t header =
		recognise_header(table, (const char *const[]){ titles[0], titles[1] }, 2);
	int columns[LIVE_COLUMNS];

	sheet->means = ROW_IS_EVENT;
	sheet->generation = "live event attendee engagement report";
	sheet->utc = true;
	sheet->rows_cut_off = 0;
	for (int i = 0; i < LIVE_COLUMNS; i++) {
		const int found =
			header == SIZE_MAX
				? COLUMN_ABSENT
				: recognise_column(&table->rows[header], titles[i], 0);
		columns[i] = found == COLUMN_ABSENT ? i : found;
	}
	for (size_t i = header == SIZE_MAX ? 0 : header + 1; i < table->count; i++) {
		const struct row *const row = &table->rows[i];

		if (row_is_blank(row) ||
		    (header == SIZE_MAX && i == 0 && strlen(row_cell(row, 0)) != 36))
			continue;
		add_event(row, columns, sheet);
	}
}
