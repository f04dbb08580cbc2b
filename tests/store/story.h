/* SPDX-License-Identifier: MIT */
/*
 * story - a session that has really been held, in a database of a test's own.
 *
 * One creditable hour on 25 November 2026 from 10:00 UTC, three people: Person 00 (object
 * id and e-mail) all the time, Person 01 (e-mail) until 10:30, and "=Person 02" (a name
 * only) never.  It is over and its register is written.
 */
#ifndef PLENARY_STORY_H
#define PLENARY_STORY_H

#include "tests/store/scratch.h"

#define STORY_STARTS INT64_C(1795600800000)

enum { STORY_MINUTE = 60 * 1000, STORY_EVENTS = 13 };

/* The journal is closed again; the scratch has the path. */
void story_begin(struct scratch *scratch);

typedef int command_fn(int argc, char **argv);

/* Runs a command with these words and the database; what it printed is in out. */
int story_runs(const struct scratch *scratch, command_fn *command, char *out,
	       size_t bytes, const char *const words[]);

#endif
