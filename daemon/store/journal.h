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

#include "daemon/store/record.h"
#include "daemon/store/webinar_book.h"

struct journal;

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

/* -- after a start ------------------------------------------------------------------ */

struct journal_reader { /* any may be NULL; strings are borrowed for the call */
	void (*session)(void *context, const struct session_row *row);
	void (*person)(void *context, const struct person_row *row);
	void (*place)(void *context, const struct place_row *row);
	void (*webinar)(void *context, const struct webinar_row *row);
	void (*registration)(void *context, const struct registration_row *row);
	void (*event)(void *context, uint64_t number, uint32_t session, const char *line);
	/* waiting ones, those whose outcome is unknown, done ones that have a remote_id (an
	 * update may refer to them), and the last (its number is taken) */
	void (*delivery)(void *context, const struct delivery *delivery);
	/* conversations that take no messages of ours */
	void (*chat)(void *context, const char *id, uint16_t state);
	void (*seen)(void *context, const char *key, int64_t at_ms);
	void (*inbox)(void *context, const struct inbox_row *row);
	void *context;
	int64_t seen_since_ms;
};
/* In this order: sessions, people, places, webinars, events by number, deliveries by
 * number, chats, seen, the inbox by number. */
int journal_read(struct journal *journal, const struct journal_reader *reader);

/* Bytes of the write-ahead log, commits, rows and the slowest commit (µs) so far. */
struct journal_counts {
	uint64_t commits, rows, slowest_us, wal_bytes;
};
void journal_count(const struct journal *journal, struct journal_counts *counts);

#endif
