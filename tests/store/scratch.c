/* SPDX-License-Identifier: MIT */
#include "tests/store/scratch.h"

#include <dirent.h>
#include <unistd.h>

#include "daemon/store/sqlite.h"
#include "tests/check.h"

void scratch_begin(struct scratch *scratch)
{
	const char *const base = getenv("TMPDIR");

	*scratch = (struct scratch){ 0 };
	snprintf(scratch->folder, sizeof(scratch->folder), "%s/plenary-store-XXXXXX",
		 base != NULL ? base : P_tmpdir);
	CHECK(mkdtemp(scratch->folder) != NULL);
	snprintf(scratch->path, sizeof(scratch->path), "%s/plenary.db", scratch->folder);
}

void scratch_end(struct scratch *scratch)
{
	DIR *const folder = opendir(scratch->folder);

	CHECK(folder != NULL);
	for (const struct dirent *file = readdir(folder); file != NULL;
	     file = readdir(folder)) {
		if (file->d_name[0] != '.')
			unlinkat(dirfd(folder), file->d_name, 0);
	}
	closedir(folder);
	CHECK_INT(0, rmdir(scratch->folder));
}

static void on_committed(void *context)
{
	struct scratch *const scratch = context;

	scratch->committed++;
}

void scratch_open(struct scratch *scratch)
{
	CHECK_INT(0, uv_loop_init(&scratch->loop));
	CHECK_INT(0, journal_open(&scratch->journal, &scratch->loop, scratch->path,
				  on_committed, scratch));
}

void scratch_close(struct scratch *scratch)
{
	journal_close(scratch->journal);
	scratch->journal = NULL;
	uv_run(&scratch->loop, UV_RUN_DEFAULT);
	CHECK_INT(0, uv_loop_close(&scratch->loop));
}

void scratch_wait(struct scratch *scratch, int committed)
{
	while (scratch->committed < committed)
		uv_run(&scratch->loop, UV_RUN_ONCE);
}

int64_t scratch_ask(const struct scratch *scratch, const char *sql)
{
	struct sqlite *sqlite = NULL;
	int64_t value = -1;

	CHECK_INT(0, sqlite_open_reader(&sqlite, scratch->path));
	CHECK_INT(0, sqlite_number(sqlite, sql, &value));
	sqlite_close(sqlite);
	return value;
}

void scratch_add(struct scratch *scratch, uint64_t number)
{
	batch_event(journal_batch(scratch->journal), number, 1 + number % 3,
		    1795600000000 + (int64_t)number, "person_joined person=7 place=0");
}
