/* SPDX-License-Identifier: MIT */
/*
 * module - one unit of a programme as its author wrote it: run-sheet, rounds and polls.
 *
 * The core gets numbers only and its limits and kinds are used here; titles, prompts and
 * choices stay here and are looked up by block, poll and choice index, from 0 in file
 * order. Times are seconds; offsets count from the module's planned start.  Strings are
 * UTF-8 whose only control character is the line feed, belong to the programme, and are
 * NULL when they are optional and absent.  docs/programme-format.md is the reference.
 */
#ifndef PLENARY_MODULE_H
#define PLENARY_MODULE_H

#include <stdbool.h>
#include <stdint.h>

#include "handlers/event.h"

enum {
	MODULE_OUTCOMES = 24,
	MODULE_LENGTH_S = 16 * 3600,
	BLOCK_LENGTH_S = 8 * 3600,
	BLOCK_MATERIALS = 8,
	TEAMS_ROOMS = 50,        /* what the breakout dialog of one meeting can have */
	POLL_LIKERT_POINTS = 11, /* at least 2; so have other polls choices */
};

enum poll_kind { POLL_SINGLE, POLL_LIKERT, POLL_KINDS };
enum poll_stage { POLL_STAGE_NONE, POLL_STAGE_PRE, POLL_STAGE_POST, POLL_STAGES };

struct planned_round {
	uint16_t size;  /* people per room, 0 when rooms is given */
	uint16_t rooms; /* number of rooms, 0 when size is given */
	enum delivery_way way;
	uint8_t warning_count;
	int32_t warnings_s[WARNINGS_MAX]; /* before the end, falling */
};

struct planned_block {
	enum block_kind kind;
	bool creditable;
	int32_t length_s;
	int32_t fixed_s; /* after the planned start, whatever happens; or -1 */
	const char *title;
	const char *lead, *prompt;
	const char *materials[BLOCK_MATERIALS];
	uint8_t material_count;
	struct planned_round round; /* BLOCK_ROUND only, zeroed otherwise */
	uint8_t poll_count;
	uint8_t polls[POLLS_MAX]; /* indexes of the module's, in asking order */
	int line, column;
};

struct planned_poll {
	const char *id; /* unique in the module */
	enum poll_kind kind;
	int16_t block; /* where it is asked; -1 when no block asks it */
	bool anonymous, changeable;
	bool shown;           /* results may be shown, in full */
	uint8_t choice_count; /* of a Likert poll, its points */
	const char *question;
	const char *choices[CHOICES_MAX]; /* of a Likert poll NULL */
	const char *low, *high;           /* Likert: the ends of the scale */
	const char *item; /* the same item asked before and after; NULL when not linked */
	enum poll_stage stage;
	int line, column;
};

/* What attendance is counted with, in seconds. */
struct module_policy {
	int32_t grace_s;    /* a reconnection gap this long is bridged */
	int32_t transfer_s; /* allowance around a round for moving in and out of rooms */
	bool presume;       /* a hole inside one's own round counts as present */
	int32_t minimum_answers; /* fewer answers to a poll are not shown */
};

struct module_cpd {
	int32_t approved_maximum_minutes; /* -1: no approval */
	const char *body, *code;
};

struct module {
	int number; /* from 1 */
	const char *title, *theme;
	int32_t starts_s; /* seconds after local midnight; -1 when not given */
	int32_t length_s; /* from start to end, slack included */
	int outcome_count, block_count, poll_count;
	const char *outcomes[MODULE_OUTCOMES];
	struct planned_block blocks[BLOCKS_MAX];
	struct planned_poll polls[POLLS_MAX];
	struct module_cpd cpd;
	struct module_policy policy;
	int line, column;
};

#endif
