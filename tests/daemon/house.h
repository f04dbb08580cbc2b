/* SPDX-License-Identifier: MIT */
/*
 * house - the real program, started beside the test with a configuration made for it, and a
 * small world outside.
 *
 *	house_begin()	folder, configuration, the world outside
 *	house_start()	`plenary serve`, until it is ready
 *	house_ask()	one request over a connection of its own
 *	house_end()	SIGTERM when it still runs; checks that it ends in good order
 */
#ifndef PLENARY_TESTS_HOUSE_H
#define PLENARY_TESTS_HOUSE_H

#include <jansson.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "tests/daemon/outside.h"
#include "tests/edge/ws_client.h"

enum { HOUSE_BYTES = 256 };

#define HOUSE_SECRET "the shared secret of relays"
#define HOUSE_ISSUER "https://login.example.test"
#define HOUSE_AUDIENCE "api://plenary"
#define HOUSE_KEY "the key of the page"
#define HOUSE_BEARER "Authorization: Bearer " HOUSE_SECRET "\r\n"
#define HOUSE_JSON "Content-Type: application/json\r\n"
#define HOUSE_EVENT "Content-Type: application/cloudevents+json\r\n"
#define HOUSE_THREAD "19:meeting_MDAw@thread.v2"

struct house {
	struct outside outside;
	struct server server; /* ports only, for the client */
	char folder[HOUSE_BYTES / 2];
	pid_t pid; /* 0: does not run */
	/* before house_start(): */
	const char *environment[8]; /* "NAME=value", NULL-terminated, more than ours */
	int inherited;              /* a descriptor to pass as the third; 0: none */
	struct rlimit descriptors;  /* of the program; none: as of this process */
};

void house_begin(struct house *house);
/* The same without waiting for more than its ports. */
void house_open(struct house *house);
void house_start(struct house *house);
void house_end(struct house *house);

/* folder/name, in one of a few static buffers. */
const char *house_path(const struct house *house, const char *name);
void house_write(const struct house *house, const char *name, const char *text);
/* What it has said on standard error so far; malloc'd. */
char *house_log(const struct house *house);

/* Runs it with these words after `plenary` until it ends; its status, what it said in the
 * log of the house. */
int house_run(struct house *house, const char *const words[]);
/* Forks it, with what it says going to the log. */
void house_fork(struct house *house, const char *const words[]);
/* Its exit status; 128 + the signal that ended it. */
int house_wait(struct house *house);
void house_signal(const struct house *house, int number);

/* The status; reply is filled (NULL: nobody wants it).  headers: whole lines or "". */
int house_ask(struct house *house, const char *method, const char *path,
	      const char *headers, const char *body, struct reply *reply);
/* The figure of this name at /metrics. */
long long house_figure(struct house *house, const char *name);
/* Waits, for a minute at most, until the figure is at least so much. */
void house_until(struct house *house, const char *name, long long least);

/* Schedules uid with three people (as in world.h), over /events; waits until what it asks
 * of the world is done. */
void house_schedule(struct house *house, const char *uid);
/* A CloudEvent; type without "plenary."; data: an object's text. */
int house_event(struct house *house, const char *id, const char *type, const char *data,
		struct reply *reply);
/* Opens a websocket; its status.  headers end with \r\n each. */
int house_upgrade(struct house *house, struct client *client, const char *path,
		  const char *headers);

#endif
