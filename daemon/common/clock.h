/* SPDX-License-Identifier: MIT */
/*
 * clock - UTC milliseconds since 1970, at the world's speed or, in a rehearsal, faster.
 *
 * now = from + (real now - anchor) * speed.  A rehearsal gives the daemon and the
 * stand-in tenant the same three numbers, so that both live in the same time, also after
 * a restart.
 */
#ifndef PLENARY_CLOCK_H
#define PLENARY_CLOCK_H

#include <stdint.h>

struct clock {
	int64_t from_ms;   /* what the clock showed … */
	int64_t anchor_ms; /* … at this real moment */
	int32_t speed;     /* 1 and from == anchor: the real time */
};

int64_t clock_real_ms(void);
int64_t clock_now_ms(const struct clock *clock);
/* How long to wait, really, until the clock shows at_ms; 0 when it has passed. */
int64_t clock_wait_ms(const struct clock *clock, int64_t at_ms);

/* "2026-11-24T09:00:00.123Z"; text: at least 32 bytes. */
void clock_iso(int64_t at_ms, char text[32]);
/* RFC 3339 with 0 to 9 digits of fraction, with Z, an offset, or (some services) neither.
 * 0 or -1. */
int clock_parse(const char *text, int64_t *at_ms);

#endif
