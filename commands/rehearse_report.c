/* SPDX-License-Identifier: MIT */
#include "commands/rehearse_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "commands/listing.h"
#include "commands/rehearse_record.h"
#include "daemon/settings/programme.h"
#include "daemon/store/journal.h"
#include "handlers/effect.h"

static void write_out(struct listing *listing)
{
	struct text out = { 0 };

	listing_write(listing, &out);
	fputs(text_string(&out), stdout);
	text_finish(&out);
	listing_finish(listing);
}

static void print_register(const struct rehearse_record *record)
{
	struct text out = { 0 };

	printf("Register of %s\n\n", record->truth->uid);
	register_list_table(&record->lines, &out);
	fputs(text_string(&out), stdout);
	text_finish(&out);
}

/* -- rooms ---------------------------------------------------------------------------------- */

static const char *name_of(const struct rehearse_record *record, uint32_t number)
{
	for (size_t i = 0; i < record->lines.count; i++) {
		if (record->lines.lines[i].person == number)
			return record->lines.lines[i].name;
	}
	return "?";
}

static void print_room(const struct rehearse_record *record, uint32_t block,
		       uint32_t place)
{
	const char *separator = "";

	printf("  room %u: ", place);
	for (size_t i = 0; i < record->allocations_count; i++) {
		const struct ledger_allocation *const given = &record->allocations[i];

		if (given->block != block || given->place != place)
			continue;
		printf("%s%s", separator, name_of(record, given->person));
		separator = ", ";
	}
	putchar('\n');
}

/* Allocations come in order of block, then place. */
static void print_rooms(const struct rehearse_record *record)
{
	uint32_t block = UINT32_MAX, place = 0;

	for (size_t i = 0; i < record->allocations_count; i++) {
		const struct ledger_allocation *const given = &record->allocations[i];

		if (given->block != block &&
		    (int)given->block < record->module->block_count)
			printf("\nRooms of %s\n\n",
			       record->module->blocks[given->block].title);
		if (given->block != block || given->place != place)
			print_room(record, given->block, given->place);
		block = given->block;
		place = given->place;
	}
}

/* -- polls ---------------------------------------------------------------------------------- */

static void print_choice(const struct rehearse_record *record,
			 const struct ledger_votes *votes)
{
	const struct planned_poll *const poll = &record->module->polls[votes->poll];
	char words[PROGRAMME_TITLE_BYTES + 16];

	if (votes->choice < poll->choice_count)
		printf("  %4u  %s\n", votes->votes,
		       planned_poll_choice(poll, (int)votes->choice, words,
					   sizeof(words)));
}

static void print_polls(const struct rehearse_record *record)
{
	uint32_t poll = UINT32_MAX;

	for (size_t i = 0; i < record->votes_count; i++) {
		const struct ledger_votes *const votes = &record->votes[i];

		if ((int)votes->poll >= record->module->poll_count)
			continue;
		if (votes->poll != poll)
			printf("\nPoll: %s\n\n",
			       record->module->polls[votes->poll].question);
		print_choice(record, votes);
		poll = votes->poll;
	}
}

/* -- deliveries ------------------------------------------------------------------------------- */

/* "deliver_room_card" reads "room card". */
static void add_kind(struct listing *listing, uint32_t what)
{
	struct text words = { 0 };
	const char *name = effect_name((enum effect_kind)what);

	if (strncmp(name, "deliver_", 8) == 0)
		name += 8;
	for (; *name != '\0'; name++)
		text_add(&words, *name == '_' ? " " : name, 1);
	listing_cell(listing, text_string(&words));
	text_finish(&words);
}

static void print_outbox(const struct rehearse_record *record)
{
	static const char *const headings[] = { "delivered", "outcome", "count|",
						"tries|" };
	static const char *const states[] = {
		[DELIVERY_WAITING] = "waiting",
		[DELIVERY_DONE] = "done",
		[DELIVERY_GIVEN_UP] = "given up",
		[DELIVERY_UNKNOWN] = "outcome unknown",
		[DELIVERY_NEVER_KNOWN] = "given up: outcome unknown",
		[DELIVERY_SUPERSEDED] = "superseded",
	};
	const size_t count = sizeof(states) / sizeof(states[0]);
	struct listing listing;

	listing_begin(&listing, 4, headings);
	for (size_t i = 0; i < record->outbox_count; i++) {
		const struct ledger_outbox *const row = &record->outbox[i];

		add_kind(&listing, row->what);
		listing_cell(&listing, row->state < count ? states[row->state] : "?");
		listing_cellf(&listing, "%" PRIu64, row->count);
		listing_cellf(&listing, "%" PRIu64, row->attempts);
	}
	putchar('\n');
	write_out(&listing);
}

void report_print(const struct rehearse_record *record)
{
	print_register(record);
	print_rooms(record);
	print_polls(record);
	print_outbox(record);
}

/* -- sums --------------------------------------------------------------------------------------- */

void report_add(struct report_sums *sums, const struct rehearse_record *record)
{
	sums->sessions++;
	sums->people += record->lines.count;
	sums->events += record->retold.events;
	for (size_t i = 0; i < record->lines.count; i++)
		sums->attended_ms += (uint64_t)record->lines.lines[i].attended_ms;
	for (size_t i = 0; i < record->blocks_count; i++)
		sums->rounds += record->retold.rounds[i].opened_ms != 0;
	sums->rooms += record->allocations_count;
	for (size_t i = 0; i < record->votes_count; i++)
		sums->votes += record->votes[i].votes;
	for (size_t i = 0; i < record->outbox_count; i++) {
		const struct ledger_outbox *const row = &record->outbox[i];

		sums->tries += row->attempts;
		sums->delivered += row->state == DELIVERY_DONE ? row->count : 0;
		sums->given_up += row->state == DELIVERY_GIVEN_UP ? row->count : 0;
	}
}

void report_print_sums(const struct report_sums *sums)
{
	printf("%" PRIu64 " sessions with %" PRIu64 " people, who attended %" PRIu64
	       " hours\n",
	       sums->sessions, sums->people, sums->attended_ms / 3600000);
	printf("%" PRIu64 " rounds, in which a room was given %" PRIu64 " times; %" PRIu64
	       " votes counted\n",
	       sums->rounds, sums->rooms, sums->votes);
	printf("%" PRIu64 " events; %" PRIu64 " deliveries made in %" PRIu64
	       " tries, %" PRIu64 " given up\n",
	       sums->events, sums->delivered, sums->tries, sums->given_up);
}
