/* SPDX-License-Identifier: MIT */
/*
 * door_parts - what the files of the door share: who is let in, what was taken before, and
 * how each is answered.  Private to door*.c, and to the inbox, which knows repeats as the
 * door does.
 */
#ifndef PLENARY_DOOR_PARTS_H
#define PLENARY_DOOR_PARTS_H

#include "daemon/door/door.h"

struct activity;
struct meaning;

/* True when it was taken before; otherwise it is from now on. */
bool door_is_repeat(struct door *door, const char *key);
bool door_bearer_is(const struct edge_request *request, const char *secret);
/* Behind what was taken so far. */
void door_answer(struct door *door, uint64_t request, int status,
		 const char *content_type, const char *body);
void door_refuse(struct door *door, uint64_t request, const struct problem *problem);
/* Of a request that was taken in part: behind what was. */
void door_refuse_rest(struct door *door, uint64_t request, const struct problem *problem);
/* In the log, so many times a minute: 10,000 bad tokens are no 10,000 lines. */
void door_tell_refused(struct door *door, const char *what, const char *why);
/* 405; allowed: "GET, HEAD" */
void door_wrong_method(struct door *door, uint64_t request, const char *allowed);
/* "12" or a uid; 0: the newest session, or none. */
uint32_t door_session_of_query(const struct door *door, const char *query);
/* The value of a query or form field, decoded; false when absent or too long. */
bool form_value(const char *form, const char *name, char *value, size_t bytes);

/* What the head alone is refused for: no token, too long a body.  True: answered. */
bool door_activity_refused(struct door *door, const struct edge_request *request);
bool door_cloudevents_refused(struct door *door, const struct edge_request *request);
void door_activity(struct door *door, const struct edge_request *request);
/* A facilitator's words to everybody; answer: what the facilitator is told. */
void door_announce(struct door *door, const struct activity *activity,
		   const struct meaning *meaning, struct text *answer);
/* In the chat, where the meaning asks for it: what came of it in a sentence. */
void door_reply(struct door *door, const struct activity *activity,
		const struct meaning *meaning, enum answer answer);
void door_notifications(struct door *door, const struct edge_request *request);
void door_cloudevents(struct door *door, const struct edge_request *request);
/* 101: this relay may come in over a websocket. */
int door_events_upgrade(struct door *door, const struct edge_request *request);
void door_cloudevent_text(struct door *door, uint64_t viewer, const char *text,
			  size_t bytes);
/* What an in-meeting notification shows; anybody may look. */
void door_come_back(struct door *door, const struct edge_request *request);
bool door_page(struct door *door, const struct edge_request *request);
bool door_viewer_allowed(const struct door *door, const struct edge_request *request);
void door_metrics(struct door *door, uint64_t request);

#endif
