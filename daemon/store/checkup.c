/* SPDX-License-Identifier: MIT */
#include "daemon/store/checkup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/store/schema.h"
#include "daemon/store/sqlite.h"
#include "handlers/event.h"
#include "handlers/states.h"

enum { DAY_MS = 24 * 3600 * 1000 };

struct checkup {
	struct sqlite *sqlite;
};

int checkup_open(struct checkup **checkup, const char *path)
{
	struct sqlite *sqlite = NULL;
	int64_t objects;
	int rc = sqlite_open_reader(&sqlite, path);

	if (rc < 0)
		return rc;
	rc = sqlite_number(sqlite, "SELECT count(*) FROM sqlite_schema", &objects);
	if (rc < 0) {
		sqlite_close(sqlite);
		return rc;
	}
	*checkup = memory_zeroed(sizeof(**checkup));
	(*checkup)->sqlite = sqlite;
	return 0;
}

void checkup_close(struct checkup *checkup)
{
	if (checkup == NULL)
		return;
	sqlite_close(checkup->sqlite);
	free(checkup);
}

int checkup_stamp(struct checkup *checkup, struct checkup_stamp *stamp)
{
	int64_t application = 0, version = 0;
	int rc = sqlite_number(checkup->sqlite, "PRAGMA application_id", &application);

	if (rc == 0)
		rc = sqlite_number(checkup->sqlite, "PRAGMA user_version", &version);
	if (rc == 0)
		*stamp = (struct checkup_stamp){
			.ours = application == SCHEMA_APPLICATION_ID,
			.version = version,
			.known = schema_version(),
		};
	return rc;
}

int checkup_integrity(struct checkup *checkup, struct text *complaint)
{
	struct sqlite_query *query = NULL;
	int rc = sqlite_prepare(checkup->sqlite, &query, "PRAGMA quick_check(1)");

	if (rc == 0)
		rc = sqlite_step(query);
	if (rc == 1) {
		const char *const said = sqlite_column_string(query, 0);

		rc = strcmp(said, "ok") == 0 ? 0 : -EBADMSG;
		if (rc < 0)
			text_addf(complaint, "%.200s", said);
	}
	sqlite_finalize(query);
	return rc;
}

/* -- a session --------------------------------------------------------------------------- */

/* The one row of a question about one session; 1, 0 when there is none, or an errno. */
static int ask(struct checkup *checkup, const char *sql, int64_t number,
	       struct sqlite_query **query)
{
	int rc = sqlite_prepare(checkup->sqlite, query, sql);

	if (rc == 0)
		rc = sqlite_bind_number(*query, 1, number);
	return rc == 0 ? sqlite_step(*query) : rc;
}

static int count(struct checkup *checkup, const char *sql, int64_t number, int64_t *value)
{
	struct sqlite_query *query = NULL;
	const int rc = ask(checkup, sql, number, &query);

	if (rc == 1)
		*value = sqlite_column(query, 0);
	sqlite_finalize(query);
	return rc < 0 ? rc : 0;
}

static int find_word(struct checkup *checkup, const char *word, int64_t *number)
{
	struct sqlite_query *query = NULL;
	int rc = sqlite_prepare(checkup->sqlite, &query,
				"SELECT number FROM session"
				" WHERE CAST(number AS TEXT) = ?1 OR uid = ?1"
				" ORDER BY uid = ?1 LIMIT 1");

	if (rc == 0)
		rc = sqlite_bind_string(query, 1, word, strlen(word));
	if (rc == 0)
		rc = sqlite_step(query);
	if (rc == 1)
		*number = sqlite_column(query, 0);
	sqlite_finalize(query);
	return rc == 0 ? -ENOENT : rc < 0 ? rc : 0;
}

static int find_next(struct checkup *checkup, int64_t now_ms, int64_t *number)
{
	struct sqlite_query *query = NULL;
	char sql[192];

	snprintf(sql, sizeof(sql),
		 "SELECT number FROM session WHERE starts_ms > ?1 AND state < %d"
		 " ORDER BY starts_ms, number LIMIT 1",
		 SESSION_OVER);
	const int rc = ask(checkup, sql, now_ms - DAY_MS, &query);

	if (rc == 1)
		*number = sqlite_column(query, 0);
	sqlite_finalize(query);
	return rc == 0 ? -ENOENT : rc < 0 ? rc : 0;
}

static void copy(char *to, size_t room, const char *from)
{
	snprintf(to, room, "%s", from);
}

static int read_row(struct checkup *checkup, int64_t number,
		    struct checkup_session *session)
{
	struct sqlite_query *query = NULL;
	const int rc =
		ask(checkup,
		    "SELECT number, state, starts_ms, uid, organiser_id, tenant_id,"
		    " service_url FROM session WHERE number = ?1",
		    number, &query);

	if (rc == 1) {
		session->number = (uint32_t)sqlite_column(query, 0);
		session->state = (uint32_t)sqlite_column(query, 1);
		session->starts_ms = sqlite_column(query, 2);
		copy(session->uid, CHECKUP_WORD_BYTES, sqlite_column_string(query, 3));
		copy(session->organiser_id, CHECKUP_WORD_BYTES,
		     sqlite_column_string(query, 4));
		copy(session->tenant_id, CHECKUP_WORD_BYTES,
		     sqlite_column_string(query, 5));
		copy(session->service_url, CHECKUP_URL_BYTES,
		     sqlite_column_string(query, 6));
	}
	sqlite_finalize(query);
	return rc == 0 ? -ENOENT : rc < 0 ? rc : 0;
}

static int read_meeting(struct checkup *checkup, int64_t number,
			struct checkup_session *session)
{
	struct sqlite_query *query = NULL;
	const int rc = ask(checkup,
			   "SELECT thread_id, meeting_id, join_url FROM place"
			   " WHERE session = ?1 AND place = 0",
			   number, &query);

	if (rc == 1) {
		session->has_chat = sqlite_column_string(query, 0)[0] != '\0';
		session->has_meeting_id = sqlite_column_string(query, 1)[0] != '\0';
		copy(session->join_url, CHECKUP_URL_BYTES,
		     sqlite_column_string(query, 2));
	}
	sqlite_finalize(query);
	return rc < 0 ? rc : 0;
}

static int read_counts(struct checkup *checkup, int64_t number,
		       struct checkup_session *session)
{
	const struct {
		const char *sql;
		int64_t *value;
	} counts[] = {
		{ "SELECT count(*) FROM person WHERE session = ?1", &session->people },
		{ "SELECT count(*) FROM journal WHERE session = ?1"
		  " AND line LIKE 'person_enrolled %'"
		  " AND (line LIKE '% role=facilitator%' OR line LIKE '% "
		  "role=producer%')",
		  &session->leaders },
		/* The table of blocks is written when they begin. */
		{ "SELECT count(*) FROM journal WHERE session = ?1"
		  " AND line LIKE 'block_planned %' AND line LIKE '% kind=round%'",
		  &session->rounds },
		/* The way of delivery is not written when it is the usual one. */
		{ "SELECT count(*) FROM journal WHERE session = ?1"
		  " AND line LIKE 'block_planned %' AND line LIKE '% kind=round%'"
		  " AND line NOT LIKE '% way=producer%'"
		  " AND line NOT LIKE '% way=table%'",
		  &session->meeting_rounds },
		{ "SELECT count(*) FROM place WHERE session = ?1"
		  " AND place BETWEEN 1 AND 256",
		  &session->rooms },
		{ "SELECT count(*) FROM place WHERE session = ?1"
		  " AND place BETWEEN 1 AND 256 AND coalesce(join_url, '') <> ''",
		  &session->rooms_ready },
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(counts) / sizeof(counts[0]); i++)
		rc = count(checkup, counts[i].sql, number, counts[i].value);
	return rc;
}

int checkup_session(struct checkup *checkup, const char *word, int64_t now_ms,
		    struct checkup_session *session)
{
	int64_t number = 0;
	int rc = word != NULL ? find_word(checkup, word, &number)
			      : find_next(checkup, now_ms, &number);

	if (rc < 0)
		return rc;
	*session = (struct checkup_session){ 0 };
	rc = read_row(checkup, number, session);
	if (rc == 0)
		rc = read_meeting(checkup, number, session);
	if (rc == 0)
		rc = read_counts(checkup, number, session);
	return rc;
}

int checkup_subscriptions(struct checkup *checkup, uint32_t session,
			  checkup_subscription_fn *fn, void *context)
{
	struct sqlite_query *query = NULL;
	int rc =
		ask(checkup,
		    "SELECT place, subscription_id, subscription_ends_ms FROM place"
		    " WHERE session = ?1 AND coalesce(join_url, '') <> '' ORDER BY place",
		    session, &query);

	for (; rc == 1; rc = sqlite_step(query)) {
		const struct checkup_subscription row = {
			.place = (uint32_t)sqlite_column(query, 0),
			.id = sqlite_column_string(query, 1),
			.ends_ms = sqlite_column(query, 2),
		};

		fn(context, &row);
	}
	sqlite_finalize(query);
	return rc;
}

int checkup_evidence(struct checkup *checkup, struct checkup_evidence *evidence)
{
	struct sqlite_query *query = NULL;
	char sql[512];

	snprintf(sql, sizeof(sql),
		 "SELECT count(*), coalesce(sum(NOT EXISTS (SELECT 1 FROM presence"
		 " WHERE presence.session = told.session AND source = %d)), 0)"
		 " FROM (SELECT DISTINCT session FROM journal"
		 " WHERE line LIKE 'meeting_started %%' AND line LIKE '%% source=bot%%')"
		 " AS told JOIN session AS s ON s.number = told.session WHERE s.state >= "
		 "?1",
		 SOURCE_BOT);
	const int rc = ask(checkup, sql, SESSION_OVER, &query);

	if (rc == 1) {
		evidence->started = sqlite_column(query, 0);
		evidence->unseen = sqlite_column(query, 1);
	}
	sqlite_finalize(query);
	return rc < 0 ? rc : 0;
}
