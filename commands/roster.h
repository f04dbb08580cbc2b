/* SPDX-License-Identifier: MIT */
/*
 * roster - who is expected, from a CSV file with a line of headings.
 *
 * Columns are found by heading, in any order and case: name, email, object_id, teams_id,
 * role, profession; others are left alone.  name is needed; a blank role is participant.
 * Any encoding and delimiter that spreadsheets write is read.
 */
#ifndef PLENARY_ROSTER_H
#define PLENARY_ROSTER_H

#include <stddef.h>

#include "commands/schedule_event.h"
#include "handlers/kinds.h"
#include "imports/pool.h"

enum { ROSTER_PEOPLE = PEOPLE_MAX, ROSTER_BYTES = 4 * 1024 * 1024 };

struct roster_file {
	struct schedule_person *people;
	size_t count;
	struct pool pool; /* owns the strings */
};

/* 0, or -1 with path:line and what is wrong on standard error. */
int roster_read(struct roster_file *roster, const char *path, const char *command);
void roster_finish(struct roster_file *roster);

#endif
