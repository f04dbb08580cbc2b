/* SPDX-License-Identifier: MIT */
/*
 * table - cells gathered row by row, then written in columns as wide as their widest.
 *
 * The first row is the heading.  Width counts characters, not bytes.  A cell that starts
 * with a digit stands to the right when its column's heading asks for it with a final '|'.
 */
#ifndef PLENARY_TABLE_H
#define PLENARY_TABLE_H

#include <stddef.h>

#include "daemon/common/text.h"

enum { TABLE_COLUMNS = 16 };

struct table {
	size_t columns;
	size_t count;      /* cells */
	struct text cells; /* each ends in NUL */
};

/* headings: one cell each; cells follow row by row. */
void table_begin(struct table *table, size_t columns, const char *const headings[]);
void table_cell(struct table *table, const char *cell);
void table_cellf(struct table *table, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Every row must be whole. */
void table_write(const struct table *table, struct text *out);
void table_finish(struct table *table);

#endif
