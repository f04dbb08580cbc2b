/* SPDX-License-Identifier: MIT */
/*
 * journal - what happened, made durable before anybody is answered.
 *
 * The loop gathers rows in a batch and hands it over once per pass; a thread of the
 * journal's own commits it in one transaction (WAL, synchronous=FULL) and wakes the loop.
 * One commit in flight, one batch gathering, nothing else.  A commit that fails ends the
 * process (exit status 70): memory is ahead of disk, nobody has been answered, the senders
 * send again and the journal rebuilds the sessions.
 */
#ifndef PLENARY_JOURNAL_H
#define PLENARY_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct effect;
struct session;
struct journal;
struct batch;

enum { JOURNAL_BATCH_BYTES = 64 * 1024 * 1024 }; /* batch_full() says when */

typedef void journal_committed_fn(void *context);

/*
 * Opens or makes the database (schema.h) and starts the thread.  A second process that
 * opens the same file gets -EBUSY.  0 or negative errno, logged.
 */
int journal_open(struct journal **journal, uv_loop_t *loop, const char *path,
		 journal_committed_fn *on_committed, void *context);
/* Waits for the commit in flight, then closes.  The loop must still run its closings. */
void journal_close(struct journal *journal);

/* The batch that is gathering.  Rows are copied. */
struct batch *journal_batch(struct journal *journal);
bool batch_is_empty(const struct batch *batch);
bool batch_full(const struct batch *batch);
bool journal_is_busy(const struct journal *journal);
/* Hands the gathering batch to the thread; on_committed() follows on the loop.
 * Only when !journal_is_busy() and the batch is not empty. */
void journal_commit(struct journal *journal);
/* For shutdown and commands: commits what is gathered and waits. */
void journal_flush(struct journal *journal);

/* -- rows ------------------------------------------------------------------------- */

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

enum delivery_state { DELIVERY_WAITING, DELIVERY_DONE, DELIVERY_GIVEN_UP };

/* One request to the world, frozen when it was decided. */
struct delivery {
	uint64_t number; /* rising; also the order within a lane */
	uint64_t lane;   /* one at a time per lane: a conversation, a meeting */
	int64_t made_ms;
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
	int64_t subscription_ends_ms;
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

/* -- after a start ------------------------------------------------------------------ */

struct journal_reader { /* any may be NULL; strings are borrowed for the call */
	void (*session)(void *context, const struct session_row *row);
	void (*person)(void *context, const struct person_row *row);
	void (*place)(void *context, const struct place_row *row);
	void (*event)(void *context, uint64_t number, uint32_t session, const char *line);
	/* waiting ones, and done ones that have a remote_id (an update may refer to them) */
	void (*delivery)(void *context, const struct delivery *delivery);
	void (*seen)(void *context, const char *key, int64_t at_ms);
	void *context;
	int64_t seen_since_ms;
};
/* In this order: sessions, people, places, events by number, deliveries by number, seen. */
int journal_read(struct journal *journal, const struct journal_reader *reader);

/* Bytes of the write-ahead log, commits, rows and the slowest commit (µs) so far. */
struct journal_counts {
	uint64_t commits, rows, slowest_us, wal_bytes;
};
void journal_count(const struct journal *journal, struct journal_counts *counts);

#endif
