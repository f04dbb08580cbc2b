/* SPDX-License-Identifier: MIT */
#include "imports/readers.h"
#include "imports/teams.h"

/*
 * Section 2 lists people, section 3 their visits.  Section 3 adds nobody, unless section 2
 * has been cut off: then its rows are all we have, each a visit.
 */
void report2022_read(const struct table *table, bool repasted, struct sheet *sheet)
{
	struct layout layout;

	layout_find(table, &layout, &sheet->tally);
	teams_read_summary(table, &layout, sheet);
	const struct block *const people = layout_block(&layout, BLOCK_PEOPLE);
	const struct block *const visits = layout_block(&layout, BLOCK_VISITS);
	sheet->means = people ? ROW_IS_PERSON : ROW_IS_VISIT;
	if (people)
		teams_read_people(table, people, false, &sheet->people, sheet);
	if (visits) {
		teams_read_people(table, visits, false,
				  people ? &sheet->visits : &sheet->people, sheet);
		sheet->has_visits = people != NULL && sheet->visits.count > 0;
	}
	if (repasted)
		sheet->generation = "2022 report, re-pasted";
	else if (sheet->has_registration || sheet->stated_registered != REPORT_UNKNOWN)
		sheet->generation = "2022 webinar report";
	else if (layout.engagement)
		sheet->generation = "2022 report, 2026 shape (4 sections)";
	else
		sheet->generation = "2022 report";
}
