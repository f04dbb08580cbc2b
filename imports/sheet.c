/* SPDX-License-Identifier: MIT */
#include "imports/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"
#include "imports/unicode.h"

void sheet_init(struct sheet *sheet, enum kind kind, struct pool *pool)
{
	*sheet = (struct sheet){
		.kind = kind,
		.stated_duration = REPORT_UNKNOWN,
		.stated_participants = REPORT_UNKNOWN,
		.stated_registered = REPORT_UNKNOWN,
		.rows_cut_off = REPORT_UNKNOWN,
		.pool = pool,
	};
}

void sheet_finish(struct sheet *sheet)
{
	if (sheet == NULL)
		return;
	free(sheet->people.items);
	free(sheet->visits.items);
	sheet->people = sheet->visits = (struct sheet_rows){ 0 };
}

struct sheet_row *sheet_add(struct sheet_rows *rows)
{
	if (rows->count == rows->room) {
		rows->room = rows->room ? rows->room * 2 : 32;
		rows->items =
			memory_resized(rows->items, rows->room * sizeof(*rows->items));
	}
	struct sheet_row *const row = &rows->items[rows->count++];

	*row = (struct sheet_row){ .name = "",
				   .email = "",
				   .upn = "",
				   .registration = "",
				   .object_id = "",
				   .session = "",
				   .action_text = "",
				   .stated = REPORT_UNKNOWN,
				   .owner = OWNER_BY_IDENTITY };
	return row;
}

void sheet_time(struct sheet_row *row, const char *cell, struct moment *moment)
{
	if (moment_parse(cell, moment) && moment_has_date(moment) && moment->has_time)
		return;
	*moment = (struct moment){ 0 };
	if (!unicode_is_blank(cell) && strspn(cell, "-\xe2\x80\x93\x94 ") != strlen(cell))
		row->unreadable = true;
}

enum report_role sheet_role(const char *cell, struct word_tally *tally)
{
	switch (words_find(cell, ROLE_ORGANIZER, ROLE_ATTENDEE, tally)) {
	case ROLE_ORGANIZER:
		return REPORT_ORGANIZER;
	case ROLE_PRESENTER:
		return REPORT_PRESENTER;
	case ROLE_ATTENDEE:
		return REPORT_ATTENDEE;
	default:
		return REPORT_NO_ROLE;
	}
}
