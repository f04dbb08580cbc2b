/* SPDX-License-Identifier: MIT */
/*
 * world - a whole shell inside the test: every part of the daemon, on a loop that the test
 * runs, with its files in a folder of its own.
 *
 *	world_begin()	makes the folder
 *	world_open()	plenary_init(), after a former one too: what was durable is there
 *	world_close()	plenary_finish(), and the loop has nothing left
 *	world_end()	removes the folder
 *
 * The world outside is one port of this machine, where a script answers for the token
 * endpoint (/token), Graph (/graph) and the connector (/bot); 0: nobody is there.
 */
#ifndef PLENARY_TESTS_WORLD_H
#define PLENARY_TESTS_WORLD_H

#include <jansson.h>

#include "daemon/plenary.h"
#include "daemon/decode/problem.h"

enum { WORLD_BYTES = 256 };

#define WORLD_THREAD "19:meeting_MDAw@thread.v2"
#define WORLD_TENANT "00000000-0000-0000-0000-0000000000aa"
#define WORLD_JOIN \
	"https://teams.example.test/l/meetup-join/19%3ameeting_MDAw%40thread.v2/0" \
	"?context=%7b%22Tid%22%3a%22aa%22%7d"

struct world {
	char folder[WORLD_BYTES / 2], config_path[WORLD_BYTES];
	int port;
	const char *listen; /* lines below `listen:`; NULL: a port of loopback, plain */
	const char *more;   /* further lines of the configuration, or NULL */
	const char *graph;  /* further lines of its section `graph`, or NULL */
	uv_loop_t *loop;
	struct config *config;
	struct plenary *plenary;
};

void world_begin(struct world *world);
void world_open(struct world *world, int port);
void world_close(struct world *world);
void world_end(struct world *world);

/* Runs the loop until everything gathered is durable. */
void world_settle(struct world *world);

/*
 * The data of plenary.session_scheduled: uid "leep-1", module 1 of the programme that is
 * shipped, three people enrolled: "Person 01", "Person 02" (participants), "Person 03" (the
 * facilitator), with object ids …b1 to …b3, Teams ids 29:u1 to 29:u3.
 */
json_t *world_plan(const struct world *world);
/* Schedules it and settles; its number. */
uint32_t world_schedule(struct world *world, const json_t *plan);
int world_try_schedule(struct world *world, const json_t *plan, struct problem *problem);

/* An event of this line (transcript.h) for the session is taken. */
struct effect world_take(struct world *world, uint32_t session, const char *line);

/* The whole file, NUL-terminated and malloc'd. */
char *world_file(const char *path);

#endif
