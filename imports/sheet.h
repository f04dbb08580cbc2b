/* SPDX-License-Identifier: MIT */
/*
 * sheet - what a reader found in a file, before dates are decided and people are made.
 *
 * Every format becomes the same few things: what the file says about the meeting, rows about
 * people, and sometimes rows about their visits.  Strings belong to the reader's pool.
 */
#ifndef PLENARY_IMPORTS_SHEET_H
#define PLENARY_IMPORTS_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "imports/moment.h"
#include "imports/pool.h"
#include "imports/report.h"
#include "imports/words.h"

enum kind {
	KIND_UNKNOWN,
	KIND_LIST,
	KIND_REPORT2021,
	KIND_REPORT2022,
	KIND_LIVE,
	KIND_GRAPH,
	KIND_ZOOM,
	KIND_ZOOMWEBINAR,
	KIND_BBB,
	KINDS
};

/* What people rows are. */
enum row_means {
	ROW_IS_EVENT,  /* one joined or left (list, live) */
	ROW_IS_VISIT,  /* one join and leave (2021, Zoom) */
	ROW_IS_PERSON, /* first join, last leave and a sum (2022, BigBlueButton, Graph) */
};

enum { OWNER_BY_IDENTITY = UINT32_MAX };

struct sheet_row {
	const char *name, *email, *upn, *registration, *object_id, *session;
	const char *action_text;
	enum meaning action; /* ACTION_*, or MEANING_NONE while unknown */
	enum report_role role;
	struct moment join, leave; /* an event has its time in join */
	bool unreadable; /* a cell that should hold a time holds something else */
	int64_t stated;  /* seconds, or REPORT_UNKNOWN */
	bool to_minute;
	uint32_t owner; /* of a visit: the people row it belongs to */
};

struct sheet_rows {
	struct sheet_row *items;
	size_t count, room;
};

struct sheet {
	enum kind kind;
	enum row_means means;
	const char *generation;
	const char *title;
	struct moment start, end;
	int64_t stated_duration, stated_participants, stated_registered;
	bool utc, has_visits, has_registration, end_unknowable;
	int64_t rows_cut_off; /* or REPORT_UNKNOWN */
	struct sheet_rows people, visits;
	struct word_tally tally;
	struct pool *pool;
};

void sheet_init(struct sheet *sheet, enum kind kind, struct pool *pool);
void sheet_finish(struct sheet *sheet);
/* A new row with nothing in it; valid until the next one is added. */
struct sheet_row *sheet_add(struct sheet_rows *rows);
/* Reads a time cell; "" and "-", "--" are no time; anything else unreadable is noted. */
void sheet_time(struct sheet_row *row, const char *cell, struct moment *moment);
enum report_role sheet_role(const char *cell, struct word_tally *tally);

#endif
