/* SPDX-License-Identifier: MIT */
#include "commands/rehearse_facts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "commands/rehearse_attended.h"
#include "commands/rehearse_record.h"
#include "commands/rehearse_seen.h"
#include "commands/rehearse_verdict.h"
#include "daemon/settings/programme.h"
#include "daemon/store/journal.h"
#include "handlers/effect.h"

static const struct ledger_result *line_of(const struct rehearse_record *record,
					   uint32_t number)
{
	for (size_t i = 0; i < record->lines.count; i++) {
		if (record->lines.lines[i].person == number)
			return &record->lines.lines[i];
	}
	return NULL;
}

/* -- the register --------------------------------------------------------------------------- */

static void find_creditable(const struct rehearse_record *record,
			    struct attended_time *time)
{
	for (size_t i = 0; i < record->blocks_count; i++) {
		const struct ledger_block *const block = &record->blocks[i];
		const int64_t end_ms = record->session.ended_ms;

		if (!block->creditable || block->state == BLOCK_AHEAD ||
		    block->from_ms == 0)
			continue;
		time->list[time->count++] = (struct truth_span){
			block->from_ms,
			block->to_ms < end_ms || end_ms == 0 ? block->to_ms : end_ms
		};
	}
}

static void find_rounds(const struct rehearse_record *record, uint32_t number,
			struct attended_time *time)
{
	for (size_t i = 0; i < record->allocations_count; i++) {
		const struct ledger_allocation *const given = &record->allocations[i];

		if (given->person == number && given->block < record->blocks_count &&
		    time->count < BLOCKS_MAX)
			time->list[time->count++] =
				(struct truth_span){ record->blocks[given->block].from_ms,
						     record->blocks[given->block].to_ms };
	}
}

static void hold_line(const struct rehearse_record *record, size_t index,
		      const struct attended_time *creditable,
		      struct verdict_list *verdict)
{
	const struct truth_person *const person = &record->truth->people[index];
	const struct module_policy *const policy = &record->module->policy;
	const struct attended_rules rules = { policy->grace_s * INT64_C(1000),
					      policy->transfer_s * INT64_C(1000),
					      policy->presume };
	struct truth_span rounds_list[BLOCKS_MAX];
	struct attended_time rounds = { rounds_list, 0 };
	struct attended_time spans = { person->spans, person->spans_count };
	const struct attended_time rooms = { person->rooms, person->rooms_count };
	const struct ledger_result *const line = line_of(record, record->numbers[index]);

	if (line == NULL) {
		if (!person->guest || person->came)
			verdict_fault(verdict, CHECK_REGISTER,
				      "%s: %s is not in the register", record->truth->uid,
				      person->name);
		return;
	}
	find_rounds(record, line->person, &rounds);
	const int64_t really_ms =
		attended_ms(&rules, &spans, creditable, &rounds, &rooms);
	verdict_looked(verdict, CHECK_REGISTER, 1);
	if (line->attended_ms != really_ms)
		verdict_fault(verdict, CHECK_REGISTER,
			      "%s: %s was there for %" PRId64
			      " ms, the register says %" PRId64,
			      record->truth->uid, person->name, really_ms,
			      line->attended_ms);
	seen_hold(&(struct seen_case){ person, &rules, &spans, creditable, &rounds,
				       &rooms, really_ms },
		  record, line, verdict);
}

void facts_register(const struct rehearse_record *record, struct verdict_list *verdict)
{
	struct truth_span list[BLOCKS_MAX];
	struct attended_time creditable = { list, 0 };

	find_creditable(record, &creditable);
	for (size_t i = 0; i < record->truth->people_count; i++)
		hold_line(record, i, &creditable, verdict);
	for (size_t i = 0; i < record->lines.count; i++) {
		const struct ledger_result *const line = &record->lines.lines[i];

		if (record_person(record, line->person) == NULL)
			verdict_fault(verdict, CHECK_REGISTER,
				      "%s: nobody was %s, person %u of the register",
				      record->truth->uid,
				      line->name != NULL ? line->name : "nameless",
				      line->person);
	}
}

/* -- rooms ------------------------------------------------------------------------------------ */

static void hold_sizes(const struct rehearse_record *record, size_t block,
		       struct verdict_list *verdict)
{
	const struct retold_round *const round = &record->retold.rounds[block];
	uint32_t sizes[PLACES_MAX] = { 0 }, least = UINT32_MAX, most = 0, rooms = 0;

	for (uint32_t i = 0; i < PEOPLE_MAX; i++)
		sizes[round->here_room[i]]++;
	for (uint32_t i = 1; i < PLACES_MAX; i++) {
		if (sizes[i] == 0)
			continue;
		rooms++;
		least = sizes[i] < least ? sizes[i] : least;
		most = sizes[i] > most ? sizes[i] : most;
	}
	verdict_looked(verdict, CHECK_SIZES, rooms);
	if (rooms > 0 && most - least > 1)
		verdict_fault(verdict, CHECK_SIZES,
			      "%s: block %zu has rooms of %u and of %u at its opening",
			      record->truth->uid, block + 1, least, most);
}

/* Present, as the cohort tells it, from the opening to the recall without a gap. */
static bool stayed(const struct truth_person *person, const struct retold_round *round,
		   int64_t grace_ms)
{
	int64_t until_ms = round->opened_ms;

	for (bool moved = true; moved && until_ms < round->recalled_ms;) {
		moved = false;
		for (size_t i = 0; i < person->spans_count; i++) {
			const struct truth_span *const span = &person->spans[i];
			const int64_t grace = until_ms == round->opened_ms ? 0 : grace_ms;

			if (span->from_ms <= until_ms + grace && span->to_ms > until_ms) {
				until_ms = span->to_ms;
				moved = true;
			}
		}
	}
	return until_ms >= round->recalled_ms;
}

static void hold_stayers(const struct rehearse_record *record, size_t block,
			 struct verdict_list *verdict)
{
	const struct retold_round *const round = &record->retold.rounds[block];

	for (size_t i = 0; i < record->truth->people_count; i++) {
		const struct truth_person *const person = &record->truth->people[i];
		const uint32_t number = record->numbers[i];

		if (person->part != PART_PARTICIPANT || number >= PEOPLE_MAX ||
		    !stayed(person, round, record->module->policy.grace_s * 1000))
			continue;
		verdict_looked(verdict, CHECK_PLACED, 1);
		if (round->allocations[number] == 0)
			verdict_fault(verdict, CHECK_PLACED,
				      "%s: %s was there all through block %zu and has "
				      "no room",
				      record->truth->uid, person->name, block + 1);
	}
}

static void hold_placed(const struct rehearse_record *record, size_t block,
			struct verdict_list *verdict)
{
	const struct retold_round *const round = &record->retold.rounds[block];

	for (uint32_t i = 0; i < PEOPLE_MAX; i++) {
		const bool due = round->was_here[i] != 0;

		verdict_looked(verdict, CHECK_PLACED, due);
		if (round->allocations[i] > 1 || (due && round->allocations[i] != 1))
			verdict_fault(verdict, CHECK_PLACED,
				      "%s: person %u was given %u rooms in block %zu",
				      record->truth->uid, i, round->allocations[i],
				      block + 1);
	}
}

void facts_rooms(const struct rehearse_record *record, struct verdict_list *verdict)
{
	for (size_t i = 0; i < record->blocks_count; i++) {
		if (record->blocks[i].kind != BLOCK_ROUND)
			continue;
		if (record->retold.rounds[i].opened_ms == 0) {
			verdict_fault(verdict, CHECK_PLACED,
				      "%s: the round of block %zu never opened",
				      record->truth->uid, i + 1);
			continue;
		}
		hold_placed(record, i, verdict);
		hold_stayers(record, i, verdict);
		hold_sizes(record, i, verdict);
	}
}

/* -- votes -------------------------------------------------------------------------------------- */

enum standing { VOTE_REFUSED, VOTE_ACCEPTED, VOTE_UNCERTAIN };

/* A vote that was told twice is answered as a repeat, which says nothing of the first. */
static enum standing standing_of(const struct truth_vote *vote)
{
	if (strcmp(vote->answer, answer_sentence(ANSWER_VOTE_COUNTED)) == 0 ||
	    strcmp(vote->answer, answer_sentence(ANSWER_VOTE_CHANGED)) == 0)
		return VOTE_ACCEPTED;
	return vote->status >= 400 ? VOTE_REFUSED : VOTE_UNCERTAIN;
}

struct ballot {
	uint32_t accepted;  /* choice + 1 of the last one, 0: none */
	uint32_t uncertain; /* bit per choice + 1 that may count as well */
};

static struct ballot ballot_of(const struct truth_person *person, uint32_t poll)
{
	struct ballot ballot = { 0 };

	for (size_t i = 0; i < person->votes_count; i++) {
		const struct truth_vote *const vote = &person->votes[i];
		const enum standing standing = standing_of(vote);

		if (vote->poll != poll || vote->choice >= CHOICES_MAX)
			continue;
		if (standing == VOTE_ACCEPTED)
			ballot.accepted = vote->choice + 1;
		if (standing == VOTE_UNCERTAIN)
			ballot.uncertain |= 1u << (vote->choice + 1);
	}
	return ballot;
}

static void hold_votes_of(const struct rehearse_record *record, size_t index,
			  struct verdict_list *verdict)
{
	const struct truth_person *const person = &record->truth->people[index];
	const struct session *const session = record->retold.session;
	const uint32_t number = record->numbers[index];

	if (number >= PEOPLE_MAX)
		return;
	for (uint32_t poll = 0; poll < session->polls; poll++) {
		const struct ballot ballot = ballot_of(person, poll);
		const uint32_t counted = session->member[number].votes[poll];

		verdict_looked(verdict, CHECK_VOTES, counted != 0);
		if (counted == ballot.accepted || ballot.uncertain & (1u << counted))
			continue;
		verdict_fault(verdict, CHECK_VOTES,
			      "%s: %s chose %u in poll %u, counted is %u (0: none)",
			      record->truth->uid, person->name, ballot.accepted, poll + 1,
			      counted);
	}
}

/* The table that people read holds what the votes amount to. */
static void hold_counts(const struct rehearse_record *record,
			struct verdict_list *verdict)
{
	const struct session *const session = record->retold.session;

	for (size_t i = 0; i < record->votes_count; i++) {
		const struct ledger_votes *const said = &record->votes[i];
		uint32_t votes = 0;

		if (said->poll >= POLLS_MAX)
			continue;
		for (uint32_t person = 0; person < session->people; person++)
			votes += session->member[person].votes[said->poll] ==
				 said->choice + 1;
		if (votes != said->votes)
			verdict_fault(verdict, CHECK_VOTES,
				      "%s: choice %u of poll %u has %u votes, the table "
				      "says %u",
				      record->truth->uid, said->choice + 1,
				      said->poll + 1, votes, said->votes);
	}
}

void facts_votes(const struct rehearse_record *record, struct verdict_list *verdict)
{
	for (size_t i = 0; i < record->truth->people_count; i++)
		hold_votes_of(record, i, verdict);
	hold_counts(record, verdict);
}

/* -- deliveries and replay ---------------------------------------------------------------------- */

/* There is no way to tell this person so; that they were told is checked with the cards. */
static bool cannot_come(const struct rehearse_record *record,
			const struct record_delivery *delivery)
{
	const struct truth_person *const person = record_person(record, delivery->person);

	switch (delivery->what) {
	case DELIVER_ROOM_WHISPER:
	case DELIVER_WHISPER_CLOSED:
	case DELIVER_ROOM_CARD:
	case DELIVER_CARD_CLOSED:
		return person == NULL || !record_has_chat(person);
	case DELIVER_ROOM_MAIL:
		return person == NULL || person->email[0] == '\0' || person->guest;
	case DELIVER_CALL_IN: /* who has left the call by then has read it in the chat */
		return true;
	default:
		return false;
	}
}

void facts_outbox(const struct rehearse_record *record, struct verdict_list *verdict)
{
	verdict_looked(verdict, CHECK_OUTBOX, record->deliveries_count);
	for (size_t i = 0; i < record->deliveries_count; i++) {
		const struct record_delivery *const delivery = &record->deliveries[i];
		const char *const what = effect_name((enum effect_kind)delivery->what);

		if (delivery->state == DELIVERY_WAITING)
			verdict_fault(verdict, CHECK_OUTBOX, "%s: %s still waits",
				      record->truth->uid, what);
		if (delivery->state == DELIVERY_GIVEN_UP &&
		    !cannot_come(record, delivery))
			verdict_fault(verdict, CHECK_OUTBOX,
				      "%s: %s was given up after status %d",
				      record->truth->uid, what, delivery->status);
	}
}

void facts_replay(const struct rehearse_record *record, struct verdict_list *verdict)
{
	const struct retold *const retold = &record->retold;

	verdict_looked(verdict, CHECK_REPLAY, retold->events);
	if (retold->disordered)
		verdict_fault(verdict, CHECK_REPLAY, "%s: two events have one number",
			      record->truth->uid);
	if (retold->unreadable)
		verdict_fault(verdict, CHECK_REPLAY, "%s: an event cannot be read",
			      record->truth->uid);
	else if (retold->differs_after != 0)
		verdict_fault(verdict, CHECK_REPLAY,
			      "%s: the state after event %" PRIu64
			      " is not what the daemon had",
			      record->truth->uid, retold->differs_after);
	else if (retold->proofs == 0)
		verdict_fault(verdict, CHECK_REPLAY,
			      "%s: the daemon left no digest to compare with",
			      record->truth->uid);
}
