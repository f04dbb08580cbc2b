/* SPDX-License-Identifier: MIT */
#include "commands/listing.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

struct column {
	size_t width;
	bool right;
};

void listing_begin(struct listing *listing, size_t columns, const char *const headings[])
{
	assert(columns <= LISTING_COLUMNS);
	*listing = (struct listing){ .columns = columns };
	for (size_t i = 0; i < columns; i++)
		listing_cell(listing, headings[i]);
}

void listing_cell(struct listing *listing, const char *cell)
{
	text_add(&listing->cells, cell, strlen(cell) + 1);
	listing->count++;
}

void listing_cellf(struct listing *listing, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text_vaddf(&listing->cells, format, arguments);
	va_end(arguments);
	text_add(&listing->cells, "", 1);
	listing->count++;
}

static size_t width_of(const char *cell, size_t bytes)
{
	size_t width = 0;

	for (size_t i = 0; i < bytes; i++)
		width += ((unsigned char)cell[i] & 0xc0) != 0x80;
	return width;
}

/* The '|' that asks for the right side is not part of the heading. */
static size_t shown_bytes(const char *cell, bool heading)
{
	const size_t bytes = strlen(cell);

	return heading && bytes > 0 && cell[bytes - 1] == '|' ? bytes - 1 : bytes;
}

static void measure(const struct listing *listing, struct column columns[LISTING_COLUMNS])
{
	const char *cell = listing->cells.data;

	for (size_t i = 0; i < listing->count; i++, cell += strlen(cell) + 1) {
		struct column *const column = &columns[i % listing->columns];
		const size_t bytes = shown_bytes(cell, i < listing->columns);
		const size_t width = width_of(cell, bytes);

		if (i < listing->columns)
			column->right = bytes < strlen(cell);
		if (width > column->width)
			column->width = width;
	}
}

static void write_cell(struct text *out, const char *cell, size_t bytes,
		       const struct column *column, bool last)
{
	const int blank = (int)(column->width - width_of(cell, bytes));

	if (column->right)
		text_addf(out, "%*s", blank, "");
	text_add(out, cell, bytes);
	if (last)
		text_addf(out, "\n");
	else
		text_addf(out, "%*s", column->right ? 2 : blank + 2, "");
}

void listing_write(const struct listing *listing, struct text *out)
{
	struct column columns[LISTING_COLUMNS] = { 0 };
	const char *cell = listing->cells.data;

	assert(listing->count % listing->columns == 0);
	measure(listing, columns);
	for (size_t i = 0; i < listing->count; i++, cell += strlen(cell) + 1) {
		const size_t column = i % listing->columns;

		write_cell(out, cell, shown_bytes(cell, i < listing->columns),
			   &columns[column], column + 1 == listing->columns);
	}
}

void listing_finish(struct listing *listing)
{
	text_finish(&listing->cells);
}
