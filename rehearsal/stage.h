/* SPDX-License-Identifier: MIT */
/*
 * stage - the stand-in tenant and its cohort, running: one loop, one port, one seed.
 *
 * `plenary rehearse` starts it as a process of its own and reads what it says on standard
 * output: "ready port=N" when it serves, then one JSON object per line for each fact
 * worth showing.  When everybody has left, every meeting has ended and Plenary has read
 * every report twice, it writes DIR/truth.json and says "finished"; told SIGTERM it
 * writes the truth as it then stands and ends.  DIR/said.jsonl gets every activity
 * Plenary posted.
 */
#ifndef PLENARY_STAGE_STAGE_H
#define PLENARY_STAGE_STAGE_H

#include "daemon/common/clock.h"
#include "daemon/common/map.h"
#include "rehearsal/agenda.h"
#include "rehearsal/chance.h"
#include "rehearsal/courier.h"
#include "rehearsal/crowd.h"
#include "rehearsal/plan.h"
#include "rehearsal/world.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <uv.h>

enum {
	STAGE_TOKENS = 256, /* issued and remembered; the oldest is forgotten */
	STAGE_URL_BYTES = 128,
};

struct edge;
struct client;
struct auth_signer;
struct websockets;
struct relay;
struct viewer;
struct subscription;
struct change;

struct issued {
	char *token;
	int audience; /* enum audience of routes.h */
};

enum { KEY_WILL_SIGN, KEY_SIGNS, KEY_SIGNED, KEYS };

struct stage {
	struct plan plan;
	struct world world;
	struct agenda agenda;
	struct chance chance; /* of identifiers on the wire that mean nothing */
	struct courier courier;
	struct asks asks;
	uv_loop_t loop;
	uv_timer_t next; /* for the first act of the agenda */
	uv_signal_t signals[2];
	struct edge *edge;
	struct client *client;
	/* each with the one before it, which is still published: NULL at first */
	struct auth_signer *signers[KEYS];         /* of what Teams sends */
	struct auth_signer *account_signers[KEYS]; /* of the sign-in service */
	unsigned keys_made;
	struct websockets *websockets;
	struct relay *relay;   /* NULL: nobody is on another platform */
	struct viewer *viewer; /* NULL: the plan has no key for it */
	struct subscription *subscriptions;
	struct change *changes; /* noticed, and not told yet */
	struct map subscriptions_by_id;
	struct issued tokens[STAGE_TOKENS];
	size_t tokens_issued;
	char service_url[STAGE_URL_BYTES], messages_url[STAGE_URL_BYTES];
	const char *directory;
	FILE *said;
	int port;
	int64_t calls; /* of Plenary to Graph and the connector */
	uint64_t activities;
	bool playing, finished, ending;
};

/* Takes the plan over.  0 or a negative errno, logged; *stage is finished then. */
int stage_init(struct stage *stage, struct plan *plan, const char *directory);
/* Until SIGTERM or SIGINT. */
void stage_run(struct stage *stage);
void stage_finish(struct stage *stage);
/* As the signal does. */
void stage_end(struct stage *stage);

int64_t stage_now_ms(const struct stage *stage);
/* Puts an act and sets the timer for it. */
void stage_put(struct stage *stage, const struct act *act);

/* A line for the onlooker. */
void progress_say(struct stage *stage, const char *what, uint32_t session,
		  const char *who, const char *text);

#endif
