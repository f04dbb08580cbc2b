/* SPDX-License-Identifier: MIT */
#include "daemon/edge/connection.h"
#include "daemon/edge/inside.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct reason {
	int status;
	const char *words;
};

/* RFC 9110 §15; RFC 6585 for 428, 429 and 431. */
static const struct reason reasons[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 301, "Moved Permanently" },
	{ 302, "Found" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 406, "Not Acceptable" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 410, "Gone" },
	{ 412, "Precondition Failed" },
	{ 413, "Content Too Large" },
	{ 415, "Unsupported Media Type" },
	{ 417, "Expectation Failed" },
	{ 422, "Unprocessable Content" },
	{ 426, "Upgrade Required" },
	{ 428, "Precondition Required" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 502, "Bad Gateway" },
	{ 503, "Service Unavailable" },
	{ 504, "Gateway Timeout" },
	{ 505, "HTTP Version Not Supported" },
};

const char *answer_reason(int status)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (reasons[i].status == status)
			return reasons[i].words;
	}
	return "Other";
}

struct pending *pending_add(struct connection *connection)
{
	struct edge *const edge = connection->edge;
	struct pending *const pending = memory_zeroed(sizeof(*pending));

	assert(connection->pending_count <= EDGE_PIPELINE);
	pending->connection = connection;
	pending->number = ++edge->request_serial << NUMBERS_PLACE_BITS |
			  numbers_place(connection->number);
	if (connection->newest != NULL)
		connection->newest->next = pending;
	else
		connection->first = pending;
	connection->newest = pending;
	connection->pending_count++;
	timer_start(&edge->timers, &pending->timer, TIMER_ANSWER,
		    uv_now(edge->config.loop));
	return pending;
}

static void drop_first(struct connection *connection)
{
	struct pending *const first = connection->first;

	connection->first = first->next;
	if (connection->first == NULL)
		connection->newest = NULL;
	connection->pending_count--;
	timer_stop(&connection->edge->timers, &first->timer);
	text_finish(&first->bytes);
	free(first);
}

void pending_take_back(struct connection *connection)
{
	struct pending *const newest = connection->newest;
	struct pending *before = connection->first;

	while (before != newest && before->next != newest)
		before = before->next;
	if (before == newest) {
		drop_first(connection);
		return;
	}
	before->next = NULL;
	connection->newest = before;
	connection->pending_count--;
	timer_stop(&connection->edge->timers, &newest->timer);
	free(newest);
}

void pending_drop_all(struct connection *connection)
{
	while (connection->first != NULL)
		drop_first(connection);
}

/* RFC 9110 §8.6: these have no body, and 204 may not even say so. */
static bool is_bodiless(int status)
{
	return status == 204 || status == 304;
}

void pending_answer(struct pending *pending, const struct edge_answer *answer)
{
	struct edge *const edge = pending->connection->edge;
	struct text *const bytes = &pending->bytes;

	assert(!pending->answered);
	assert(answer->status >= 200 && answer->status <= 599);
	pending->answered = true;
	const bool says_so = pending->closes || answer->close || edge->draining;
	pending->closes = says_so || answer->silent;
	timer_stop(&edge->timers, &pending->timer);
	text_addf(bytes,
		  "HTTP/1.1 %d %s\r\nDate: %s\r\nX-Content-Type-Options: nosniff\r\n",
		  answer->status, answer_reason(answer->status), edge->date);
	if (answer->content_type != NULL)
		text_addf(bytes, "Content-Type: %s\r\n", answer->content_type);
	if (!is_bodiless(answer->status))
		text_addf(bytes, "Content-Length: %zu\r\n",
			  answer->content_type != NULL ? answer->body_bytes : 0);
	if (says_so)
		text_addf(bytes, "Connection: close\r\n");
	if (answer->headers != NULL)
		text_add(bytes, answer->headers, strlen(answer->headers));
	text_add(bytes, "\r\n", 2);
	if (answer->content_type != NULL && !pending->is_head &&
	    !is_bodiless(answer->status))
		text_add(bytes, answer->body, answer->body_bytes);
}

void pending_problem(struct pending *pending, int status, const char *detail,
		     const char *headers, bool closes)
{
	struct text body = { 0 };

	/* RFC 9457; title and detail are ours, so nothing needs escaping. */
	text_addf(&body,
		  "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,"
		  "\"detail\":\"%s\"}\n",
		  answer_reason(status), status, detail);
	pending_answer(pending, &(struct edge_answer){
					.status = status,
					.content_type = "application/problem+json",
					.headers = headers,
					.body = text_string(&body),
					.body_bytes = body.length,
					.close = closes,
				});
	text_finish(&body);
}

void pending_release(struct connection *connection)
{
	while (connection->first != NULL && connection->first->answered) {
		struct pending *const first = connection->first;
		const bool closes = first->closes;

		if (connection->out.length == 0) {
			text_finish(&connection->out);
			connection->out = first->bytes;
			first->bytes = (struct text){ 0 };
		} else {
			text_add(&connection->out, first->bytes.data,
				 first->bytes.length);
		}
		drop_first(connection);
		if (closes) {
			connection->last = true;
			pending_drop_all(connection);
		}
	}
}

/* The request of this number while it waits for its answer; NULL otherwise. */
static struct pending *pending_find(const struct edge *edge, uint64_t number)
{
	struct connection *const connection =
		numbers_at(&edge->connections, numbers_place(number));
	struct pending *pending = connection != NULL ? connection->first : NULL;

	while (pending != NULL && pending->number != number)
		pending = pending->next;
	return pending != NULL && !pending->answered ? pending : NULL;
}

void edge_answer(struct edge *edge, uint64_t number, const struct edge_answer *answer)
{
	struct pending *const pending = pending_find(edge, number);

	if (pending == NULL)
		return;
	struct connection *const connection = pending->connection;
	pending_answer(pending, answer);
	connection_settle(connection);
}

void edge_drop(struct edge *edge, uint64_t number)
{
	struct pending *const pending = pending_find(edge, number);

	if (pending == NULL)
		return;
	/* closed when whoever reads from it has returned */
	pending->connection->dropped = true;
	connection_settle(pending->connection);
}
