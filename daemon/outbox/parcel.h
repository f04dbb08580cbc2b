/* SPDX-License-Identifier: MIT */
/*
 * parcel - one delivery on its way.  Private to outbox*.c, lanes.c and report_fetch.c.
 */
#ifndef PLENARY_PARCEL_H
#define PLENARY_PARCEL_H

#include "daemon/outbox/outbox.h"
#include "daemon/wire/client.h"

struct lane;
struct mail_upload;
struct adoption;
struct report_fetch;

struct parcel {
	struct parcel *next;       /* in its lane, or among those not durable yet */
	struct parcel *next_noted; /* among those about to leave */
	struct lane *lane;
	struct outbox *outbox;
	struct delivery delivery;
	char *path, *body, *remote_id; /* what the delivery points to */
	char *authorization;           /* header while in flight */
	struct report_fetch *fetch;    /* while its reports are read */
	struct mail_upload *upload;    /* while its files go up one by one */
	struct adoption *adoption;     /* once there was one already */
	struct parcel *update;         /* what is to become of a lost card, once found */
	int64_t first_ms;              /* outbox_now_ms() of the first try, 0 before */
	uint32_t fresh_tokens;
	bool doomed;        /* could not be made into a request */
	bool second_chance; /* a refusal has been answered by another go */
	bool opens_chat;    /* the request in flight opens the conversation */
	bool paced;         /* its turn by the service's limits has come and is taken */
	bool noted;         /* that it leaves is on disk, or on its way there */
};

struct parcel *parcel_create(struct outbox *outbox, const struct delivery *delivery);
void parcel_destroy(struct parcel *parcel);
bool parcel_is_like(const struct parcel *parcel, uint16_t what, uint32_t session,
		    uint16_t place);

/* send.c: the head of a lane starts; ends in exactly one of the next three. */
void parcel_send(struct parcel *parcel);
void parcel_leaves(struct parcel *parcel);
/* Making the request twice makes nothing twice. */
bool parcel_may_repeat(const struct parcel *parcel);

/* reply.c: what came back. */
client_reply_fn parcel_answered;

/* Into the chat of one person. */
bool parcel_is_personal(const struct parcel *parcel);
/* It changes a card; and of which kind what changes cards does. */
bool parcel_is_update(const struct parcel *parcel);
uint16_t parcel_updates(uint16_t what);
/* The conversation it goes to, as Teams calls it; false when there is none (yet). */
enum { PARCEL_CHAT_BYTES = 512 };
bool parcel_chat(const struct parcel *parcel, char id[PARCEL_CHAT_BYTES]);
/* An update becomes a message of its own. */
void parcel_say_anew(struct parcel *parcel);

/* outbox.c */
/* A clock that nobody sets: for waiting only. */
int64_t outbox_now_ms(const struct outbox *outbox);
void parcel_done(struct parcel *parcel, int status, const char *remote_id);
void parcel_failed(struct parcel *parcel, int status);
void parcel_rest(struct parcel *parcel, int64_t retry_after_ms);
/* The same while there is no token: in real time, as the token is waited for. */
void parcel_rest_for_token(struct parcel *parcel, int64_t wait_ms);
/* State and status, for the batch that is gathering. */
void parcel_outcome(struct parcel *parcel, uint16_t state, int status);
/* Unless it is the shell's own, or of no more interest to the core. */
void parcel_tell_core(const struct parcel *parcel, enum event_kind kind, int status);
/* The card that a later update will mean; EFFECT_NONE: nothing is ever updated there. */
uint16_t parcel_card_kind(uint16_t what);
/* What the world called it, for its updates. */
void outbox_remember(struct outbox *outbox, const struct delivery *delivery);

/* What an update finds its card by: "session what person block-or-poll". */
void parcel_remote_key(const struct delivery *delivery, uint16_t what, char key[64]);

/* outcome.c: what a good reply means beyond being good; 0, or -1 when the parcel
 * goes on (reading a report) and will end by itself. */
int parcel_learn(struct parcel *parcel, const struct client_reply *reply,
		 const char **remote_id);

/* Counts a room meeting that was made. */
void outbox_tally(struct outbox *outbox, const struct delivery *delivery);

/* report_fetch.c: reads the reports that this list names; ends the parcel. */
void report_fetch_destroy(struct report_fetch *fetch);
void report_fetch_start(struct parcel *parcel, const char *list, size_t bytes);

/* The base that a path is added to: no final slash.  NULL when there is none. */
const char *parcel_base(const struct parcel *parcel, char base[512]);
bool parcel_may_go(const struct parcel *parcel, const char *url);

#endif
