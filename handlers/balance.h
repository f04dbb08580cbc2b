/* SPDX-License-Identifier: MIT */
/*
 * balance - two who tell of the same people, and one of them misses a leave.
 *
 * A bot tells that somebody left, without saying by which device; Graph tells it of a leg.
 * Each keeps spans of its own, and who is in by either is present: that one comes twice is
 * not two devices, for nobody adds up (reconcile.h).  But a leave that only one of them
 * heard of would leave the person present by the other for ever.  So, for each person and
 * place, the leaves that the two told of within BALANCE_MS are held against each other: who
 * told of fewer has so many open spans closed, the oldest first, at that moment
 * (SPAN_BY_OTHER).  That is provisional:
 *
 *   - when the missing leave is told after all, it takes the place of such an end;
 *   - when it turns out to have been another device, the wrong one is opened again;
 *   - when that witness tells of them later, they had been there until then.
 *
 * So somebody with two devices, of whom the bot knows one, stays present when one leg has
 * left and the bot has told of one leave; a lost leave of either ends with the other's.
 *
 * BALANCE_MS is what the two clocks and the sending may differ by.
 */
#ifndef PLENARY_BALANCE_H
#define PLENARY_BALANCE_H

#include <stdbool.h>
#include <stdint.h>

struct effects;
struct event;
struct session;
struct span;

enum { BALANCE_MS = 60 * 1000 };

/* After a leave was taken; after a join that may be older than known leaves. */
void balance_left(struct session *session, const struct event *event,
		  struct effects *effects, int64_t occurred_ms);
void balance_joined(struct session *session, const struct event *event,
		    struct effects *effects, int64_t occurred_ms);

bool balance_is_near(int64_t one_ms, int64_t other_ms);
/* The other witness saw the person there when this span ended, and after. */
bool balance_covers(struct session *session, const struct span *span);

#endif
