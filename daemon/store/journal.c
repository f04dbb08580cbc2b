/* SPDX-License-Identifier: MIT */
/*
 * Two batches: `gathering` belongs to the loop, `flying` to the thread from the moment
 * journal_commit() raises `asked` until the loop has seen `done`.  The mutex guards the
 * flags only; the connection is the thread's alone once it runs.
 *
 * Checkpoints: SQLite's automatic one lands inside a commit and is its worst latency.
 * Here a passive one runs when the thread has had nothing to do for a while, and a
 * thorough one when the log passes its limit however busy we are.
 */
#include "daemon/store/journal.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/common/container.h"
#include "daemon/common/log.h"
#include "daemon/common/text.h"
#include "daemon/store/batch.h"
#include "daemon/store/lock.h"
#include "daemon/store/reader.h"
#include "daemon/store/rows.h"
#include "daemon/store/schema.h"
#include "daemon/store/sqlite.h"

enum {
	WAL_LIMIT_PAGES = 2048, /* 32 MB: then readers or not, it is emptied if it can */
	WAL_WARNING_PAGES = 16 * WAL_LIMIT_PAGES,
	IDLE_MS = 100,
	EXIT_COMMIT_FAILED = 70, /* EX_SOFTWARE of sysexits.h */
};

struct journal {
	char *path;
	int lock;
	struct sqlite *sqlite;
	struct rows *rows;

	uv_async_t woken;
	journal_committed_fn *on_committed;
	void *context;
	struct batch batches[2];
	struct batch *gathering, *flying;
	bool busy;                    /* loop: a batch is flying */
	struct journal_counts counts; /* loop: as of the last commit it saw */

	uv_thread_t thread;
	uv_mutex_t mutex;
	uv_cond_t changed;
	bool asked, done, stopping;     /* under the mutex */
	struct journal_counts measured; /* thread, until done */
	uint32_t next_attempt_pages;    /* thread */
};

/* -- the thread -------------------------------------------------------------------- */

static void commit_or_die(struct journal *journal)
{
	const uint64_t begun = uv_hrtime();
	const int rc = rows_commit(journal->rows, journal->flying);

	if (rc < 0) {
		log_error("journal", "commit failed errno=%d rows=%llu: ending", -rc,
			  (unsigned long long)journal->flying->rows);
		_exit(EXIT_COMMIT_FAILED);
	}
	const uint64_t took_us = (uv_hrtime() - begun) / 1000;
	struct journal_counts *const measured = &journal->measured;

	measured->commits++;
	measured->rows += journal->flying->rows;
	if (took_us > measured->slowest_us)
		measured->slowest_us = took_us;
	measured->wal_bytes =
		(uint64_t)sqlite_wal_pages(journal->sqlite) * SQLITE_PAGE_BYTES;
}

/* A reader that stays in one transaction keeps the log from being emptied; trying again
 * at every commit would make each of them pay, so the next attempt waits for growth. */
static void bound_the_log(struct journal *journal)
{
	const uint32_t pages = sqlite_wal_pages(journal->sqlite);

	if (pages < WAL_LIMIT_PAGES) {
		journal->next_attempt_pages = WAL_LIMIT_PAGES;
		return;
	}
	if (pages < journal->next_attempt_pages)
		return;
	if (sqlite_checkpoint_all(journal->sqlite) == 0) {
		journal->next_attempt_pages = WAL_LIMIT_PAGES;
		return;
	}
	journal->next_attempt_pages = pages + WAL_LIMIT_PAGES;
	if (pages >= WAL_WARNING_PAGES)
		log_warning("journal", "a reader keeps the log from shrinking wal_mb=%u",
			    pages / (1024 * 1024 / SQLITE_PAGE_BYTES));
}

/* Called and returns with the mutex held; false: nothing more will come. */
static bool wait_for_work(struct journal *journal)
{
	bool rested = false;

	while (!journal->asked && !journal->stopping) {
		if (rested || sqlite_wal_pages(journal->sqlite) == 0) {
			uv_cond_wait(&journal->changed, &journal->mutex);
			continue;
		}
		const int rc = uv_cond_timedwait(&journal->changed, &journal->mutex,
						 IDLE_MS * 1000000ull);
		if (rc != UV_ETIMEDOUT || journal->asked || journal->stopping)
			continue;
		uv_mutex_unlock(&journal->mutex);
		sqlite_checkpoint(journal->sqlite);
		rested = true;
		uv_mutex_lock(&journal->mutex);
	}
	return journal->asked;
}

static void run_thread(void *context)
{
	struct journal *const journal = context;

	uv_mutex_lock(&journal->mutex);
	while (wait_for_work(journal)) {
		journal->asked = false;
		uv_mutex_unlock(&journal->mutex);
		commit_or_die(journal);
		uv_mutex_lock(&journal->mutex);
		journal->done = true;
		uv_cond_broadcast(&journal->changed);
		uv_async_send(&journal->woken);
		uv_mutex_unlock(&journal->mutex);
		bound_the_log(journal);
		uv_mutex_lock(&journal->mutex);
	}
	uv_mutex_unlock(&journal->mutex);
}

/* -- the loop ---------------------------------------------------------------------- */

/* The loop learns of a finished commit; from here on the batch is its own again. */
static void settle(struct journal *journal)
{
	uv_mutex_lock(&journal->mutex);
	const bool done = journal->done;
	journal->done = false;
	if (done)
		journal->counts = journal->measured;
	uv_mutex_unlock(&journal->mutex);
	if (!done)
		return;
	assert(journal->busy);
	journal->busy = false;
	batch_clear(journal->flying);
	if (journal->on_committed != NULL)
		journal->on_committed(journal->context);
}

static void on_woken(uv_async_t *woken)
{
	settle(container_of(woken, struct journal, woken));
}

static void wait_until_done(struct journal *journal)
{
	uv_mutex_lock(&journal->mutex);
	while (!journal->done)
		uv_cond_wait(&journal->changed, &journal->mutex);
	uv_mutex_unlock(&journal->mutex);
}

static void release(struct journal *journal)
{
	rows_destroy(journal->rows);
	sqlite_close(journal->sqlite);
	lock_release(journal->lock);
	batch_finish(&journal->batches[0]);
	batch_finish(&journal->batches[1]);
	free(journal->path);
	free(journal);
}

static int open_database(struct journal *journal)
{
	journal->lock = lock_take(journal->path);
	int rc = journal->lock < 0 ? journal->lock : 0;

	if (rc == 0)
		rc = sqlite_open(&journal->sqlite, journal->path);
	if (rc == 0)
		rc = schema_prepare(journal->sqlite);
	if (rc == 0)
		rc = rows_create(&journal->rows, journal->sqlite);
	return rc;
}

static void start_thread(struct journal *journal, uv_loop_t *loop)
{
	int rc = uv_mutex_init(&journal->mutex);

	if (rc == 0)
		rc = uv_cond_init(&journal->changed);
	if (rc == 0)
		rc = uv_async_init(loop, &journal->woken, on_woken);
	if (rc == 0)
		rc = uv_thread_create(&journal->thread, run_thread, journal);
	if (rc < 0)
		abort(); /* no memory or no threads: the same as allocation failure */
}

int journal_open(struct journal **opened, uv_loop_t *loop, const char *path,
		 journal_committed_fn *on_committed, void *context)
{
	struct journal *const journal = memory_zeroed(sizeof(*journal));

	journal->path = memory_string(path);
	journal->on_committed = on_committed;
	journal->context = context;
	journal->gathering = &journal->batches[0];
	journal->flying = &journal->batches[1];
	const int rc = open_database(journal);
	if (rc < 0) {
		release(journal);
		return rc;
	}
	start_thread(journal, loop);
	*opened = journal;
	return 0;
}

static void on_closed(uv_handle_t *handle)
{
	struct journal *const journal =
		container_of((uv_async_t *)handle, struct journal, woken);

	uv_cond_destroy(&journal->changed);
	uv_mutex_destroy(&journal->mutex);
	release(journal);
}

void journal_close(struct journal *journal)
{
	if (journal == NULL)
		return;
	uv_mutex_lock(&journal->mutex);
	journal->stopping = true;
	uv_cond_broadcast(&journal->changed);
	uv_mutex_unlock(&journal->mutex);
	uv_thread_join(&journal->thread);
	uv_close((uv_handle_t *)&journal->woken, on_closed);
}

struct batch *journal_batch(struct journal *journal)
{
	return journal->gathering;
}

bool journal_is_busy(const struct journal *journal)
{
	return journal->busy;
}

void journal_commit(struct journal *journal)
{
	struct batch *const gathered = journal->gathering;

	assert(!journal->busy);
	assert(!batch_is_empty(gathered));
	journal->gathering = journal->flying;
	journal->flying = gathered;
	journal->busy = true;
	uv_mutex_lock(&journal->mutex);
	journal->asked = true;
	uv_cond_broadcast(&journal->changed);
	uv_mutex_unlock(&journal->mutex);
}

void journal_flush(struct journal *journal)
{
	while (journal->busy || !batch_is_empty(journal->gathering)) {
		if (!journal->busy)
			journal_commit(journal);
		wait_until_done(journal);
		settle(journal);
	}
}

void journal_count(const struct journal *journal, struct journal_counts *counts)
{
	*counts = journal->counts;
}

int journal_read(struct journal *journal, const struct journal_reader *reader)
{
	return reader_read(journal->path, reader);
}
