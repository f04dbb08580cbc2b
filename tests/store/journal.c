/* SPDX-License-Identifier: MIT */
/* The journal on a real file: order, one commit per batch, one writer. */
#include "daemon/store/journal.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/store/sqlite.h"
#include "handlers/event.h"
#include "tests/check.h"
#include "tests/store/scratch.h"

static void test_a_commit_is_reported_once(void)
{
	struct scratch scratch;

	scratch_begin(&scratch);
	scratch_open(&scratch);
	CHECK(batch_is_empty(journal_batch(scratch.journal)));
	scratch_add(&scratch, 1);
	CHECK(!journal_is_busy(scratch.journal));
	CHECK_INT(0, scratch_ask(&scratch, "SELECT count(*) FROM journal"));
	journal_commit(scratch.journal);
	CHECK(journal_is_busy(scratch.journal));
	CHECK(batch_is_empty(journal_batch(scratch.journal)));
	scratch_add(&scratch, 2);
	scratch_wait(&scratch, 1);
	CHECK(!journal_is_busy(scratch.journal));
	CHECK_INT(1, scratch_ask(&scratch, "SELECT count(*) FROM journal"));
	CHECK(!batch_is_empty(journal_batch(scratch.journal)));
	journal_flush(scratch.journal);
	CHECK_INT(2, scratch.committed);
	uv_run(&scratch.loop, UV_RUN_NOWAIT);
	CHECK_INT(2, scratch.committed);
	CHECK_INT(2, scratch_ask(&scratch, "SELECT count(*) FROM journal"));
	scratch_close(&scratch);
	scratch_end(&scratch);
}

static void test_many_rows_are_one_commit(void)
{
	struct scratch scratch;
	struct journal_counts counts;

	scratch_begin(&scratch);
	scratch_open(&scratch);
	for (uint64_t i = 1; i <= 500; i++)
		scratch_add(&scratch, i);
	journal_commit(scratch.journal);
	scratch_wait(&scratch, 1);
	journal_count(scratch.journal, &counts);
	CHECK_INT(1, counts.commits);
	CHECK_INT(500, counts.rows);
	CHECK(counts.wal_bytes > 0);
	scratch_close(&scratch);
	CHECK_INT(500, scratch_ask(&scratch, "SELECT max(number) FROM journal"));
	scratch_end(&scratch);
}

struct told {
	char text[2048];
	size_t length;
};

static void tell_event(void *context, uint64_t number, uint32_t session, const char *line)
{
	struct told *const told = context;

	told->length += (size_t)snprintf(told->text + told->length,
					 sizeof(told->text) - told->length,
					 "event %d %u %s\n", (int)number, session, line);
}

static void tell_delivery(void *context, const struct delivery *delivery)
{
	struct told *const told = context;

	told->length +=
		(size_t)snprintf(told->text + told->length,
				 sizeof(told->text) - told->length,
				 "delivery %d lane %d state %u attempts %u status %u "
				 "person %d place %u %s "
				 "%s %s remote [%s]\n",
				 (int)delivery->number, (int)delivery->lane,
				 delivery->state, delivery->attempts, delivery->status,
				 (int)delivery->person, delivery->place, delivery->method,
				 delivery->path, delivery->body, delivery->remote_id);
}

static void tell_seen(void *context, const char *key, int64_t at_ms)
{
	struct told *const told = context;

	told->length += (size_t)snprintf(told->text + told->length,
					 sizeof(told->text) - told->length,
					 "seen %s %d\n", key, (int)at_ms);
}

static void write_deliveries(struct batch *batch)
{
	struct delivery delivery = { .number = 1,
				     .lane = UINT64_MAX,
				     .session = 1,
				     .person = PERSON_NONE,
				     .place = 4,
				     .method = "POST",
				     .path = "/a",
				     .body = "{}" };

	batch_delivery(batch, &delivery);
	delivery.number = 2;
	delivery.person = 9;
	delivery.place = PLACE_NONE;
	batch_delivery(batch, &delivery);
	delivery.number = 3;
	batch_delivery(batch, &delivery);
	delivery.number = 2;
	delivery.state = DELIVERY_DONE;
	delivery.attempts = 2;
	delivery.status = 201;
	delivery.remote_id = "activity-1";
	batch_delivery_outcome(batch, &delivery, 99);
	delivery.number = 3;
	delivery.remote_id = "";
	batch_delivery_outcome(batch, &delivery, 99);
	/* Nothing is left to do for the last, but its number may not be given again. */
	delivery.number = 4;
	delivery.state = DELIVERY_GIVEN_UP;
	delivery.status = 404;
	batch_delivery(batch, &delivery);
}

static void test_what_was_written_is_read_back(void)
{
	struct scratch scratch;
	struct told told = { 0 };
	const struct journal_reader reader = { .event = tell_event,
					       .delivery = tell_delivery,
					       .seen = tell_seen,
					       .context = &told,
					       .seen_since_ms = 20 };

	scratch_begin(&scratch);
	scratch_open(&scratch);
	struct batch *const batch = journal_batch(scratch.journal);
	batch_event(batch, 7, 2, 5, "it's \"quoted\"");
	batch_event(batch, 3, 1, 4, "");
	write_deliveries(batch);
	batch_seen(batch, "old", 19);
	batch_seen(batch, "recent", 20);
	journal_flush(scratch.journal);
	scratch_close(&scratch);

	scratch_open(&scratch);
	CHECK_INT(0, journal_read(scratch.journal, &reader));
	CHECK_TEXT(
		"event 3 1 \n"
		"event 7 2 it's \"quoted\"\n"
		"delivery 1 lane -1 state 0 attempts 0 status 0 person -1 place 4 POST "
		"/a {} remote []\n"
		"delivery 2 lane -1 state 1 attempts 2 status 201 person 9 place 65535 "
		"POST /a {} remote [activity-1]\n"
		"delivery 4 lane -1 state 2 attempts 2 status 404 person 9 place 65535 "
		"POST /a {} remote []\n"
		"seen recent 20\n",
		told.text);
	batch_forget_seen(journal_batch(scratch.journal), 20);
	journal_flush(scratch.journal);
	CHECK_INT(1, scratch_ask(&scratch, "SELECT count(*) FROM seen"));
	scratch_close(&scratch);
	scratch_end(&scratch);
}

static void test_the_file_is_private_and_tuned(void)
{
	struct scratch scratch;
	struct stat status;

	scratch_begin(&scratch);
	scratch_open(&scratch);
	scratch_add(&scratch, 1);
	journal_flush(scratch.journal);
	CHECK_INT(0, stat(scratch.path, &status));
	CHECK_INT(0600, status.st_mode & 0777);
	CHECK_INT(SQLITE_PAGE_BYTES, scratch_ask(&scratch, "PRAGMA page_size"));
	CHECK_INT(2, scratch_ask(&scratch, "PRAGMA user_version"));
	CHECK_INT(0, scratch_ask(&scratch, "SELECT count(*) FROM sqlite_schema"
					   " WHERE type = 'index'"
					   " AND tbl_name = 'journal'"));
	scratch_close(&scratch);
	scratch_end(&scratch);
}

static void test_a_second_writer_is_turned_away(void)
{
	struct scratch scratch;
	struct journal *second = NULL;

	scratch_begin(&scratch);
	scratch_open(&scratch);
	const pid_t child = fork();
	if (child == 0) {
		uv_loop_t loop;

		uv_loop_init(&loop);
		_exit(-journal_open(&second, &loop, scratch.path, NULL, NULL));
	}
	int status = 0;
	CHECK_INT(child, waitpid(child, &status, 0));
	CHECK(WIFEXITED(status));
	CHECK_INT(EBUSY, WEXITSTATUS(status));
	CHECK_INT(-EBUSY, journal_open(&second, &scratch.loop, scratch.path, NULL, NULL));
	CHECK(second == NULL);
	scratch_close(&scratch);
	scratch_open(&scratch); /* and free again once the first is gone */
	scratch_close(&scratch);
	scratch_end(&scratch);
}

int main(void)
{
	RUN(test_a_commit_is_reported_once);
	RUN(test_many_rows_are_one_commit);
	RUN(test_what_was_written_is_read_back);
	RUN(test_the_file_is_private_and_tuned);
	RUN(test_a_second_writer_is_turned_away);
	return check_done();
}
