/* SPDX-License-Identifier: MIT */
/*
 * routes - which function answers which call, and the way back for the answer.
 *
 * Three parties live behind one port: the sign-in service (form in, JSON out, no token),
 * Graph under /v1.0 and /beta, and the connector under /<region>.  Graph and connector
 * want a token that the sign-in service issued for them; what does not fit gets the
 * status and the error object of the party that refuses.
 *
 * A handler answers exactly once, now or later: it keeps the way_back by value.
 */
#ifndef PLENARY_STAGE_ROUTES_H
#define PLENARY_STAGE_ROUTES_H

#include "daemon/common/text.h"
#include "rehearsal/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stage;
struct batch;
struct edge_request;

enum {
	ROUTE_PARTS = 12, /* of a path; more is 404 */
	REQUEST_ID_BYTES = 64,
};

struct way_back {
	uint64_t number;     /* of the request at the edge */
	struct batch *batch; /* … or the batch this is an item of; NULL */
	bool lost;           /* what is asked is done, but nobody hears of it */
	char client_request_id[REQUEST_ID_BYTES]; /* as the asker named it, "" */
};

/* A no, with all that may come with it. */
struct refusal {
	int status;
	const char *retry_after; /* NULL: none */
	const char *html;        /* instead of JSON; NULL */
	json_t *json;            /* taken over; NULL: no body */
};

struct exchange {
	struct stage *stage;
	struct way_back back;
	const char *method;
	const char *region;       /* "v1.0", "beta", "emea" */
	char *parts[ROUTE_PARTS]; /* of the path behind the region, decoded */
	size_t parts_count;
	const char *query;
	const char *body;   /* as it came, for forms */
	const json_t *json; /* NULL when the body is none */
};

typedef void route_fn(struct exchange *exchange);

struct route {
	const char *method;
	const char *pattern; /* "users/<any>/onlineMeetings", with a star for <any> */
	route_fn *answer;
};

extern const struct route graph_routes[], connector_routes[]; /* end in NULL */

/* For edge_config.on_request; context is the stage. */
void routes_request(void *context, const struct edge_request *request);
/* Graph alone, for the items of a batch: takes the path without its version. */
void routes_graph_item(struct exchange *exchange, const char *path_and_query);

/* Takes the body over; NULL for none. */
void answer_json(struct stage *stage, const struct way_back *back, int status,
		 json_t *body);
void answer_refusal(struct stage *stage, const struct way_back *back,
		    const struct refusal *refusal);
/* Graph's and the connector's error objects. */
void answer_graph_error(struct exchange *exchange, int status, const char *code,
			const char *message);
void answer_connector_error(struct exchange *exchange, int status, const char *code,
			    const char *message);
json_t *graph_error(const struct exchange *exchange, const char *code,
		    const char *message);
/* The same for an answer that comes later. */
json_t *graph_error_of(struct stage *stage, const struct way_back *back, const char *code,
		       const char *message);

/* A parameter of a query or a form, decoded; false when it is not there. */
bool query_read(const char *query, const char *key, struct text *value);

/* connector_meetings.c */
void connector_meeting(struct exchange *exchange);
void connector_participant(struct exchange *exchange);
void connector_notification(struct exchange *exchange);

/* entra.c */
void entra_token(struct exchange *exchange);
void entra_metadata(struct exchange *exchange);
void entra_keys(struct exchange *exchange);
/* Of the sign-in service itself, in the two versions of its tokens. */
void entra_metadata_v1(struct exchange *exchange);
void entra_metadata_v2(struct exchange *exchange);
void entra_account_keys(struct exchange *exchange);
/* What vouches for a notification with content, of version 1 or 2; malloc'd. */
char *entra_validation_token(const struct stage *stage, int version);
enum audience { AUDIENCE_NONE, AUDIENCE_GRAPH, AUDIENCE_CONNECTOR };
/* Others sign from now on; what the ones before signed is good until the next time. */
void entra_new_keys(struct stage *stage);
/* For whom this Authorization header speaks. */
enum audience entra_audience(const struct stage *stage, const char *authorization);

#endif
