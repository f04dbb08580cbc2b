/* SPDX-License-Identifier: MIT */
/*
 * guest_match - which guest is it that a report knows by nothing but a typed name?
 *
 * Two people may both be "iPhone (Guest)".  Of the people of that exact name who have
 * neither object id nor e-mail, it is the one whose live presence in this meeting overlaps
 * the reported stretches longest, and who has not been found in this report before.
 * Nobody overlaps: it is somebody else.
 */
#ifndef PLENARY_GUEST_MATCH_H
#define PLENARY_GUEST_MATCH_H

#include <stddef.h>
#include <stdint.h>

#include "handlers/event.h"

struct directory;
struct session;

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

#endif
