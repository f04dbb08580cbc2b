/* SPDX-License-Identifier: MIT */
/*
 * decode_cloudevent - CloudEvents 1.0 (structured, binary, batch) and what ours mean.
 *
 * A type is "plenary." and the name of an event kind (transcript.h); its data name the
 * session by uid, people by whatever is known of them, and every other field as the
 * journal does:
 *
 *	{"specversion":"1.0","id":"17","source":"/relay","type":"plenary.person_joined",
 *	 "time":"2026-11-24T09:00:02Z",
 *	 "data":{"session":"leep-1","person":{"email":"p07@example.test"},"place":0}}
 *
 * plenary.session_scheduled brings a whole session; see decode_schedule.h.
 */
#ifndef PLENARY_DECODE_CLOUDEVENT_H
#define PLENARY_DECODE_CLOUDEVENT_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/problem.h"
#include "handlers/event.h"

enum {
	CLOUDEVENT_TEXT = 256,
	CLOUDEVENT_BATCH = 1000,
	CLOUDEVENT_KEY = 2 * CLOUDEVENT_TEXT + 16
};

struct batch;
struct directory;
struct edge_request;
struct json_t;

struct cloudevent {
	const char *id, *source, *type, *time;
	int64_t occurred_ms; /* 0 when it does not say */
	struct json_t *data; /* an object, or NULL */
	char key[CLOUDEVENT_KEY];
};

/* Takes one structured event apart; what it points at lives as long as the root. */
int cloudevent_read(const struct json_t *root, struct cloudevent *cloudevent,
		    struct problem *problem);

/* The event it means, with its people looked up (and learned, for who is present). */
int cloudevent_means(const struct cloudevent *cloudevent, struct directory *directory,
		     struct batch *batch, struct event *event, struct problem *problem);

#endif
