/* SPDX-License-Identifier: MIT */
/*
 * reconcile - evidence in, one agreed figure of attendance out.
 *
 * A rule: plain values in and out, no session.  In this order: overlapping stretches are
 * joined (two devices count once); gaps of at most grace_ms are bridged; some holes inside a
 * round (give or take transfer_ms) of a person who had a room are presumed to be presence,
 * and marked; all is clipped to the window; attended time is what lies inside creditable
 * time.  A stretch is half open, times are UTC milliseconds, and nothing is rounded.
 *
 * Which holes: all, if the policy presumes.  If it does not, there must be evidence that the
 * person was in a room meeting during that round, and then a hole counts only as moving: it
 * begins where evidence from a room ends or ends where that begins, and is no longer than
 * transfer_ms.  To have been in the room does not excuse being away for longer.
 *
 * What is unheard makes nobody absent, and nobody present either: whoever would be judged
 * better if they had been there all that time is to be clarified, by a person.  Stretches
 * of at most grace_ms hide nothing.
 */
#ifndef PLENARY_RECONCILE_H
#define PLENARY_RECONCILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "handlers/states.h"

enum { ATTENDED_PER_MILLE = 800, RECONCILE_SENTENCE_BYTES = 192 };

struct stretch {
	int64_t from_ms, to_ms;
};

struct stretches {
	struct stretch *list;
	size_t count;
};

struct reconcile_policy {
	int64_t grace_ms, transfer_ms;
	uint32_t presume;            /* 1: any hole in a round counts as presence */
	uint32_t attended_per_mille; /* from this share on: attended, below: partly */
};

struct reconcile_case {
	struct stretches present;  /* any order; sorted and joined in place */
	struct stretches rounds;   /* those in which this person had a room; joined too */
	struct stretches in_rooms; /* what of the presence is from room meetings */
	struct stretches creditable; /* in order, apart from each other */
	struct stretches
		unheard; /* in which nobody would have told of them; joined too */
	struct stretch window;
	uint32_t enrolled; /* 0: nobody expected this person */
	uint32_t doubtful; /* 1: there is evidence that could not be used */
};

struct reconcile_result {
	int64_t creditable_ms;
	int64_t attended_ms; /* with what was presumed */
	int64_t presumed_ms; /* the creditable part of it */
	int64_t absent_ms;
	int64_t longest_absence_ms; /* without interruption, in creditable time */
	int64_t first_ms, last_ms;  /* inside the window; 0 when never */
	int64_t unheard_ms; /* creditable, unheard, and not touched by any presence */
	uint64_t verdict;   /* enum verdict */
};

struct reconcile_policy reconcile_policy_default(void);
void reconcile(const struct reconcile_policy *policy, struct reconcile_case *it,
	       struct reconcile_result *result);
/* Plain words for the person: "Attended 3 h 3 min of 3 h 15 min; away 12 min at most." */
size_t reconcile_sentence(const struct reconcile_result *result,
			  char sentence[RECONCILE_SENTENCE_BYTES]);

/* Sorts, joins what overlaps or touches or lies at most gap_ms apart, drops the empty. */
void stretches_join(struct stretches *stretches, int64_t gap_ms);
/* How much of the stretch lies inside stretches that are in order and apart. */
int64_t stretches_inside(const struct stretches *stretches, struct stretch stretch);

#endif
