/* SPDX-License-Identifier: MIT */
/*
 * rehearse_kills - when the daemon was killed: a line of session time, in milliseconds,
 * for each in DIR/kills.txt, so that a judge can tell what the daemon may not have heard.
 */
#ifndef PLENARY_REHEARSE_KILLS_H
#define PLENARY_REHEARSE_KILLS_H

#include <stdbool.h>
#include <stdint.h>

#include "commands/rehearse_plan.h"

struct rehearse_kills {
	int64_t at_ms[REHEARSE_KILLS];
	uint32_t count;
};

/* 0 or a negative errno. */
int rehearse_kills_note(const char *path, int64_t at_ms);
/* Without the file there were none.  0 or a negative errno, -EBADMSG if it cannot be read
 * as such a list. */
int rehearse_kills_read(struct rehearse_kills *kills, const char *path);
bool rehearse_kills_between(const struct rehearse_kills *kills, int64_t from_ms,
			    int64_t to_ms);

#endif
