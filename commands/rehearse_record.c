/* SPDX-License-Identifier: MIT */
#include "commands/rehearse_record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"
#include "daemon/settings/programme.h"

static void take_session(void *context, const struct ledger_session *session)
{
	struct rehearse_record *const record = context;

	if (strcmp(session->uid, record->truth->uid) == 0)
		record->session = *session;
}

static void take_block(void *context, const struct ledger_block *block)
{
	struct rehearse_record *const record = context;

	if (record->blocks_count < BLOCKS_MAX)
		record->blocks[record->blocks_count++] = *block;
}

/* With room for one more item; room doubles at every power of two. */
static void *grown(void *list, size_t count, size_t item_bytes)
{
	if ((count & (count - 1)) != 0)
		return list;
	return memory_resized(list, (count ? count * 2 : 1) * item_bytes);
}

static void take_allocation(void *context, const struct ledger_allocation *allocation)
{
	struct rehearse_record *const record = context;

	record->allocations = grown(record->allocations, record->allocations_count,
				    sizeof(*allocation));
	record->allocations[record->allocations_count++] = *allocation;
}

static void take_votes(void *context, const struct ledger_votes *votes)
{
	struct rehearse_record *const record = context;

	record->votes = grown(record->votes, record->votes_count, sizeof(*votes));
	record->votes[record->votes_count++] = *votes;
}

static void take_delivery(void *context, const struct ledger_delivery *delivery)
{
	struct rehearse_record *const record = context;

	record->deliveries = grown(record->deliveries, record->deliveries_count,
				   sizeof(*record->deliveries));
	record->deliveries[record->deliveries_count++] = (struct record_delivery){
		.what = delivery->what,
		.state = delivery->state,
		.person = delivery->person,
		.status = delivery->status,
		.place = delivery->place,
		.block = delivery->block,
		.poll = delivery->poll,
		.remote_id = memory_string(delivery->remote_id),
	};
}

static void take_span(void *context, const struct ledger_span *span)
{
	struct rehearse_record *const record = context;

	record->spans = grown(record->spans, record->spans_count, sizeof(*span));
	record->spans[record->spans_count++] = *span;
}

static void take_ballot(void *context, const struct ledger_vote *ballot)
{
	struct rehearse_record *const record = context;

	record->ballots = grown(record->ballots, record->ballots_count, sizeof(*ballot));
	record->ballots[record->ballots_count++] = *ballot;
}

static void take_outbox(void *context, const struct ledger_outbox *outbox)
{
	struct rehearse_record *const record = context;

	if (record->outbox_count < RECORD_OUTBOX)
		record->outbox[record->outbox_count++] = *outbox;
}

static void take_place(void *context, const struct ledger_place *place)
{
	struct rehearse_record *const record = context;

	if (place->place >= PLACES_MAX || record->urls[place->place] != NULL)
		return;
	record->urls[place->place] = memory_string(place->join_url);
	record->threads[place->place] = memory_string(place->thread_id);
}

static bool is_same(const struct truth_person *person, const struct ledger_result *line)
{
	if (person->email[0] != '\0')
		return line->email != NULL && strcmp(person->email, line->email) == 0;
	return line->name != NULL && strcmp(person->name, line->name) == 0;
}

/* By address, or by name for those who have none. */
static void match_people(struct rehearse_record *record)
{
	const struct truth_session *const truth = record->truth;

	record->numbers =
		memory_zeroed((truth->people_count + 1) * sizeof(*record->numbers));
	for (size_t i = 0; i < truth->people_count; i++) {
		record->numbers[i] = UINT32_MAX;
		for (size_t j = 0; j < record->lines.count; j++) {
			if (is_same(&truth->people[i], &record->lines.lines[j]))
				record->numbers[i] = record->lines.lines[j].person;
		}
	}
}

static int read_programme(struct rehearse_record *record, struct ledger *ledger)
{
	struct fault_list faults = { 0 };
	char *text = NULL;
	uint32_t module = 0;
	int rc = ledger_programme(ledger, record->session.number, &text, &module);

	if (rc == 0)
		rc = programme_read(text, strlen(text), &record->programme, &faults);
	if (rc == 0)
		record->module = programme_module(record->programme, (int)module);
	free(text);
	return rc == 0 && record->module == NULL ? -EINVAL : rc;
}

static int read_tables(struct rehearse_record *record, struct ledger *ledger)
{
	const uint32_t number = record->session.number;
	int rc = ledger_register(ledger, number, register_list_add, &record->lines);

	if (rc == 0)
		rc = ledger_blocks(ledger, number, take_block, record);
	if (rc == 0)
		rc = ledger_allocations(ledger, number, take_allocation, record);
	if (rc == 0)
		rc = ledger_polls(ledger, number, take_votes, record);
	if (rc == 0)
		rc = ledger_ballots(ledger, number, take_ballot, record);
	if (rc == 0)
		rc = ledger_presence(ledger, number, take_span, record);
	if (rc == 0)
		rc = ledger_outbox(ledger, number, take_outbox, record);
	if (rc == 0)
		rc = ledger_deliveries(ledger, number, take_delivery, record);
	if (rc == 0)
		rc = ledger_places(ledger, number, take_place, record);
	return rc;
}

int rehearse_record_read(struct rehearse_record *record, struct ledger *ledger,
			 const struct truth_session *truth)
{
	*record = (struct rehearse_record){ .truth = truth };
	int rc = ledger_sessions(ledger, take_session, record);
	if (rc == 0 && record->session.number == 0)
		rc = -ENOENT;
	if (rc == 0)
		rc = read_tables(record, ledger);
	if (rc == 0)
		rc = read_programme(record, ledger);
	if (rc == 0)
		rc = retold_make(&record->retold, ledger, record->session.number);
	if (rc < 0) {
		rehearse_record_finish(record);
		return rc;
	}
	register_list_sort(&record->lines);
	match_people(record);
	return 0;
}

void rehearse_record_finish(struct rehearse_record *record)
{
	for (size_t i = 0; i < PLACES_MAX; i++) {
		free(record->urls[i]);
		free(record->threads[i]);
	}
	for (size_t i = 0; i < record->deliveries_count; i++)
		free(record->deliveries[i].remote_id);
	free(record->deliveries);
	free(record->spans);
	free(record->ballots);
	free(record->allocations);
	free(record->votes);
	free(record->numbers);
	register_list_finish(&record->lines);
	programme_destroy(record->programme);
	if (record->retold.session != NULL)
		retold_finish(&record->retold);
	*record = (struct rehearse_record){ 0 };
}

const struct truth_person *record_person(const struct rehearse_record *record,
					 uint32_t number)
{
	for (size_t i = 0; i < record->truth->people_count; i++) {
		if (record->numbers[i] == number)
			return &record->truth->people[i];
	}
	return NULL;
}

bool record_has_chat(const struct truth_person *person)
{
	return !person->guest && !person->relay;
}
