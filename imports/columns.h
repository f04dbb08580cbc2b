/* SPDX-License-Identifier: MIT */
/*
 * columns - which column of a table of people holds what: by its title, else by its shape.
 *
 * The shape: two columns of dates with times are join and leave, the column of durations is
 * the duration, addresses are e-mail and then UPN, short words behind the duration the role.
 * So a renamed title, an unknown language and another order of columns are all read.
 */
#ifndef PLENARY_IMPORTS_COLUMNS_H
#define PLENARY_IMPORTS_COLUMNS_H

#include <stdbool.h>

#include "imports/table.h"
#include "imports/words.h"

enum { COLUMN_ABSENT = -1, COLUMNS_SAMPLE = 60 };

struct columns {
	int name, join, leave, duration, email, upn, role, registration, action,
		timestamp;
	bool first_and_last; /* titles speak of a first join or last leave */
	bool utc;            /* a title says "(UTC)" */
	unsigned titles;     /* how many were known words */
};

/* Titles only; header may be NULL. */
void columns_by_words(const struct row *header, struct columns *columns,
		      struct word_tally *tally);
/* Titles, then the shape of rows [first, end). */
void columns_find(const struct table *table, const struct row *header, size_t first,
		  size_t end, struct columns *columns, struct word_tally *tally);
bool cell_is_duration(const char *cell);
bool cell_is_number(const char *cell);
bool cell_is_address(const char *cell);
/* Name, join, leave and a duration side by side, as in every report of Teams. */
bool row_is_visit(const struct row *row);

#endif
