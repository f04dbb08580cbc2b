/* SPDX-License-Identifier: MIT */
/*
 * graph_pages - a list of Microsoft Graph, page by page, to its end or not at all.
 *
 * @odata.nextLink is a complete URL of the sender's choice: it is followed only to our own
 * Graph, never twice to the same place, GRAPH_PAGES times at most.  A page may be empty and
 * have a link.  A page that is refused for the moment is asked for again, GRAPH_PAGE_TRIES
 * times, after what the answer asks for or a back-off; what has been read stays read.  What
 * breaks off all the same is told as such, with none of its items: half a list would be
 * taken for a whole one.  Rules: Microsoft Graph "paging", "throttling".
 */
#ifndef PLENARY_GRAPH_PAGES_H
#define PLENARY_GRAPH_PAGES_H

#include <stdint.h>
#include <uv.h>

#include "daemon/wire/backoff.h"

enum {
	GRAPH_PAGES = 200,
	GRAPH_PAGE_ITEMS = 100000, /* more of either: REPLY_GIVE_UP */
	GRAPH_PAGE_TRIES = 4,
};

struct graph;
struct graph_pages;
struct json_t;
struct token_source;

/* Borrowed for as long as a list is read. */
struct graph_reader {
	struct graph *graph;
	struct token_source *tokens;
	const char *base_url;
	uv_loop_t *loop;
	int64_t speed; /* waits are so much shorter (rehearsals); 0 and 1: as they are */
};

struct graph_pages_end {
	enum reply_class class; /* REPLY_DONE, REPLY_RETRY or REPLY_GIVE_UP */
	int status;
	int64_t retry_after_ms;
	struct json_t *items; /* an array, borrowed for the call; NULL unless done */
};

typedef void graph_pages_fn(void *context, const struct graph_pages_end *end);

/*
 * Calls back exactly once, perhaps before it returns.  *held names what is being read, until
 * it is NULL again just before the call back.  first: the answer to the first request, when
 * that has been made already (then url counts for nothing); NULL otherwise.
 */
void graph_pages_read(const struct graph_reader *reader, const char *url,
		      const struct json_t *first, struct graph_pages **held,
		      graph_pages_fn *on_end, void *context);

/* Nobody is called any more; for the end, when neither tokens nor Graph answer again. */
void graph_pages_drop(struct graph_pages *pages);

#endif
