/* SPDX-License-Identifier: MIT */
/*
 * programme - a course read from its file: up to twelve modules and how they follow on.
 *
 *	struct fault_list faults = { 0 };
 *	struct programme *programme;
 *	if (programme_read(text, bytes, &programme, &faults) == 0) { ... }
 *	fault_print(stderr, path, &faults);
 *
 * The format is YAML 1.1 as libyaml reads it, or JSON; docs/programme-format.md describes
 *it. A programme does not change once read; every string in it lives until
 *programme_destroy().
 */
#ifndef PLENARY_PROGRAMME_H
#define PLENARY_PROGRAMME_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "daemon/settings/fault.h"
#include "daemon/settings/module.h"

enum {
	PROGRAMME_MODULES = 12,
	PROGRAMME_RULES = 16,
	PROGRAMME_TITLE_BYTES =
		200, /* titles, leads, themes, choices, labels, outcomes */
	PROGRAMME_TEXT_BYTES = 4000, /* prompts, questions, materials, reasons */
	PROGRAMME_ID_BYTES = 64,     /* a-z, 0-9 and '-' */
};

/* "Module `later` comes at least so many days after module `earlier`": a cohort's dates
 * can be checked against it; breaking it is a warning and forbids nothing. */
struct scheduling_rule {
	int32_t earlier, later; /* module numbers */
	int32_t least_days;     /* 0: the same day is fine */
	int32_t most_days;      /* -1: no upper end */
	const char *reason;     /* NULL when not given */
	int line, column;
};

struct yaml;

struct programme {
	const char *id, *title;
	const char *provider; /* NULL when not given */
	int rule_count, module_count;
	struct scheduling_rule rules[PROGRAMME_RULES];
	struct module modules[PROGRAMME_MODULES]; /* in rising order of number */
	struct yaml *source;                      /* owns the strings */
};

/*
 * 0, or -EINVAL when faults holds at least one error; *programme is then untouched.
 * faults is added to, and may hold warnings when the answer is 0.
 */
int programme_read(const char *text, size_t bytes, struct programme **programme,
		   struct fault_list *faults);

/* The same from a file; also the negative errno of reading it, said in faults. */
int programme_read_file(const char *path, struct programme **programme,
			struct fault_list *faults);

void programme_destroy(struct programme *programme);

/* The module with this number, NULL when there is none. */
const struct module *programme_module(const struct programme *programme, int number);

/* Whether every count, index and number is within the limits the core relies on. Whatever
 * programme_read() hands out fits; for modules that were built another way. */
bool module_fits(const struct module *module);

/* Planned start of a block, seconds after the module's planned start. */
int32_t module_block_start_s(const struct module *module, int block);
int32_t module_creditable_s(const struct module *module);

/* The text of one choice: for a Likert poll "1 (low end)", "2", ... Written to text
 * (PROGRAMME_TITLE_BYTES + 16 is always enough) and returned. */
const char *planned_poll_choice(const struct planned_poll *poll, int choice, char *text,
				size_t bytes);

const char *block_kind_name(enum block_kind kind);    /* "plenary" */
const char *delivery_way_name(enum delivery_way way); /* "room-meeting" */

/* "09:05" as seconds after midnight, -1 for anything else. */
int32_t hhmm_read(const char *text);

/*
 * The run-sheet as a timed table with totals.  start: a good "HH:MM", or NULL for the module's
 * own (00:00 when it has none).
 */
void programme_print(FILE *out, const struct module *module, const char *start);

#endif
