/* SPDX-License-Identifier: MIT */
/*
 * rehearse_screen - what a rehearsal looks like while it runs.
 *
 * On a terminal one line is rewritten: the session's clock, a bar, what just happened and
 * what is next.  Elsewhere each notable fact is a line of its own.  Quiet: nothing.
 */
#ifndef PLENARY_REHEARSE_SCREEN_H
#define PLENARY_REHEARSE_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/common/text.h"

struct rehearse_screen {
	bool terminal, quiet;
	int64_t starts_ms, ends_ms;
	struct text happened, current, next;
};

void rehearse_screen_begin(struct rehearse_screen *screen, bool quiet, int64_t starts_ms,
			   int64_t ends_ms);
/* notable: worth a line of its own where there is no terminal. */
void rehearse_screen_tell(struct rehearse_screen *screen, int64_t at_ms, bool notable,
			  const char *format, ...) __attribute__((format(printf, 4, 5)));
void rehearse_screen_draw(const struct rehearse_screen *screen, int64_t now_ms);
void rehearse_screen_finish(struct rehearse_screen *screen);

#endif
