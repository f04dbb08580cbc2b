/* SPDX-License-Identifier: MIT */
/*
 * webinar_parts - one webinar under observation.  Private to webinar*.c.
 */
#ifndef PLENARY_WEBINAR_PARTS_H
#define PLENARY_WEBINAR_PARTS_H

#include "daemon/decode/webinar.h"
#include "daemon/graph/webinar.h"
#include "daemon/wire/client.h"

enum watch_kind { WATCH_SESSIONS, WATCH_REGISTRATIONS, WATCH_REPORTS, WATCHES };

/* A subscription of ours; forgotten with the process, found again by Graph's 409. */
struct webinar_watch {
	struct webinar_life *life;
	enum watch_kind kind;
	char *id; /* NULL: there is none */
	char client_state[65];
	int64_t ends_ms, next_ms; /* next_ms: not to be asked before */
	bool asked;
};

struct webinar_life {
	struct webinars *webinars;
	uint32_t session;
	struct graph_pages *pages; /* what is being read */
	json_t *questions;
	int64_t due_ms, read_ms;
	bool reading;
	struct webinar_watch watches[WATCHES];
};

int64_t webinar_now_ms(const struct webinars *webinars);
const struct webinar_row *webinar_row_of(const struct webinar_life *life);
/* base + "/v1.0/solutions/virtualEvents/webinars/{id}" + rest */
void webinar_url(const struct webinar_life *life, const char *rest, struct text *url);

/* webinar_roster.c: what was read, compared with what is known. */
void webinar_take_sessions(struct webinar_life *life, const json_t *list);
void webinar_take_registrations(struct webinar_life *life, const json_t *list);

/* webinar_watch.c */
void webinar_watch(struct webinar_life *life);
void webinar_watches_finish(struct webinar_life *life);

#endif
