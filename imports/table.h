/* SPDX-License-Identifier: MIT */
/*
 * table - text into rows of cells, whatever stands between them.
 *
 * Quotes count only where a cell begins with one that is properly closed: before a
 * delimiter or a line end, doubled inside.  Any other quote is a letter like others, because
 * some exports leave quotes bare.  A quoted cell may hold line breaks.
 *
 * Limits: TABLE_ROWS_MAX rows (-E2BIG), TABLE_CELLS_MAX cells of a row (the rest is left
 * out), TABLE_QUOTED_MAX bytes in a quoted cell (a longer one is read as not quoted).
 */
#ifndef PLENARY_IMPORTS_TABLE_H
#define PLENARY_IMPORTS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "imports/pool.h"

enum { TABLE_ROWS_MAX = 400000, TABLE_CELLS_MAX = 256, TABLE_QUOTED_MAX = 4096 };

struct row {
	const char **cells;
	uint32_t count;
};

struct table {
	struct row *rows;
	size_t count, room;
	char delimiter;
	size_t lf, crlf, cr; /* line ends of each kind, behind rows */
	bool final_line_end;
};

/* Candidate delimiters, likeliest first: tabs, then semicolons against commas. */
void table_guess_delimiters(const char *text, char delimiters[3]);
/* 0 or -E2BIG; the cells live in the pool, table_finish() frees the rows. */
int table_read(const char *text, char delimiter, struct pool *pool, struct table *table);
void table_finish(struct table *table);

/* "" where the row has no such cell, and for column -1. */
const char *row_cell(const struct row *row, int column);
/* Cells up to the last one that is not blank. */
uint32_t row_width(const struct row *row);
bool row_is_blank(const struct row *row);
/* Nothing but the first cell. */
bool row_is_single(const struct row *row);
/* "lf", "crlf", "cr", or NULL when the text has no line end. */
const char *table_line_end(const struct table *table);

/*
 * Dates and times may have been pasted into two cells.  Where a date alone stands before a
 * time alone, both get into one cell, and rows without either lose the gap, so that columns
 * agree again.  True when something was joined.
 */
bool table_join_split(struct table *table, struct pool *pool);

#endif
