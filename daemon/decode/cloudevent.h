/* SPDX-License-Identifier: MIT */
/*
 * cloudevent - CloudEvents 1.0 (structured, binary, batch) and what ours mean.
 *
 * A type is "plenary." and the name of an event kind (transcript.h); its data name the
 * session by uid, people by whatever is known of them, and every other field as the
 * journal does:
 *
 *	{"specversion":"1.0","id":"17","source":"/relay","type":"plenary.person_joined",
 *	 "time":"2026-11-24T09:00:02Z",
 *	 "data":{"session":"leep-1","person":{"email":"p07@example.test"},"place":0}}
 *
 * plenary.session_scheduled brings a whole session; see decode/schedule.h.
 *
 * Rules: CloudEvents 1.0.2, its JSON format and HTTP binding.  docs/events.md is for people
 * who write a relay.
 */
#ifndef PLENARY_DECODE_CLOUDEVENT_H
#define PLENARY_DECODE_CLOUDEVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/common/text.h"
#include "daemon/decode/problem.h"
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

/* Takes one structured event apart; what it points at lives as long as the root, in which
 * data_base64 is replaced by the data it holds. */
int cloudevent_read(struct json_t *root, struct cloudevent *cloudevent,
		    struct problem *problem);
/* The value of a ce- header, decoded, appended; 0, or -1 when it is malformed. */
int cloudevent_header(const char *value, struct text *text);
bool cloudevent_is_json(const char *content_type);

enum cloudevent_share {
	SHARE_UNSAID,   /* nobody has decided: a defect */
	SHARE_TAKEN,    /* by cloudevent_means() */
	SHARE_SCHEDULE, /* by schedule_take() */
	SHARE_OURS      /* comes of the program itself; refused */
};
enum cloudevent_share cloudevent_shares(enum event_kind kind);
/* "person place": members that its data must have. */
const char *cloudevent_needs(enum event_kind kind);

/* relay.c: the event it means, with its people looked up (and learned, for who is
 * present). */
int cloudevent_means(const struct cloudevent *cloudevent, struct directory *directory,
		     struct batch *batch, struct event *event, struct problem *problem);

#endif
