/* SPDX-License-Identifier: MIT */
#include "daemon/store/reader.h"

#include <stdio.h>

#include "daemon/store/journal.h"
#include "daemon/store/schema.h"
#include "daemon/store/sqlite.h"
#include "handlers/event.h"

typedef void row_fn(const struct journal_reader *reader, struct sqlite_query *query);

static void tell_session(const struct journal_reader *reader, struct sqlite_query *query)
{
	const struct session_row row = {
		.number = (uint32_t)sqlite_column(query, 0),
		.uid = sqlite_column_string(query, 1),
		.title = sqlite_column_string(query, 2),
		.programme = sqlite_column_string(query, 3),
		.organiser_id = sqlite_column_string(query, 4),
		.tenant_id = sqlite_column_string(query, 5),
		.service_url = sqlite_column_string(query, 6),
		.module = (uint32_t)sqlite_column(query, 7),
		.starts_ms = sqlite_column(query, 8),
	};

	reader->session(reader->context, &row);
}

static void tell_person(const struct journal_reader *reader, struct sqlite_query *query)
{
	const struct person_row row = {
		.session = (uint32_t)sqlite_column(query, 0),
		.number = (uint32_t)sqlite_column(query, 1),
		.name = sqlite_column_string(query, 2),
		.object_id = sqlite_column_string(query, 3),
		.teams_id = sqlite_column_string(query, 4),
		.email = sqlite_column_string(query, 5),
		.conversation_id = sqlite_column_string(query, 6),
		.profession = sqlite_column_string(query, 7),
	};

	reader->person(reader->context, &row);
}

static void tell_place(const struct journal_reader *reader, struct sqlite_query *query)
{
	const struct place_row row = {
		.session = (uint32_t)sqlite_column(query, 0),
		.place = (uint16_t)sqlite_column(query, 1),
		.name = sqlite_column_string(query, 2),
		.thread_id = sqlite_column_string(query, 3),
		.meeting_id = sqlite_column_string(query, 4),
		.join_url = sqlite_column_string(query, 5),
		.subscription_id = sqlite_column_string(query, 6),
		.client_state = sqlite_column_string(query, 7),
		.subscription_ends_ms = sqlite_column(query, 8),
		.subscription_renew_ms = sqlite_column(query, 9),
		.certificate_id = sqlite_column_string(query, 10),
	};

	reader->place(reader->context, &row);
}

static void tell_event(const struct journal_reader *reader, struct sqlite_query *query)
{
	reader->event(reader->context, (uint64_t)sqlite_column(query, 0),
		      (uint32_t)sqlite_column(query, 1), sqlite_column_string(query, 2));
}

static void tell_delivery(const struct journal_reader *reader, struct sqlite_query *query)
{
	const struct delivery delivery = {
		.number = (uint64_t)sqlite_column(query, 0),
		.lane = (uint64_t)sqlite_column(query, 1),
		.session = (uint32_t)sqlite_column(query, 2),
		.what = (uint16_t)sqlite_column(query, 3),
		.party = (uint16_t)sqlite_column(query, 4),
		.person = (uint32_t)sqlite_column_or(query, 5, PERSON_NONE),
		.place = (uint16_t)sqlite_column_or(query, 6, PLACE_NONE),
		.block = (uint16_t)sqlite_column(query, 7),
		.poll = (uint16_t)sqlite_column(query, 8),
		.made_ms = sqlite_column(query, 9),
		.state = (uint16_t)sqlite_column(query, 10),
		.attempts = (uint32_t)sqlite_column(query, 11),
		.status = (uint32_t)sqlite_column(query, 12),
		.method = sqlite_column_string(query, 13),
		.path = sqlite_column_string(query, 14),
		.body = sqlite_column_string(query, 15),
		.remote_id = sqlite_column_string(query, 16),
		.left_ms = sqlite_column_or(query, 17, 0),
	};

	reader->delivery(reader->context, &delivery);
}

static void tell_chat(const struct journal_reader *reader, struct sqlite_query *query)
{
	reader->chat(reader->context, sqlite_column_string(query, 0),
		     (uint16_t)sqlite_column(query, 1));
}

static void tell_seen(const struct journal_reader *reader, struct sqlite_query *query)
{
	reader->seen(reader->context, sqlite_column_string(query, 0),
		     sqlite_column(query, 1));
}

static void tell_inbox(const struct journal_reader *reader, struct sqlite_query *query)
{
	struct inbox_row row = {
		.number = (uint64_t)sqlite_column(query, 0),
		.at_ms = sqlite_column(query, 1),
		.whose = sqlite_column_string(query, 2),
	};

	row.body = sqlite_column_bytes(query, 3, &row.body_bytes);
	reader->inbox(reader->context, &row);
}

static void tell_webinar(const struct journal_reader *reader, struct sqlite_query *query)
{
	const struct webinar_row row = {
		.session = (uint32_t)sqlite_column(query, 0),
		.event_id = sqlite_column_string(query, 1),
		.session_id = sqlite_column_string(query, 2),
	};

	reader->webinar(reader->context, &row);
}

static void tell_registration(const struct journal_reader *reader,
			      struct sqlite_query *query)
{
	const int64_t status = sqlite_column(query, 3);
	const struct registration_row row = {
		.session = (uint32_t)sqlite_column(query, 0),
		.registration_id = sqlite_column_string(query, 1),
		.person = (uint32_t)sqlite_column(query, 2),
		.status = status > 0 && status < REGISTRATION_STATUSES
				  ? (enum registration_status)status
				  : REGISTRATION_UNKNOWN,
		.employer = sqlite_column_string(query, 4),
	};

	reader->registration(reader->context, &row);
}

static int each_row(struct sqlite *sqlite, const struct journal_reader *reader,
		    const char *sql, row_fn *tell)
{
	struct sqlite_query *query = NULL;
	int rc = sqlite_prepare(sqlite, &query, sql);

	if (rc == 0 && sqlite_values(query) == 1)
		rc = sqlite_bind_number(query, 1, reader->seen_since_ms);
	if (rc == 0)
		rc = sqlite_step(query);
	while (rc == 1) {
		tell(reader, query);
		rc = sqlite_step(query);
	}
	sqlite_finalize(query);
	return rc;
}

static int read_directory(struct sqlite *sqlite, const struct journal_reader *reader)
{
	int rc = 0;

	if (reader->session != NULL)
		rc = each_row(sqlite, reader,
			      "SELECT number, uid, title, programme, organiser_id,"
			      " tenant_id, service_url, module, starts_ms FROM session"
			      " ORDER BY number",
			      tell_session);
	if (rc == 0 && reader->person != NULL)
		rc = each_row(sqlite, reader,
			      "SELECT session, number, name, object_id, teams_id, email,"
			      " conversation_id, profession FROM person"
			      " ORDER BY session, number",
			      tell_person);
	if (rc == 0 && reader->place != NULL)
		rc = each_row(sqlite, reader,
			      "SELECT session, place, name, thread_id, meeting_id,"
			      " join_url, subscription_id, client_state,"
			      " subscription_ends_ms, subscription_renew_ms,"
			      " certificate_id FROM place ORDER BY session, place",
			      tell_place);
	return rc;
}

static int read_webinars(struct sqlite *sqlite, const struct journal_reader *reader)
{
	int rc = 0;

	if (reader->webinar != NULL)
		rc = each_row(sqlite, reader,
			      "SELECT session, event_id, session_id FROM webinar"
			      " ORDER BY session",
			      tell_webinar);
	if (rc == 0 && reader->registration != NULL)
		rc = each_row(sqlite, reader,
			      "SELECT session, registration_id, person, status, employer"
			      " FROM registration ORDER BY session, registration_id",
			      tell_registration);
	return rc;
}

static int read_all(struct sqlite *sqlite, const struct journal_reader *reader)
{
	int rc = read_directory(sqlite, reader);

	if (rc == 0)
		rc = read_webinars(sqlite, reader);
	if (rc == 0 && reader->event != NULL)
		rc = each_row(sqlite, reader,
			      "SELECT number, session, line FROM journal ORDER BY number",
			      tell_event);
	if (rc == 0 && reader->delivery != NULL)
		rc = each_row(sqlite, reader,
			      "SELECT number, lane, session, what, party, person, place,"
			      " block, poll, made_ms, state, attempts, status, method,"
			      " path, body, remote_id, left_ms FROM outbox"
			      " WHERE state = 0 OR state = 3"
			      " OR (state = 1 AND remote_id <> '')"
			      " OR number = (SELECT max(number) FROM outbox)"
			      " ORDER BY number",
			      tell_delivery);
	if (rc == 0 && reader->chat != NULL)
		rc = each_row(sqlite, reader,
			      "SELECT id, state FROM chat WHERE state <> 0", tell_chat);
	if (rc == 0 && reader->seen != NULL)
		rc = each_row(sqlite, reader,
			      "SELECT key, at_ms FROM seen WHERE at_ms >= ?"
			      " ORDER BY at_ms",
			      tell_seen);
	if (rc == 0 && reader->inbox != NULL)
		rc = each_row(sqlite, reader,
			      "SELECT number, at_ms, whose, body FROM inbox"
			      " ORDER BY number",
			      tell_inbox);
	return rc;
}

int reader_read(const char *path, const struct journal_reader *reader)
{
	struct sqlite *sqlite = NULL;
	int rc = sqlite_open_reader(&sqlite, path);

	if (rc < 0)
		return rc;
	rc = schema_check(sqlite);
	if (rc == 0)
		rc = sqlite_run(sqlite, "BEGIN");
	if (rc == 0)
		rc = read_all(sqlite, reader);
	sqlite_close(sqlite);
	return rc;
}
