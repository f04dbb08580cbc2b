/* SPDX-License-Identifier: MIT */
/*
 * viewer - somebody who watches /live: expects a snapshot first and only then changes,
 * and passes on a short line now and then.
 */
#ifndef PLENARY_STAGE_VIEWER_H
#define PLENARY_STAGE_VIEWER_H

#include <stdint.h>

struct stage;
struct viewer;

enum { VIEWER_LINE_MS = 1000 }; /* real time between two lines for the onlooker */

int viewer_create(struct viewer **viewer, struct stage *stage);

struct viewer_counts {
	uint64_t snapshots, deltas, misplaced; /* a change before its snapshot */
};
/* viewer may be NULL: all zero. */
struct viewer_counts viewer_count(const struct viewer *viewer);
void viewer_destroy(struct viewer *viewer);

#endif
