/* SPDX-License-Identifier: MIT */
#include "daemon/wire/graph.h"

#include "daemon/common/container.h"
#include "daemon/common/log.h"
#include "daemon/common/text.h"
#include "daemon/wire/auth.h"
#include "daemon/wire/backoff.h"
#include "daemon/wire/graph_batch.h"
#include "daemon/wire/graph_words.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIAGNOSTIC_BYTES = 240, VERSION_BYTES = 16 };

/* One request of a caller. */
struct call {
	struct call *next; /* among those that wait for company */
	client_reply_fn *on_reply;
	void *context;
	char *method, *url, *authorization, *body;
	char client_request_id[GRAPH_GUID_BYTES];
	enum graph_task task;
};

/* What is under way: one call plain, or several in an envelope. */
struct flight {
	struct flight *next, **link;
	struct graph *graph;
	uint64_t number; /* of the client's request */
	size_t count;
	struct call *calls[GRAPH_BATCH_ITEMS];
};

struct graph {
	uv_timer_t timer; /* the end of this pass of the loop */
	struct client *client;
	struct graph_settings settings;
	struct call *first, **tail; /* wait for company */
	struct flight *flights;
	unsigned complained; /* bit of each task whose lack has been said */
};

void graph_guid(char guid[GRAPH_GUID_BYTES])
{
	unsigned char bytes[16];

	auth_random(bytes, sizeof(bytes));
	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	for (size_t i = 0, at = 0; i < sizeof(bytes); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			guid[at++] = '-';
		snprintf(guid + at, 3, "%02x", bytes[i]);
		at += 2;
	}
}

/* -- calls ------------------------------------------------------------------------------------ */

static void call_destroy(struct call *call)
{
	free(call->method);
	free(call->url);
	free(call->authorization);
	free(call->body);
	free(call);
}

static struct call *call_create(const struct graph_request *request,
				client_reply_fn *on_reply, void *context)
{
	struct call *const call = memory_zeroed(sizeof(*call));

	call->on_reply = on_reply;
	call->context = context;
	call->method = memory_string(request->method);
	call->url = memory_string(request->url);
	call->authorization = memory_string(request->authorization);
	call->body = memory_zeroed(request->body_bytes + 1);
	if (request->body_bytes > 0)
		memcpy(call->body, request->body, request->body_bytes);
	call->task = graph_task_of(request->method, request->url, call->body);
	graph_guid(call->client_request_id);
	return call;
}

/* "/v1.0" and what stands behind it; false for a URL that is not below our base. */
static bool version_of(const struct graph *graph, const struct call *call,
		       char version[VERSION_BYTES], const char **rest)
{
	const size_t length = strlen(graph->settings.base_url);
	const char *const path = call->url + length;

	if (strncmp(call->url, graph->settings.base_url, length) != 0 || path[0] != '/')
		return false;
	const size_t segment = 1 + strcspn(path + 1, "/?");

	if (path[segment] != '/' || segment >= VERSION_BYTES)
		return false;
	snprintf(version, VERSION_BYTES, "%.*s", (int)segment, path);
	*rest = path + segment;
	return true;
}

/* -- answers ---------------------------------------------------------------------------------- */

static void complain(struct graph *graph, const struct call *call,
		     const struct client_reply *reply, const char *request_id)
{
	const struct graph_self self = { .client_id = graph->settings.client_id,
					 .tenant_id = graph->settings.tenant_id };
	struct graph_refusal refusal;
	struct text words = { 0 };

	graph_refusal_read(&refusal, call->task, call->url, reply->status, reply->body,
			   reply->body_bytes);
	if (refusal.lack == GRAPH_LACK_NOTHING || graph->complained & 1u << call->task)
		return;
	graph->complained |= 1u << call->task;
	graph_refusal_headers(&refusal, request_id, client_reply_header(reply, "Date"));
	graph_words_add(&words, &refusal, &self, "; ");
	log_error("graph", "%s", text_string(&words));
	text_finish(&words);
}

/* What Microsoft's support asks for; bodies may name people and stay out. */
static void note(struct graph *graph, const struct call *call,
		 const struct client_reply *reply, const struct text *item_id)
{
	char code[REPLY_CODE_BYTES];
	const enum reply_class class =
		reply_judge(PARTY_GRAPH, reply->status, reply->error, reply->body,
			    reply->body_bytes, code);
	struct text id = { 0 }, more = { 0 };

	graph_words_clean(&id,
			  item_id != NULL && item_id->length > 0
				  ? text_string(item_id)
				  : client_reply_header(reply, "request-id"),
			  GRAPH_ID_BYTES);
	graph_words_clean(&more, client_reply_header(reply, "Date"), GRAPH_ID_BYTES);
	text_addf(&more, "\" diagnostic=\"");
	graph_words_clean(&more, client_reply_header(reply, "x-ms-ags-diagnostic"),
			  DIAGNOSTIC_BYTES);
	log_line(class == REPLY_DONE ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO, "graph",
		 "answer method=%s for=%s status=%d code=\"%s\" client_request_id=%s "
		 "request_id=%s date=\"%s\"",
		 call->method,
		 graph_task_permission(call->task)[0] != '\0'
			 ? graph_task_permission(call->task)
			 : "other",
		 reply->status, code[0] != '\0' ? code : "-", call->client_request_id,
		 id.length > 0 ? text_string(&id) : "-", text_string(&more));
	if (class == REPLY_DONE)
		graph->complained &= ~(1u << call->task);
	else
		complain(graph, call, reply, text_string(&id));
	text_finish(&id);
	text_finish(&more);
}

static void flight_unlink(struct flight *flight)
{
	*flight->link = flight->next;
	if (flight->next)
		flight->next->link = flight->link;
}

static void on_plain(void *context, const struct client_reply *reply)
{
	struct flight *const flight = context;
	struct call *const call = flight->calls[0];

	flight_unlink(flight);
	note(flight->graph, call, reply, NULL);
	free(flight);
	call->on_reply(call->context, reply);
	call_destroy(call);
}

static void on_envelope(void *context, const struct client_reply *reply)
{
	struct flight *const flight = context;
	struct graph_outcome outcomes[GRAPH_BATCH_ITEMS] = { 0 };

	flight_unlink(flight);
	graph_batch_read(reply, outcomes, flight->count);
	for (size_t i = 0; i < flight->count; i++) {
		struct call *const call = flight->calls[i];

		note(flight->graph, call, &outcomes[i].reply, &outcomes[i].request_id);
		call->on_reply(call->context, &outcomes[i].reply);
		call_destroy(call);
	}
	graph_outcomes_finish(outcomes, flight->count);
	free(flight);
}

/* -- departures ------------------------------------------------------------------------------- */

static struct flight *flight_create(struct graph *graph)
{
	struct flight *const flight = memory_zeroed(sizeof(*flight));

	flight->graph = graph;
	flight->next = graph->flights;
	flight->link = &graph->flights;
	if (flight->next)
		flight->next->link = &flight->next;
	graph->flights = flight;
	return flight;
}

static void send_plain(struct graph *graph, struct call *call, size_t body_bytes,
		       bool once)
{
	struct flight *const flight = flight_create(graph);
	char id[64];

	snprintf(id, sizeof(id), "client-request-id: %s", call->client_request_id);
	const struct client_request request = {
		.method = call->method,
		.url = call->url,
		.headers = { call->authorization, "Content-Type: application/json",
			     "Prefer: include-unknown-enum-members", id },
		.body = body_bytes > 0 ? call->body : NULL,
		.body_bytes = body_bytes,
		.once = once,
	};

	flight->calls[0] = call;
	flight->count = 1;
	flight->number = client_send(graph->client, &request, on_plain, flight);
}

static void send_envelope(struct flight *flight, const char *version)
{
	struct graph *const graph = flight->graph;
	struct graph_item items[GRAPH_BATCH_ITEMS];
	struct text body = { 0 }, url = { 0 };
	char id[64], guid[GRAPH_GUID_BYTES], unused[VERSION_BYTES];

	for (size_t i = 0; i < flight->count; i++) {
		const struct call *const call = flight->calls[i];

		items[i] = (struct graph_item){
			.method = call->method,
			.body = call->body,
			.client_request_id = call->client_request_id,
		};
		version_of(graph, call, unused, &items[i].url);
	}
	graph_batch_write(&body, items, flight->count);
	graph_guid(guid);
	snprintf(id, sizeof(id), "client-request-id: %s", guid);
	text_addf(&url, "%s%s/$batch", graph->settings.base_url, version);
	const struct client_request request = {
		.method = "POST",
		.url = text_string(&url),
		.headers = { flight->calls[0]->authorization,
			     "Content-Type: application/json", id },
		.body = text_string(&body),
		.body_bytes = body.length,
	};

	flight->number = client_send(graph->client, &request, on_envelope, flight);
	text_finish(&body);
	text_finish(&url);
}

/* Out of the queue: the first, and whoever may travel with it. */
static void gather(struct graph *graph, struct flight *flight,
		   char version[VERSION_BYTES])
{
	struct call *call = graph->first;
	char other[VERSION_BYTES];
	const char *rest;

	version_of(graph, call, version, &rest);
	graph->first = NULL;
	graph->tail = &graph->first;
	for (struct call *next; call; call = next) {
		next = call->next;
		call->next = NULL;
		version_of(graph, call, other, &rest);
		if (flight->count < GRAPH_BATCH_ITEMS && strcmp(version, other) == 0 &&
		    (flight->count == 0 ||
		     strcmp(flight->calls[0]->authorization, call->authorization) == 0)) {
			flight->calls[flight->count++] = call;
		} else {
			*graph->tail = call;
			graph->tail = &call->next;
		}
	}
}

static void depart(struct graph *graph)
{
	struct flight *const flight = flight_create(graph);
	char version[VERSION_BYTES];

	gather(graph, flight, version);
	assert(flight->count > 0);
	if (flight->count > 1) {
		send_envelope(flight, version);
		return;
	}
	struct call *const alone = flight->calls[0];

	flight_unlink(flight);
	free(flight);
	send_plain(graph, alone, strlen(alone->body), false);
}

static void on_pass_ended(uv_timer_t *timer)
{
	struct graph *const graph = container_of(timer, struct graph, timer);

	while (graph->first)
		depart(graph);
}

void graph_send(struct graph *graph, const struct graph_request *request,
		client_reply_fn *on_reply, void *context)
{
	struct call *const call = call_create(request, on_reply, context);
	char version[VERSION_BYTES];
	const char *rest;

	if (!request->together || request->once ||
	    !version_of(graph, call, version, &rest)) {
		send_plain(graph, call, request->body_bytes, request->once);
		return;
	}
	*graph->tail = call;
	graph->tail = &call->next;
	uv_timer_start(&graph->timer, on_pass_ended, 0, 0);
}

/* -- life ------------------------------------------------------------------------------------- */

struct graph *graph_create(uv_loop_t *loop, struct client *client,
			   const struct graph_settings *settings)
{
	struct graph *const graph = memory_zeroed(sizeof(*graph));

	graph->client = client;
	graph->settings = *settings;
	graph->tail = &graph->first;
	uv_timer_init(loop, &graph->timer);
	return graph;
}

static void on_closed(uv_handle_t *handle)
{
	free(container_of((uv_timer_t *)handle, struct graph, timer));
}

void graph_destroy(struct graph *graph)
{
	if (graph == NULL)
		return;
	while (graph->flights) {
		struct flight *const flight = graph->flights;

		graph->flights = flight->next;
		client_cancel(graph->client, flight->number);
		for (size_t i = 0; i < flight->count; i++)
			call_destroy(flight->calls[i]);
		free(flight);
	}
	while (graph->first) {
		struct call *const call = graph->first;

		graph->first = call->next;
		call_destroy(call);
	}
	uv_close((uv_handle_t *)&graph->timer, on_closed);
}
