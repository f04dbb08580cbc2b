/* SPDX-License-Identifier: MIT */
/*
 * pace - how many requests may leave, so that a service is not brought to refuse them.
 *
 * A pace remembers when requests of one kind left, and says how long the next has to wait:
 * in no stretch of time of a rule's windows do more leave than the rule allows, wherever
 * the stretch begins.  Pure: no clock of its own; the caller's milliseconds run forward.
 *
 *	          1 s   2 s   30 s   3600 s
 *	send       7     8     60     1800     to one conversation; updates count as sends
 *	create     7     8     60     1800
 *	read      14    16    120     3600     members and details of one conversation
 *	tenant    40                           all of a tenant's, of the fifty it may take
 *
 * Memory: eight bytes for each request of the longest window, which is its limit too.
 * Rules: Microsoft Learn, "Rate limiting for bots".
 */
#ifndef PLENARY_PACE_H
#define PLENARY_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum pace_rule { PACE_SEND, PACE_CREATE, PACE_READ, PACE_TENANT, PACE_RULES };

enum { PACE_WINDOWS = 4 };

struct pace_window {
	int64_t length_ms;
	uint32_t most; /* in a row with less than four windows: 0 */
};

/* The windows of a rule, shortest first. */
const struct pace_window *pace_windows(enum pace_rule rule);

/* Zeroed memory is a pace that nothing has left by yet. */
struct pace {
	int64_t *times; /* a ring, the oldest at first */
	uint32_t first, count, room;
};

/* 0: one may leave now; else how long until it may, if nothing else leaves. */
int64_t pace_wait_ms(const struct pace *pace, enum pace_rule rule, int64_t now_ms);
/* One leaves now; only when there was nothing to wait for. */
void pace_take(struct pace *pace, enum pace_rule rule, int64_t now_ms);
/* Nothing that left still counts: as good as zeroed. */
bool pace_is_idle(const struct pace *pace, enum pace_rule rule, int64_t now_ms);
void pace_finish(struct pace *pace);

#endif
