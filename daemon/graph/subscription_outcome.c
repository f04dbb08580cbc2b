/* SPDX-License-Identifier: MIT */
/* What Graph's answers about subscriptions mean, for the directory and for the core. */
#include <inttypes.h>
#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/common/log.h"
#include "daemon/decode/json.h"
#include "daemon/outbox/parcel.h"
#include "daemon/sessions.h"
#include "daemon/graph/subscription.h"
#include "daemon/turn.h"
#include "daemon/wire/auth.h"
#include "handlers/hearing.h"
#include "handlers/transcript.h"

static int64_t now_of(const struct parcel *parcel)
{
	return clock_now_ms(parcel->outbox->turn->clock);
}

/* Half of what is left, give or take a tenth of it, so that many do not come together. */
static int64_t renewal_ms(int64_t now_ms, int64_t ends_ms)
{
	const int64_t life_ms = ends_ms > now_ms ? ends_ms - now_ms : 0;
	uint64_t random;

	auth_random(&random, sizeof(random));
	return now_ms + life_ms / 2 - life_ms / 10 +
	       (int64_t)(random % (uint64_t)(life_ms / 5 + 1));
}

/* Which of our certificates the request has named; "" for none. */
static void certificate_sent(const struct parcel *parcel, char id[129])
{
	json_t *const body = json_loads(parcel->body, 0, NULL);

	snprintf(id, 129, "%s", json_text(body, "encryptionCertificateId"));
	json_decref(body);
}

/* id: NULL when it is known. */
static void learn(struct parcel *parcel, const json_t *root, const char *id)
{
	const int64_t now_ms = now_of(parcel);
	struct outbox *const outbox = parcel->outbox;
	struct place_row row = {
		.session = parcel->delivery.session,
		.place = parcel->delivery.place,
		.subscription_id = id,
	};
	char certificate[129];

	certificate_sent(parcel, certificate);
	if (certificate[0] != '\0')
		row.certificate_id = certificate;
	if (clock_parse(json_text(root, "expirationDateTime"),
			&row.subscription_ends_ms) < 0)
		row.subscription_ends_ms = now_ms + SUBSCRIPTION_LIFE_MS;
	row.subscription_renew_ms = renewal_ms(now_ms, row.subscription_ends_ms);
	directory_set_place(outbox->words->directory,
			    journal_batch(outbox->turn->journal), &row);
	if (outbox->subscriptions != NULL)
		subscription_lives(outbox->subscriptions, row.session, row.place);
}

/* The core may have lost interest while Graph made it. */
static void end_unwanted(const struct parcel *parcel)
{
	const struct effect effect = { .kind = DELIVER_SUBSCRIPTION_END,
				       .person = PERSON_NONE,
				       .place = parcel->delivery.place };

	outbox_freeze(parcel->outbox, parcel->delivery.session, &effect);
}

int subscription_made(struct parcel *parcel, const json_t *root)
{
	const struct delivery *const delivery = &parcel->delivery;
	const struct session *const session =
		sessions_get(parcel->outbox->words->sessions, delivery->session);
	struct event event = event_blank(EVENT_HEARING_RESUMED);

	if (json_text(root, "id")[0] == '\0')
		return -1;
	learn(parcel, root, json_text(root, "id"));
	event.session = delivery->session;
	event.place = delivery->place;
	event.source = SOURCE_GRAPH;
	event.hearing.since_ms = now_of(parcel);
	turn_take(parcel->outbox->turn, &event);
	if (session == NULL || !hearing_is_wanted(session, delivery->place)) {
		end_unwanted(parcel);
	} else if (session->place[delivery->place].hearing == HEARING_LATE) {
		log_warning(
			"subscription",
			"late session=%u place=%u: made after the call began, it will "
			"tell nothing of it; the bot and the report are relied on",
			delivery->session, delivery->place);
	}
	return 0;
}

void subscription_renewed(struct parcel *parcel, const json_t *root)
{
	struct subscriptions *const subscriptions = parcel->outbox->subscriptions;

	learn(parcel, root, NULL);
	if (subscriptions != NULL)
		subscription_prolonged(subscriptions, parcel->delivery.session,
				       parcel->delivery.place);
}

void subscription_ended(struct parcel *parcel)
{
	struct outbox *const outbox = parcel->outbox;
	const struct place_row forgotten = { .session = parcel->delivery.session,
					     .place = parcel->delivery.place,
					     .subscription_id = "" };

	directory_set_place(outbox->words->directory,
			    journal_batch(outbox->turn->journal), &forgotten);
}

/* -- refusals --------------------------------------------------------------------------- */

static const char *hint_of(int status, const char *message)
{
	if (status == 403 && strcasestr(message, "tenant") != NULL)
		return "the meeting's organiser is in another tenant than we are: Graph "
		       "will tell nothing of this meeting";
	if (status == 403 && (strcasestr(message, "quota") != NULL ||
			      strcasestr(message, "limit") != NULL))
		return "the quota of subscriptions is used up: other applications of "
		       "this "
		       "registration hold them";
	if (status == 403)
		return "OnlineMeetings.Read.All and an application access policy for the "
		       "organiser are needed";
	if (status == 400 && strcasestr(message, "alidation") != NULL)
		return "Graph could not reach public_url: check the address, the "
		       "certificate's chain and the firewall";
	return "see the code above";
}

static void say_refusal(const struct parcel *parcel, const struct client_reply *reply)
{
	char fault[JSON_FAULT_BYTES];
	json_t *const root = json_read(reply->body, reply->body_bytes, fault);

	log_warning("subscription", "refused session=%u place=%u status=%d hint=\"%s\"",
		    parcel->delivery.session, parcel->delivery.place, reply->status,
		    hint_of(reply->status, json_text(root, "error.message")));
	json_decref(root);
}

static bool creation_refused(struct parcel *parcel, const struct client_reply *reply,
			     enum reply_class class)
{
	if (reply->status == 409 && reply->error == 0) {
		subscription_adopt(parcel, reply);
		return true;
	}
	/* Graph could not validate our address: seconds apart, then it is our fault. */
	const bool hopeless = class == REPLY_RETRY && reply->status == 400 &&
			      parcel->delivery.attempts >= SUBSCRIPTION_TRIES;

	if (class == REPLY_GIVE_UP || hopeless)
		say_refusal(parcel, reply);
	if (hopeless)
		parcel_failed(parcel, reply->status);
	return hopeless;
}

/* The parcel ends first: what is made anew waits behind it in its lane. */
static void renewal_found_nothing(struct parcel *parcel)
{
	struct subscriptions *const subscriptions = parcel->outbox->subscriptions;
	const uint32_t session = parcel->delivery.session;
	const uint16_t place = parcel->delivery.place;

	parcel_done(parcel, 404, "");
	if (subscriptions != NULL)
		subscription_gone(subscriptions, session, place);
}

bool subscription_refused(struct parcel *parcel, const struct client_reply *reply,
			  enum reply_class class)
{
	const bool gone = reply->error == 0 && reply->status == 404;
	struct subscriptions *const subscriptions = parcel->outbox->subscriptions;

	switch (parcel->delivery.what) {
	case DELIVER_SUBSCRIPTION:
		if (subscriptions != NULL)
			subscription_tried(subscriptions, parcel->delivery.session,
					   parcel->delivery.place);
		return creation_refused(parcel, reply, class);
	case DELIVER_RENEWAL:
		if (gone)
			renewal_found_nothing(parcel);
		return gone;
	case DELIVER_SUBSCRIPTION_END:
		if (gone) {
			subscription_ended(parcel);
			parcel_done(parcel, 404, "");
		}
		return gone;
	default:
		return false;
	}
}
