/* SPDX-License-Identifier: MIT */
/*
 * scratch - a folder of a test's own, gone afterwards, and a loop to open a journal on.
 */
#ifndef PLENARY_SCRATCH_H
#define PLENARY_SCRATCH_H

#include <uv.h>

#include "daemon/store/journal.h"

enum { SCRATCH_BYTES = 256 };

struct scratch {
	char folder[SCRATCH_BYTES / 2];
	char path[SCRATCH_BYTES]; /* of the database */
	uv_loop_t loop;
	struct journal *journal;
	int committed; /* calls of on_committed() */
};

void scratch_begin(struct scratch *scratch);
/* Removes the folder; the loop must be closed. */
void scratch_end(struct scratch *scratch);
/* A loop and a journal on it. */
void scratch_open(struct scratch *scratch);
/* Closes both; uv_loop_close() must say 0. */
void scratch_close(struct scratch *scratch);
/* Runs the loop until n commits were reported in all. */
void scratch_wait(struct scratch *scratch, int committed);

/* One event row in the gathering batch. */
void scratch_add(struct scratch *scratch, uint64_t number);

/* The first column of the first row, -1 when there is none; for looking from outside. */
int64_t scratch_ask(const struct scratch *scratch, const char *sql);

#endif
