/* SPDX-License-Identifier: MIT */
/*
 * guest_match - which guest is it that somebody knows by nothing but a typed name?
 *
 * Two people may both be "iPhone (Guest)".  Of the people of that exact name who have
 * neither object id nor e-mail, it is the one whose live presence in this meeting overlaps
 * the reported stretches longest, and who has not been found in this report before.
 * Nobody overlaps: it is somebody else.
 *
 * A live witness who is quicker than the others names somebody whom none has seen here yet.
 * Then it is a guest of that name who was sent into this room, else one who is nowhere and
 * left another place at most GUEST_MOVE_MS ago, else (in the main meeting) one who comes
 * back from a room.  Of several the first met: nothing tells them apart.
 */
#ifndef PLENARY_GUEST_MATCH_H
#define PLENARY_GUEST_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "handlers/event.h"

struct batch;
struct directory;
struct identity;
struct session;

enum {
	GUEST_SEEN_MS = 60 * 1000, /* so far apart two witnesses may tell of one join */
	GUEST_MOVE_MS = 3 * 60 * 1000,
};

struct stretch {
	int64_t from_ms, to_ms;
};

struct guest_match {
	const struct directory *directory;
	const struct session *session;
	uint16_t place;
	uint64_t found[PEOPLE_MAX / 64]; /* bit i: person i is taken in this report */
};

/* PERSON_NONE when nobody fits. */
uint32_t guest_find(struct guest_match *match, const char *name,
		    const struct stretch *stretches, size_t count);
/* The same, of those who are not seen here yet. */
uint32_t guest_expected(struct guest_match *match, const char *name, int64_t at_ms);
/* Where and when the bot tells of somebody. */
struct guest_arrival {
	struct directory *directory;
	struct batch *batch;
	const struct session *session;
	uint16_t place;
	int64_t at_ms;
};

/* As directory_meet(); but somebody without an object id, whose id is new, is the one whom
 * Graph, which tells no ids of guests, told to have come here just now by this name. */
uint32_t guest_meet(const struct guest_arrival *arrival, const struct identity *identity);

#endif
