/* SPDX-License-Identifier: MIT */
/*
 * schedule - a session as it is scheduled: the programme's text, the module, when,
 * in which meeting, with whom.
 *
 *	{"uid":"leep-1-2026-11","programme":"…YAML…","module":1,
 *	 "starts":"2026-11-24T09:00:00Z","organiser_id":"…","tenant_id":"…",
 *	 "service_url":"…", "meeting":{"thread_id":"…","join_url":"…","meeting_id":"…"},
 *	 "people":[{"name":"…","object_id":"…","teams_id":"…","email":"…",
 *	            "role":"participant","profession":"nurse"}]}
 *
 * With "webinar":{"id":"…","session_id":"…"} there may be no "meeting": link and chat come
 * from the webinar's session (without its id from the one that starts nearest), the roster
 * from its registrations, and the session is opened when these have been read (webinar.h).
 *
 * Without an organiser_id it is graph.organiser_id of the settings.  Nothing is written
 * unless all of it is right.
 */
#ifndef PLENARY_DECODE_SCHEDULE_H
#define PLENARY_DECODE_SCHEDULE_H

#include "daemon/decode/problem.h"

struct json_t;
struct sessions;
struct turn;
struct words_source;

/*
 * Takes the events that plan the session.  0, or -1 with the problem: 409 when this uid has
 * a session already, 422 with file:line:column of the programme's first error.
 */
int schedule_take(const struct json_t *data, const struct words_source *words,
		  struct sessions *sessions, struct turn *turn, struct problem *problem);

#endif
