/* SPDX-License-Identifier: MIT */
/*
 * plenary - every part of the running daemon, in the order it starts.
 *
 *	plenary_init()	 opens the journal, tells the sessions again, starts everything
 *	uv_run()	 until SIGTERM or SIGINT has drained it
 *	plenary_finish() accepts the half-built; then the loop runs its closings, and only
 *			 then may the struct go
 */
#ifndef PLENARY_PLENARY_H
#define PLENARY_PLENARY_H

#include <uv.h>

#include "daemon/common/clock.h"
#include "daemon/door/door.h"
#include "daemon/encode/encode.h"
#include "daemon/teams/inquiry.h"
#include "daemon/live.h"
#include "daemon/outbox/outbox.h"
#include "daemon/programmes.h"
#include "daemon/sessions.h"
#include "daemon/graph/subscription.h"
#include "daemon/turn.h"
#include "daemon/graph/webinar.h"

enum { DRAIN_SECONDS = 10 };

struct client;
struct config;
struct directory;
struct edge;
struct feed;
struct inbox;
struct graph;
struct journal;
struct keyring;
struct token_source;

struct plenary {
	uv_loop_t *loop;
	const struct config *config;
	const char *config_path;
	struct clock clock;
	struct directory *directory;
	struct webinar_book *book;
	struct programmes programmes;
	struct sessions sessions;
	struct words_source words;
	struct journal *journal;
	struct turn turn;
	struct client *client;
	struct graph *graph; /* NULL: not configured */
	struct token_source *tokens[2];
	struct text proof_paths[2][3]; /* secret, certificate, key */
	struct keyring *keyring, *events_keyring;
	struct inbox *inbox; /* NULL without Graph */
	struct outbox outbox;
	struct inquiries inquiries;
	struct subscriptions subscriptions;
	struct webinars webinars;
	struct live live;
	struct feed *feed;
	struct edge *edge;
	struct text certificate_path, key_path; /* edge reads them again on SIGHUP */
	struct door door;
	uv_signal_t signals[3];
	uv_timer_t watchdog, drain;
	int drain_ticks;
	uint8_t started; /* how far plenary_init() came: bits of enum started */
};

int plenary_init(struct plenary *plenary, uv_loop_t *loop, const struct config *config);
void plenary_finish(struct plenary *plenary);

#endif
