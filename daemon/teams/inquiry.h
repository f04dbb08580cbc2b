/* SPDX-License-Identifier: MIT */
/*
 * inquiry - questions to the connector: who is in a chat, which meeting is this, is this
 * person in it, what became of a batch.
 *
 *	members	  GET /v3/conversations/{c}/pagedmembers, page by page
 *	member	  GET /v3/conversations/{c}/members/{id}
 *	meeting	  GET /v1/meetings/{m}
 *	presence  GET /v1/meetings/{m}/participants/{object id}: EVENT_PRESENCE_CHECKED
 *	batch	  GET /v3/batch/conversation/{op} until it is done, then who was not reached
 *
 * A question is no promise: it is kept in memory only, is dropped when it cannot be answered,
 * and is asked again when it matters again (the next start of the meeting, the next round of
 * the witness).  One is under way at a time, INQUIRY_GAP_MS apart, so that what people wait
 * for is not held up; INQUIRIES_WAITING wait at most, more are dropped.  What is learned goes
 * into the directory with the batch that is gathering.  The token goes only to hosts that may
 * have it.  Rules: Microsoft Learn, "Get Teams specific context", "Meeting apps APIs".
 */
#ifndef PLENARY_INQUIRY_H
#define PLENARY_INQUIRY_H

#include <uv.h>

#include "daemon/common/map.h"
#include "daemon/encode/encode.h"

enum {
	INQUIRIES_WAITING = 4096,
	INQUIRY_GAP_MS = 50,
	INQUIRY_TRIES = 5,
	INQUIRY_PAGES = 100,      /* of one roster, or of who was not reached */
	INQUIRY_BATCH_ASKS = 200, /* then what became of a batch stays unknown */
	INQUIRY_BATCH_MS = 30000, /* between them, when we are not told */
	INQUIRY_DENIALS = 3,      /* then a meeting is not asked again until a restart */
};

enum inquiry_kind {
	INQUIRE_MEMBERS,
	INQUIRE_MEMBER,
	INQUIRE_MEETING,
	INQUIRE_PRESENCE,
	INQUIRE_BATCH,
	INQUIRE_UNREACHED,
	INQUIRY_KINDS
};

struct activity;
struct client;
struct config;
struct inquiry;
struct meaning;
struct outbox;
struct token_source;
struct turn;

struct inquiries {
	uv_timer_t timer;
	struct turn *turn;
	struct client *client;
	struct token_source *tokens; /* NULL: nothing can be asked */
	struct outbox *outbox;       /* for what a facilitator is told of a batch */
	const struct words_source *words;
	const struct config *config;
	struct inquiry *first, *last; /* waiting; the first may be under way */
	struct map meetings;          /* "session place": what Teams calls the meeting */
	struct map asked;             /* people who have been asked about */
	uint64_t request, token;      /* under way; 0: none */
	size_t waiting;
	bool busy, stopped;
	uint64_t asked_count, answered_count, dropped_count;
};

/* All borrowed. */
void inquiries_init(struct inquiries *inquiries, uv_loop_t *loop, struct turn *turn,
		    const struct words_source *words, const struct config *config);
/* What an activity of a session's chat gives reason to ask. */
void inquiries_hear(struct inquiries *inquiries, const struct activity *activity,
		    const struct meaning *meaning);
/* SIGNAL_WITNESS: whether this person is in the meeting of this place. */
void inquire_presence(struct inquiries *inquiries, uint32_t session, uint16_t place,
		      uint32_t person);
/* A batch was taken in; conversation_id: where its end is told, "" for nowhere. */
void inquire_batch(struct inquiries *inquiries, uint32_t session,
		   const char *operation_id, const char *conversation_id);
/* The operation of a batch of this session that is not known to be done; "" for none. */
const char *inquiries_batch(const struct inquiries *inquiries, uint32_t session);
/* What Teams calls the meeting of this place; "" when it has not told. */
const char *inquiries_meeting(const struct inquiries *inquiries, uint32_t session,
			      uint16_t place);
void inquiries_finish(struct inquiries *inquiries);

/* -- inquiry_answer.c: what was answered -------------------------------------------------- */

struct inquiry {
	struct inquiry *next;
	enum inquiry_kind kind;
	uint32_t session, person;
	uint16_t place;
	uint16_t tries, pages;
	char *id;              /* of a batch; "" for none */
	char *conversation_id; /* where to tell of a batch */
	char *continuation;    /* "" on the first page */
	int64_t due_ms;        /* outbox time; 0: now */
	uint32_t reached, unreached;
	bool fresh_token;
};

/* inquiry_url.c: false when there is nothing to ask, or nobody who may be asked. */
bool inquiry_url(const struct inquiries *inquiries, const struct inquiry *inquiry,
		 struct text *url);
/* True when there is more to ask: the inquiry has been changed accordingly. */
bool inquiry_answered(struct inquiries *inquiries, struct inquiry *inquiry,
		      const char *body, size_t bytes);

#endif
