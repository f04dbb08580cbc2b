/* SPDX-License-Identifier: MIT */
#include "imports/columns.h"

#include <assert.h>
#include <string.h>

#include "imports/duration.h"
#include "imports/moment.h"
#include "imports/sheet.h"
#include "imports/unicode.h"

/* What the cells of one column look like. */
struct look {
	unsigned filled, times, durations, addresses, numbers, roles, words;
};

bool cell_is_duration(const char *cell)
{
	struct duration duration;

	return duration_parse(cell, &duration);
}

bool cell_is_number(const char *cell)
{
	int64_t ignored;

	return duration_parse_minutes(cell, &ignored);
}

bool cell_is_address(const char *cell)
{
	return strchr(cell, '@') != NULL;
}

bool row_is_visit(const struct row *row)
{
	return row->count >= 4 && moment_is_full(row_cell(row, 1)) &&
	       moment_is_full(row_cell(row, 2)) && cell_is_duration(row_cell(row, 3));
}

static void take(int *column, int index, struct columns *columns)
{
	columns->titles++;
	if (*column == COLUMN_ABSENT)
		*column = index;
}

/* "First Join (UTC)": the note is cut off before the words are compared. */
static bool is_utc_title(const char *title, char *plain, size_t room)
{
	const char *const note = strcasestr(title, "(utc)");

	if (note == NULL || (size_t)(note - title) >= room)
		return false;
	memcpy(plain, title, (size_t)(note - title));
	plain[note - title] = '\0';
	return true;
}

static void read_title(const char *title, int index, struct columns *columns,
		       struct word_tally *tally)
{
	char plain[128];

	if (is_utc_title(title, plain, sizeof(plain))) {
		columns->utc = true;
		title = plain;
	}
	switch (words_find(title, COLUMN_NAME, COLUMN_OTHER, tally)) {
	case COLUMN_NAME:
		take(&columns->name, index, columns);
		break;
	case COLUMN_FIRST_JOIN:
		columns->first_and_last = true;
		take(&columns->join, index, columns);
		break;
	case COLUMN_JOIN:
		take(&columns->join, index, columns);
		break;
	case COLUMN_LAST_LEAVE:
		columns->first_and_last = true;
		take(&columns->leave, index, columns);
		break;
	case COLUMN_LEAVE:
		take(&columns->leave, index, columns);
		break;
	case COLUMN_DURATION:
		take(&columns->duration, index, columns);
		break;
	case COLUMN_EMAIL:
		take(&columns->email, index, columns);
		break;
	case COLUMN_UPN:
		take(&columns->upn, index, columns);
		break;
	case COLUMN_ROLE:
		take(&columns->role, index, columns);
		break;
	case COLUMN_REGISTRATION:
		take(&columns->registration, index, columns);
		break;
	case COLUMN_ACTION:
		take(&columns->action, index, columns);
		break;
	case COLUMN_TIMESTAMP:
		take(&columns->timestamp, index, columns);
		break;
	default:
		break;
	}
}

void columns_by_words(const struct row *header, struct columns *columns,
		      struct word_tally *tally)
{
	*columns = (struct columns){ COLUMN_ABSENT,
				     COLUMN_ABSENT,
				     COLUMN_ABSENT,
				     COLUMN_ABSENT,
				     COLUMN_ABSENT,
				     COLUMN_ABSENT,
				     COLUMN_ABSENT,
				     COLUMN_ABSENT,
				     COLUMN_ABSENT,
				     COLUMN_ABSENT,
				     false,
				     false,
				     0 };
	for (uint32_t i = 0; header && i < header->count; i++)
		read_title(header->cells[i], (int)i, columns, tally);
}

static void look_at(const struct row *row, struct look looks[TABLE_CELLS_MAX])
{
	for (uint32_t i = 0; i < row->count; i++) {
		const char *const cell = row->cells[i];
		struct look *const look = &looks[i];

		if (unicode_is_blank(cell))
			continue;
		look->filled++;
		if (moment_is_full(cell))
			look->times++;
		else if (cell_is_duration(cell))
			look->durations++;
		else if (cell_is_number(cell))
			look->numbers++;
		else if (cell_is_address(cell))
			look->addresses++;
		else if (sheet_role(cell, NULL) != REPORT_NO_ROLE)
			look->roles++;
		else
			look->words++;
	}
}

static bool is_taken(const struct columns *columns, int index)
{
	return index == columns->name || index == columns->join ||
	       index == columns->leave || index == columns->duration ||
	       index == columns->email || index == columns->upn ||
	       index == columns->role || index == columns->registration;
}

/* A title may lie: what it names must look like it, or hold nothing. */
static void drop_liars(const struct look *looks, struct columns *columns)
{
	if (columns->join >= 0 && looks[columns->join].filled > 0 &&
	    looks[columns->join].times == 0)
		columns->join = COLUMN_ABSENT;
	if (columns->leave >= 0 && looks[columns->leave].filled > 0 &&
	    looks[columns->leave].times == 0)
		columns->leave = COLUMN_ABSENT;
	if (columns->duration >= 0 && looks[columns->duration].times > 0)
		columns->duration = COLUMN_ABSENT;
	if (columns->role >= 0 && looks[columns->role].addresses > 0 &&
	    looks[columns->role].roles == 0)
		columns->role = COLUMN_ABSENT;
}

static int find_look(const struct look *looks, const struct columns *columns, int from,
		     bool (*wanted)(const struct look *look))
{
	for (int i = from; i < TABLE_CELLS_MAX; i++) {
		if (!is_taken(columns, i) && wanted(&looks[i]))
			return i;
	}
	return COLUMN_ABSENT;
}

static bool looks_timed(const struct look *look)
{
	return look->times > 0;
}

static bool looks_lasting(const struct look *look)
{
	return look->durations > 0;
}

static bool looks_addressed(const struct look *look)
{
	return look->addresses > 0;
}

static bool looks_like_role(const struct look *look)
{
	return look->roles > 0 && look->addresses == 0;
}

static void fill_addresses(const struct look *looks, bool titled, struct columns *columns)
{
	const int after = columns->duration >= 0 ? columns->duration + 1 : 0;

	if (columns->email == COLUMN_ABSENT) {
		const int found = find_look(looks, columns, after, looks_addressed);

		/* A lone column further to the right is the UPN of people without e-mail. */
		if (found != COLUMN_ABSENT && !titled && found > after &&
		    looks[after].filled == 0)
			columns->upn = found;
		else
			columns->email = found;
	}
	if (columns->upn == COLUMN_ABSENT)
		columns->upn = find_look(looks, columns, after, looks_addressed);
}

static void fill_by_shape(const struct look *looks, struct columns *columns)
{
	const bool titled = columns->titles > 2;

	if (columns->join == COLUMN_ABSENT)
		columns->join = find_look(looks, columns, 0, looks_timed);
	if (columns->leave == COLUMN_ABSENT)
		columns->leave =
			find_look(looks, columns, columns->join + 1, looks_timed);
	if (columns->duration == COLUMN_ABSENT)
		columns->duration = find_look(looks, columns, 1, looks_lasting);
	if (columns->name == COLUMN_ABSENT && !is_taken(columns, 0))
		columns->name = 0;
	fill_addresses(looks, titled, columns);
	if (columns->role == COLUMN_ABSENT)
		columns->role = find_look(looks, columns, 1, looks_like_role);
}

void columns_find(const struct table *table, const struct row *header, size_t first,
		  size_t end, struct columns *columns, struct word_tally *tally)
{
	struct look looks[TABLE_CELLS_MAX] = { 0 };
	const size_t sampled =
		end - first < COLUMNS_SAMPLE ? end : first + COLUMNS_SAMPLE;

	assert(first <= end && end <= table->count);
	columns_by_words(header, columns, tally);
	for (size_t i = first; i < sampled; i++)
		look_at(&table->rows[i], looks);
	drop_liars(looks, columns);
	fill_by_shape(looks, columns);
}
