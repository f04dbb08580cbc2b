/* SPDX-License-Identifier: MIT */
/*
 * outside - a small world outside, on a thread and a port of its own: it signs tokens as
 * the channel does, publishes the keys, gives tokens and takes cards.
 *
 *	GET  /metadata, /keys       four keys: endorsed for msteams, for another channel, and
 *	                            without endorsements; and OUTSIDE_FORGED, endorsed
 *	                            for msteams, that signs whatever a test likes
 *	POST /token                 a bearer token
 *	*    /bot/…                 201 {"id":"activity-N"}
 *	POST /graph/…/createOrGet   a meeting
 *	*    /graph/…/subscriptions a subscription, called "sub-" and how its state begins
 *
 * What came to /bot and /graph is kept as text: "METHOD PATH\nBODY\n".
 */
#ifndef PLENARY_TESTS_OUTSIDE_H
#define PLENARY_TESTS_OUTSIDE_H

#include <pthread.h>
#include <uv.h>

#include "daemon/wire/auth.h"
#include "tests/wire/forge.h"
#include "tests/wire/script.h"

#define OUTSIDE_APP "11112222-3333-4444-5555-666677778888"
#define OUTSIDE_TENANT "00000000-0000-0000-0000-0000000000aa"
#define OUTSIDE_FORGED "key-forged"

enum outside_key { KEY_TEAMS, KEY_OTHER_CHANNEL, KEY_PLAIN, KEY_UNKNOWN, OUTSIDE_KEYS };

struct outside {
	uv_loop_t loop;
	uv_async_t stop;
	pthread_t thread;
	pthread_mutex_t mutex;
	struct script script;
	struct auth_signer *signers[OUTSIDE_KEYS];
	struct forge *forge;
	char *keys;
	struct text came;
	unsigned activities;
	int port;
	char service_url[64];
};

void outside_start(struct outside *outside);
void outside_stop(struct outside *outside);
/* A token of this key for these claims; malloc'd. */
char *outside_sign(struct outside *outside, enum outside_key key, const char *claims);
/* What stands behind these words where they came first, as much as fits. */
bool outside_copy(struct outside *outside, const char *words, char *text, size_t bytes);
/* How often this text is in what came. */
int outside_heard(struct outside *outside, const char *words);
/* Waits until it has come so often; fails the test after a minute. */
void outside_wait(struct outside *outside, const char *words, int times);

#endif
