/* SPDX-License-Identifier: MIT */
/*
 * graph_batch - many Graph requests in one envelope, and each outcome out of its answer.
 *
 * At most GRAPH_BATCH_ITEMS requests of one API version and one bearer.  Answers come in
 * any order, are throttled one by one, and may be missing.  Rules: Microsoft Graph "JSON
 * batching".  Pure, but for memory.
 */
#ifndef PLENARY_GRAPH_BATCH_H
#define PLENARY_GRAPH_BATCH_H

#include <stddef.h>

#include "daemon/common/text.h"
#include "daemon/wire/client.h"

enum { GRAPH_BATCH_ITEMS = 20 };

struct graph_item {
	const char *method;
	const char *url;  /* behind the version: "/users/…" */
	const char *body; /* JSON; NULL or "" for none */
	const char *client_request_id;
};

/* Appends the envelope; items are called "0", "1", … */
void graph_batch_write(struct text *envelope, const struct graph_item *items,
		       size_t count);

/* One item's reply; the texts belong to the outcome. */
struct graph_outcome {
	struct client_reply reply;
	struct text body, content_type, request_id;
};

/*
 * Fills outcomes[count] from the answer to the envelope.  What failed as a whole fails for
 * each as such.  An item that has no answer, or more than one, gets -EPROTO: it is to be
 * repeated.  Those that are throttled all wait for the longest Retry-After among them.
 */
void graph_batch_read(const struct client_reply *reply, struct graph_outcome *outcomes,
		      size_t count);
void graph_outcomes_finish(struct graph_outcome *outcomes, size_t count);

#endif
