/* SPDX-License-Identifier: MIT */
/*
 * encode - what the core asks for, as the requests that Teams and Graph take.
 *
 * A request is frozen when it is decided: whoever sends it, and however often, sends the
 * same bytes.  encode_card*.c makes messages and Adaptive Cards (encode_card.h),
 * encode_graph.c makes Graph requests.
 */
#ifndef PLENARY_ENCODE_H
#define PLENARY_ENCODE_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/common/text.h"
#include "daemon/store/directory.h"
#include "handlers/effect.h"

enum {
	CARD_BYTES = 28 * 1024,      /* of UTF-16: words are cut until a card fits */
	CARD_MOST_BYTES = 80 * 1024, /* above, it is given up: Teams takes about 100 KB */
	ANNOUNCEMENT_BYTES = 4000,
	ANNOUNCEMENT_PLAIN = 60,  /* people: more are told as a batch */
	ANNOUNCEMENT_BATCH = 100, /* people of one batch */
};

struct config;
struct directory;
struct envelopes;
struct inquiries;
struct programmes;
struct sessions;

/* What words are looked up in. */
struct words_source {
	struct directory *directory;
	struct webinar_book *book;
	struct programmes *programmes;
	const struct sessions *sessions;
	const struct config *config;
	const uint64_t *refused_by; /* tenants that refuse the bot now; NULL: not known */
	const struct envelopes *envelopes; /* NULL: nothing can be sealed for us */
	const struct inquiries *inquiries; /* what Teams calls meetings; or NULL */
};

/* A request in the making; delivery.path and body point into the texts. */
struct request_draft {
	struct delivery delivery;
	struct text path, body;
	char lane[96];
};

/*
 * Fills the draft for a deliver effect of this session; batch is for what has to be
 * remembered with it (a subscription's clientState).  0, or -1 when it cannot be sent by
 * anybody: then delivery.what says which it would have been, and it is to be given up; or 1
 * when there is nothing to send.
 */
int encode_delivery(const struct words_source *words, struct batch *batch,
		    uint32_t session, int64_t now_ms, const struct effect *effect,
		    struct request_draft *draft);

/* Where a line of text goes. */
struct reply_target {
	uint32_t session; /* whose service URL it takes, and whose lane */
	const char *conversation_id;
	const char *activity_id; /* what it is a reply to; "" for nothing */
	const char *only;        /* the Teams id of who alone is to see it; NULL: all */
};

/* A line of text into a chat, e.g. the answer to a typed command.  Targeted messages cannot
 * be replies: one for a person's eyes alone is sent, not replied. */
int encode_reply(const struct words_source *words, const struct reply_target *target,
		 const char *reply, struct request_draft *draft);

/* encode_subscription.c: whether Graph can be asked to tell of this place; what prolongs a
 * subscription by a whole life, with our current certificate if it is to have that. */
bool encode_may_subscribe(const struct words_source *words, uint32_t session,
			  uint16_t place);
int encode_renewal(const struct words_source *words, uint32_t session, uint16_t place,
		   int64_t now_ms, struct request_draft *draft);
void encode_prolonging(const struct words_source *words, bool certificate, int64_t now_ms,
		       struct text *body);

/* The body of POST /v3/conversations that opens a chat with one person; malloc'd, NULL
 * when nothing is known by which Teams could find them. */
char *encode_conversation(const struct words_source *words, uint32_t session,
			  uint32_t person);

/* The body of the answer to an adaptiveCard/action; appends. */
void encode_invoke_answer(struct text *body, int status, const char *sentence);
/* The same as the card that is to be seen instead by whoever pressed, e.g. what they have
 * answered; appends nothing and is false where a sentence is all there is to say. */
bool encode_invoke_card(const struct words_source *words, const struct event *event,
			enum answer answer, struct text *body);

/* encode_announce.c: a facilitator's words to one person, and to many at once (Teams ids or
 * object ids; by: who is told what became of it). */
bool encode_can_reach(const struct words_source *words, uint32_t session,
		      uint32_t person);
struct announcement {
	uint32_t session, by;
	const uint32_t *people;
	size_t count;
	const char *said;
};
void encode_announcement(const struct announcement *announcement, uint32_t person,
			 struct request_draft *draft);
/* To all of its people. */
void encode_announcement_batch(const struct words_source *words,
			       const struct announcement *announcement,
			       struct request_draft *draft);
/* Stops a batch: who has not been reached by then will not be. */
void encode_batch_cancel(uint32_t session, const char *operation_id,
			 struct request_draft *draft);
/* DELIVER_CALL_IN: a targeted notification in the meeting, showing a page of ours; 1 when
 * the meeting, our address or who is there is not known. */
int encode_call_in(const struct words_source *words, uint32_t session,
		   const struct effect *effect, struct request_draft *draft);

/* Lane, path and body are as they shall be: the delivery points to them. */
void request_draft_end(struct request_draft *draft);
void request_draft_finish(struct request_draft *draft);

/* Shared by the two files. */
/* For "%.*s": as much of the text as most bytes hold without parting a character. */
int encode_fit(const char *text, int most);
int encode_card_delivery(const struct words_source *words, uint32_t session,
			 const struct effect *effect, struct request_draft *draft);
int encode_graph_delivery(const struct words_source *words, struct batch *batch,
			  uint32_t session, int64_t now_ms, const struct effect *effect,
			  struct request_draft *draft);
int encode_subscription(const struct words_source *words, struct batch *batch,
			uint32_t session, int64_t now_ms, const struct effect *effect,
			struct request_draft *draft);
int encode_subscription_end(const struct words_source *words, uint32_t session,
			    const struct effect *effect, struct request_draft *draft);

#endif
