/* SPDX-License-Identifier: MIT */
#include "daemon/outbox/outbox.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/common/container.h"
#include "daemon/common/log.h"
#include "daemon/outbox/lanes.h"
#include "daemon/outbox/lost.h"
#include "daemon/outbox/mail_upload.h"
#include "daemon/outbox/parcel.h"
#include "daemon/settings/config.h"
#include "daemon/graph/subscription.h"
#include "daemon/turn.h"
#include "daemon/wire/auth.h"
#include "handlers/transcript.h"

struct parcel *parcel_create(struct outbox *outbox, const struct delivery *delivery)
{
	struct parcel *const parcel = memory_zeroed(sizeof(*parcel));

	parcel->outbox = outbox;
	parcel->delivery = *delivery;
	parcel->path = memory_string(delivery->path);
	parcel->body = memory_string(delivery->body);
	parcel->remote_id = memory_string("");
	parcel->delivery.path = parcel->path;
	parcel->delivery.body = parcel->body;
	parcel->delivery.remote_id = parcel->remote_id;
	/* also after a crash, before anybody was told so */
	parcel->doomed = parcel->path[0] == '\0';
	/* methods come from a database too: point at a text that stays */
	parcel->delivery.method = strcmp(delivery->method, "GET") == 0      ? "GET"
				  : strcmp(delivery->method, "PUT") == 0    ? "PUT"
				  : strcmp(delivery->method, "PATCH") == 0  ? "PATCH"
				  : strcmp(delivery->method, "DELETE") == 0 ? "DELETE"
									    : "POST";
	return parcel;
}

void parcel_destroy(struct parcel *parcel)
{
	if (parcel == NULL)
		return;
	report_fetch_destroy(parcel->fetch);
	mail_upload_destroy(parcel->upload);
	adoption_destroy(parcel->adoption);
	parcel_destroy(parcel->update);
	free(parcel->path);
	free(parcel->body);
	free(parcel->remote_id);
	free(parcel->authorization);
	free(parcel);
}

int64_t outbox_now_ms(const struct outbox *outbox)
{
	return (int64_t)uv_now(outbox->timer.loop);
}

/* -- a parcel's end ---------------------------------------------------------------------- */

void parcel_outcome(struct parcel *parcel, uint16_t state, int status)
{
	struct turn *const turn = parcel->outbox->turn;

	parcel->delivery.state = state;
	parcel->delivery.status = (uint32_t)status;
	batch_delivery_outcome(journal_batch(turn->journal), &parcel->delivery,
			       clock_now_ms(turn->clock));
}

void parcel_remote_key(const struct delivery *delivery, uint16_t what, char key[64])
{
	const bool poll = what == DELIVER_POLL_CARD;

	snprintf(key, 64, "%u %u %u %u", delivery->session, what,
		 poll ? PERSON_NONE : delivery->person,
		 poll ? delivery->poll : delivery->block);
}

/* The card that a later update will mean; EFFECT_NONE: nothing is ever updated there. */
uint16_t parcel_card_kind(uint16_t what)
{
	switch (what) {
	case DELIVER_ROOM_CARD:
	case DELIVER_ROOM_WHISPER:
	case DELIVER_POLL_CARD:
	case DELIVER_HELP:
		return what;
	case DELIVER_POLL_AGAIN:
		return DELIVER_POLL_CARD;
	default:
		return EFFECT_NONE;
	}
}

void outbox_remember(struct outbox *outbox, const struct delivery *delivery)
{
	const uint16_t card = parcel_card_kind(delivery->what);
	char key[64];

	if (delivery->remote_id[0] == '\0' || card == EFFECT_NONE)
		return;
	parcel_remote_key(delivery, card, key);
	free(map_put(&outbox->remote, key, memory_string(delivery->remote_id)));
}

void parcel_done(struct parcel *parcel, int status, const char *remote_id)
{
	struct outbox *const outbox = parcel->outbox;

	free(parcel->remote_id);
	parcel->remote_id = memory_string(remote_id);
	parcel->delivery.remote_id = parcel->remote_id;
	outbox_remember(outbox, &parcel->delivery);
	parcel_outcome(parcel, DELIVERY_DONE, status);
	outbox->counts.done++;
	lanes_leave(parcel);
	parcel_destroy(parcel);
	lanes_pump(outbox);
}

/* The shell's own, or of no more interest to the core. */
static bool is_ours(uint16_t what)
{
	return what == ANSWER || what == DELIVER_RENEWAL ||
	       what == DELIVER_SUBSCRIPTION_END || what == DELIVER_ANNOUNCEMENT;
}

void parcel_tell_core(const struct parcel *parcel, enum event_kind kind, int status)
{
	const struct delivery *const delivery = &parcel->delivery;
	struct event event = event_blank(kind);

	if (is_ours(delivery->what))
		return;
	event.session = delivery->session;
	event.person = delivery->person;
	event.place = delivery->place;
	event.block = delivery->block;
	event.poll = delivery->poll;
	event.delivery.what = delivery->what;
	event.delivery.status = (uint32_t)status;
	turn_take(parcel->outbox->turn, &event);
}

/* What is said beside the chat, which says it too, may fail without anybody's help. */
static void say_given_up(const struct delivery *delivery, int status)
{
	log_line(delivery->what == DELIVER_CALL_IN ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
		 "outbox",
		 "given_up number=%" PRIu64 " session=%u what=%s status=%d tries=%u",
		 delivery->number, delivery->session, effect_name(delivery->what), status,
		 delivery->attempts);
}

void parcel_failed(struct parcel *parcel, int status)
{
	struct outbox *const outbox = parcel->outbox;

	say_given_up(&parcel->delivery, status);
	parcel_outcome(parcel, DELIVERY_GIVEN_UP, status);
	parcel_tell_core(parcel, EVENT_DELIVERY_FAILED, status);
	outbox->counts.given_up++;
	lanes_leave(parcel);
	parcel_destroy(parcel);
	lanes_pump(outbox);
}

/* -- back-off ------------------------------------------------------------------------------ */

static bool patience_is_over(const struct parcel *parcel)
{
	const struct config *const config = parcel->outbox->config;

	return parcel->delivery.attempts >= (uint32_t)config->outbox.attempts ||
	       outbox_now_ms(parcel->outbox) - parcel->first_ms >=
		       (int64_t)config->outbox.give_up_after_s * 1000;
}

static void rest(struct parcel *parcel, int64_t retry_after_ms, bool really)
{
	struct outbox *const outbox = parcel->outbox;
	uint64_t random;

	assert(parcel->delivery.attempts > 0);
	if (patience_is_over(parcel)) {
		parcel_failed(parcel, (int)parcel->delivery.status);
		return;
	}
	parcel_unnote(parcel);
	auth_random(&random, sizeof(random));
	outbox->counts.repeated++;
	const int64_t wait_ms =
		backoff_ms(parcel->delivery.attempts - 1, random, retry_after_ms);
	lanes_rest(parcel, really ? wait_ms : lanes_really_ms(outbox, wait_ms));
	lanes_pump(outbox);
}

void parcel_rest(struct parcel *parcel, int64_t retry_after_ms)
{
	rest(parcel, retry_after_ms, false);
}

void parcel_rest_for_token(struct parcel *parcel, int64_t wait_ms)
{
	rest(parcel, wait_ms, true);
}

/* -- in ------------------------------------------------------------------------------------ */

static void gather(struct outbox *outbox, struct request_draft *draft, bool doomed)
{
	struct turn *const turn = outbox->turn;
	struct parcel *parcel;

	draft->delivery.number = outbox->next_number++;
	if (draft->delivery.made_ms == 0)
		draft->delivery.made_ms = clock_now_ms(turn->clock);
	batch_delivery(journal_batch(turn->journal), &draft->delivery);
	parcel = parcel_create(outbox, &draft->delivery);
	parcel->doomed |= doomed || outbox->counts.waiting >= OUTBOX_WAITING;
	parcel->next = outbox->gathering;
	outbox->gathering = parcel;
	request_draft_finish(draft);
}

void outbox_freeze(struct outbox *outbox, uint32_t session, const struct effect *effect)
{
	struct turn *const turn = outbox->turn;
	struct request_draft draft;
	const int rc =
		encode_delivery(outbox->words, journal_batch(turn->journal), session,
				clock_now_ms(turn->clock), effect, &draft);

	if (rc > 0)
		request_draft_finish(&draft);
	else
		gather(outbox, &draft, rc < 0);
}

void outbox_post(struct outbox *outbox, struct request_draft *draft)
{
	gather(outbox, draft, false);
}

void outbox_sealed(struct outbox *outbox)
{
	assert(outbox->committing == NULL);
	outbox->committing = outbox->gathering;
	outbox->gathering = NULL;
	outbox->noted = outbox->noting;
	outbox->noting = NULL;
}

/* In the order in which they were noted: people wait. */
static void let_leave(struct outbox *outbox)
{
	struct parcel *in_order = NULL;

	while (outbox->noted != NULL) {
		struct parcel *const parcel = outbox->noted;

		outbox->noted = parcel->next_noted;
		parcel->next_noted = in_order;
		in_order = parcel;
	}
	while (in_order != NULL) {
		struct parcel *const parcel = in_order;

		in_order = parcel->next_noted;
		parcel_leaves(parcel);
	}
}

void outbox_durable(struct outbox *outbox)
{
	struct parcel *in_order = NULL;

	while (outbox->committing != NULL) {
		struct parcel *const parcel = outbox->committing;

		outbox->committing = parcel->next;
		parcel->next = in_order;
		in_order = parcel;
	}
	while (in_order != NULL) {
		struct parcel *const parcel = in_order;

		in_order = parcel->next;
		lanes_add(outbox, parcel);
	}
	let_leave(outbox);
	lanes_pump(outbox);
}

void outbox_restore(struct outbox *outbox, const struct delivery *delivery)
{
	if (delivery->number >= outbox->next_number)
		outbox->next_number = delivery->number + 1;
	outbox_tally(outbox, delivery);
	if (delivery->state == DELIVERY_DONE) {
		outbox_remember(outbox, delivery);
		return;
	}
	if (delivery->state != DELIVERY_WAITING && delivery->state != DELIVERY_UNKNOWN)
		return;
	struct parcel *const parcel = parcel_create(outbox, delivery);

	if (delivery->state == DELIVERY_UNKNOWN)
		lost_restore(parcel);
	else if (delivery->left_ms != 0)
		lost_orphan(parcel);
	else
		lanes_add(outbox, parcel);
}

void outbox_resume(struct outbox *outbox)
{
	lost_resume(outbox);
	lanes_pump(outbox);
}

bool parcel_is_like(const struct parcel *parcel, uint16_t what, uint32_t session,
		    uint16_t place)
{
	return parcel->delivery.what == what && parcel->delivery.session == session &&
	       parcel->delivery.place == place;
}

static uint64_t count(const struct parcel *parcel)
{
	uint64_t count = 0;

	for (; parcel != NULL; parcel = parcel->next)
		count++;
	return count;
}

uint64_t outbox_undone(const struct outbox *outbox)
{
	return outbox->counts.waiting + count(outbox->gathering) +
	       count(outbox->committing);
}

static bool any_is_like(const struct parcel *parcel, uint16_t what, uint32_t session,
			uint16_t place)
{
	while (parcel != NULL && !parcel_is_like(parcel, what, session, place))
		parcel = parcel->next;
	return parcel != NULL;
}

bool outbox_has(const struct outbox *outbox, uint16_t what, uint32_t session,
		uint16_t place)
{
	return any_is_like(outbox->gathering, what, session, place) ||
	       any_is_like(outbox->committing, what, session, place) ||
	       lanes_have(outbox, what, session, place);
}

/* -- life ------------------------------------------------------------------------------------ */

void outbox_init(struct outbox *outbox, uv_loop_t *loop, struct turn *turn,
		 const struct words_source *words, const struct config *config)
{
	*outbox = (struct outbox){ 0 };
	outbox->turn = turn;
	outbox->words = words;
	outbox->config = config;
	outbox->next_number = 1;
	outbox->gcc_url = "https://smba.infra.gcc.teams.microsoft.com/teams";
	uv_timer_init(loop, &outbox->timer);
}

void outbox_stop(struct outbox *outbox)
{
	outbox->stopping = true;
}

static void drop(struct parcel *parcel)
{
	while (parcel != NULL) {
		struct parcel *const next = parcel->next;

		parcel_destroy(parcel);
		parcel = next;
	}
}

void outbox_finish(struct outbox *outbox)
{
	const struct map_slot *slot;
	size_t at = 0;

	lanes_finish(outbox);
	while ((slot = map_next(&outbox->remote, &at)) != NULL)
		free(slot->value);
	lost_finish(outbox);
	chats_finish(&outbox->chats);
	drop(outbox->gathering);
	drop(outbox->committing);
	map_finish(&outbox->remote);
	meeting_tally_finish(&outbox->meetings);
}
