/* SPDX-License-Identifier: MIT */
/*
 * rehearse_record - all that Plenary kept of one session, gathered from its database, beside
 * what the cohort really did.
 */
#ifndef PLENARY_REHEARSE_RECORD_H
#define PLENARY_REHEARSE_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "commands/register_list.h"
#include "commands/rehearse_retold.h"
#include "daemon/store/ledger.h"
#include "rehearsal/truth_read.h"

enum { RECORD_OUTBOX = 128 };

struct record_delivery {
	uint32_t what, state, person, place, block, poll;
	int32_t status;
	char *remote_id;
};

struct rehearse_record {
	const struct truth_session *truth;
	struct ledger_session session; /* its strings are not valid */
	struct register_list lines;
	struct ledger_block blocks[BLOCKS_MAX];
	struct ledger_allocation *allocations; /* names are not valid */
	struct ledger_outbox outbox[RECORD_OUTBOX];
	struct ledger_votes *votes;
	struct record_delivery *deliveries;
	struct ledger_span *spans;
	struct ledger_vote *ballots;
	char *urls[PLACES_MAX], *threads[PLACES_MAX]; /* NULL when not known */
	size_t deliveries_count, spans_count, ballots_count;
	size_t blocks_count, allocations_count, outbox_count, votes_count;
	uint32_t *numbers; /* of each person of the truth; UINT32_MAX: Plenary has none */
	struct retold retold;
	struct programme *programme;
	const struct module *module;
};

/* 0 or a negative errno, -ENOENT when Plenary has no such session. */
int rehearse_record_read(struct rehearse_record *record, struct ledger *ledger,
			 const struct truth_session *truth);
void rehearse_record_finish(struct rehearse_record *record);

/* Whom Plenary knows by this number; NULL: the truth knows of nobody. */
const struct truth_person *record_person(const struct rehearse_record *record,
					 uint32_t number);
/* Can a chat with them alone be opened? */
bool record_has_chat(const struct truth_person *person);

#endif
