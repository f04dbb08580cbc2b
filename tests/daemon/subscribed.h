/* SPDX-License-Identifier: MIT */
/*
 * subscribed - a shell with one session, and a Graph that keeps subscriptions as the test
 * says.  Each world has a folder of its own; its clock moves when it is told to.
 */
#ifndef PLENARY_TESTS_SUBSCRIBED_H
#define PLENARY_TESTS_SUBSCRIBED_H

#include "handlers/session.h"
#include "tests/daemon/world.h"
#include "tests/wire/script.h"

struct pretended_graph {
	struct world world;
	uv_loop_t loop;
	struct script script;
	uint32_t session;
	/* the one subscription there may be */
	bool there;
	char id[40], notification_url[128], client_state[128], resource[512];
	char body[8192];   /* of the last POST or PATCH */
	char unknown[64];  /* the id that was asked for and is not there */
	struct text heard; /* "POST", "GET", "PATCH", "DELETE", "LIST", a line each */
	const char *headers;
	bool loses_answer; /* of the next POST, which is obeyed */
	bool vanishes;     /* as soon as somebody has been told of it */
	bool unnamed;      /* 409 does not say which */
	/* what answer_next() wants */
	char method[8];
	const char *said;
	int status, times;
	unsigned made;
};

extern struct pretended_graph graph;

void subscribed_begin(void);
void subscribed_end(void);

/* An empty world; with a session, its main meeting subscribed to; and its end. */
void world_begins(void);
void world_of_one(void);
void world_of_none(void);
/* The program ends and starts again. */
void world_again(void);
void schedule(void);

/* Graph has one already; forgets it; answers the next so many requests so. */
void graph_has(const char *notification_url, const char *client_state);
void graph_forgets(void);
void answer_next(const char *method, int status, const char *body, int times);

void meeting_runs(void);
void meeting_closes(void); /* it ends, and its reports agree */

int64_t session_now(void);
void time_passes(int64_t ms);
void half_its_life_passes(void); /* more than half, and a look */
void look(void);                 /* and what it brings */
void settle(void);
void forget(void);
const char *asked(void);

const struct session *the_session(void);
unsigned hearing(void); /* of the main meeting */
const struct place_row *place_of(void);
const char *text_of(const json_t *object, const char *name);
/* ../shared/protocols/samples/graph/NAME.json; NULL, with a word, where it is not there. */
json_t *shared(const char *name);

#endif
