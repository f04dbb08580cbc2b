/* SPDX-License-Identifier: MIT */
#include "imports/readers.h"
#include "imports/teams.h"

/* One table, a row is a visit; an hour or more is cut to the minute. */
void report2021_read(const struct table *table, struct sheet *sheet)
{
	struct layout layout;

	layout_find(table, &layout, &sheet->tally);
	sheet->means = ROW_IS_VISIT;
	sheet->generation = "2021 report";
	teams_read_summary(table, &layout, sheet);
	for (size_t i = 0; i < layout.count; i++) {
		if (layout.blocks[i].kind == BLOCK_PEOPLE ||
		    layout.blocks[i].kind == BLOCK_VISITS)
			teams_read_people(table, &layout.blocks[i], true, &sheet->people,
					  sheet);
	}
}
