/* SPDX-License-Identifier: MIT */
/*
 * server - an edge and a feed on a loop in a thread of their own, and a program behind them
 * that the tests talk to.
 *
 *	POST /echo         200, the body again
 *	GET  /hello        200 "hello"
 *	POST /later        200, the body again, one turn of the loop later
 *	POST /hold         answered when /release comes: in the wrong order, newest first
 *	POST /release      200
 *	GET  /never        not answered
 *	GET  /big?BYTES    200, so many bytes
 *	GET  /whoami       200 "PEER SECURE"
 *	GET  /header?NAME  200, that header's value
 *	GET  /bye          200 and close
 *	GET  /silent       200 and close, unannounced
 *	GET  /drop         the connection is closed at once
 *	GET  /empty        204
 *
 * Websockets: /live speaks "echo" or, when asked for none, nothing by name; /forbidden is
 * 403; /wrong answers with a subprotocol that nobody asked for.  A text message comes back
 * as it is, except "push COUNT BYTES" (that many messages), "close CODE REASON" and
 * "drain".
 */
#ifndef PLENARY_TEST_SERVER_H
#define PLENARY_TEST_SERVER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <pthread.h>
#include <uv.h>

#include "daemon/edge/edge.h"
#include "daemon/edge/feed.h"

enum { SERVER_HELD = 64 };

struct server {
	uv_loop_t loop;
	pthread_t thread;
	uv_async_t stop, act;
	void (*acting)(struct server *server); /* runs on the loop's thread */
	uv_sem_t acted;
	struct edge *edge;
	struct feed *feed;
	int plain_port, tls_port;
	char unix_path[80], certificate_path[80], key_path[80], directory[64];
	uint64_t held[SERVER_HELD];
	unsigned held_count;
	uint64_t pushing_to;
	unsigned push_count, push_bytes;
	_Atomic unsigned opened, closed, drained, behind, requests;
	bool edge_gone;
};

/* tune runs before the thread does; NULL: as it is. */
struct server *server_start(void (*tune)(struct server *server));
/* Stops with whoever is connected; checks that the loop closed with nothing left. */
void server_stop(struct server *server);
/* Runs a function on the loop's thread and waits for it. */
void server_act(struct server *server, void (*acting)(struct server *server));
struct edge_counts server_counts(struct server *server);

#endif
