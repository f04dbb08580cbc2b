/* SPDX-License-Identifier: MIT */
#include "daemon/store/sqlite.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/common/log.h"
#include "daemon/common/text.h"

struct sqlite {
	sqlite3 *handle;
	uint32_t wal_pages;
};

struct sqlite_query {
	sqlite3_stmt *statement;
};

static int errno_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return 0;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EBADMSG;
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_READONLY:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_IOERR:
		return -EIO;
	default:
		return -EINVAL;
	}
}

static int said(sqlite3 *handle, int code, const char *doing)
{
	const int rc = errno_of(code);

	if (rc < 0)
		log_error("store", "doing=%s sqlite=%d words=\"%s\"", doing,
			  sqlite3_extended_errcode(handle), sqlite3_errmsg(handle));
	return rc;
}

/* Called by SQLite after each commit; taking its hook also turns off its own automatic
 * checkpoints, which would land inside somebody's commit. */
static int on_wal_grown(void *context, sqlite3 *handle, const char *database, int pages)
{
	struct sqlite *const sqlite = context;

	(void)handle;
	(void)database;
	sqlite->wal_pages = (uint32_t)pages;
	return SQLITE_OK;
}

static int open_with(struct sqlite **opened, const char *path, int flags)
{
	struct sqlite *const sqlite = memory_zeroed(sizeof(*sqlite));
	const int code =
		sqlite3_open_v2(path, &sqlite->handle, flags | SQLITE_OPEN_NOMUTEX, NULL);
	const int rc = said(sqlite->handle, code, "open");

	if (rc < 0) {
		sqlite_close(sqlite);
		return rc;
	}
	sqlite3_extended_result_codes(sqlite->handle, 1);
	sqlite3_busy_timeout(sqlite->handle, SQLITE_PATIENCE_MS);
	sqlite3_db_config(sqlite->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(sqlite->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	*opened = sqlite;
	return 0;
}

int sqlite_open(struct sqlite **sqlite, const char *path)
{
	/* SQLite gives the log and the index the mode of the database itself. */
	const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (file < 0) {
		const int rc = -errno;

		log_error("store", "doing=open path=%s errno=%d", path, -rc);
		return rc;
	}
	close(file);
	return open_with(sqlite, path, SQLITE_OPEN_READWRITE);
}

int sqlite_open_reader(struct sqlite **sqlite, const char *path)
{
	if (access(path, R_OK) < 0)
		return -errno;
	return open_with(sqlite, path, SQLITE_OPEN_READONLY);
}

void sqlite_close(struct sqlite *sqlite)
{
	if (sqlite == NULL)
		return;
	const int code = sqlite3_close(sqlite->handle);
	assert(code == SQLITE_OK); /* a query was left unfinalized */
	free(sqlite);
}

int sqlite_run(struct sqlite *sqlite, const char *sql)
{
	return said(sqlite->handle, sqlite3_exec(sqlite->handle, sql, NULL, NULL, NULL),
		    "run");
}

int sqlite_number(struct sqlite *sqlite, const char *sql, int64_t *value)
{
	struct sqlite_query *query = NULL;
	int rc = sqlite_prepare(sqlite, &query, sql);

	if (rc == 0)
		rc = sqlite_step(query);
	if (rc == 1)
		*value = sqlite_column(query, 0);
	sqlite_finalize(query);
	return rc < 0 ? rc : 0;
}

int sqlite_tune(struct sqlite *sqlite)
{
	sqlite3_wal_hook(sqlite->handle, on_wal_grown, sqlite);
	return sqlite_run(sqlite, "PRAGMA journal_mode = WAL;"
				  "PRAGMA synchronous = FULL;"
				  "PRAGMA cell_size_check = ON;"
				  "PRAGMA temp_store = MEMORY");
}

uint32_t sqlite_wal_pages(const struct sqlite *sqlite)
{
	return sqlite->wal_pages;
}

int sqlite_checkpoint(struct sqlite *sqlite)
{
	int pages = 0, copied = 0;
	const int code =
		sqlite3_wal_checkpoint_v2(sqlite->handle, NULL, SQLITE_CHECKPOINT_PASSIVE,
					  &pages, &copied);

	if ((code & 0xff) == SQLITE_BUSY)
		return 0;
	if (code == SQLITE_OK && pages == copied)
		sqlite->wal_pages = 0;
	return said(sqlite->handle, code, "checkpoint");
}

int sqlite_checkpoint_all(struct sqlite *sqlite)
{
	sqlite3_busy_timeout(sqlite->handle, 0);
	const int code =
		sqlite3_wal_checkpoint_v2(sqlite->handle, NULL,
					  SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(sqlite->handle, SQLITE_PATIENCE_MS);

	if ((code & 0xff) == SQLITE_BUSY)
		return -EBUSY;
	if (code == SQLITE_OK)
		sqlite->wal_pages = 0;
	return said(sqlite->handle, code, "checkpoint");
}

int sqlite_prepare(struct sqlite *sqlite, struct sqlite_query **query, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	const int rc =
		said(sqlite->handle,
		     sqlite3_prepare_v3(sqlite->handle, sql, -1,
					SQLITE_PREPARE_PERSISTENT, &statement, NULL),
		     "prepare");

	if (rc < 0)
		return rc;
	*query = memory_zeroed(sizeof(**query));
	(*query)->statement = statement;
	return 0;
}

void sqlite_finalize(struct sqlite_query *query)
{
	if (query == NULL)
		return;
	sqlite3_finalize(query->statement);
	free(query);
}

static int bound(struct sqlite_query *query, int code)
{
	return said(sqlite3_db_handle(query->statement), code, "bind");
}

int sqlite_bind_number(struct sqlite_query *query, int value, int64_t number)
{
	return bound(query, sqlite3_bind_int64(query->statement, value, number));
}

int sqlite_bind_string(struct sqlite_query *query, int value, const char *string,
		       size_t bytes)
{
	return bound(query, sqlite3_bind_text64(query->statement, value, string, bytes,
						SQLITE_STATIC, SQLITE_UTF8));
}

int sqlite_bind_bytes(struct sqlite_query *query, int value, const void *bytes,
		      size_t count)
{
	return bound(query, sqlite3_bind_blob64(query->statement, value, bytes, count,
						SQLITE_STATIC));
}

int sqlite_bind_null(struct sqlite_query *query, int value)
{
	return bound(query, sqlite3_bind_null(query->statement, value));
}

int sqlite_values(const struct sqlite_query *query)
{
	return sqlite3_bind_parameter_count(query->statement);
}

int sqlite_step(struct sqlite_query *query)
{
	const int code = sqlite3_step(query->statement);

	if (code == SQLITE_ROW)
		return 1;
	return said(sqlite3_db_handle(query->statement), code, "step");
}

void sqlite_reset(struct sqlite_query *query)
{
	sqlite3_reset(query->statement);
}

int64_t sqlite_column(struct sqlite_query *query, int column)
{
	return sqlite3_column_int64(query->statement, column);
}

int64_t sqlite_column_or(struct sqlite_query *query, int column, int64_t otherwise)
{
	if (sqlite3_column_type(query->statement, column) == SQLITE_NULL)
		return otherwise;
	return sqlite3_column_int64(query->statement, column);
}

const char *sqlite_column_string(struct sqlite_query *query, int column)
{
	const char *const string =
		(const char *)sqlite3_column_text(query->statement, column);

	return string != NULL ? string : "";
}

const void *sqlite_column_bytes(struct sqlite_query *query, int column, size_t *count)
{
	const void *const bytes = sqlite3_column_blob(query->statement, column);

	*count = (size_t)sqlite3_column_bytes(query->statement, column);
	return bytes;
}
