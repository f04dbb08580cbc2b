/* SPDX-License-Identifier: MIT */
/*
 * relay - people on another platform: their coming and going reaches Plenary as
 * CloudEvents (1.0, JSON) over a websocket, subprotocol cloudevents.json.
 *
 * Each event is kept until Plenary says plenary.acknowledged with its source and id; what
 * is not acknowledged when the connection breaks is sent again, in order, on the next.
 */
#ifndef PLENARY_STAGE_RELAY_H
#define PLENARY_STAGE_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stage;
struct relay;

/* 0 or a negative errno. */
int relay_create(struct relay **relay, struct stage *stage);
/* place: 0 the main meeting, n the n-th room. */
void relay_tell(struct relay *relay, uint32_t person, bool joined, uint32_t place,
		int64_t at_ms);

struct relay_counts {
	uint64_t sent, acknowledged, repeated;
};
/* relay may be NULL: all zero. */
struct relay_counts relay_count(const struct relay *relay);
void relay_destroy(struct relay *relay);

#endif
