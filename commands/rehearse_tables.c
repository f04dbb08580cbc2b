/* SPDX-License-Identifier: MIT */
#include "commands/rehearse_tables.h"

#include <inttypes.h>

#include "commands/rehearse_record.h"
#include "commands/rehearse_verdict.h"

static void hold_count(const struct rehearse_record *record, const char *table,
		       size_t rows, size_t due, struct verdict_list *verdict)
{
	verdict_looked(verdict, CHECK_TABLES, rows);
	if (rows != due)
		verdict_fault(verdict, CHECK_TABLES, "%s: %s has %zu rows, due are %zu",
			      record->truth->uid, table, rows, due);
}

static void differs(const struct rehearse_record *record, const char *table, size_t row,
		    struct verdict_list *verdict)
{
	verdict_fault(verdict, CHECK_TABLES, "%s: row %zu of %s is not so",
		      record->truth->uid, row + 1, table);
}

/* Times without end or beginning are no times in a table. */
static int64_t told_ms(int64_t at_ms)
{
	return at_ms == OPEN_END || at_ms == UNKNOWN_START ? 0 : at_ms;
}

static void hold_presence(const struct rehearse_record *record,
			  struct verdict_list *verdict)
{
	const struct session *const session = record->retold.session;

	hold_count(record, "presence", record->spans_count, session->spans, verdict);
	for (size_t i = 0; i < record->spans_count; i++) {
		const struct ledger_span *const row = &record->spans[i];
		const struct span *const span = &session->span[row->span % SPANS_MAX];

		if (row->span >= session->spans || row->person != span->person ||
		    row->place != span->place || row->source != span->source ||
		    row->from_ms != told_ms(span->from_ms) ||
		    row->to_ms != told_ms(span->to_ms))
			differs(record, "presence", i, verdict);
	}
}

static void hold_ballots(const struct rehearse_record *record,
			 struct verdict_list *verdict)
{
	const struct session *const session = record->retold.session;
	size_t due = 0;

	for (uint32_t i = 0; i < session->people; i++) {
		for (uint32_t poll = 0; poll < session->polls; poll++)
			due += session->member[i].votes[poll] != 0;
	}
	hold_count(record, "vote", record->ballots_count, due, verdict);
	for (size_t i = 0; i < record->ballots_count; i++) {
		const struct ledger_vote *const row = &record->ballots[i];

		if (row->person >= session->people || row->poll >= session->polls ||
		    session->member[row->person].votes[row->poll] != row->choice + 1)
			differs(record, "vote", i, verdict);
	}
}

static void hold_polls(const struct rehearse_record *record, struct verdict_list *verdict)
{
	const struct session *const session = record->retold.session;
	size_t due = 0;

	for (uint32_t i = 0; i < session->polls; i++)
		due += session->poll[i].state > POLL_DRAFT ? session->poll[i].choices : 0;
	hold_count(record, "poll", record->votes_count, due, verdict);
	for (size_t i = 0; i < record->votes_count; i++) {
		const struct ledger_votes *const row = &record->votes[i];
		const struct poll *const poll = &session->poll[row->poll % POLLS_MAX];

		if (row->poll >= session->polls || row->choice >= poll->choices ||
		    row->votes != poll->counts[row->choice] ||
		    row->answers != poll->answers || row->state != poll->state)
			differs(record, "poll", i, verdict);
	}
}

static void hold_allocations(const struct rehearse_record *record,
			     struct verdict_list *verdict)
{
	const struct session *const session = record->retold.session;
	size_t due = 0;

	for (uint32_t block = 0; block < session->blocks; block++) {
		for (uint32_t i = 0; i < PEOPLE_MAX; i++)
			due += record->retold.rounds[block].room[i] != 0;
	}
	hold_count(record, "allocation", record->allocations_count, due, verdict);
	for (size_t i = 0; i < record->allocations_count; i++) {
		const struct ledger_allocation *const row = &record->allocations[i];

		if (row->block >= session->blocks || row->person >= session->people ||
		    record->retold.rounds[row->block].room[row->person] != row->place)
			differs(record, "allocation", i, verdict);
	}
}

static void hold_blocks(const struct rehearse_record *record,
			struct verdict_list *verdict)
{
	const struct session *const session = record->retold.session;

	hold_count(record, "block", record->blocks_count, session->blocks, verdict);
	for (size_t i = 0; i < record->blocks_count; i++) {
		const struct ledger_block *const row = &record->blocks[i];
		const struct block *const block =
			&session->block[row->block % BLOCKS_MAX];
		const bool over = block->ended_ms != 0;

		if (row->block >= session->blocks || row->kind != block->kind ||
		    row->state != block->state || row->creditable != block->creditable ||
		    (over && (row->from_ms != block->started_ms ||
			      row->to_ms != block->ended_ms)))
			differs(record, "block", i, verdict);
	}
}

static bool is_result(const struct ledger_result *row, const struct result *result)
{
	return row->version == result->version && row->verdict == result->verdict &&
	       row->attended_ms == result->attended_ms &&
	       row->presumed_ms == result->presumed_ms &&
	       row->absent_ms == result->absent_ms &&
	       row->longest_absence_ms == result->longest_absence_ms &&
	       row->first_ms == result->first_ms && row->last_ms == result->last_ms;
}

static void hold_register(const struct rehearse_record *record,
			  struct verdict_list *verdict)
{
	const struct session *const session = record->retold.session;
	size_t due = 0;

	for (uint32_t i = 0; i < session->people; i++)
		due += session->results[i].version != 0;
	hold_count(record, "register", record->lines.count, due, verdict);
	for (size_t i = 0; i < record->lines.count; i++) {
		const struct ledger_result *const row = &record->lines.lines[i];

		if (row->person >= session->people ||
		    !is_result(row, &session->results[row->person]) ||
		    row->role != session->member[row->person].role)
			differs(record, "register", i, verdict);
	}
}

void facts_tables(const struct rehearse_record *record, struct verdict_list *verdict)
{
	hold_presence(record, verdict);
	hold_ballots(record, verdict);
	hold_polls(record, verdict);
	hold_allocations(record, verdict);
	hold_blocks(record, verdict);
	hold_register(record, verdict);
}
