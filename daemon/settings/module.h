/* SPDX-License-Identifier: MIT */
/*
 * module - one unit of a programme as its author wrote it: run-sheet, rounds and polls.
 *
 * The core gets numbers only (lengths, kinds, counts); titles, prompts and choices stay
 * here and are looked up by block, poll and choice index, which count from 0 in file
 * order. Times are seconds; offsets count from the module's planned start.  Every string
 * is UTF-8 without control characters other than line feeds, is owned by the programme
 * and is NULL when it is optional and absent.  docs/programme-format.md is the reference.
 */
#ifndef PLENARY_MODULE_H
#define PLENARY_MODULE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	MODULE_OUTCOMES = 24,
	MODULE_BLOCKS = 64,
	MODULE_POLLS = 32,
	MODULE_LENGTH_S = 16 * 3600,
	BLOCK_LENGTH_S = 8 * 3600,
	BLOCK_MATERIALS = 8,
	ROUND_WARNINGS = 8,
	ROUND_ROOMS = 50,  /* what one Teams meeting can have */
	ROUND_SIZE = 50,   /* people in one room */
	POLL_CHOICES = 12, /* at least 2 */
	POLL_LIKERT_POINTS = 11,
};

enum block_kind {
	BLOCK_PLENARY,
	BLOCK_ROUND,
	BLOCK_POLL,
	BLOCK_BREAK,
	BLOCK_INDIVIDUAL,
	BLOCK_ADMIN,
	BLOCK_KINDS
};

enum round_delivery {
	DELIVERY_ROOM_MEETING,   /* one online meeting per room, a personal link each */
	DELIVERY_PRODUCER_SHEET, /* ordered for keying into the Teams dialog */
	DELIVERY_TABLE,          /* in person */
	ROUND_DELIVERIES
};

enum poll_kind {
	POLL_SINGLE,
	POLL_LIKERT,
	POLL_KINDS
};
enum poll_show {
	POLL_SHOW_FULL,
	POLL_SHOW_NEVER,
	POLL_SHOWS
};
enum poll_stage {
	POLL_STAGE_NONE,
	POLL_STAGE_PRE,
	POLL_STAGE_POST,
	POLL_STAGES
};

struct round {
	uint16_t size;  /* people per room, 0 when rooms is given */
	uint16_t rooms; /* number of rooms, 0 when size is given */
	enum round_delivery delivery;
	uint8_t warning_count;
	int32_t warnings_s[ROUND_WARNINGS]; /* before the end; falling, all below the
					       length */
};

struct block {
	enum block_kind kind;
	bool creditable;
	int32_t length_s;
	int32_t fixed_s; /* starts this long after the planned start whatever happens; or
			    -1 */
	const char *title;
	const char *lead, *prompt;
	const char *materials[BLOCK_MATERIALS];
	uint8_t material_count;
	struct round round; /* BLOCK_ROUND only, zeroed otherwise */
	uint8_t poll_count;
	uint8_t polls[MODULE_POLLS]; /* indexes into the module's polls, in asking order
				      */
	int line, column;
};

struct poll {
	const char *id; /* unique in the module */
	enum poll_kind kind;
	int16_t block; /* where it is asked; -1 when no block asks it */
	bool anonymous, changeable;
	enum poll_show show;
	uint8_t choice_count; /* of a Likert poll, its points */
	const char *question;
	const char *choices[POLL_CHOICES]; /* NULL for a Likert poll: see poll_choice() */
	const char *low, *high;            /* Likert: the ends of the scale */
	const char *item; /* the same item asked before and after; NULL when not linked */
	enum poll_stage stage;
	int line, column;
};

/* What attendance is counted with (seconds); the full policy engine has its own file. */
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
	int32_t starts_s; /* planned start, seconds after local midnight; -1 when not
			     given */
	int32_t length_s; /* planned end minus planned start, with slack before fixed
			     blocks */
	int outcome_count, block_count, poll_count;
	const char *outcomes[MODULE_OUTCOMES];
	struct block blocks[MODULE_BLOCKS];
	struct poll polls[MODULE_POLLS];
	struct module_cpd cpd;
	struct module_policy policy;
	int line, column;
};

#endif
