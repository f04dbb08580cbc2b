/* SPDX-License-Identifier: MIT */
/*
 * call_event - what a decrypted notification says of a meeting: begun, ended, who
 * came and who went.
 *
 * Content comes as documented, in PascalCase as the wire has it, and in the forms of 2022
 * and 2023 (recorded files, other clouds); names are compared without regard to case, and
 * what is unknown is ignored.  Only those who changed are told:
 *
 *	in the call		a join of this leg (told again for every change of a detail)
 *	in the lobby		nothing; a leave when this leg was in the call before
 *	with a removed state	a leave, whatever the reason says
 *
 * A leg is one device in the call: the hash of the participant's id.  Whoever is signed in
 * is known by the Entra object id.  A guest has none: it is the person whose leg it was
 * before, else a guest of that name whom another witness sees here now or who is on the way
 * here (guest_match.h), else somebody new.
 * Applications are nobody.  At most CALL_EVENT_PEOPLE of one notification are taken.
 *
 * Source: Microsoft Graph, "Change notifications for Microsoft Teams meeting call updates"
 * and its versions of 2022 and 2023.
 */
#ifndef PLENARY_DECODE_CALL_EVENT_H
#define PLENARY_DECODE_CALL_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "handlers/event.h"

enum { CALL_EVENT_PEOPLE = PEOPLE_MAX };

struct batch;
struct directory;
struct session;

/* Where the notification belongs. */
struct call_event_of {
	struct directory *directory; /* learns people ... */
	struct batch *batch;         /* ... into this */
	const struct session *session;
	uint16_t place;
};

enum call_event_verdict {
	CALL_EVENT_TAKEN,
	CALL_EVENT_OTHER,     /* of no interest: presence, an unknown kind of event */
	CALL_EVENT_UNREADABLE /* not a JSON object */
};

/* The event is taken before the next one is made: it may change what that means. */
typedef void call_event_fn(void *context, const struct event *event);

enum call_event_verdict call_event_means(const char *content, size_t bytes,
					 const struct call_event_of *of,
					 call_event_fn *fn, void *context);

#endif
