/* SPDX-License-Identifier: MIT */
/*
 * ledger - read-only questions to a database, also while the daemon writes to it.
 *
 * A ledger is one read-only connection, for one thread at a time; each call asks in one
 * transaction and holds nothing open afterwards, so it never keeps the daemon's log from
 * shrinking.  Strings are borrowed for the callback.  0 or negative errno; -ENOENT: no such
 * database or session.
 */
#ifndef PLENARY_LEDGER_H
#define PLENARY_LEDGER_H

#include <stdint.h>

struct ledger;

int ledger_open(struct ledger **ledger, const char *path);
void ledger_close(struct ledger *ledger);
/* The number of a session by its number or, when no session has that, by its uid. */
int ledger_find(struct ledger *ledger, const char *word, uint32_t *session);

struct ledger_session {
	uint32_t number, module, people, blocks, state;
	const char *uid, *title;
	int64_t starts_ms, opened_ms, ended_ms;
};
typedef void ledger_session_fn(void *context, const struct ledger_session *session);
int ledger_sessions(struct ledger *ledger, ledger_session_fn *fn, void *context);

struct ledger_result { /* the newest version of each person's line in the register */
	uint32_t person, version, verdict, role;
	const char *name, *email, *profession;
	int64_t attended_ms, presumed_ms, absent_ms, longest_absence_ms, creditable_ms;
	int64_t first_ms, last_ms, unheard_ms;
};
typedef void ledger_result_fn(void *context, const struct ledger_result *result);
int ledger_register(struct ledger *ledger, uint32_t session, ledger_result_fn *fn,
		    void *context);

struct ledger_block {
	uint32_t block, kind, state, creditable;
	int64_t from_ms, to_ms;
};
typedef void ledger_block_fn(void *context, const struct ledger_block *block);
int ledger_blocks(struct ledger *ledger, uint32_t session, ledger_block_fn *fn,
		  void *context);

struct ledger_place {
	uint32_t place;
	const char *name, *thread_id, *join_url; /* "" when not known */
};
typedef void ledger_place_fn(void *context, const struct ledger_place *place);
int ledger_places(struct ledger *ledger, uint32_t session, ledger_place_fn *fn,
		  void *context);

struct ledger_allocation {
	uint32_t block, person, place;
	const char *name;
};
typedef void ledger_allocation_fn(void *context,
				  const struct ledger_allocation *allocation);
int ledger_allocations(struct ledger *ledger, uint32_t session, ledger_allocation_fn *fn,
		       void *context);

struct ledger_votes {
	uint32_t poll, choice, votes, state, answers;
};
typedef void ledger_votes_fn(void *context, const struct ledger_votes *votes);
int ledger_polls(struct ledger *ledger, uint32_t session, ledger_votes_fn *fn,
		 void *context);

struct ledger_outbox { /* deliveries counted by kind and state */
	uint32_t what, state;
	uint64_t count, attempts;
};
typedef void ledger_outbox_fn(void *context, const struct ledger_outbox *outbox);
int ledger_outbox(struct ledger *ledger, uint32_t session, ledger_outbox_fn *fn,
		  void *context);

struct ledger_delivery { /* one of them; person and place UINT32_MAX where it has none */
	uint32_t what, state, person, place, block, poll;
	int32_t status;        /* of the last answer; 0: none, or it was never asked */
	const char *remote_id; /* "" when not known */
};
typedef void ledger_delivery_fn(void *context, const struct ledger_delivery *delivery);
int ledger_deliveries(struct ledger *ledger, uint32_t session, ledger_delivery_fn *fn,
		      void *context);

struct ledger_span { /* times are 0 where none is known */
	uint32_t span, person, place, source;
	int64_t from_ms, to_ms;
};
typedef void ledger_span_fn(void *context, const struct ledger_span *span);
int ledger_presence(struct ledger *ledger, uint32_t session, ledger_span_fn *fn,
		    void *context);

struct ledger_vote {
	uint32_t poll, person, choice;
};
typedef void ledger_vote_fn(void *context, const struct ledger_vote *vote);
int ledger_ballots(struct ledger *ledger, uint32_t session, ledger_vote_fn *fn,
		   void *context);

typedef void ledger_event_fn(void *context, uint64_t number, const char *line);
int ledger_events(struct ledger *ledger, uint32_t session, ledger_event_fn *fn,
		  void *context);

/* Every digest the daemon stored (batch_digest), the oldest first. */
typedef void ledger_digest_fn(void *context, uint64_t event_number,
			      const uint8_t digest[32]);
int ledger_digests(struct ledger *ledger, uint32_t session, ledger_digest_fn *fn,
		   void *context);

/* Its text as it was scheduled, malloc'd. */
int ledger_programme(struct ledger *ledger, uint32_t session, char **text,
		     uint32_t *module);

#endif
