/* SPDX-License-Identifier: MIT */
/*
 * teams - what the reports of 2021 and of 2022 have in common: a summary of labels and
 * values, and tables of people under titles, with or without numbered sections.
 */
#ifndef PLENARY_IMPORTS_TEAMS_H
#define PLENARY_IMPORTS_TEAMS_H

#include "imports/columns.h"
#include "imports/sheet.h"
#include "imports/table.h"

enum block_kind { BLOCK_SUMMARY, BLOCK_PEOPLE, BLOCK_VISITS, BLOCK_OTHER };
enum { BLOCKS_MAX = 8 };

struct block {
	enum block_kind kind;
	size_t header; /* row of titles, or SIZE_MAX */
	size_t first, end;
};

struct layout {
	struct block blocks[BLOCKS_MAX];
	size_t count;
	bool numbered;   /* "2. Participants" */
	bool is_2021;    /* labels of the report of 2021 */
	bool engagement; /* a fourth section */
};

void layout_find(const struct table *table, struct layout *layout,
		 struct word_tally *tally);
/* The block of this kind, or NULL. */
const struct block *layout_block(const struct layout *layout, enum block_kind kind);
/* KIND_REPORT2021 or KIND_REPORT2022 when there is a table of people, else KIND_UNKNOWN. */
enum kind layout_kind(const struct table *table, const struct layout *layout);

void teams_read_summary(const struct table *table, const struct layout *layout,
			struct sheet *sheet);
/* Rows of one block; cut says that an hour or more is cut to the minute (2021). */
void teams_read_people(const struct table *table, const struct block *block, bool cut,
		       struct sheet_rows *rows, struct sheet *sheet);

#endif
