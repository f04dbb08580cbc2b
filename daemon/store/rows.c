/* SPDX-License-Identifier: MIT */
#include "daemon/store/rows.h"

#include <assert.h>
#include <stdlib.h>

#include "daemon/common/text.h"
#include "daemon/store/batch.h"
#include "daemon/store/sqlite.h"

struct rows {
	struct sqlite *sqlite;
	struct sqlite_query *query[ROW_KINDS];
};

struct statement {
	int values;
	const char *sql;
};

static const struct statement statements[] = {
	[ROW_EVENT] = { 4, "INSERT INTO journal VALUES (?, ?, ?, ?)" },
	[ROW_DIGEST] = { 3, "INSERT OR REPLACE INTO digest VALUES (?, ?, ?)" },
	[ROW_SEEN] = { 2, "INSERT OR REPLACE INTO seen VALUES (?, ?)" },
	[ROW_FORGET_SEEN] = { 1, "DELETE FROM seen WHERE at_ms < ?" },
	[ROW_SESSION] = { 9,
			  "INSERT INTO session (number, uid, title, programme,"
			  " organiser_id, tenant_id, service_url, module, starts_ms)"
			  " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
			  " ON CONFLICT (number) DO UPDATE SET uid = excluded.uid,"
			  " title = excluded.title, programme = excluded.programme,"
			  " organiser_id = excluded.organiser_id,"
			  " tenant_id = excluded.tenant_id,"
			  " service_url = excluded.service_url,"
			  " module = excluded.module, starts_ms = excluded.starts_ms" },
	[ROW_SESSION_STATE] = { 4,
				"INSERT INTO session (number, state, opened_ms, ended_ms)"
				" VALUES (?, ?, ?, ?)"
				" ON CONFLICT (number) DO UPDATE SET"
				" state = excluded.state, opened_ms = excluded.opened_ms,"
				" ended_ms = excluded.ended_ms" },
	[ROW_PERSON] = { 8, "INSERT OR REPLACE INTO person VALUES (?, ?, ?, ?, ?, ?, ?, "
			    "?)" },
	[ROW_PLACE] = { 11, "INSERT OR REPLACE INTO place (session, place, name,"
			    " thread_id, meeting_id, join_url, subscription_id,"
			    " client_state, subscription_ends_ms,"
			    " subscription_renew_ms, certificate_id)"
			    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	[ROW_BLOCK] = { 7, "INSERT OR REPLACE INTO block VALUES (?, ?, ?, ?, ?, ?, ?)" },
	[ROW_SPAN] = { 7,
		       "INSERT OR REPLACE INTO presence VALUES (?, ?, ?, ?, ?, ?, ?)" },
	[ROW_ALLOCATION] = { 4, "INSERT OR REPLACE INTO allocation VALUES (?, ?, ?, ?)" },
	[ROW_POLL] = { 9,
		       "INSERT OR REPLACE INTO poll VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	[ROW_VOTE] = { 4, "INSERT OR REPLACE INTO vote VALUES (?, ?, ?, ?)" },
	[ROW_REGISTER] = { 13, "INSERT OR REPLACE INTO register"
			       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	[ROW_GAP] = { 5, "INSERT OR REPLACE INTO gap VALUES (?, ?, ?, ?, ?)" },
	[ROW_WEBINAR] = { 3, "INSERT OR REPLACE INTO webinar VALUES (?, ?, ?)" },
	[ROW_REGISTRATION] = { 5, "INSERT OR REPLACE INTO registration"
				  " VALUES (?, ?, ?, ?, ?)" },
	[ROW_DELIVERY] = { 17,
			   "INSERT OR REPLACE INTO outbox (number, lane, session, what,"
			   " party, person, place, block, poll, made_ms, state, attempts,"
			   " status, method, path, body, remote_id)"
			   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
			   "?)" },
	[ROW_DELIVERY_OUTCOME] = { 6, "UPDATE outbox SET state = ?2, attempts = ?3,"
				      " status = ?4, remote_id = ?5, settled_ms = ?6"
				      " WHERE number = ?1" },
	[ROW_CHAT] = { 4, "INSERT OR REPLACE INTO chat VALUES (?, ?, ?, ?)" },
	[ROW_DELIVERY_LEFT] = { 2, "UPDATE outbox SET left_ms = ?2 WHERE number = ?1" },
	[ROW_INBOX] = { 4, "INSERT OR REPLACE INTO inbox VALUES (?, ?, ?, ?)" },
	[ROW_INBOX_DONE] = { 1, "DELETE FROM inbox WHERE number = ?" },
};

static_assert(sizeof(statements) / sizeof(statements[0]) == ROW_KINDS,
	      "every kind of row has its statement");

int rows_create(struct rows **created, struct sqlite *sqlite)
{
	struct rows *const rows = memory_zeroed(sizeof(*rows));
	int rc = 0;

	rows->sqlite = sqlite;
	for (int kind = 0; rc == 0 && kind < ROW_KINDS; kind++) {
		rc = sqlite_prepare(sqlite, &rows->query[kind], statements[kind].sql);
		if (rc == 0)
			assert(sqlite_values(rows->query[kind]) ==
			       statements[kind].values);
	}
	if (rc < 0) {
		rows_destroy(rows);
		return rc;
	}
	*created = rows;
	return 0;
}

void rows_destroy(struct rows *rows)
{
	if (rows == NULL)
		return;
	for (int kind = 0; kind < ROW_KINDS; kind++)
		sqlite_finalize(rows->query[kind]);
	free(rows);
}

static int bind(struct sqlite_query *query, int number, const struct value *value)
{
	switch (value->kind) {
	case VALUE_NUMBER:
		return sqlite_bind_number(query, number, value->number);
	case VALUE_STRING:
		return sqlite_bind_string(query, number, value->bytes, value->count);
	case VALUE_BYTES:
		return sqlite_bind_bytes(query, number, value->bytes, value->count);
	case VALUE_NULL:
		break;
	}
	return sqlite_bind_null(query, number);
}

static int write_row(struct rows *rows, const struct batch *batch, size_t *at)
{
	const enum row_kind kind = batch_next_row(batch, at);
	struct sqlite_query *const query = rows->query[kind];
	int rc = 0;

	for (int number = 1; rc == 0 && number <= statements[kind].values; number++) {
		const struct value value = batch_next_value(batch, at);

		rc = bind(query, number, &value);
	}
	if (rc == 0)
		rc = sqlite_step(query);
	sqlite_reset(query);
	return rc;
}

int rows_commit(struct rows *rows, const struct batch *batch)
{
	size_t at = 0;
	int rc = sqlite_run(rows->sqlite, "BEGIN IMMEDIATE");

	while (rc == 0 && at < batch->bytes.length)
		rc = write_row(rows, batch, &at);
	return rc == 0 ? sqlite_run(rows->sqlite, "COMMIT") : rc;
}
