/* SPDX-License-Identifier: MIT */
/*
 * sqlite - the one door to SQLite: connections, questions, and errors as errno.
 *
 * Every failure is logged here with SQLite's own words and returned as a negative errno:
 * -EBUSY locked, -ENOSPC full, -EBADMSG not a database or damaged, -EACCES, -ENOENT,
 * -EIO and -EINVAL for the rest.  A connection and its queries belong to one thread at a
 * time.  Strings given by a column live until the next step or reset of that query;
 * strings bound are borrowed until then.  Rules: sqlite.org/wal.html, pragma.html.
 */
#ifndef PLENARY_SQLITE_H
#define PLENARY_SQLITE_H

#include <stddef.h>
#include <stdint.h>

enum {
	SQLITE_PAGE_BYTES =
		16384, /* before the first table; existing files keep theirs */
	SQLITE_PATIENCE_MS = 5000, /* for a lock that somebody else holds */
};

struct sqlite;
struct sqlite_query;

/* Makes the file (mode 0600: it holds personal data) when it is absent. */
int sqlite_open(struct sqlite **sqlite, const char *path);
/* -ENOENT when there is no such file; never writes to the database. */
int sqlite_open_reader(struct sqlite **sqlite, const char *path);
void sqlite_close(struct sqlite *sqlite);

/* One or many statements without values. */
int sqlite_run(struct sqlite *sqlite, const char *sql);
/* The first column of the first row; *value is untouched when there is no row. */
int sqlite_number(struct sqlite *sqlite, const char *sql, int64_t *value);
/* WAL, synchronous=FULL, and no checkpoint but those asked for below. */
int sqlite_tune(struct sqlite *sqlite);

/* Pages in the write-ahead log after the last commit of this connection. */
uint32_t sqlite_wal_pages(const struct sqlite *sqlite);
/* Copies what no reader hinders, waiting for nobody. */
int sqlite_checkpoint(struct sqlite *sqlite);
/* The same, then empties the log; -EBUSY, not logged, when a reader is in the way. */
int sqlite_checkpoint_all(struct sqlite *sqlite);

int sqlite_prepare(struct sqlite *sqlite, struct sqlite_query **query, const char *sql);
void sqlite_finalize(struct sqlite_query *query);
/* Values from 1, columns from 0, as SQLite counts them. */
int sqlite_bind_number(struct sqlite_query *query, int value, int64_t number);
int sqlite_bind_string(struct sqlite_query *query, int value, const char *string,
		       size_t bytes);
int sqlite_bind_bytes(struct sqlite_query *query, int value, const void *bytes,
		      size_t count);
int sqlite_bind_null(struct sqlite_query *query, int value);
int sqlite_values(const struct sqlite_query *query);
/* 1 a row, 0 done, or negative errno. */
int sqlite_step(struct sqlite_query *query);
void sqlite_reset(struct sqlite_query *query);

int64_t sqlite_column(struct sqlite_query *query, int column);
/* `otherwise` where the column is NULL */
int64_t sqlite_column_or(struct sqlite_query *query, int column, int64_t otherwise);
/* "" where the column is NULL */
const char *sqlite_column_string(struct sqlite_query *query, int column);
const void *sqlite_column_bytes(struct sqlite_query *query, int column, size_t *count);

#endif
