/* SPDX-License-Identifier: MIT */
/*
 * graph - requests to Microsoft Graph: each with an id of its own, those that can share an
 * envelope together, each answer noted for support.
 *
 *	graph_send(together) ──┐ same pass of the loop, same version and bearer
 *	graph_send(together) ──┴─► POST /{version}/$batch, 20 at most ─► a reply each
 *	graph_send()         ────► plain                              ─► a reply
 *
 * Only requests that may arrive twice are to be sent together (GET, PATCH, createOrGet):
 * when an envelope's answer is lost, nobody knows which of them arrived.  One alone goes
 * plain.  Every request carries client-request-id (a GUID), and asks for the enum values
 * that are newer than we are.  What was refused is logged with request-id, code, date and
 * diagnostic; a missing right with what an administrator does about it, once until it
 * works again.  Rules: Microsoft Graph "best practices", "JSON batching", "errors".
 */
#ifndef PLENARY_GRAPH_H
#define PLENARY_GRAPH_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "daemon/wire/client.h"

struct graph;

/* Texts are borrowed and live as long as the graph. */
struct graph_settings {
	const char *base_url; /* without the version; no final slash */
	const char *client_id, *tenant_id;
};

struct graph_request {
	const char *method, *url;  /* the whole URL; the caller has checked its host */
	const char *authorization; /* the whole header line */
	const char *body;          /* JSON; NULL or "" for none */
	size_t body_bytes;
	bool together; /* may share an envelope */
	bool once;     /* as in client.h */
};

struct graph *graph_create(uv_loop_t *loop, struct client *client,
			   const struct graph_settings *settings);

/* Calls back exactly once, from the loop, never from inside.  Everything is copied. */
void graph_send(struct graph *graph, const struct graph_request *request,
		client_reply_fn *on_reply, void *context);

/* Nobody is called any more.  Before client_destroy(); the memory goes when the loop has run
 * the closings.  NULL is fine. */
void graph_destroy(struct graph *graph);

/* A GUID of version 4 with its NUL. */
enum { GRAPH_GUID_BYTES = 37 };
void graph_guid(char guid[GRAPH_GUID_BYTES]);

#endif
