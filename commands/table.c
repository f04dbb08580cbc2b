/* SPDX-License-Identifier: MIT */
#include "commands/table.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

struct column {
	size_t width;
	bool right;
};

void table_begin(struct table *table, size_t columns, const char *const headings[])
{
	assert(columns <= TABLE_COLUMNS);
	*table = (struct table){ .columns = columns };
	for (size_t i = 0; i < columns; i++)
		table_cell(table, headings[i]);
}

void table_cell(struct table *table, const char *cell)
{
	text_add(&table->cells, cell, strlen(cell) + 1);
	table->count++;
}

void table_cellf(struct table *table, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text_vaddf(&table->cells, format, arguments);
	va_end(arguments);
	text_add(&table->cells, "", 1);
	table->count++;
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

static void measure(const struct table *table, struct column columns[TABLE_COLUMNS])
{
	const char *cell = table->cells.data;

	for (size_t i = 0; i < table->count; i++, cell += strlen(cell) + 1) {
		struct column *const column = &columns[i % table->columns];
		const size_t bytes = shown_bytes(cell, i < table->columns);
		const size_t width = width_of(cell, bytes);

		if (i < table->columns)
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

void table_write(const struct table *table, struct text *out)
{
	struct column columns[TABLE_COLUMNS] = { 0 };
	const char *cell = table->cells.data;

	assert(table->count % table->columns == 0);
	measure(table, columns);
	for (size_t i = 0; i < table->count; i++, cell += strlen(cell) + 1) {
		const size_t column = i % table->columns;

		write_cell(out, cell, shown_bytes(cell, i < table->columns),
			   &columns[column], column + 1 == table->columns);
	}
}

void table_finish(struct table *table)
{
	text_finish(&table->cells);
}
