/* SPDX-License-Identifier: MIT */
/*
 * webinar - sessions that are a Teams webinar's: link and chat from its session, the roster
 * from its registrations, both kept up to date.
 *
 *	planned ──► sessions ──► questions ──► registrations ──► wait ──┐
 *	               ^────────── notified, or a quarter of an hour ───'
 *
 * All of it is read each time and compared with what is known: reading twice changes
 * nothing, and nothing is lost by a restart.  Notifications only say "look again"; they are
 * gathered for WEBINAR_GATHER_S, and their content is never acted on.  A session is opened
 * when link and chat are known.  Who registered is expected; who canceled, was rejected or
 * waits is not.  Rules: Microsoft Graph "virtual events", "change notifications for virtual
 * events" (basic ones, at most a day).
 */
#ifndef PLENARY_WEBINAR_H
#define PLENARY_WEBINAR_H

#include <stdbool.h>
#include <uv.h>

#include "daemon/common/map.h"
#include "daemon/graph/graph_pages.h"

enum {
	WEBINAR_LOOK_S = 5,
	WEBINAR_GATHER_S = 30,     /* between two reads at least */
	WEBINAR_AGAIN_S = 15 * 60, /* without any notification */
	WEBINAR_FAILED_S = 60,
	WATCH_LIFE_S = 1430 * 60, /* a day at most, says Microsoft */
};

struct outbox;
struct sessions;
struct turn;
struct words_source;

struct webinars {
	uv_timer_t timer;
	struct turn *turn;
	struct outbox *outbox;
	const struct words_source *words;
	struct sessions *sessions;
	struct graph_reader reader;
	struct map lives; /* by session: struct webinar_life */
	bool stopping;
};

void webinars_init(struct webinars *webinars, uv_loop_t *loop, struct turn *turn,
		   struct outbox *outbox, const struct words_source *words,
		   struct sessions *sessions);
/* Without Graph nothing is read. */
void webinars_use(struct webinars *webinars, const struct graph_reader *reader);
void webinars_finish(struct webinars *webinars);

/* A collection of notifications: those of our own watches have their webinar looked at
 * again.  Returns how many were. */
size_t webinars_notified(struct webinars *webinars, const char *body, size_t bytes);

#endif
