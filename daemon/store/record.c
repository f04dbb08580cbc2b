/* SPDX-License-Identifier: MIT */
/*
 * What the outside calls a row, turned into values in the order of the statements in
 * rows.c.
 */
#include "daemon/store/record.h"

#include <assert.h>
#include <stdio.h>

#include "daemon/store/batch.h"
#include "handlers/effect.h"
#include "handlers/session.h"

void batch_event(struct batch *batch, uint64_t number, uint32_t session, int64_t at_ms,
		 const char *line)
{
	batch_row(batch, ROW_EVENT);
	batch_number(batch, (int64_t)number);
	batch_number(batch, session);
	batch_number(batch, at_ms);
	batch_string(batch, line);
}

void batch_digest(struct batch *batch, uint32_t session, uint64_t event_number,
		  const uint8_t digest[32])
{
	batch_row(batch, ROW_DIGEST);
	batch_number(batch, session);
	batch_number(batch, (int64_t)event_number);
	batch_bytes(batch, digest, 32);
}

void batch_seen(struct batch *batch, const char *key, int64_t at_ms)
{
	batch_row(batch, ROW_SEEN);
	batch_string(batch, key);
	batch_number(batch, at_ms);
}

void batch_forget_seen(struct batch *batch, int64_t before_ms)
{
	batch_row(batch, ROW_FORGET_SEEN);
	batch_number(batch, before_ms);
}

/* -- record effects ---------------------------------------------------------------- */

/* What is open, not known or has not happened is NULL on disk. */
static void add_time(struct batch *batch, int64_t at_ms)
{
	if (at_ms == OPEN_END || at_ms == UNKNOWN_START)
		batch_null(batch);
	else
		batch_number_unless(batch, at_ms, 0);
}

static void record_session(struct batch *batch, const struct session *session,
			   const struct effect *effect)
{
	batch_row(batch, ROW_SESSION_STATE);
	batch_number(batch, session->number);
	batch_number(batch, effect->number);
	add_time(batch, effect->from_ms);
	add_time(batch, effect->to_ms);
}

static void record_block(struct batch *batch, const struct session *session,
			 const struct effect *effect)
{
	assert(effect->block < BLOCKS_MAX);
	const struct block *const block = &session->block[effect->block];

	batch_row(batch, ROW_BLOCK);
	batch_number(batch, session->number);
	batch_number(batch, effect->block);
	batch_number(batch, block->kind);
	batch_number(batch, block->creditable);
	batch_number(batch, effect->number);
	add_time(batch, effect->from_ms);
	add_time(batch, effect->to_ms);
}

static void record_span(struct batch *batch, const struct session *session,
			const struct effect *effect)
{
	assert(effect->number < SPANS_MAX);
	batch_row(batch, ROW_SPAN);
	batch_number(batch, session->number);
	batch_number(batch, effect->number);
	batch_number(batch, effect->person);
	batch_number(batch, effect->place);
	batch_number(batch, session->span[effect->number].source);
	add_time(batch, effect->from_ms);
	add_time(batch, effect->to_ms);
}

static void record_allocation(struct batch *batch, const struct session *session,
			      const struct effect *effect)
{
	batch_row(batch, ROW_ALLOCATION);
	batch_number(batch, session->number);
	batch_number(batch, effect->block);
	batch_number(batch, effect->person);
	batch_number(batch, effect->place);
}

static void add_counts(struct batch *batch, const struct poll *poll)
{
	char counts[CHOICES_MAX * 12 + 3] = "[";
	size_t length = 1;

	for (uint32_t i = 0; i < poll->choices && i < CHOICES_MAX; i++)
		length += (size_t)snprintf(counts + length, sizeof(counts) - length,
					   "%s%u", i == 0 ? "" : ",", poll->counts[i]);
	counts[length] = ']';
	counts[length + 1] = '\0';
	batch_string(batch, counts);
}

static void record_poll(struct batch *batch, const struct session *session,
			uint32_t number, uint32_t state)
{
	assert(number < POLLS_MAX);
	const struct poll *const poll = &session->poll[number];

	batch_row(batch, ROW_POLL);
	batch_number(batch, session->number);
	batch_number(batch, number);
	batch_number(batch, poll->block);
	batch_number(batch, state);
	batch_number(batch, poll->likert);
	batch_number(batch, poll->choices);
	batch_number(batch, poll->answers);
	batch_number(batch, session->minimum_answers);
	add_counts(batch, poll);
}

/* The counts go with the vote: they stay when the votes themselves are deleted. */
static void record_vote(struct batch *batch, const struct session *session,
			const struct effect *effect)
{
	batch_row(batch, ROW_VOTE);
	batch_number(batch, session->number);
	batch_number(batch, effect->poll);
	batch_number(batch, effect->person);
	batch_number(batch, effect->number);
	record_poll(batch, session, effect->poll, session->poll[effect->poll].state);
}

static void record_register(struct batch *batch, const struct session *session,
			    const struct effect *effect)
{
	assert(effect->person < PEOPLE_MAX);
	const struct result *const result = &session->results[effect->person];

	batch_row(batch, ROW_REGISTER);
	batch_number(batch, session->number);
	batch_number(batch, effect->person);
	batch_number(batch, effect->number);
	batch_number(batch, result->verdict);
	batch_number(batch, session->member[effect->person].role);
	batch_number(batch, session->creditable_ms);
	batch_number(batch, result->attended_ms);
	batch_number(batch, result->presumed_ms);
	batch_number(batch, result->absent_ms);
	batch_number(batch, result->longest_absence_ms);
	add_time(batch, result->first_ms);
	add_time(batch, result->last_ms);
	batch_number(batch, result->unheard_ms);
}

static void record_gap(struct batch *batch, const struct session *session,
		       const struct effect *effect)
{
	batch_row(batch, ROW_GAP);
	batch_number(batch, session->number);
	batch_number(batch, effect->place);
	batch_number(batch, effect->from_ms);
	add_time(batch, effect->to_ms);
	batch_number(batch, effect->number);
}

void batch_record(struct batch *batch, const struct session *session,
		  const struct effect *effect)
{
	switch (effect->kind) {
	case RECORD_SESSION:
		record_session(batch, session, effect);
		break;
	case RECORD_BLOCK:
		record_block(batch, session, effect);
		break;
	case RECORD_SPAN:
		record_span(batch, session, effect);
		break;
	case RECORD_ALLOCATION:
		record_allocation(batch, session, effect);
		break;
	case RECORD_POLL:
		record_poll(batch, session, effect->poll, effect->number);
		break;
	case RECORD_VOTE:
		record_vote(batch, session, effect);
		break;
	case RECORD_REGISTER:
		record_register(batch, session, effect);
		break;
	case RECORD_GAP:
		record_gap(batch, session, effect);
		break;
	default:
		break; /* answers, deliveries and signals leave nothing in the tables */
	}
}

/* -- the outbox -------------------------------------------------------------------- */

void batch_delivery(struct batch *batch, const struct delivery *delivery)
{
	batch_row(batch, ROW_DELIVERY);
	batch_number(batch, (int64_t)delivery->number);
	batch_number(batch, (int64_t)delivery->lane);
	batch_number(batch, delivery->session);
	batch_number(batch, delivery->what);
	batch_number(batch, delivery->party);
	batch_number_unless(batch, delivery->person, PERSON_NONE);
	batch_number_unless(batch, delivery->place, PLACE_NONE);
	batch_number(batch, delivery->block);
	batch_number(batch, delivery->poll);
	batch_number(batch, delivery->made_ms);
	batch_number(batch, delivery->state);
	batch_number(batch, delivery->attempts);
	batch_number(batch, delivery->status);
	batch_string(batch, delivery->method != NULL ? delivery->method : "");
	batch_string(batch, delivery->path != NULL ? delivery->path : "");
	batch_string(batch, delivery->body != NULL ? delivery->body : "");
	batch_string(batch, delivery->remote_id);
}

void batch_delivery_outcome(struct batch *batch, const struct delivery *delivery,
			    int64_t at_ms)
{
	batch_row(batch, ROW_DELIVERY_OUTCOME);
	batch_number(batch, (int64_t)delivery->number);
	batch_number(batch, delivery->state);
	batch_number(batch, delivery->attempts);
	batch_number(batch, delivery->status);
	batch_string(batch, delivery->remote_id);
	batch_number(batch, at_ms);
}

void batch_delivery_left(struct batch *batch, uint64_t number, int64_t left_ms)
{
	batch_row(batch, ROW_DELIVERY_LEFT);
	batch_number(batch, (int64_t)number);
	batch_number_unless(batch, left_ms, 0);
}

/* -- the inbox --------------------------------------------------------------------- */

void batch_inbox(struct batch *batch, const struct inbox_row *row)
{
	batch_row(batch, ROW_INBOX);
	batch_number(batch, (int64_t)row->number);
	batch_number(batch, row->at_ms);
	batch_string(batch, row->whose);
	batch_bytes(batch, row->body, row->body_bytes);
}

void batch_inbox_done(struct batch *batch, uint64_t number)
{
	batch_row(batch, ROW_INBOX_DONE);
	batch_number(batch, (int64_t)number);
}

void batch_chat(struct batch *batch, const char *id, uint16_t state, const char *code,
		int64_t since_ms)
{
	batch_row(batch, ROW_CHAT);
	batch_string(batch, id);
	batch_number(batch, state);
	batch_string(batch, code);
	batch_number(batch, since_ms);
}

/* -- the directory ----------------------------------------------------------------- */

void batch_person(struct batch *batch, const struct person_row *row)
{
	batch_row(batch, ROW_PERSON);
	batch_number(batch, row->session);
	batch_number(batch, row->number);
	batch_string(batch, row->name);
	batch_string(batch, row->object_id);
	batch_string(batch, row->teams_id);
	batch_string(batch, row->email);
	batch_string(batch, row->conversation_id);
	batch_string(batch, row->profession);
}

void batch_place(struct batch *batch, const struct place_row *row)
{
	batch_row(batch, ROW_PLACE);
	batch_number(batch, row->session);
	batch_number(batch, row->place);
	batch_string(batch, row->name);
	batch_string(batch, row->thread_id);
	batch_string(batch, row->meeting_id);
	batch_string(batch, row->join_url);
	batch_string(batch, row->subscription_id);
	batch_string(batch, row->client_state);
	batch_number_unless(batch, row->subscription_ends_ms, 0);
	batch_number_unless(batch, row->subscription_renew_ms, 0);
	batch_string(batch, row->certificate_id);
}

void batch_session(struct batch *batch, const struct session_row *row)
{
	batch_row(batch, ROW_SESSION);
	batch_number(batch, row->number);
	batch_string(batch, row->uid);
	batch_string(batch, row->title);
	batch_string(batch, row->programme);
	batch_string(batch, row->organiser_id);
	batch_string(batch, row->tenant_id);
	batch_string(batch, row->service_url);
	batch_number(batch, row->module);
	batch_number(batch, row->starts_ms);
}
