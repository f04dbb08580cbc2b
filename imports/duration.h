/* SPDX-License-Identifier: MIT */
/*
 * duration - "1h 13m 42s", "2 godz. 18 min 8 s", "1 時間 5 秒", "01:02:33".
 *
 * A unit is a number and a word; an unknown word, a repeated unit or anything left over makes
 * the whole duration unknown, never zero: an unknown duration is not an absence.
 */
#ifndef PLENARY_IMPORTS_DURATION_H
#define PLENARY_IMPORTS_DURATION_H

#include <stdbool.h>
#include <stdint.h>

struct duration {
	int64_t seconds;
	bool has_hours, has_seconds; /* which units were written */
};

bool duration_parse(const char *text, struct duration *duration);
/* Whole minutes as Zoom writes them: "13" is 780 seconds. */
bool duration_parse_minutes(const char *text, int64_t *seconds);

#endif
