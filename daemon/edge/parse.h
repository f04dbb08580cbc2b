/* SPDX-License-Identifier: MIT */
/*
 * parse - bytes in, HTTP/1.x requests out; refuses what llhttp lets through and must not be
 * (RFC 9112 §2.2, §5.2, §6.1, §7; the list stands in tests/edge/test_hostile.c).
 *
 *   IDLE --first byte--> HEAD --empty line--> BODY --last byte--> DONE --parse_next--> IDLE
 *                          `-------------no body------------------^
 *
 * Limits: a head of EDGE_HEAD_BYTES, 431; a body of EDGE_BODY_BYTES, 413 before it is read
 * when its length is told; PARSE_EMPTY_BYTES of empty lines before a request, 400; chunk
 * sizes, extensions and trailers of more than PARSE_CHUNK_BYTES for each byte of the body
 * and one head's worth besides, 400.  Nothing is kept between requests.
 */
#ifndef PLENARY_PARSE_H
#define PLENARY_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "daemon/edge/edge.h"
#include "daemon/edge/head.h"

enum { PARSE_EMPTY_BYTES = 8, PARSE_CHUNK_BYTES = 8 };

enum parse_stage { PARSE_IDLE, PARSE_HEAD, PARSE_BODY, PARSE_DONE };

enum parse_outcome {
	PARSE_MORE,        /* everything was taken, more is needed */
	PARSE_BODY_BEGINS, /* a head is complete and a body follows: parse_allow_body() */
	PARSE_REQUEST,     /* one is complete: read it, then call parse_next() */
	PARSE_UPGRADE,     /* its head is complete and what follows is no longer HTTP */
	PARSE_REFUSED,     /* see parse_refusal(); nothing more may be given */
};

struct parse;

struct parse *parse_create(void);
void parse_destroy(struct parse *parse);

/* Takes at most one request; *used says how many bytes belonged to it. */
enum parse_outcome parse_take(struct parse *parse, const char *bytes, size_t count,
			      size_t *used);
void parse_next(struct parse *parse);

enum parse_stage parse_stage(const struct parse *parse);
struct refusal parse_refusal(const struct parse *parse);
const struct head *parse_head(const struct parse *parse);

/* So many bytes of the body that begins: 413 above.  EDGE_BODY_BYTES unless it is said. */
void parse_allow_body(struct parse *parse, size_t bytes);
/* Memory that a body takes which is not complete. */
size_t parse_held(const struct parse *parse);
/* The body goes; nothing more may be given. */
void parse_drop_body(struct parse *parse);

/* Method, path, query, body and headers; valid until parse_next().  Where a body only
 * begins: its length, 0 when none is told, and nothing of it. */
void parse_request(const struct parse *parse, struct edge_request *request);
bool parse_closes(const struct parse *parse);
bool parse_is_head(const struct parse *parse);

/* The client waits for "100 Continue" before it sends its body. */
bool parse_waits(const struct parse *parse);
void parse_waits_no_more(struct parse *parse);

#endif
