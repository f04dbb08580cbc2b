/* SPDX-License-Identifier: MIT */
#include "daemon/graph/graph_pages.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/container.h"
#include "daemon/common/log.h"
#include "daemon/common/map.h"
#include "daemon/common/text.h"
#include "daemon/decode/json.h"
#include "daemon/wire/auth.h"
#include "daemon/wire/backoff.h"
#include "daemon/wire/graph.h"
#include "daemon/wire/hosts.h"
#include "daemon/wire/token.h"

struct graph_pages {
	struct graph_reader reader;
	graph_pages_fn *on_end;
	void *context;
	json_t *items;
	struct text url;
	unsigned pages; /* links followed */
	unsigned fresh_tokens, tries;
	uv_timer_t timer; /* until a page is asked for again */
	struct graph_pages **held;
	uint64_t seen[GRAPH_PAGES]; /* where we have been */
};

static void ask(struct graph_pages *pages);

static void on_closed(uv_handle_t *handle)
{
	free(container_of((uv_timer_t *)handle, struct graph_pages, timer));
}

void graph_pages_drop(struct graph_pages *pages)
{
	if (pages == NULL)
		return;
	json_decref(pages->items);
	text_finish(&pages->url);
	uv_close((uv_handle_t *)&pages->timer, on_closed);
}

static void end(struct graph_pages *pages, enum reply_class class, int status,
		int64_t retry_after_ms)
{
	const struct graph_pages_end told = {
		.class = class,
		.status = status,
		.retry_after_ms = retry_after_ms,
		.items = class == REPLY_DONE ? pages->items : NULL,
	};

	*pages->held = NULL;
	pages->on_end(pages->context, &told);
	graph_pages_drop(pages);
}

/* NULL when it may be followed, otherwise why not. */
static const char *link_problem(struct graph_pages *pages, const char *link)
{
	const uint64_t hash = map_hash(link);

	if (!host_same(link, pages->reader.base_url))
		return "foreign_host";
	if (pages->pages >= GRAPH_PAGES)
		return "too_many_pages";
	if (json_array_size(pages->items) > GRAPH_PAGE_ITEMS)
		return "too_many_items";
	for (unsigned i = 0; i < pages->pages; i++) {
		if (pages->seen[i] == hash)
			return "loop_of_links";
	}
	pages->seen[pages->pages++] = hash;
	return NULL;
}

static void follow(struct graph_pages *pages, const char *link)
{
	const char *const problem = link_problem(pages, link);

	if (problem != NULL) {
		log_warning("graph", "list_broken_off reason=%s pages=%u", problem,
			    pages->pages);
		end(pages, REPLY_GIVE_UP, 200, -1);
		return;
	}
	text_clear(&pages->url);
	text_addf(&pages->url, "%s", link);
	pages->fresh_tokens = pages->tries = 0;
	ask(pages);
}

static void on_rested(uv_timer_t *timer)
{
	ask(container_of(timer, struct graph_pages, timer));
}

/* The same page again, later; only what is asked for too often ends the whole. */
static void rest(struct graph_pages *pages, int status, int64_t retry_after_ms)
{
	const int64_t speed = pages->reader.speed > 1 ? pages->reader.speed : 1;
	uint64_t random;

	/* what was handed to us as the first page has no address to ask again */
	if (++pages->tries >= GRAPH_PAGE_TRIES || pages->url.length == 0) {
		end(pages, REPLY_RETRY, status, retry_after_ms);
		return;
	}
	auth_random(&random, sizeof(random));
	uv_timer_start(&pages->timer, on_rested,
		       (uint64_t)(backoff_ms(pages->tries - 1, random, retry_after_ms) /
				  speed) +
			       1,
		       0);
}

static void take_page(struct graph_pages *pages, const json_t *page, int status)
{
	json_t *const items = json_member(page, "value");
	const json_t *const link = json_member(page, "@odata.nextLink");

	if (!json_is_array(items)) {
		rest(pages, status, -1);
		return;
	}
	json_array_extend(pages->items, items);
	if (json_is_string(link))
		follow(pages, json_string_value(link));
	else
		end(pages, REPLY_DONE, status, -1);
}

static void on_page(void *context, const struct client_reply *reply)
{
	struct graph_pages *const pages = context;
	char code[REPLY_CODE_BYTES], fault[JSON_FAULT_BYTES];
	const enum reply_class class =
		reply_judge(PARTY_GRAPH, reply->status, reply->error, reply->body,
			    reply->body_bytes, code);

	if (class == REPLY_FRESH_TOKEN) {
		token_challenge(pages->reader.tokens, reply->challenge);
		if (pages->fresh_tokens++ == 0)
			ask(pages);
		else
			end(pages, REPLY_GIVE_UP, reply->status, -1);
		return;
	}
	if (class == REPLY_RETRY) {
		rest(pages, reply->status, reply->retry_after_ms);
		return;
	}
	if (class != REPLY_DONE) {
		end(pages, class, reply->status, reply->retry_after_ms);
		return;
	}
	json_t *const page = json_read(reply->body, reply->body_bytes, fault);

	take_page(pages, page, reply->status);
	json_decref(page);
}

static void on_token(void *context, int error, const char *token)
{
	struct graph_pages *const pages = context;
	struct text header = { 0 };

	if (error == -EACCES) {
		end(pages, REPLY_RETRY, 0, 60 * 1000);
		return;
	}
	if (error != 0) {
		rest(pages, 0, -1);
		return;
	}
	text_addf(&header, "Authorization: Bearer %s", token);
	const struct graph_request request = {
		.method = "GET",
		.url = text_string(&pages->url),
		.authorization = text_string(&header),
	};
	graph_send(pages->reader.graph, &request, on_page, pages);
	text_finish(&header);
}

static void ask(struct graph_pages *pages)
{
	token_take(pages->reader.tokens, on_token, pages);
}

void graph_pages_read(const struct graph_reader *reader, const char *url,
		      const json_t *first, struct graph_pages **held,
		      graph_pages_fn *on_end, void *context)
{
	struct graph_pages *const pages = memory_zeroed(sizeof(*pages));

	assert(reader->graph != NULL && reader->tokens != NULL && *held == NULL);
	pages->reader = *reader;
	pages->held = held;
	pages->on_end = on_end;
	pages->context = context;
	pages->items = json_array();
	uv_timer_init(reader->loop, &pages->timer);
	*held = pages;
	if (first != NULL) {
		take_page(pages, first, 200);
		return;
	}
	text_addf(&pages->url, "%s", url);
	ask(pages);
}
