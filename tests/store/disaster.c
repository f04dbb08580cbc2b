/* SPDX-License-Identifier: MIT */
/* Death, a full disk, damage, and a log that stays bounded. */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/store/journal.h"
#include "daemon/store/sqlite.h"
#include "tests/check.h"
#include "tests/store/scratch.h"

/* Commits batches of growing size for ever, saying each time what is safe. */
static void commit_for_ever(struct scratch *scratch, int report)
{
	uint64_t number = (uint64_t)scratch_ask(scratch, "SELECT coalesce(max(number), 0)"
							 " FROM journal");

	scratch->committed = 0;
	for (int batch = 1;; batch++) {
		for (int i = 0; i < 1 + batch % 40; i++)
			scratch_add(scratch, ++number);
		journal_commit(scratch->journal);
		scratch_wait(scratch, batch);
		if (write(report, &number, sizeof(number)) != sizeof(number))
			_exit(1);
	}
}

static uint64_t kill_a_writer(struct scratch *scratch, useconds_t patience)
{
	int ends[2];

	CHECK_INT(0, pipe(ends));
	const pid_t child = fork();
	if (child == 0) {
		close(ends[0]);
		scratch_open(scratch);
		commit_for_ever(scratch, ends[1]);
	}
	close(ends[1]);
	uint64_t number = 0, later;
	CHECK(read(ends[0], &number, sizeof(number)) == sizeof(number));
	usleep(patience);
	CHECK_INT(0, kill(child, SIGKILL));
	while (read(ends[0], &later, sizeof(later)) == sizeof(later))
		number = later;
	CHECK_INT(child, waitpid(child, NULL, 0));
	close(ends[0]);
	return number;
}

static void test_killed_writers_lose_nothing_they_reported(void)
{
	struct scratch scratch;

	scratch_begin(&scratch);
	srand(7);
	for (int round = 0; round < 20; round++) {
		const uint64_t reported =
			kill_a_writer(&scratch, (useconds_t)(rand() % 60000));

		scratch_open(&scratch);
		const int64_t rows =
			scratch_ask(&scratch, "SELECT count(*) FROM journal");
		CHECK(rows >= (int64_t)reported);
		CHECK_INT(rows, scratch_ask(&scratch, "SELECT max(number) FROM journal"));
		scratch_close(&scratch);
	}
	CHECK_INT(0, scratch_ask(&scratch, "SELECT count(*) FROM pragma_integrity_check"
					   " WHERE integrity_check <> 'ok'"));
	scratch_end(&scratch);
}

static void fill_the_disk(struct scratch *scratch)
{
	const struct rlimit limit = { 1024 * 1024, 1024 * 1024 };

	scratch_open(scratch);
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	for (uint64_t i = 1; i <= 100000; i++)
		scratch_add(scratch, i);
	journal_commit(scratch->journal);
	scratch_wait(scratch, 1);
	_exit(0); /* reported as safe: it is not */
}

static void test_a_failed_commit_ends_the_process(void)
{
	struct scratch scratch;
	int status = 0;

	scratch_begin(&scratch);
	const pid_t child = fork();
	if (child == 0)
		fill_the_disk(&scratch);
	CHECK_INT(child, waitpid(child, &status, 0));
	CHECK(WIFEXITED(status));
	CHECK_INT(70, WEXITSTATUS(status));
	scratch_open(&scratch);
	CHECK_INT(0, scratch_ask(&scratch, "SELECT count(*) FROM journal"));
	scratch_add(&scratch, 1);
	journal_flush(scratch.journal);
	scratch_close(&scratch);
	scratch_end(&scratch);
}

static int open_file_holding(const char *bytes, size_t count)
{
	struct scratch scratch;
	struct journal *journal = NULL;

	scratch_begin(&scratch);
	FILE *const file = fopen(scratch.path, "w");
	CHECK(file != NULL);
	CHECK_INT(count, fwrite(bytes, 1, count, file));
	CHECK_INT(0, fclose(file));
	CHECK_INT(0, uv_loop_init(&scratch.loop));
	const int rc = journal_open(&journal, &scratch.loop, scratch.path, NULL, NULL);
	CHECK(journal == NULL);
	CHECK_INT(0, uv_loop_close(&scratch.loop));
	scratch_end(&scratch);
	return rc;
}

static void test_a_file_that_is_no_database_is_refused(void)
{
	static const char words[2048] = "Full Name,Join Time,Leave Time\n";

	CHECK_INT(-EBADMSG, open_file_holding(words, sizeof(words)));
}

static void test_a_database_of_another_program_is_left_alone(void)
{
	struct scratch scratch;
	struct sqlite *other = NULL;
	struct journal *journal = NULL;

	scratch_begin(&scratch);
	CHECK_INT(0, sqlite_open(&other, scratch.path));
	CHECK_INT(0, sqlite_run(other, "CREATE TABLE recipe (name TEXT)"));
	sqlite_close(other);
	CHECK_INT(0, uv_loop_init(&scratch.loop));
	CHECK_INT(-EINVAL,
		  journal_open(&journal, &scratch.loop, scratch.path, NULL, NULL));
	CHECK_INT(0, uv_loop_close(&scratch.loop));
	CHECK_INT(1, scratch_ask(&scratch, "SELECT count(*) FROM sqlite_schema"));
	scratch_end(&scratch);
}

static void test_a_newer_database_is_refused(void)
{
	struct scratch scratch;
	struct sqlite *sqlite = NULL;
	struct journal *journal = NULL;

	scratch_begin(&scratch);
	scratch_open(&scratch);
	scratch_close(&scratch);
	CHECK_INT(0, sqlite_open(&sqlite, scratch.path));
	CHECK_INT(0, sqlite_run(sqlite, "PRAGMA user_version = 99"));
	sqlite_close(sqlite);
	CHECK_INT(0, uv_loop_init(&scratch.loop));
	CHECK_INT(-ENOTSUP,
		  journal_open(&journal, &scratch.loop, scratch.path, NULL, NULL));
	CHECK_INT(0, uv_loop_close(&scratch.loop));
	scratch_end(&scratch);
}

static void spoil_the_middle(const struct scratch *scratch)
{
	static const char garbage[SQLITE_PAGE_BYTES] = "not a page";
	FILE *const file = fopen(scratch->path, "r+");
	struct stat status;

	CHECK(file != NULL);
	CHECK_INT(0, stat(scratch->path, &status));
	CHECK(status.st_size > 40 * SQLITE_PAGE_BYTES);
	for (long page = 30; page < status.st_size / SQLITE_PAGE_BYTES; page++) {
		CHECK_INT(0, fseek(file, page * SQLITE_PAGE_BYTES, SEEK_SET));
		CHECK_INT(sizeof(garbage), fwrite(garbage, 1, sizeof(garbage), file));
	}
	CHECK_INT(0, fclose(file));
}

static void ignore_event(void *context, uint64_t number, uint32_t session,
			 const char *line)
{
	(void)context;
	(void)number;
	(void)session;
	(void)line;
}

static void test_a_damaged_journal_is_not_read_as_if_it_were_whole(void)
{
	const struct journal_reader reader = { .event = ignore_event };
	struct scratch scratch;

	scratch_begin(&scratch);
	scratch_open(&scratch);
	for (uint64_t i = 1; i <= 20000; i++)
		scratch_add(&scratch, i);
	journal_flush(scratch.journal);
	CHECK_INT(0, journal_read(scratch.journal, &reader));
	scratch_close(&scratch);
	spoil_the_middle(&scratch);
	scratch_open(&scratch);
	CHECK_INT(-EBADMSG, journal_read(scratch.journal, &reader));
	scratch_close(&scratch);
	scratch_end(&scratch);
}

/* -- the log ------------------------------------------------------------------------- */

static off_t wal_size(const struct scratch *scratch)
{
	char path[SCRATCH_BYTES + 8];
	struct stat status;

	snprintf(path, sizeof(path), "%s-wal", scratch->path);
	return stat(path, &status) == 0 ? status.st_size : 0;
}

static void test_the_log_stays_bounded_beside_an_idle_reader(void)
{
	struct scratch scratch;
	struct sqlite *idle = NULL;
	int64_t value = 0;
	off_t largest = 0;

	scratch_begin(&scratch);
	scratch_open(&scratch);
	CHECK_INT(0, sqlite_open_reader(&idle, scratch.path));
	CHECK_INT(0, sqlite_number(idle, "SELECT count(*) FROM journal", &value));
	for (int batch = 0; batch < 1000; batch++) {
		for (int i = 0; i < 200; i++)
			scratch_add(&scratch, (uint64_t)batch * 200 + (uint64_t)i);
		journal_commit(scratch.journal);
		scratch_wait(&scratch, batch + 1);
		if (wal_size(&scratch) > largest)
			largest = wal_size(&scratch);
	}
	CHECK(largest > 0);
	CHECK(largest < 40 * 1024 * 1024);
	CHECK_INT(0, sqlite_number(idle, "SELECT count(*) FROM journal", &value));
	CHECK_INT(200000, value);
	sqlite_close(idle);
	scratch_close(&scratch);
	CHECK_INT(0, wal_size(&scratch));
	scratch_end(&scratch);
}

static void commit_many(struct scratch *scratch, uint64_t *number, int rows)
{
	for (int i = 0; i < rows; i++)
		scratch_add(scratch, ++*number);
	journal_commit(scratch->journal);
	scratch_wait(scratch, scratch->committed + 1);
}

static void test_the_log_shrinks_once_a_long_reader_is_gone(void)
{
	struct scratch scratch;
	struct sqlite *slow = NULL;
	int64_t value = 0;
	uint64_t number = 0;
	int rounds = 0;

	scratch_begin(&scratch);
	scratch_open(&scratch);
	CHECK_INT(0, sqlite_open_reader(&slow, scratch.path));
	CHECK_INT(0, sqlite_run(slow, "BEGIN"));
	CHECK_INT(0, sqlite_number(slow, "SELECT count(*) FROM journal", &value));
	while (wal_size(&scratch) < 48 * 1024 * 1024)
		commit_many(&scratch, &number, 5000);
	CHECK_INT(0, sqlite_run(slow, "COMMIT"));
	sqlite_close(slow);
	for (; rounds < 1000 && wal_size(&scratch) > 8 * 1024 * 1024; rounds++)
		commit_many(&scratch, &number, 5000);
	CHECK(rounds < 1000);
	CHECK_INT(number, scratch_ask(&scratch, "SELECT count(*) FROM journal"));
	scratch_close(&scratch);
	scratch_end(&scratch);
}

int main(void)
{
	RUN(test_a_failed_commit_ends_the_process);
	RUN(test_a_file_that_is_no_database_is_refused);
	RUN(test_a_database_of_another_program_is_left_alone);
	RUN(test_a_newer_database_is_refused);
	RUN(test_the_log_stays_bounded_beside_an_idle_reader);
	RUN(test_the_log_shrinks_once_a_long_reader_is_gone);
	RUN(test_a_damaged_journal_is_not_read_as_if_it_were_whole);
	RUN(test_killed_writers_lose_nothing_they_reported);
	return check_done();
}
