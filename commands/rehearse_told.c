/* SPDX-License-Identifier: MIT */
#include "commands/rehearse_told.h"

#include <inttypes.h>
#include <string.h>

#include "commands/rehearse_record.h"
#include "commands/rehearse_said.h"
#include "commands/rehearse_verdict.h"
#include "daemon/settings/programme.h"
#include "daemon/store/journal.h"
#include "handlers/effect.h"

enum {
	VOTERS_ENOUGH = 5,       /* of so many, somebody votes */
	VOTING_TAKES_MS = 60000, /* until they have */
	VOTES_ARRIVE_MS = 1000,  /* really */
};

/* One thing that was to be said: which deliveries carry it, and how its post is known. */
struct due {
	const struct rehearse_record *record;
	const struct said *said;
	const char *conversation;
	enum effect_kind what;
	uint32_t block, place, poll;
};

static bool is_for(const struct due *due, const struct record_delivery *delivery)
{
	if (delivery->what != (uint32_t)due->what)
		return false;
	if (due->what == DELIVER_POLL_CARD || due->what == DELIVER_POLL_UPDATE)
		return delivery->poll == due->poll;
	return delivery->block == due->block && delivery->place == due->place;
}

static bool reads_as(const struct due *due, const struct said_line *line, size_t count)
{
	if (due->conversation == NULL ||
	    strcmp(line->conversation, due->conversation) != 0)
		return false;
	switch (due->what) {
	case DELIVER_WARNING:
		return line->time_left;
	case DELIVER_EXTENSION:
		return line->goes_on;
	case DELIVER_RECALL:
		return line->leads;
	case DELIVER_POLL_CARD:
		return !line->changes && line->poll == due->poll;
	default:
		return line[count - 1].changes && line[count - 1].poll == UINT32_MAX;
	}
}

/* How many deliveries of it have become a post in the chat that it is for. */
static uint32_t times_said(const struct due *due)
{
	const struct rehearse_record *const record = due->record;
	uint32_t times = 0;

	for (size_t i = 0; i < record->deliveries_count; i++) {
		const struct record_delivery *const delivery = &record->deliveries[i];
		size_t count = 0;

		if (!is_for(due, delivery) || delivery->state != DELIVERY_DONE)
			continue;
		const struct said_line *const line =
			said_find(due->said, delivery->remote_id, &count);
		times += line != NULL && reads_as(due, line, count);
	}
	return times;
}

/* Deliveries of it whose answer was lost, and which may have become a post or not; or which
 * came too late to be said. */
static uint32_t times_unknown(const struct due *due)
{
	const struct rehearse_record *const record = due->record;
	uint32_t times = 0;

	for (size_t i = 0; i < record->deliveries_count; i++)
		times += is_for(due, &record->deliveries[i]) &&
			 (record->deliveries[i].state == DELIVERY_NEVER_KNOWN ||
			  record->deliveries[i].state == DELIVERY_SUPERSEDED);
	return times;
}

/* -- rounds ------------------------------------------------------------------------------- */

static void hold_room(struct due due, uint32_t place, const struct retold_round *round,
		      struct verdict_list *verdict)
{
	const struct {
		enum effect_kind what;
		uint32_t times;
		const char *words;
	} things[] = {
		{ DELIVER_WARNING, round->warnings, "warned" },
		{ DELIVER_EXTENSION, round->extensions, "told of a new end" },
		{ DELIVER_RECALL, round->recalls, "called back" },
	};

	due.place = place;
	due.conversation = due.record->threads[place];
	for (size_t i = 0; i < sizeof(things) / sizeof(things[0]); i++) {
		due.what = things[i].what;
		const uint32_t times = times_said(&due);
		const uint32_t most = times + times_unknown(&due);

		verdict_looked(verdict, CHECK_TOLD, things[i].times);
		if (times > things[i].times || most < things[i].times)
			verdict_fault(verdict, CHECK_TOLD,
				      "%s: room %u of block %u was %s %u times, due "
				      "are %u",
				      due.record->truth->uid, place, due.block + 1,
				      things[i].words, times, things[i].times);
	}
}

static void hold_round(struct due due, const struct retold_round *round,
		       struct verdict_list *verdict)
{
	bool used[PLACES_MAX] = { false };

	for (uint32_t i = 0; i < PEOPLE_MAX; i++) {
		used[round->here_room[i]] = true;
		used[round->room[i]] = true;
	}
	for (uint32_t place = 1; place < PLACES_MAX; place++) {
		if (used[place])
			hold_room(due, place, round, verdict);
	}
}

/* What was planned with the core is what the programme says. */
static void hold_plan(const struct rehearse_record *record, uint32_t block,
		      struct verdict_list *verdict)
{
	const struct planned_round *const planned = &record->module->blocks[block].round;
	uint32_t wanted = 0, held = 0;

	for (uint32_t i = 0; i < WARNINGS_MAX; i++) {
		wanted +=
			i < planned->warning_count ? (uint32_t)planned->warnings_s[i] : 0;
		held += (uint32_t)record->retold.session->block[block].warnings_ms[i] /
			1000;
	}
	if (wanted != held)
		verdict_fault(verdict, CHECK_TOLD,
			      "%s: block %u has other warnings than the programme",
			      record->truth->uid, block + 1);
}

/* -- polls -------------------------------------------------------------------------------- */

static bool was_there(const struct truth_person *person, int64_t from_ms, int64_t to_ms)
{
	for (size_t i = 0; i < person->spans_count; i++) {
		if (person->spans[i].from_ms <= from_ms &&
		    person->spans[i].to_ms >= to_ms)
			return true;
	}
	return false;
}

/* Of those who were there from the card on for long enough to vote. */
static uint32_t voters(const struct rehearse_record *record, int64_t from_ms)
{
	uint32_t count = 0;

	for (size_t i = 0; i < record->truth->people_count; i++) {
		const struct truth_person *const person = &record->truth->people[i];

		count += person->part == PART_PARTICIPANT && !person->relay &&
			 was_there(person, from_ms, from_ms + VOTING_TAKES_MS);
	}
	return count;
}

static void hold_answers(const struct due *due, int64_t asked_ms, int32_t speed,
			 struct verdict_list *verdict)
{
	const struct rehearse_record *const record = due->record;
	const int64_t allowance_ms = VOTING_TAKES_MS + VOTES_ARRIVE_MS * (int64_t)speed;

	if (record->retold.session->poll[due->poll].answers > 0)
		return;
	if (record->retold.voted[due->poll] > 0)
		verdict_fault(verdict, CHECK_VOTES,
			      "%s: none of %u votes in time counts in poll %u",
			      record->truth->uid, record->retold.voted[due->poll],
			      due->poll + 1);
	if (asked_ms + allowance_ms < record->blocks[due->block].to_ms &&
	    voters(record, asked_ms) >= VOTERS_ENOUGH)
		verdict_fault(verdict, CHECK_VOTES, "%s: nobody voted in poll %u",
			      record->truth->uid, due->poll + 1);
}

/* When its card was posted; INT64_MAX: it was not. */
static int64_t asked_ms(const struct due *due)
{
	const struct rehearse_record *const record = due->record;

	for (size_t i = 0; i < record->deliveries_count; i++) {
		size_t count = 0;

		if (!is_for(due, &record->deliveries[i]))
			continue;
		const struct said_line *const line =
			said_find(due->said, record->deliveries[i].remote_id, &count);
		if (line != NULL)
			return line->at_ms;
	}
	return INT64_MAX;
}

static void hold_poll(struct due due, int32_t speed, struct verdict_list *verdict)
{
	const struct rehearse_record *const record = due.record;

	due.conversation = record->threads[PLACE_MAIN];
	due.what = DELIVER_POLL_CARD;
	const uint32_t cards = times_said(&due);
	verdict_looked(verdict, CHECK_TOLD, 2);
	const uint32_t unknown = times_unknown(&due);
	if (cards > 1 || cards + unknown < 1)
		verdict_fault(verdict, CHECK_TOLD, "%s: poll %u was asked %u times",
			      record->truth->uid, due.poll + 1, cards);
	if (cards > 0)
		hold_answers(&due, asked_ms(&due), speed, verdict);
	due.what = DELIVER_POLL_UPDATE;
	if (times_said(&due) == 0 && unknown == 0)
		verdict_fault(verdict, CHECK_TOLD,
			      "%s: the card of poll %u does not say that it is closed",
			      record->truth->uid, due.poll + 1);
}

/* With the session, all that was asked of Microsoft for it has come to a stated end. */
static void hold_settled(const struct rehearse_record *record,
			 struct verdict_list *verdict)
{
	for (size_t i = 0; i < record->deliveries_count; i++) {
		const struct record_delivery *const delivery = &record->deliveries[i];

		if (delivery->state == DELIVERY_UNKNOWN)
			verdict_fault(verdict, CHECK_OUTBOX,
				      "%s: what became of a %s was never settled",
				      record->truth->uid,
				      effect_name((enum effect_kind)delivery->what));
	}
}

void facts_told(const struct rehearse_record *record, const struct said *said,
		int32_t speed, struct verdict_list *verdict)
{
	const struct session *const session = record->retold.session;
	struct due due = { .record = record, .said = said };

	hold_settled(record, verdict);
	for (uint32_t i = 0; i < record->blocks_count; i++) {
		due.block = i;
		if (record->blocks[i].kind != BLOCK_ROUND)
			continue;
		hold_plan(record, i, verdict);
		if (record->retold.rounds[i].opened_ms != 0 &&
		    session->block[i].way == DELIVERY_ROOM_MEETING)
			hold_round(due, &record->retold.rounds[i], verdict);
	}
	if ((int)session->polls != record->module->poll_count)
		verdict_fault(verdict, CHECK_TOLD, "%s has %u polls, its programme %d",
			      record->truth->uid, session->polls,
			      record->module->poll_count);
	for (uint32_t i = 0; i < session->polls; i++) {
		due.poll = i;
		due.block = session->poll[i].block;
		if (due.block < record->blocks_count &&
		    record->blocks[due.block].state != BLOCK_AHEAD)
			hold_poll(due, speed, verdict);
	}
}
