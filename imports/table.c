/* SPDX-License-Identifier: MIT */
#include "imports/table.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"
#include "imports/moment.h"
#include "imports/unicode.h"

static bool is_candidate(char byte)
{
	return byte == '\t' || byte == ';' || byte == ',';
}

void table_guess_delimiters(const char *text, char delimiters[3])
{
	size_t tabs = 0, semicolons = 0, commas = 0, lines = 1;
	bool quoted = false, start = true;

	for (; *text; text++) {
		if (*text == '\n') {
			quoted = false;
			start = true;
			lines++;
			continue;
		}
		if (*text == '"' && start)
			quoted = true;
		else if (*text == '"' && quoted &&
			 (text[1] == '\0' || strchr("\t;,\r\n", text[1])))
			quoted = false;
		start = !quoted && is_candidate(*text);
		if (!start)
			continue;
		tabs += *text == '\t';
		semicolons += *text == ';';
		commas += *text == ',';
	}
	const char second = semicolons > 0 && semicolons >= commas ? ';' : ',';
	const char third = second == ';' ? ',' : ';';
	const bool tab_first = tabs * 2 >= lines || tabs >= semicolons + commas;
	delimiters[0] = tab_first ? '\t' : second;
	delimiters[1] = tab_first ? second : third;
	delimiters[2] = tab_first ? third : '\t';
}

/* Where a quoted cell ends: behind its closing quote, NULL when it is not one. */
static const char *find_close(const char *at, char delimiter)
{
	assert(*at == '"');
	for (const char *const start = at++; *at && at - start < TABLE_QUOTED_MAX; at++) {
		if (*at != '"')
			continue;
		if (at[1] == '"') {
			at++;
			continue;
		}
		const char *behind = at + 1;
		while (*behind == ' ')
			behind++;
		if (*behind == '\0' || *behind == delimiter || *behind == '\n' ||
		    *behind == '\r')
			return at + 1;
		return NULL;
	}
	return NULL;
}

static const char *read_quoted(const char *at, const char *close, struct pool *pool,
			       const char **cell)
{
	char *const copy = pool_string(pool, at + 1, (size_t)(close - at) - 2);
	char *out = copy;

	for (const char *in = copy; *in; in++) {
		*out++ = *in;
		if (in[0] == '"' && in[1] == '"')
			in++;
	}
	*out = '\0';
	*cell = copy;
	while (*close == ' ')
		close++;
	return close;
}

static const char *read_cell(const char *at, char delimiter, struct pool *pool,
			     const char **cell)
{
	const char *quote = at;

	while (*quote == ' ')
		quote++;
	const char *const close = *quote == '"' ? find_close(quote, delimiter) : NULL;
	if (close)
		return read_quoted(quote, close, pool, cell);
	const char stops[] = { delimiter, '\r', '\n', '\0' };
	const size_t length = strcspn(at, stops);
	*cell = pool_string(pool, at, length);
	return at + length;
}

static struct row *add_row(struct table *table)
{
	if (table->count == table->room) {
		table->room = table->room ? table->room * 2 : 64;
		table->rows =
			memory_resized(table->rows, table->room * sizeof(*table->rows));
	}
	return &table->rows[table->count++];
}

static const char *read_line_end(const char *at, struct table *table)
{
	table->final_line_end = *at != '\0';
	if (at[0] == '\r' && at[1] == '\n') {
		table->crlf++;
		return at + 2;
	}
	if (*at == '\n')
		table->lf++;
	else if (*at == '\r')
		table->cr++;
	return *at ? at + 1 : at;
}

int table_read(const char *text, char delimiter, struct pool *pool, struct table *table)
{
	*table = (struct table){ .delimiter = delimiter };
	while (*text) {
		const char *cells[TABLE_CELLS_MAX];
		uint32_t count = 0;

		if (table->count == TABLE_ROWS_MAX) {
			table_finish(table);
			return -E2BIG;
		}
		for (;;) {
			const char *cell;

			text = read_cell(text, delimiter, pool, &cell);
			if (count < TABLE_CELLS_MAX)
				cells[count++] = cell;
			if (*text != delimiter)
				break;
			text++;
		}
		struct row *const row = add_row(table);
		row->count = count;
		row->cells = pool_take(pool, count * sizeof(*row->cells));
		memcpy(row->cells, cells, count * sizeof(*cells));
		text = read_line_end(text, table);
	}
	return 0;
}

void table_finish(struct table *table)
{
	if (table == NULL)
		return;
	free(table->rows);
	*table = (struct table){ 0 };
}

const char *row_cell(const struct row *row, int column)
{
	return column >= 0 && (uint32_t)column < row->count ? row->cells[column] : "";
}

uint32_t row_width(const struct row *row)
{
	uint32_t width = row->count;

	while (width > 0 && unicode_is_blank(row->cells[width - 1]))
		width--;
	return width;
}

bool row_is_blank(const struct row *row)
{
	return row_width(row) == 0;
}

bool row_is_single(const struct row *row)
{
	return row_width(row) == 1;
}

const char *table_line_end(const struct table *table)
{
	if (table->crlf + table->lf + table->cr == 0)
		return NULL;
	if (table->crlf >= table->lf && table->crlf >= table->cr)
		return "crlf";
	return table->lf >= table->cr ? "lf" : "cr";
}

static void join_cells(struct row *row, uint32_t column, struct pool *pool)
{
	if (column + 1 >= row->count)
		return;
	row->cells[column] =
		pool_format(pool, "%s %s", row->cells[column], row->cells[column + 1]);
	memmove(row->cells + column + 1, row->cells + column + 2,
		(row->count - column - 2) * sizeof(*row->cells));
	row->count--;
}

static bool is_pair(const struct row *row, uint32_t column)
{
	return moment_is_date_only(row_cell(row, (int)column)) &&
	       moment_is_time_only(row_cell(row, (int)column + 1));
}

/* The widest row that has a pair in this column, 0 when none has. */
static uint32_t split_width(const struct table *table, uint32_t column)
{
	uint32_t width = 0;

	for (size_t i = 0; i < table->count; i++) {
		const struct row *const row = &table->rows[i];

		if (is_pair(row, column) && row_width(row) > width)
			width = row_width(row);
	}
	return width;
}

/* Titles that were split along with their column, or left a gap behind. */
static bool is_split_title(const struct row *row, uint32_t column, uint32_t width)
{
	enum { TITLES_LEAST = 4 };
	const uint32_t own = row_width(row);

	return own >= TITLES_LEAST && !moment_is_full(row_cell(row, (int)column)) &&
	       (own >= width || unicode_is_blank(row_cell(row, (int)column + 1)));
}

bool table_join_split(struct table *table, struct pool *pool)
{
	enum { COLUMNS_TRIED = 24 };
	bool joined = false;

	for (uint32_t column = 0; column < COLUMNS_TRIED; column++) {
		const uint32_t width = split_width(table, column);

		for (size_t i = 0; width > 0 && i < table->count; i++) {
			struct row *const row = &table->rows[i];
			const bool gap = unicode_is_blank(row_cell(row, (int)column)) &&
					 unicode_is_blank(row_cell(row, (int)column + 1));

			if (gap || is_pair(row, column) ||
			    is_split_title(row, column, width))
				join_cells(row, column, pool);
		}
		joined |= width > 0;
	}
	return joined;
}
