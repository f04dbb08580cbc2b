/* SPDX-License-Identifier: MIT */
/*
 * activity - what a Bot Framework activity from Teams means.
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

#include "daemon/decode/problem.h"
#include "handlers/event.h"

enum { ACTIVITY_MEMBERS = 256, ACTIVITY_KEY_BYTES = 640 };

struct directory;
struct batch;
struct sessions;
struct json_t;

struct activity {
	struct json_t *root;
	const char *type, *id, *name, *service_url, *channel_id, *conversation_id,
		*tenant_id, *from_id;
	const char
		*meeting_id; /* what Teams calls the meeting of this chat, "" for none */
	int64_t occurred_ms; /* 0 when the activity does not say */
	bool is_invoke;
	bool is_personal;             /* in the chat of one person with the bot */
	bool is_targeted;             /* only its sender sees it in the chat */
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
	MEANS_MY_ROOM,        /* somebody asks for their own room */
	MEANS_ANNOUNCE,       /* a facilitator has something to say to everybody */
	MEANS_GREETING,       /* the bot is new in this chat */
	MEANS_NOT_UNDERSTOOD, /* a command that is none */
	MEANS_STRANGER,       /* a press of a button by somebody not in the session */
	MEANS_OTHER_CARD,     /* a press of a button of no session of ours */
	MEANS_UNKNOWN_INVOKE, /* to be answered 501 */
	MEANS_BAD_INVOKE      /* to be answered 400 */
};

enum meaning_reply {
	REPLY_NOT,          /* or in the response: an invoke */
	REPLY_IN_CHAT,      /* to the message, for all who read it */
	REPLY_ALONE,        /* for the eyes of who said it */
	REPLY_REFUSAL_ALONE /* the same, and only when it was refused */
};

enum bot_presence { BOT_AS_BEFORE, BOT_ADDED, BOT_REMOVED };

struct meaning {
	enum meaning_kind kind;
	uint32_t session; /* 0: of none */
	uint32_t by;      /* who said it; PERSON_NONE for nobody we know */
	uint16_t place;   /* PLACE_NONE: the chat of one person */
	enum meaning_reply reply;
	enum bot_presence bot; /* in this chat */
	size_t count;
	struct event events[ACTIVITY_MEMBERS];
};

/* Where it is looked up; people, their chats and meetings are learned into the batch. */
struct activity_of {
	struct directory *directory;
	struct batch *batch;
	const struct sessions *sessions;
};

void activity_means(const struct activity *activity, const struct activity_of *of,
		    struct meaning *meaning);

#endif
