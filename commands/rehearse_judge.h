/* SPDX-License-Identifier: MIT */
/*
 * rehearse_judge - a finished rehearsal held against the truth the stand-in tenant wrote.
 *
 * Prints what the session came to, then every check with its outcome.
 */
#ifndef PLENARY_REHEARSE_JUDGE_H
#define PLENARY_REHEARSE_JUDGE_H

#include <stdbool.h>

struct rehearse_played;

struct rehearse_judging {
	const char *directory, *database;
	const struct rehearse_played *played; /* NULL: it was played another time */
	bool quiet;                           /* only what is wrong */
};

/* The exit status: 0 all checks hold, 1 one does not, 3 there is nothing to judge. */
int rehearse_judge(const struct rehearse_judging *judging);

#endif
