/* SPDX-License-Identifier: MIT */
/*
 * fault - what is wrong with a file somebody wrote, where, and in words that person can
 *use.
 *
 * Lines and columns count from 1; line 0 means the file as a whole.  A list holds at most
 * FAULT_COUNT faults: later warnings are only counted, a later error takes the place of
 *the last warning held, so that a file with an error never looks like one without.
 *
 *	struct fault_list faults = { 0 };
 *	fault_error(&faults, 12, 9, "unknown key `%s`", key);
 */
#ifndef PLENARY_FAULT_H
#define PLENARY_FAULT_H

#include <stdbool.h>
#include <stdio.h>

enum {
	FAULT_COUNT = 50,
	FAULT_MESSAGE_BYTES = 256, /* longer messages are cut at a whole character */
};

struct fault {
	bool warning; /* otherwise an error: the file cannot be used */
	int line, column;
	char message[FAULT_MESSAGE_BYTES];
};

struct fault_list {
	struct fault faults[FAULT_COUNT];
	int count;            /* held in faults */
	int errors, warnings; /* found, held or not */
};

void fault_error(struct fault_list *list, int line, int column, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void fault_warning(struct fault_list *list, int line, int column, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* By place, those of the whole file first; equal places keep their order. */
void fault_sort(struct fault_list *list);

/* One line each, as compilers write them: "leep.yaml:12:9: error: unknown key `titel`".
 */
void fault_print(FILE *out, const char *file, const struct fault_list *list);

#endif
