/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "commands/rehearse_facts.h"
#include "commands/rehearse_kills.h"
#include "commands/rehearse_record.h"
#include "commands/rehearse_verdict.h"

enum {                     /* really */
       TOO_LATE_MS = 3000, /* a card takes its time */
       WRITTEN_MS = 2000,  /* from a card's arrival until its answer is written down */
};

/* So short before the round's end, and without a chat: no notice could reach them. */
static bool came_too_late(const struct rehearse_record *record, uint32_t block,
			  uint32_t number, int32_t speed)
{
	const struct retold_round *const round = &record->retold.rounds[block];

	return round->recalled_ms != 0 &&
	       round->recalled_ms - round->allocated_ms[number] <
		       TOO_LATE_MS * (int64_t)speed;
}

static size_t cards_to(const struct truth_person *person, const char *url,
		       int64_t since_ms)
{
	size_t count = 0;

	for (size_t i = 0; i < person->cards_count; i++)
		count += strcmp(person->cards[i].url, url) == 0 &&
			 person->cards[i].at_ms >= since_ms;
	return count;
}

/* Rooms are used again: this one and the later ones that lead to the same place. */
static size_t rooms_given(const struct rehearse_record *record, size_t from)
{
	const struct ledger_allocation *const first = &record->allocations[from];
	size_t count = 0;

	for (size_t i = from; i < record->allocations_count; i++)
		count += record->allocations[i].person == first->person &&
			 record->allocations[i].place == first->place;
	return count;
}

static uint32_t place_of(const struct rehearse_record *record, const char *url)
{
	for (uint32_t i = 1; i < PLACES_MAX; i++) {
		if (record->urls[i] != NULL && strcmp(record->urls[i], url) == 0)
			return i;
	}
	return 0;
}

static bool was_given(const struct rehearse_record *record, uint32_t person,
		      uint32_t place)
{
	for (size_t i = 0; i < record->allocations_count; i++) {
		if (record->allocations[i].person == person &&
		    record->allocations[i].place == place)
			return true;
	}
	return false;
}

/* Whoever was sent to a room has it: a card without an allocation leads astray. */
static void hold_cards_given(const struct rehearse_record *record, size_t index,
			     struct verdict_list *verdict)
{
	const struct truth_person *const person = &record->truth->people[index];

	for (size_t i = 0; i < person->cards_count; i++) {
		const struct truth_card *const card = &person->cards[i];
		const uint32_t place = place_of(record, card->url);

		if (card->url[0] == '\0' || record->numbers[index] == UINT32_MAX ||
		    was_given(record, record->numbers[index], place))
			continue;
		verdict_fault(verdict, CHECK_CARDS,
			      "%s: %s was sent to room %u, which was not given to them",
			      record->truth->uid, person->name, place);
	}
}

/* Rooms are used again: that there is one such card says nothing of each round. */
static void hold_rows_given(const struct rehearse_record *record, uint32_t block,
			    struct verdict_list *verdict)
{
	uint32_t due = 0, rows = 0;

	for (uint32_t i = 0; i < PEOPLE_MAX; i++)
		due += record->retold.rounds[block].room[i] != 0;
	for (size_t i = 0; i < record->allocations_count; i++)
		rows += record->allocations[i].block == block;
	if (rows != due)
		verdict_fault(verdict, CHECK_CARDS,
			      "%s: in block %u %u people were given a room, the table "
			      "knows of %u",
			      record->truth->uid, block + 1, due, rows);
}

/* The block of the round in which something was said; BLOCKS_MAX: in none. */
static uint32_t round_at(const struct rehearse_record *record, int64_t at_ms)
{
	uint32_t found = BLOCKS_MAX;

	for (uint32_t i = 0; i < record->blocks_count; i++) {
		const int64_t opened_ms = record->retold.rounds[i].opened_ms;

		if (opened_ms != 0 && opened_ms <= at_ms &&
		    (found == BLOCKS_MAX ||
		     opened_ms > record->retold.rounds[found].opened_ms))
			found = i;
	}
	return found;
}

/* Of the same room in the same round, whichever way they came. */
static bool says_the_same(const struct rehearse_record *record,
			  const struct truth_card *earlier,
			  const struct truth_card *later)
{
	return strcmp(earlier->url, later->url) == 0 &&
	       round_at(record, earlier->at_ms) == round_at(record, later->at_ms);
}

/* Plenary could not know that it had come: the answer was lost, or the daemon was killed
 * before it could be written down. */
static bool may_be_lost(const struct truth_card *card, const struct plan *plan,
			const struct rehearse_kills *kills)
{
	return card->unheard ||
	       rehearse_kills_between(kills, card->at_ms,
				      card->at_ms +
					      WRITTEN_MS * (int64_t)plan->clock.speed);
}

/* The rung after a notice is a notice once more, in other words. */
static bool is_said_again(const struct truth_person *person, size_t earlier, size_t later)
{
	size_t notices = 0;

	for (size_t i = earlier; i <= later; i++)
		notices += strcmp(person->cards[i].kind, "notice") == 0 &&
			   strcmp(person->cards[i].url, person->cards[later].url) == 0;
	return strcmp(person->cards[later].kind, "notice") == 0 && notices == 2;
}

/*
 * The same way twice is never right, a notice apart.  Another way is, when Plenary could
 * not know that the first had worked.
 */
static void hold_once(const struct rehearse_record *record, size_t index,
		      const struct plan *plan, const struct rehearse_kills *kills,
		      struct verdict_list *verdict)
{
	const struct truth_person *const person = &record->truth->people[index];

	for (size_t i = 0; i < person->cards_count; i++) {
		const struct truth_card *const later = &person->cards[i];

		verdict_looked(verdict, CHECK_ONCE, later->url[0] != '\0');
		for (size_t j = 0; j < i && later->url[0] != '\0'; j++) {
			const struct truth_card *const earlier = &person->cards[j];
			const bool another = strcmp(earlier->kind, later->kind) != 0 ||
					     is_said_again(person, j, i);

			if (!says_the_same(record, earlier, later) ||
			    (another && may_be_lost(earlier, plan, kills)))
				continue;
			verdict_fault(verdict, CHECK_ONCE,
				      "%s: %s was told of a room by %s and again by %s",
				      record->truth->uid, person->name, earlier->kind,
				      later->kind);
		}
	}
}

void facts_cards(const struct rehearse_record *record, const struct plan *plan,
		 const struct rehearse_kills *kills, struct verdict_list *verdict)
{
	for (size_t i = 0; i < record->truth->people_count; i++) {
		hold_cards_given(record, i, verdict);
		hold_once(record, i, plan, kills, verdict);
	}
	for (uint32_t i = 0; i < record->blocks_count; i++)
		hold_rows_given(record, i, verdict);
	for (size_t i = 0; i < record->allocations_count; i++) {
		const struct ledger_allocation *const given = &record->allocations[i];
		const struct truth_person *const person =
			record_person(record, given->person);

		if (person == NULL || given->place >= PLACES_MAX ||
		    given->person >= PEOPLE_MAX || given->block >= BLOCKS_MAX ||
		    record->retold.session->block[given->block].way !=
			    DELIVERY_ROOM_MEETING)
			continue;
		const char *const url = record->urls[given->place];
		verdict_looked(verdict, CHECK_CARDS, 1);
		if (url != NULL && url[0] != '\0' &&
		    cards_to(person, url,
			     record->retold.rounds[given->block].opened_ms) >=
			    rooms_given(record, i))
			continue;
		/* Every word for them may be lost: then the producer has seen so. */
		if (record_has_chat(person) ||
		    !(record->retold.rounds[given->block].failed[given->person] ||
		      came_too_late(record, given->block, given->person,
				    plan->clock.speed)))
			verdict_fault(verdict, CHECK_CARDS,
				      "%s: %s was not told of room %u in block %u",
				      record->truth->uid, person->name, given->place,
				      given->block + 1);
	}
}
