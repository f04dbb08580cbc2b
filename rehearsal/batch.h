/* SPDX-License-Identifier: MIT */
/*
 * batch - many Graph calls in one (JSON batching): at most 20, each with an outcome of
 * its own, answered in another order than asked; an item whose dependency failed is 424.
 * Nothing in a batch may be a batch.
 */
#ifndef PLENARY_STAGE_BATCH_H
#define PLENARY_STAGE_BATCH_H

#include "rehearsal/routes.h"

enum { BATCH_ITEMS = 20 };

/* The item that is being asked has its answer; takes its JSON over. */
void batch_answered(struct batch *batch, const struct refusal *answer);

/* A route: POST /$batch. */
void graph_batch(struct exchange *exchange);

#endif
