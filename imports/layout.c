/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "imports/teams.h"
#include "imports/unicode.h"

enum { TITLES_LEAST = 3 };

/* "2. Participants": the number, 0 when there is none. */
static int section_number(const char *cell, const char **title)
{
	while (*cell == ' ')
		cell++;
	if (*cell < '1' || *cell > '9' || (cell[1] != '.' && cell[1] != ')'))
		return 0;
	*title = cell + 2;
	return unicode_is_blank(*title) || (**title >= '0' && **title <= '9')
		       ? 0
		       : *cell - '0';
}

static bool block_by_title(const char *title, struct word_tally *tally,
			   struct layout *layout, enum block_kind *kind)
{
	switch (words_find(title, TITLE_2021, TITLE_ENGAGEMENT, tally)) {
	case TITLE_2021:
		layout->is_2021 = true;
		*kind = BLOCK_SUMMARY;
		return true;
	case TITLE_SUMMARY:
		*kind = BLOCK_SUMMARY;
		return true;
	case TITLE_PEOPLE:
		*kind = BLOCK_PEOPLE;
		return true;
	case TITLE_VISITS:
		*kind = BLOCK_VISITS;
		return true;
	case TITLE_ENGAGEMENT:
		*kind = BLOCK_OTHER;
		return true;
	default:
		return false;
	}
}

/* A row that opens a section; sections are known by number, else by their words. */
static bool is_section(const struct row *row, struct word_tally *tally,
		       struct layout *layout, enum block_kind *kind)
{
	static const enum block_kind by_number[] = { BLOCK_OTHER, BLOCK_SUMMARY,
						     BLOCK_PEOPLE, BLOCK_VISITS };
	const char *title = row_cell(row, 0);

	if (!row_is_single(row) || unicode_is_blank(title))
		return false;
	const int number = section_number(title, &title);
	if (number == 0)
		return block_by_title(title, tally, layout, kind);
	layout->numbered = true;
	layout->engagement |= number == 4;
	block_by_title(title, tally, layout, kind);
	*kind = number < 4 ? by_number[number] : BLOCK_OTHER;
	return true;
}

static bool is_word_header(const struct row *row, struct columns *columns)
{
	columns_by_words(row, columns, NULL);
	return columns->titles >= TITLES_LEAST && columns->name != COLUMN_ABSENT &&
	       (columns->join != COLUMN_ABSENT || columns->leave != COLUMN_ABSENT);
}

static const struct row *next_row(const struct table *table, size_t index)
{
	for (size_t i = index + 1; i < table->count; i++) {
		if (!row_is_blank(&table->rows[i]))
			return &table->rows[i];
	}
	return NULL;
}

static bool is_shape_header(const struct table *table, size_t index)
{
	const struct row *const next = next_row(table, index);
	enum { CELLS_LEAST = 4 };

	return row_width(&table->rows[index]) >= CELLS_LEAST &&
	       !row_is_visit(&table->rows[index]) && next && row_is_visit(next);
}

static struct block *open_block(struct layout *layout, enum block_kind kind, size_t first)
{
	struct block *block = &layout->blocks[layout->count - 1];

	assert(layout->count > 0);
	block->end = first;
	/* An empty block, or one too many: the new one takes its place. */
	if ((block->first < first || block->header != SIZE_MAX) &&
	    layout->count < BLOCKS_MAX)
		block = &layout->blocks[layout->count++];
	*block = (struct block){ kind, SIZE_MAX, first, first };
	return block;
}

static bool is_open_section(const struct block *block, size_t index, bool titled)
{
	return titled && block->kind != BLOCK_SUMMARY && block->header == SIZE_MAX &&
	       block->first == index;
}

/* Titles of a table of people may come with a section line before them, or alone. */
static void take_header(const struct table *table, struct layout *layout, size_t index,
			bool in_section)
{
	struct block *block = &layout->blocks[layout->count - 1];
	struct columns columns;

	is_word_header(&table->rows[index], &columns);
	if (!in_section) {
		const bool second = layout_block(layout, BLOCK_PEOPLE) != NULL;
		const bool visits = second && !columns.first_and_last;

		block = open_block(layout, visits ? BLOCK_VISITS : BLOCK_PEOPLE, index);
	}
	block->header = index;
	block->first = index + 1;
}

void layout_find(const struct table *table, struct layout *layout,
		 struct word_tally *tally)
{
	bool in_section = false;

	*layout = (struct layout){ .count = 1 };
	layout->blocks[0] = (struct block){ BLOCK_SUMMARY, SIZE_MAX, 0, 0 };
	for (size_t i = 0; i < table->count; i++) {
		const struct row *const row = &table->rows[i];
		struct block *const block = &layout->blocks[layout->count - 1];
		enum block_kind kind;
		struct columns columns;

		if (row_is_blank(row)) {
			if (block->first == i)
				block->first = i + 1;
			continue;
		}
		if (is_section(row, tally, layout, &kind)) {
			open_block(layout, kind, i)->first = i + 1;
			in_section = true;
		} else if (is_open_section(block, i, in_section)) {
			if (!row_is_visit(row))
				take_header(table, layout, i, true);
		} else if (is_word_header(row, &columns) ||
			   (block->kind == BLOCK_SUMMARY && is_shape_header(table, i))) {
			take_header(table, layout, i, false);
			in_section = false;
		} else if (block->kind == BLOCK_SUMMARY && row_is_visit(row)) {
			open_block(layout, BLOCK_PEOPLE, i);
		}
	}
	layout->blocks[layout->count - 1].end = table->count;
}

const struct block *layout_block(const struct layout *layout, enum block_kind kind)
{
	for (size_t i = 0; i < layout->count; i++) {
		if (layout->blocks[i].kind == kind)
			return &layout->blocks[i];
	}
	return NULL;
}

static bool has_2021_labels(const struct table *table, const struct block *summary)
{
	for (size_t i = summary->first; i < summary->end; i++) {
		const char *const label = row_cell(&table->rows[i], 0);

		if (words_find(label, SUMMARY_ID, SUMMARY_ID, NULL) ||
		    unicode_same_folded(label, "Total Number of Participants") ||
		    unicode_same_folded(label, "Meeting Start Time"))
			return true;
	}
	return false;
}

/* A summary of 2022 states the duration, one of 2021 never does. */
static bool has_duration(const struct table *table, const struct block *summary)
{
	for (size_t i = summary->first; i < summary->end; i++) {
		if (cell_is_duration(row_cell(&table->rows[i], 1)))
			return true;
	}
	return false;
}

static enum kind kind_by_columns(const struct table *table, const struct block *people)
{
	const struct row *const header =
		people->header == SIZE_MAX ? NULL : &table->rows[people->header];
	struct columns columns;

	columns_find(table, header, people->first, people->end, &columns, NULL);
	if (columns.first_and_last)
		return KIND_REPORT2022;
	if (columns.upn != COLUMN_ABSENT && columns.role != COLUMN_ABSENT)
		return columns.upn > columns.role ? KIND_REPORT2021 : KIND_REPORT2022;
	if (columns.upn != COLUMN_ABSENT && columns.duration != COLUMN_ABSENT)
		return columns.upn - columns.duration >= 3 ? KIND_REPORT2021
							   : KIND_REPORT2022;
	return header && columns.name >= 0 &&
			       unicode_same_folded(row_cell(header, columns.name), "Name")
		       ? KIND_REPORT2022
		       : KIND_REPORT2021;
}

enum kind layout_kind(const struct table *table, const struct layout *layout)
{
	const struct block *people = layout_block(layout, BLOCK_PEOPLE);
	const struct block *const summary = layout_block(layout, BLOCK_SUMMARY);

	if (people == NULL)
		people = layout_block(layout, BLOCK_VISITS);
	if (people == NULL)
		return layout->is_2021 ? KIND_REPORT2021 : KIND_UNKNOWN;
	if (people->header == SIZE_MAX && people->first >= people->end)
		return layout->numbered ? KIND_REPORT2022 : KIND_UNKNOWN;
	if (layout->is_2021)
		return KIND_REPORT2021;
	if (layout->numbered || layout_block(layout, BLOCK_VISITS))
		return KIND_REPORT2022;
	if (summary && has_2021_labels(table, summary))
		return KIND_REPORT2021;
	if (summary && has_duration(table, summary))
		return KIND_REPORT2022;
	return kind_by_columns(table, people);
}
