/* SPDX-License-Identifier: MIT */
/*
 * arrival - a request whose sender is not known yet: kept, with its body, until the token it
 * came with has been judged.  The door has a list of them, DOOR_PENDING at most, with
 * bodies of DOOR_PENDING_BYTES together.
 */
#ifndef PLENARY_ARRIVAL_H
#define PLENARY_ARRIVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct door;
struct edge_request;
struct json_t;

struct arrival {
	struct arrival *next, **place;
	struct door *door;
	uint64_t request;
	char *body; /* ends in NUL */
	size_t body_bytes;
	unsigned mode;             /* what the door that took it makes of it */
	struct json_t *attributes; /* or NULL; goes with it */
};

/* Whether one more would be too much: 503. */
bool arrivals_full(const struct door *door, size_t body_bytes);
struct arrival *arrival_create(struct door *door, const struct edge_request *request);
void arrival_destroy(struct arrival *arrival);
/* All that still wait; nobody will judge them. */
void arrivals_finish(struct door *door);

#endif
