/* SPDX-License-Identifier: MIT */
#include "rehearsal/routes.h"

#include "daemon/edge/edge.h"
#include "rehearsal/batch.h"
#include "rehearsal/stage.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

static void add_decoded(struct text *text, const char *from, size_t bytes, bool form)
{
	for (size_t i = 0; i < bytes; i++) {
		char byte = from[i];

		if (byte == '%' && i + 2 < bytes && hex_digit(from[i + 1]) >= 0 &&
		    hex_digit(from[i + 2]) >= 0) {
			byte = (char)(hex_digit(from[i + 1]) << 4 |
				      hex_digit(from[i + 2]));
			i += 2;
		} else if (byte == '+' && form) {
			byte = ' ';
		}
		text_add(text, &byte, 1);
	}
}

bool query_read(const char *query, const char *key, struct text *value)
{
	bool found = false;

	for (const char *at = query; *at != '\0' && !found;) {
		const size_t bytes = strcspn(at, "&");
		const size_t key_bytes = strcspn(at, "=&");
		struct text name = { 0 };

		add_decoded(&name, at, key_bytes, true);
		found = strcasecmp(text_string(&name), key) == 0;
		text_finish(&name);
		if (found && key_bytes < bytes)
			add_decoded(value, at + key_bytes + 1, bytes - key_bytes - 1,
				    true);
		at += bytes;
		at += *at == '&';
	}
	return found;
}

void answer_json(struct stage *stage, const struct way_back *back, int status,
		 json_t *body)
{
	if (back->batch != NULL) {
		batch_answered(back->batch, status, body);
		return;
	}
	assert(status >= 200);
	assert(status < 600);
	char *const text = body != NULL ? json_written(body) : NULL;

	edge_answer(stage->edge, back->number,
		    &(struct edge_answer){
			    .status = status,
			    .content_type = text != NULL
						    ? "application/json; charset=utf-8"
						    : NULL,
			    .headers = status == 429 ? "Retry-After: 1\r\n" : NULL,
			    .body = text,
			    .body_bytes = text != NULL ? strlen(text) : 0,
		    });
	free(text);
	json_decref(body);
}

json_t *graph_error(struct stage *stage, const char *code, const char *message)
{
	char date[32], id[37];

	clock_iso(clock_now_ms(&stage->plan.clock), date);
	chance_guid(&stage->chance, id);
	date[19] = '\0';
	return json_pack("{s:{s:s,s:s,s:{s:s,s:s,s:s}}}", "error", "code", code,
			 "message", message, "innerError", "date", date, "request-id", id,
			 "client-request-id", id);
}

void answer_graph_error(struct exchange *exchange, int status, const char *code,
			const char *message)
{
	answer_json(exchange->stage, &exchange->back, status,
		    graph_error(exchange->stage, code, message));
}

void answer_connector_error(struct exchange *exchange, int status, const char *code,
			    const char *message)
{
	answer_json(exchange->stage, &exchange->back, status,
		    json_pack("{s:{s:s,s:s}}", "error", "code", code, "message",
			      message));
}

/* False when there are too many parts for any route. */
static bool split(struct exchange *exchange, const char *path)
{
	while (*path == '/') {
		const size_t bytes = strcspn(++path, "/");
		struct text part = { 0 };

		if (exchange->parts_count == ROUTE_PARTS)
			return false;
		add_decoded(&part, path, bytes, false);
		text_add(&part, "", 0);
		exchange->parts[exchange->parts_count++] = part.data;
		path += bytes;
	}
	return true;
}

static void parts_finish(struct exchange *exchange)
{
	for (size_t i = 0; i < exchange->parts_count; i++)
		free(exchange->parts[i]);
	exchange->parts_count = 0;
}

/* Clients differ in the letter case of paths ("pagedMembers"). */
static bool fits(const struct exchange *exchange, const char *pattern)
{
	for (size_t i = 0; i < exchange->parts_count; i++) {
		const char *const part = exchange->parts[i];
		const size_t bytes = strcspn(pattern, "/");

		if (bytes == 0)
			return false;
		if (pattern[0] != '*' &&
		    (strlen(part) != bytes || strncasecmp(part, pattern, bytes) != 0))
			return false;
		pattern += bytes;
		pattern += *pattern == '/';
	}
	return *pattern == '\0';
}

/* Takes the first part off: the handlers count from what follows the region. */
static void dispatch(struct exchange *exchange, const struct route *routes)
{
	const bool graph = routes == graph_routes;
	bool path_known = false;

	for (const struct route *route = routes; route->method != NULL; route++) {
		if (!fits(exchange, route->pattern))
			continue;
		path_known = true;
		if (strcmp(route->method, exchange->method) == 0) {
			route->answer(exchange);
			return;
		}
	}
	const int status = path_known ? 405 : 404;
	const char *const message = "The stand-in tenant has no such call.";
	if (graph)
		answer_graph_error(exchange, status, "BadRequest", message);
	else
		answer_connector_error(exchange, status, "ServiceError", message);
}

/* Trouble that the plan asked for comes before anything is done. */
static bool in_trouble(struct exchange *exchange, bool graph)
{
	const struct plan_trouble *const trouble = &exchange->stage->plan.trouble;
	const int64_t call = ++exchange->stage->calls;
	int status = 0;

	if (trouble->throttle_every > 0 && call % trouble->throttle_every == 0)
		status = 429;
	else if (trouble->fail_every > 0 && call % trouble->fail_every == 0)
		status = 503;
	if (status == 0)
		return false;
	if (graph)
		answer_graph_error(exchange, status,
				   status == 429 ? "TooManyRequests"
						 : "ServiceUnavailable",
				   "Please retry again later.");
	else
		answer_connector_error(exchange, status,
				       status == 429 ? "Throttled" : "ServiceUnavailable",
				       "Too many requests.");
	return true;
}

static void guarded(struct exchange *exchange, const char *authorization, bool graph)
{
	const enum audience wanted = graph ? AUDIENCE_GRAPH : AUDIENCE_CONNECTOR;

	if (entra_audience(exchange->stage, authorization) != wanted) {
		if (graph)
			answer_graph_error(
				exchange, 401, "InvalidAuthenticationToken",
				"Access token is empty, unknown or not for us.");
		else
			answer_connector_error(exchange, 401, "Unauthorized",
					       "Authorization has been denied.");
		return;
	}
	if (!in_trouble(exchange, graph))
		dispatch(exchange, graph ? graph_routes : connector_routes);
}

static void take_region(struct exchange *exchange, char **region)
{
	assert(exchange->parts_count > 1);
	assert(exchange->parts_count <= ROUTE_PARTS);
	*region = exchange->parts[0];
	exchange->region = *region;
	exchange->parts_count--;
	memmove(exchange->parts, exchange->parts + 1,
		exchange->parts_count * sizeof(exchange->parts[0]));
}

static void choose_party(struct exchange *exchange, const char *authorization)
{
	char *region = NULL;

	if (fits(exchange, "*/oauth2/v2.0/token")) {
		entra_token(exchange);
	} else if (fits(exchange, "v1/.well-known/openidconfiguration")) {
		entra_metadata(exchange);
	} else if (fits(exchange, "v1/.well-known/keys")) {
		entra_keys(exchange);
	} else if (exchange->parts_count > 1) {
		take_region(exchange, &region);
		guarded(exchange, authorization,
			strcmp(region, "v1.0") == 0 || strcmp(region, "beta") == 0);
		free(region);
	} else {
		answer_json(exchange->stage, &exchange->back, 404, NULL);
	}
}

void routes_request(void *context, const struct edge_request *request)
{
	struct stage *const stage = context;
	json_t *const json = json_parsed(request->body, request->body_bytes);
	const char *const authorization = edge_header(request, "Authorization");
	struct exchange exchange = {
		.stage = stage,
		.back = { .number = request->number },
		.method = request->method,
		.query = request->query,
		.body = request->body,
		.json = json,
	};

	if (split(&exchange, request->path))
		choose_party(&exchange, authorization != NULL ? authorization : "");
	else
		answer_json(stage, &exchange.back, 404, NULL);
	parts_finish(&exchange);
	json_decref(json);
}

void routes_graph_item(struct exchange *exchange, const char *path_and_query)
{
	const size_t bytes = strcspn(path_and_query, "?");
	struct text path = { 0 };

	text_add(&path, path_and_query, bytes);
	exchange->query = path_and_query + bytes + (path_and_query[bytes] == '?');
	if (!split(exchange, text_string(&path)))
		answer_graph_error(exchange, 404, "BadRequest", "No such path.");
	else if (!in_trouble(exchange, true))
		dispatch(exchange, graph_routes);
	parts_finish(exchange);
	text_finish(&path);
}
