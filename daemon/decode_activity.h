/* SPDX-License-Identifier: MIT */
/*
 * decode_activity - what a Bot Framework activity from Teams means.
 *
 * Two steps: activity_read() takes the JSON apart before anything in it is trusted;
 * activity_means() turns it into events, looking people and meetings up, once the sender
 * has been verified.  Unknown types, event names and members are ignored, never refused:
 * Microsoft adds new ones at any time.
 */
#ifndef PLENARY_DECODE_ACTIVITY_H
#define PLENARY_DECODE_ACTIVITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/problem.h"
#include "handlers/event.h"

enum { ACTIVITY_MEMBERS = 256, ACTIVITY_KEY_BYTES = 640 };

struct directory;
struct batch;
struct json_t;

struct activity {
	struct json_t *root;
	const char *type, *id, *name, *service_url, *channel_id, *conversation_id,
		*tenant_id;
	int64_t occurred_ms; /* 0 when the activity does not say */
	bool is_invoke;
	char key[ACTIVITY_KEY_BYTES]; /* equal for a repeat of the same activity */
};

/* 0 or -1 with the problem (400). */
int activity_read(const char *body, size_t bytes, struct activity *activity,
		  struct problem *problem);
void activity_finish(struct activity *activity);

enum meaning_kind {
	MEANS_NOTHING, /* known to be of no interest, or of no session of ours */
	MEANS_EVENTS,
	MEANS_STATUS,         /* somebody asks how things stand */
	MEANS_HELP,           /* somebody asks what can be said */
	MEANS_NOT_UNDERSTOOD, /* a command that is none */
	MEANS_STRANGER,       /* a press of a button by somebody not in the session */
	MEANS_OTHER_CARD,     /* a press of a button of no session of ours */
	MEANS_UNKNOWN_INVOKE, /* to be answered 501 */
	MEANS_BAD_INVOKE      /* to be answered 400 */
};

struct meaning {
	enum meaning_kind kind;
	uint32_t session;
	uint16_t place;
	bool reply_in_chat; /* a typed command: the answer is a message */
	size_t count;
	struct event events[ACTIVITY_MEMBERS];
};

/* Learns people and conversations into the batch. */
void activity_means(const struct activity *activity, struct directory *directory,
		    struct batch *batch, struct meaning *meaning);

#endif
