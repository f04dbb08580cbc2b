/* SPDX-License-Identifier: MIT */
/*
 * theatre - a stage for the tests, and opposite it a house that stands where Plenary
 * would: takes activities, notifications and websockets on the same loop, over real
 * sockets, and remembers them.
 */
#ifndef PLENARY_TESTS_THEATRE_H
#define PLENARY_TESTS_THEATRE_H

#include "daemon/edge/edge.h"
#include "daemon/edge/feed.h"
#include "daemon/wire/client.h"
#include "rehearsal/json.h"
#include "rehearsal/stage.h"

#include <stdbool.h>

#define APP "11111111-2222-3333-4444-555555555555"
#define TENANT "00000000-0000-0000-0000-0000000000aa"

enum { THEATRE_HEADER_BYTES = 2048 };

struct house {
	uv_loop_t *loop; /* the stage's */
	struct edge *edge;
	struct feed *feed;
	struct client *client;
	int port;
	char certificate[128], key[128]; /* "": it speaks plain HTTP */
	/* how it behaves */
	int refuse_every; /* each so-many-th activity is answered 503 */
	bool wrong_echo, silent_echo;
	const char *invoke_answer;
	void (*heard)(struct house *house, const json_t *activity);
	void *context;
	/* what it heard */
	json_t *activities, *notifications, *events;
	int asked, handshakes, authorized;
	bool acknowledges;
	bool failed_once;
};

struct theatre {
	struct stage stage;
	struct house house;
	char graph[THEATRE_HEADER_BYTES], connector[THEATRE_HEADER_BYTES];
};

struct theatre_plan {
	unsigned people;   /* with a Teams account, the first facilitates */
	unsigned relayed;  /* without one; then the house has TLS and websockets */
	unsigned sessions; /* each with so many; 0: one */
	int speed;
	int64_t before_ms; /* the clock starts so long before the session */
	int64_t lasts_ms;
	int throttle_every;
};

struct theatre *theatre_open(const struct theatre_plan *plan);
/* Of so many people, long before anybody comes; tokens are there. */
struct theatre *theatre_quiet(unsigned people);
void theatre_close(struct theatre *theatre);
/* Runs the loop until the claim holds; false after so many real milliseconds. */
bool theatre_until(struct theatre *theatre, bool (*claim)(struct theatre *),
		   int within_ms);

struct asked {
	int status;
	json_t *json; /* ours; NULL when there was none */
};
/* One call of the stage, waited for.  url is a path of the stage or a whole address. */
struct asked theatre_ask(struct theatre *theatre, const char *method, const char *url,
			 const char *authorization, const char *body);
/* The code of the error in it. */
const char *asked_error(const struct asked *asked);
/* The same for a status alone. */
int theatre_status(struct theatre *theatre, const char *method, const char *url,
		   const char *authorization, const char *body);
/* Gets tokens for Graph and the connector. */
void theatre_sign_in(struct theatre *theatre);

#endif
