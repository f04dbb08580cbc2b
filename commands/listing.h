/* SPDX-License-Identifier: MIT */
/*
 * listing - cells gathered row by row, then written in columns as wide as their widest.
 *
 * The first row is the heading.  Width counts characters, not bytes.  A cell that starts
 * with a digit stands to the right when its column's heading asks for it with a final '|'.
 */
#ifndef PLENARY_LISTING_H
#define PLENARY_LISTING_H

#include <stddef.h>

#include "daemon/common/text.h"

enum { LISTING_COLUMNS = 16 };

struct listing {
	size_t columns;
	size_t count;      /* cells */
	struct text cells; /* each ends in NUL */
};

/* headings: one cell each; cells follow row by row. */
void listing_begin(struct listing *listing, size_t columns, const char *const headings[]);
void listing_cell(struct listing *listing, const char *cell);
void listing_cellf(struct listing *listing, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Every row must be whole. */
void listing_write(const struct listing *listing, struct text *out);
void listing_finish(struct listing *listing);

#endif
