/* SPDX-License-Identifier: MIT */
/*
 * encode - what the core asks for, as the requests that Teams and Graph take.
 *
 * A request is frozen when it is decided: whoever sends it, and however often, sends the
 * same bytes.  card*.c makes messages and Adaptive Cards (card.h), graph.c
 * makes Graph requests.
 */
#ifndef PLENARY_ENCODE_H
#define PLENARY_ENCODE_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/common/text.h"
#include "daemon/store/directory.h"
#include "daemon/words.h"
#include "handlers/effect.h"

enum {
	CARD_BYTES = 28 * 1024,      /* of UTF-16: words are cut until a card fits */
	CARD_MOST_BYTES = 80 * 1024, /* above, it is given up: Teams takes about 100 KB */
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

/* encode/subscription.c: whether Graph can be asked to tell of this place; what prolongs a
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

/* Lane, path and body are as they shall be: the delivery points to them. */
void request_draft_end(struct request_draft *draft);
void request_draft_finish(struct request_draft *draft);

/* Shared by the two files. */
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
