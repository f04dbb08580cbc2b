/* SPDX-License-Identifier: MIT */
/*
 * record - rows for the batch that is gathering, which journal_commit() makes durable.
 *
 * Strings and bytes are copied.  A row told again replaces the earlier one, so repeating
 * one is harmless.
 */
#ifndef PLENARY_RECORD_H
#define PLENARY_RECORD_H

#include <stddef.h>
#include <stdint.h>

struct batch;
struct effect;
struct session;

void batch_event(struct batch *batch, uint64_t number, uint32_t session, int64_t at_ms,
		 const char *line);
/* The session tables' share of one record effect; effects that record nothing are ignored. */
void batch_record(struct batch *batch, const struct session *session,
		  const struct effect *effect);
/* SHA-256 of the session's bytes as they are after this event, for `plenary replay`. */
void batch_digest(struct batch *batch, uint32_t session, uint64_t event_number,
		  const uint8_t digest[32]);
/* A request that was taken: a repeat of it is recognised after a restart too. */
void batch_seen(struct batch *batch, const char *key, int64_t at_ms);
void batch_forget_seen(struct batch *batch, int64_t before_ms);

enum delivery_state {
	DELIVERY_WAITING,
	DELIVERY_DONE,
	DELIVERY_GIVEN_UP,
	DELIVERY_UNKNOWN, /* the answer was lost: it may have arrived, which may show yet */
	DELIVERY_NEVER_KNOWN, /* given up: it was lost, and nothing shows any more */
	DELIVERY_SUPERSEDED,  /* not sent: what it says was over when its turn came */
};

/* One request to the world, frozen when it was decided. */
struct delivery {
	uint64_t number; /* rising; also the order within a lane */
	uint64_t lane;   /* one at a time per lane: a conversation, a meeting */
	int64_t made_ms;
	int64_t left_ms; /* when it was about to leave, 0: it has not, or was refused */
	uint32_t session, person;
	uint16_t what;  /* enum effect_kind */
	uint16_t party; /* enum reply_party */
	uint16_t place, block, poll;
	uint16_t state; /* enum delivery_state */
	uint32_t attempts;
	uint32_t status;       /* the last HTTP status */
	const char *method;    /* "POST" */
	const char *path;      /* may hold {conversation} and {activity} */
	const char *body;      /* "" for none */
	const char *remote_id; /* what the world called it: activity id, meeting id */
};

void batch_delivery(struct batch *batch, const struct delivery *delivery);
/* state, attempts, status, remote_id of one that is already there. */
void batch_delivery_outcome(struct batch *batch, const struct delivery *delivery,
			    int64_t at_ms);

/* It is about to leave, or (0) is known not to have been taken. */
void batch_delivery_left(struct batch *batch, uint64_t number, int64_t left_ms);

/* A collection of notifications, durable before it is acknowledged; see inbox.h. */
struct inbox_row {
	uint64_t number; /* rising */
	int64_t at_ms;
	const char *whose;
	const void *body;
	size_t body_bytes;
};
void batch_inbox(struct batch *batch, const struct inbox_row *row);
void batch_inbox_done(struct batch *batch, uint64_t number);

/* What a conversation takes: enum chat_state, and the connector's word for it. */
void batch_chat(struct batch *batch, const char *id, uint16_t state, const char *code,
		int64_t since_ms);

/* Directory rows; see directory.h, which calls these. */
struct person_row {
	uint32_t session, number;
	const char *name, *object_id, *teams_id, *email, *conversation_id, *profession;
};
struct place_row {
	uint32_t session;
	uint16_t place;
	const char *name, *thread_id, *meeting_id, *join_url, *subscription_id,
		*client_state;
	const char *certificate_id; /* which of ours the subscription encrypts for */
	int64_t subscription_ends_ms, subscription_renew_ms;
};
struct session_row {
	uint32_t number;
	const char *uid; /* what the outside calls it; unique */
	const char *title, *programme, *organiser_id, *tenant_id, *service_url;
	uint32_t module;
	int64_t starts_ms;
};
void batch_person(struct batch *batch, const struct person_row *row);
void batch_place(struct batch *batch, const struct place_row *row);
void batch_session(struct batch *batch, const struct session_row *row);

#endif
