/* SPDX-License-Identifier: MIT */
#include "daemon/outbox/lost.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/common/log.h"
#include "daemon/outbox/lanes.h"
#include "daemon/outbox/parcel.h"
#include "daemon/turn.h"

void parcel_note(struct parcel *parcel)
{
	struct outbox *const outbox = parcel->outbox;

	parcel->noted = true;
	batch_delivery_left(journal_batch(outbox->turn->journal), parcel->delivery.number,
			    clock_now_ms(outbox->turn->clock));
	parcel->next_noted = outbox->noting;
	outbox->noting = parcel;
}

void parcel_unnote(struct parcel *parcel)
{
	if (parcel->noted)
		batch_delivery_left(journal_batch(parcel->outbox->turn->journal),
				    parcel->delivery.number, 0);
	parcel->noted = false;
}

static void never_known(struct parcel *parcel)
{
	if (parcel == NULL)
		return;
	log_info("outbox", "never_known number=%" PRIu64 " session=%u what=%s",
		 parcel->delivery.number, parcel->delivery.session,
		 effect_name(parcel->delivery.what));
	parcel_outcome(parcel, DELIVERY_NEVER_KNOWN, 0);
	never_known(parcel->update);
	parcel->update = NULL;
	parcel_destroy(parcel);
}

static bool is_closed(const struct outbox *outbox, uint32_t number)
{
	const struct session *const session =
		sessions_get(outbox->turn->sessions, number);

	return session == NULL || session->state == SESSION_CLOSED;
}

/* For evidence: the card that it would be, if it arrived.  False: no such is looked for. */
static bool keep(struct parcel *parcel)
{
	struct outbox *const outbox = parcel->outbox;
	const uint16_t card = parcel_card_kind(parcel->delivery.what);
	char key[64];

	if (card == EFFECT_NONE || outbox->unknown.count >= OUTBOX_UNKNOWN)
		return false;
	parcel_remote_key(&parcel->delivery, card, key);
	never_known(map_put(&outbox->unknown, key, parcel));
	return true;
}

static void settle(struct parcel *parcel)
{
	struct outbox *const outbox = parcel->outbox;

	log_warning("outbox", "outcome_unknown number=%" PRIu64 " session=%u what=%s",
		    parcel->delivery.number, parcel->delivery.session,
		    effect_name(parcel->delivery.what));
	parcel_tell_core(parcel, EVENT_DELIVERY_UNRESOLVED, 0);
	outbox->counts.unknown++;
	parcel_outcome(parcel, DELIVERY_UNKNOWN, 0);
	if (is_closed(outbox, parcel->delivery.session) || !keep(parcel))
		never_known(parcel);
}

void parcel_unknown(struct parcel *parcel)
{
	struct outbox *const outbox = parcel->outbox;

	lanes_leave(parcel);
	settle(parcel);
	lanes_pump(outbox);
}

/* -- updates of lost cards ------------------------------------------------------------------ */

/* Takes the place of an update that waits for the same card; false: there is no such. */
static bool join_card(struct parcel *update)
{
	char key[64];

	if (!parcel_is_update(update))
		return false;
	parcel_remote_key(&update->delivery, parcel_updates(update->delivery.what), key);
	struct parcel *const card = map_get(&update->outbox->unknown, key);

	if (card == NULL)
		return false;
	if (card->update != NULL)
		parcel_outcome(card->update, DELIVERY_SUPERSEDED, 0);
	parcel_destroy(card->update);
	card->update = update;
	return true;
}

bool parcel_awaits_card(struct parcel *parcel)
{
	struct outbox *const outbox = parcel->outbox;

	if (!join_card(parcel))
		return false;
	lanes_leave(parcel);
	parcel->next = NULL;
	parcel_outcome(parcel, DELIVERY_UNKNOWN, 0);
	lanes_pump(outbox);
	return true;
}

static void goes_on(struct parcel *update)
{
	struct outbox *const outbox = update->outbox;

	update->first_ms = 0;
	parcel_outcome(update, DELIVERY_WAITING, 0);
	lanes_add(outbox, update);
	lanes_pump(outbox);
}

void outbox_shown(struct outbox *outbox, const struct delivery *card,
		  const char *activity_id)
{
	char key[64];

	parcel_remote_key(card, card->what, key);
	struct parcel *const parcel = map_remove(&outbox->unknown, key);

	if (parcel == NULL)
		return;
	free(parcel->remote_id);
	parcel->remote_id = memory_string(activity_id);
	parcel->delivery.remote_id = parcel->remote_id;
	outbox_remember(outbox, &parcel->delivery);
	parcel_outcome(parcel, DELIVERY_DONE, 0);
	outbox->counts.found++;
	if (parcel->update != NULL)
		goes_on(parcel->update);
	parcel->update = NULL;
	parcel_destroy(parcel);
}

/* -- the end ---------------------------------------------------------------------------------- */

/* Of one session, or (0) of all that are closed. */
static void stop_looking(struct outbox *outbox, uint32_t session)
{
	struct map kept = { 0 };
	const struct map_slot *slot;
	size_t at = 0;

	while ((slot = map_next(&outbox->unknown, &at)) != NULL) {
		struct parcel *const parcel = slot->value;
		const uint32_t its = parcel->delivery.session;

		if (session == 0 ? is_closed(outbox, its) : its == session)
			never_known(parcel);
		else
			map_put(&kept, slot->key, parcel);
	}
	map_finish(&outbox->unknown);
	outbox->unknown = kept;
}

void outbox_session_closed(struct outbox *outbox, uint32_t session)
{
	stop_looking(outbox, session);
}

/* -- after a start ------------------------------------------------------------------------------ */

void lost_orphan(struct parcel *parcel)
{
	parcel->next = parcel->outbox->orphans;
	parcel->outbox->orphans = parcel;
}

/* Cards come before their updates: rows are read as they were made. */
void lost_restore(struct parcel *parcel)
{
	if (!keep(parcel) && !join_card(parcel))
		lost_orphan(parcel);
}

void lost_resume(struct outbox *outbox)
{
	while (outbox->orphans != NULL) {
		struct parcel *const parcel = outbox->orphans;

		outbox->orphans = parcel->next;
		if (parcel->delivery.state == DELIVERY_UNKNOWN)
			never_known(parcel);
		else
			settle(parcel);
	}
	stop_looking(outbox, 0);
}

void lost_finish(struct outbox *outbox)
{
	const struct map_slot *slot;
	size_t at = 0;

	while ((slot = map_next(&outbox->unknown, &at)) != NULL)
		parcel_destroy(slot->value);
	map_finish(&outbox->unknown);
	while (outbox->orphans != NULL) {
		struct parcel *const parcel = outbox->orphans;

		outbox->orphans = parcel->next;
		parcel_destroy(parcel);
	}
}
