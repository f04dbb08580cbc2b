/* SPDX-License-Identifier: MIT */
#include "daemon/store/ledger.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/log.h"
#include "daemon/common/text.h"
#include "daemon/store/schema.h"
#include "daemon/store/sqlite.h"

struct ledger {
	struct sqlite *sqlite;
};

/* What a question tells its rows to. */
struct listener {
	void (*tell)(const struct listener *listener, struct sqlite_query *query);
	union {
		ledger_session_fn *session;
		ledger_result_fn *result;
		ledger_block_fn *block;
		ledger_place_fn *place;
		ledger_allocation_fn *allocation;
		ledger_votes_fn *votes;
		ledger_outbox_fn *outbox;
		ledger_delivery_fn *delivery;
		ledger_span_fn *span;
		ledger_vote_fn *vote;
		ledger_event_fn *event;
		ledger_digest_fn *digest;
	} to;
	void *context;
};

int ledger_open(struct ledger **opened, const char *path)
{
	struct sqlite *sqlite = NULL;
	int rc = sqlite_open_reader(&sqlite, path);

	if (rc < 0)
		return rc;
	rc = schema_check(sqlite);
	if (rc < 0) {
		sqlite_close(sqlite);
		return rc;
	}
	*opened = memory_zeroed(sizeof(**opened));
	(*opened)->sqlite = sqlite;
	return 0;
}

void ledger_close(struct ledger *ledger)
{
	if (ledger == NULL)
		return;
	sqlite_close(ledger->sqlite);
	free(ledger);
}

static int first_number(struct ledger *ledger, const char *sql, const char *word,
			int64_t *number)
{
	struct sqlite_query *query = NULL;
	int rc = sqlite_prepare(ledger->sqlite, &query, sql);

	if (rc == 0)
		rc = sqlite_bind_string(query, 1, word, strlen(word));
	if (rc == 0)
		rc = sqlite_step(query);
	if (rc == 1)
		*number = sqlite_column(query, 0);
	sqlite_finalize(query);
	return rc;
}

int ledger_find(struct ledger *ledger, const char *word, uint32_t *session)
{
	int64_t number = 0;
	int rc = first_number(ledger,
			      "SELECT number FROM session"
			      " WHERE CAST(number AS TEXT) = ?",
			      word, &number);

	if (rc == 0)
		rc = first_number(ledger, "SELECT number FROM session WHERE uid = ?",
				  word, &number);
	if (rc == 1)
		*session = (uint32_t)number;
	return rc == 1 ? 0 : rc < 0 ? rc : -ENOENT;
}

/* The statement's only value, when it has one, is the session. */
static int ask(struct ledger *ledger, const char *sql, uint32_t session,
	       const struct listener *listener)
{
	struct sqlite_query *query = NULL;
	int rc = sqlite_prepare(ledger->sqlite, &query, sql);

	if (rc == 0 && sqlite_values(query) == 1)
		rc = sqlite_bind_number(query, 1, session);
	if (rc == 0)
		rc = sqlite_step(query);
	while (rc == 1) {
		listener->tell(listener, query);
		rc = sqlite_step(query);
	}
	sqlite_finalize(query);
	return rc;
}

/* An empty answer about a session that does not exist is an error, not an answer. */
static int ask_about(struct ledger *ledger, const char *sql, uint32_t session,
		     const struct listener *listener)
{
	struct sqlite_query *query = NULL;
	int rc = sqlite_prepare(ledger->sqlite, &query,
				"SELECT 1 FROM session WHERE number = ?");

	if (rc == 0)
		rc = sqlite_bind_number(query, 1, session);
	if (rc == 0)
		rc = sqlite_step(query);
	sqlite_finalize(query);
	if (rc <= 0)
		return rc < 0 ? rc : -ENOENT;
	return ask(ledger, sql, session, listener);
}

/* -- sessions ------------------------------------------------------------------------ */

static void tell_session(const struct listener *listener, struct sqlite_query *query)
{
	const struct ledger_session session = {
		.number = (uint32_t)sqlite_column(query, 0),
		.uid = sqlite_column_string(query, 1),
		.title = sqlite_column_string(query, 2),
		.module = (uint32_t)sqlite_column(query, 3),
		.starts_ms = sqlite_column(query, 4),
		.state = (uint32_t)sqlite_column(query, 5),
		.opened_ms = sqlite_column(query, 6),
		.ended_ms = sqlite_column(query, 7),
		.people = (uint32_t)sqlite_column(query, 8),
		.blocks = (uint32_t)sqlite_column(query, 9),
	};

	listener->to.session(listener->context, &session);
}

int ledger_sessions(struct ledger *ledger, ledger_session_fn *fn, void *context)
{
	const struct listener listener = { tell_session, { .session = fn }, context };

	return ask(ledger,
		   "SELECT number, uid, title, module, starts_ms, state, opened_ms,"
		   " ended_ms,"
		   " (SELECT count(*) FROM person WHERE person.session = s.number),"
		   " (SELECT count(*) FROM block WHERE block.session = s.number)"
		   " FROM session AS s ORDER BY number",
		   0, &listener);
}

/* -- what happened in one ------------------------------------------------------------- */

static void tell_result(const struct listener *listener, struct sqlite_query *query)
{
	const struct ledger_result result = {
		.person = (uint32_t)sqlite_column(query, 0),
		.version = (uint32_t)sqlite_column(query, 1),
		.verdict = (uint32_t)sqlite_column(query, 2),
		.role = (uint32_t)sqlite_column(query, 3),
		.name = sqlite_column_string(query, 4),
		.email = sqlite_column_string(query, 5),
		.profession = sqlite_column_string(query, 6),
		.attended_ms = sqlite_column(query, 7),
		.presumed_ms = sqlite_column(query, 8),
		.absent_ms = sqlite_column(query, 9),
		.longest_absence_ms = sqlite_column(query, 10),
		.creditable_ms = sqlite_column(query, 11),
		.first_ms = sqlite_column(query, 12),
		.last_ms = sqlite_column(query, 13),
		.unheard_ms = sqlite_column(query, 14),
	};

	listener->to.result(listener->context, &result);
}

int ledger_register(struct ledger *ledger, uint32_t session, ledger_result_fn *fn,
		    void *context)
{
	const struct listener listener = { tell_result, { .result = fn }, context };

	return ask_about(ledger,
			 "SELECT r.person, r.version, r.verdict, r.role, p.name, p.email,"
			 " p.profession, r.attended_ms, r.presumed_ms, r.absent_ms,"
			 " r.longest_absence_ms, r.creditable_ms, r.first_ms, r.last_ms,"
			 " r.unheard_ms"
			 " FROM register_current AS r LEFT JOIN person AS p"
			 " ON p.session = r.session AND p.number = r.person"
			 " WHERE r.session = ? ORDER BY r.person",
			 session, &listener);
}

static void tell_block(const struct listener *listener, struct sqlite_query *query)
{
	const struct ledger_block block = {
		.block = (uint32_t)sqlite_column(query, 0),
		.kind = (uint32_t)sqlite_column(query, 1),
		.state = (uint32_t)sqlite_column(query, 2),
		.creditable = (uint32_t)sqlite_column(query, 3),
		.from_ms = sqlite_column(query, 4),
		.to_ms = sqlite_column(query, 5),
	};

	listener->to.block(listener->context, &block);
}

int ledger_blocks(struct ledger *ledger, uint32_t session, ledger_block_fn *fn,
		  void *context)
{
	const struct listener listener = { tell_block, { .block = fn }, context };

	return ask_about(ledger,
			 "SELECT block, kind, state, creditable, from_ms, to_ms"
			 " FROM block WHERE session = ? ORDER BY block",
			 session, &listener);
}

static void tell_place(const struct listener *listener, struct sqlite_query *query)
{
	const struct ledger_place place = {
		.place = (uint32_t)sqlite_column(query, 0),
		.name = sqlite_column_string(query, 1),
		.thread_id = sqlite_column_string(query, 2),
		.join_url = sqlite_column_string(query, 3),
	};

	listener->to.place(listener->context, &place);
}

int ledger_places(struct ledger *ledger, uint32_t session, ledger_place_fn *fn,
		  void *context)
{
	const struct listener listener = { tell_place, { .place = fn }, context };

	return ask_about(ledger,
			 "SELECT place, name, thread_id, join_url FROM place"
			 " WHERE session = ? ORDER BY place",
			 session, &listener);
}

static void tell_allocation(const struct listener *listener, struct sqlite_query *query)
{
	const struct ledger_allocation allocation = {
		.block = (uint32_t)sqlite_column(query, 0),
		.person = (uint32_t)sqlite_column(query, 1),
		.place = (uint32_t)sqlite_column(query, 2),
		.name = sqlite_column_string(query, 3),
	};

	listener->to.allocation(listener->context, &allocation);
}

int ledger_allocations(struct ledger *ledger, uint32_t session, ledger_allocation_fn *fn,
		       void *context)
{
	const struct listener listener = { tell_allocation,
					   { .allocation = fn },
					   context };

	return ask_about(ledger,
			 "SELECT a.block, a.person, a.place, p.name FROM allocation AS a"
			 " LEFT JOIN person AS p"
			 " ON p.session = a.session AND p.number = a.person"
			 " WHERE a.session = ? ORDER BY a.block, a.place, a.person",
			 session, &listener);
}

static void tell_votes(const struct listener *listener, struct sqlite_query *query)
{
	const struct ledger_votes votes = {
		.poll = (uint32_t)sqlite_column(query, 0),
		.choice = (uint32_t)sqlite_column(query, 1),
		.votes = (uint32_t)sqlite_column(query, 2),
		.state = (uint32_t)sqlite_column(query, 3),
		.answers = (uint32_t)sqlite_column(query, 4),
	};

	listener->to.votes(listener->context, &votes);
}

int ledger_polls(struct ledger *ledger, uint32_t session, ledger_votes_fn *fn,
		 void *context)
{
	const struct listener listener = { tell_votes, { .votes = fn }, context };

	return ask_about(ledger,
			 "SELECT t.poll, c.key, c.value, t.state, t.answers"
			 " FROM poll AS t, json_each(t.counts) AS c"
			 " WHERE t.session = ? ORDER BY t.poll, c.key",
			 session, &listener);
}

static void tell_outbox(const struct listener *listener, struct sqlite_query *query)
{
	const struct ledger_outbox outbox = {
		.what = (uint32_t)sqlite_column(query, 0),
		.state = (uint32_t)sqlite_column(query, 1),
		.count = (uint64_t)sqlite_column(query, 2),
		.attempts = (uint64_t)sqlite_column(query, 3),
	};

	listener->to.outbox(listener->context, &outbox);
}

int ledger_outbox(struct ledger *ledger, uint32_t session, ledger_outbox_fn *fn,
		  void *context)
{
	const struct listener listener = { tell_outbox, { .outbox = fn }, context };

	return ask_about(ledger,
			 "SELECT what, state, count(*), sum(attempts) FROM outbox"
			 " WHERE session = ? GROUP BY what, state ORDER BY what, state",
			 session, &listener);
}

static void tell_delivery(const struct listener *listener, struct sqlite_query *query)
{
	const struct ledger_delivery delivery = {
		.what = (uint32_t)sqlite_column(query, 0),
		.state = (uint32_t)sqlite_column(query, 1),
		.person = (uint32_t)sqlite_column(query, 2),
		.place = (uint32_t)sqlite_column(query, 3),
		.block = (uint32_t)sqlite_column(query, 4),
		.poll = (uint32_t)sqlite_column(query, 5),
		.remote_id = sqlite_column_string(query, 6),
		.status = (int32_t)sqlite_column(query, 7),
	};

	listener->to.delivery(listener->context, &delivery);
}

int ledger_deliveries(struct ledger *ledger, uint32_t session, ledger_delivery_fn *fn,
		      void *context)
{
	const struct listener listener = { tell_delivery, { .delivery = fn }, context };

	return ask_about(ledger,
			 "SELECT what, state, coalesce(person, 4294967295),"
			 " coalesce(place, 4294967295), block, poll, remote_id,"
			 " status"
			 " FROM outbox WHERE session = ? ORDER BY number",
			 session, &listener);
}

static void tell_span(const struct listener *listener, struct sqlite_query *query)
{
	const struct ledger_span span = {
		.span = (uint32_t)sqlite_column(query, 0),
		.person = (uint32_t)sqlite_column(query, 1),
		.place = (uint32_t)sqlite_column(query, 2),
		.source = (uint32_t)sqlite_column(query, 3),
		.from_ms = sqlite_column(query, 4),
		.to_ms = sqlite_column(query, 5),
	};

	listener->to.span(listener->context, &span);
}

int ledger_presence(struct ledger *ledger, uint32_t session, ledger_span_fn *fn,
		    void *context)
{
	const struct listener listener = { tell_span, { .span = fn }, context };

	return ask_about(ledger,
			 "SELECT span, person, place, source, from_ms, to_ms"
			 " FROM presence WHERE session = ? ORDER BY span",
			 session, &listener);
}

static void tell_vote(const struct listener *listener, struct sqlite_query *query)
{
	const struct ledger_vote vote = {
		.poll = (uint32_t)sqlite_column(query, 0),
		.person = (uint32_t)sqlite_column(query, 1),
		.choice = (uint32_t)sqlite_column(query, 2),
	};

	listener->to.vote(listener->context, &vote);
}

int ledger_ballots(struct ledger *ledger, uint32_t session, ledger_vote_fn *fn,
		   void *context)
{
	const struct listener listener = { tell_vote, { .vote = fn }, context };

	return ask_about(ledger,
			 "SELECT poll, person, choice FROM vote WHERE session = ?"
			 " ORDER BY poll, person",
			 session, &listener);
}

static void tell_event(const struct listener *listener, struct sqlite_query *query)
{
	listener->to.event(listener->context, (uint64_t)sqlite_column(query, 0),
			   sqlite_column_string(query, 1));
}

int ledger_events(struct ledger *ledger, uint32_t session, ledger_event_fn *fn,
		  void *context)
{
	const struct listener listener = { tell_event, { .event = fn }, context };

	return ask_about(ledger,
			 "SELECT number, line FROM journal WHERE session = ?"
			 " ORDER BY number",
			 session, &listener);
}

/* -- digests ------------------------------------------------------------------------- */

static void tell_digest(const struct listener *listener, struct sqlite_query *query)
{
	size_t count = 0;
	const void *const bytes = sqlite_column_bytes(query, 1, &count);

	if (count == 32) /* the table's own rule; a damaged file may break it */
		listener->to.digest(listener->context, (uint64_t)sqlite_column(query, 0),
				    bytes);
}

int ledger_digests(struct ledger *ledger, uint32_t session, ledger_digest_fn *fn,
		   void *context)
{
	const struct listener listener = { tell_digest, { .digest = fn }, context };

	return ask_about(ledger,
			 "SELECT event_number, digest FROM digest WHERE session = ?"
			 " ORDER BY event_number",
			 session, &listener);
}

int ledger_programme(struct ledger *ledger, uint32_t session, char **text,
		     uint32_t *module)
{
	struct sqlite_query *query = NULL;
	int rc = sqlite_prepare(ledger->sqlite, &query,
				"SELECT programme, module FROM session WHERE number = ?");

	if (rc == 0)
		rc = sqlite_bind_number(query, 1, session);
	if (rc == 0)
		rc = sqlite_step(query);
	if (rc == 1) {
		*text = memory_string(sqlite_column_string(query, 0));
		*module = (uint32_t)sqlite_column(query, 1);
	}
	sqlite_finalize(query);
	return rc == 1 ? 0 : rc < 0 ? rc : -ENOENT;
}
