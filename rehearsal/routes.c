/* SPDX-License-Identifier: MIT */
#include "rehearsal/routes.h"

#include "daemon/edge/edge.h"
#include "rehearsal/batch.h"
#include "rehearsal/stage.h"
#include "rehearsal/trouble.h"

#include <assert.h>
#include <stdio.h>
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

/* What every answer of the services carries; the names of both, harmless to the other. */
static void add_headers(struct stage *stage, const struct way_back *back,
			const char *retry_after, struct text *headers)
{
	char id[37];

	chance_guid(&stage->chance, id);
	text_addf(headers, "request-id: %s\r\nX-Correlating-OperationId: %s\r\n", id, id);
	if (back->client_request_id[0] != '\0')
		text_addf(headers, "client-request-id: %s\r\n", back->client_request_id);
	if (retry_after != NULL)
		text_addf(headers, "Retry-After: %s\r\n", retry_after);
}

static void answer_text(struct stage *stage, const struct way_back *back,
			const struct refusal *answer, const char *text)
{
	struct text headers = { 0 };

	assert(answer->status >= 200);
	assert(answer->status < 600);
	add_headers(stage, back, answer->retry_after, &headers);
	if (back->lost)
		edge_drop(stage->edge, back->number);
	else
		edge_answer(stage->edge, back->number,
			    &(struct edge_answer){
				    .status = answer->status,
				    .content_type =
					    text == NULL ? NULL
					    : answer->html != NULL
						    ? "text/html"
						    : "application/json; charset=utf-8",
				    .headers = text_string(&headers),
				    .body = text,
				    .body_bytes = text != NULL ? strlen(text) : 0,
				    .silent = trouble_hangs_up(stage),
			    });
	text_finish(&headers);
}

void answer_refusal(struct stage *stage, const struct way_back *back,
		    const struct refusal *refusal)
{
	if (back->batch != NULL) {
		batch_answered(back->batch, refusal);
		return;
	}
	char *const text = refusal->html != NULL   ? memory_string(refusal->html)
			   : refusal->json != NULL ? json_written(refusal->json)
						   : NULL;
	answer_text(stage, back, refusal, text);
	free(text);
	json_decref(refusal->json);
}

void answer_json(struct stage *stage, const struct way_back *back, int status,
		 json_t *body)
{
	answer_refusal(stage, back, &(struct refusal){ .status = status, .json = body });
}

json_t *graph_error_of(struct stage *stage, const struct way_back *back, const char *code,
		       const char *message)
{
	char date[32], id[37];

	clock_iso(clock_now_ms(&stage->plan.clock), date);
	chance_guid(&stage->chance, id);
	date[19] = '\0';
	return json_pack("{s:{s:s,s:s,s:{s:s,s:s,s:s}}}", "error", "code", code,
			 "message", message, "innerError", "date", date, "request-id", id,
			 "client-request-id",
			 back->client_request_id[0] != '\0' ? back->client_request_id
							    : id);
}

json_t *graph_error(const struct exchange *exchange, const char *code,
		    const char *message)
{
	return graph_error_of(exchange->stage, &exchange->back, code, message);
}

void answer_graph_error(struct exchange *exchange, int status, const char *code,
			const char *message)
{
	answer_json(exchange->stage, &exchange->back, status,
		    graph_error(exchange, code, message));
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
	if (!trouble_strikes(exchange, graph ? PARTY_OF_GRAPH : PARTY_OF_CONNECTOR))
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

/* Keys, and where they are; for everybody. */
static bool well_known(struct exchange *exchange)
{
	static const struct route known[] = {
		{ "GET", "v1/.well-known/openidconfiguration", entra_metadata },
		{ "GET", "v1/.well-known/keys", entra_keys },
		{ "GET", "common/.well-known/openid-configuration", entra_metadata_v1 },
		{ "GET", "common/v2.0/.well-known/openid-configuration",
		  entra_metadata_v2 },
		{ "GET", "common/discovery/keys", entra_account_keys },
		{ "GET", "common/discovery/v2.0/keys", entra_account_keys },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!fits(exchange, known[i].pattern))
			continue;
		known[i].answer(exchange);
		return true;
	}
	return false;
}

static void choose_party(struct exchange *exchange, const char *authorization)
{
	char *region = NULL;

	if (fits(exchange, "*/oauth2/v2.0/token")) {
		if (!trouble_strikes(exchange, PARTY_OF_ENTRA))
			entra_token(exchange);
	} else if (well_known(exchange)) {
		return;
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
	const char *const request_id = edge_header(request, "client-request-id");
	struct exchange exchange = {
		.stage = stage,
		.back = { .number = request->number },
		.method = request->method,
		.query = request->query,
		.body = request->body,
		.json = json,
	};

	if (request_id != NULL)
		snprintf(exchange.back.client_request_id,
			 sizeof(exchange.back.client_request_id), "%s", request_id);
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
	else if (!trouble_strikes(exchange, PARTY_OF_GRAPH))
		dispatch(exchange, graph_routes);
	parts_finish(exchange);
	text_finish(&path);
}
