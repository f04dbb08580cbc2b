/* SPDX-License-Identifier: MIT */
/*
 * subscription - Graph's change notifications for our meetings, kept alive.
 *
 *	asked (POST) ─201─► there ─half its life, or a new certificate─► PATCH ─200─► there
 *	   │ └─409─► adopted (PATCH), or removed (DELETE) and asked again     └─404─┐
 *	   └─403, 400…─► said why; asked again after a while                        ▼
 *	there ─a look finds it gone, it lapsed, Graph says so──────────────────► asked
 *	there ─the core has no more interest─► DELETE
 *
 * Which place is to be heard is the core's decision (hearing.h); that what hears it lives on
 * is this file's.  It lives for SUBSCRIPTION_LIFE_MS: Graph allows 4,230 minutes, and what
 * is made again in the middle of a call is deaf to it, so the longest life means the fewest
 * occasions to lose one.  Renewed at half of it, give or take a tenth, every look trying
 * again until the end.  Graph's reminders (reauthorizationRequired) renew at once, but never
 * within SUBSCRIPTION_REST_MS of the last renewal: one PATCH does all, and two too close are
 * against the rules.  A silent loss is found by asking for it (GET): every
 * SUBSCRIPTION_CHECK_MS while its session runs, else every SUBSCRIPTION_IDLE_MS (what could
 * not be had is asked for again every SUBSCRIPTION_AGAIN_MS, else as seldom), at most
 * SUBSCRIPTION_CHECKS at each look, which keeps below Graph's 500 in 20 seconds.
 *
 * Times are the session clock's.  Rules: Microsoft Graph "subscription resource type",
 * "Reduce missing subscriptions and change notifications", "throttling limits".
 */
#ifndef PLENARY_SUBSCRIPTION_H
#define PLENARY_SUBSCRIPTION_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "daemon/common/map.h"
#include "daemon/wire/backoff.h"

enum {
	SUBSCRIPTION_LIFE_MS = 4200 * 60 * 1000, /* half an hour for clocks that differ */
	SUBSCRIPTION_LOOK_S = 60,
	SUBSCRIPTION_AGAIN_MS = 5 * 60 * 1000,
	SUBSCRIPTION_REST_MS = 10 * 60 * 1000,
	SUBSCRIPTION_CHECK_MS = 2 * 60 * 1000,
	SUBSCRIPTION_IDLE_MS = 30 * 60 * 1000,
	SUBSCRIPTION_CHECKS = 200,
	SUBSCRIPTION_TRIES = 5, /* when Graph could not validate our address in time */
};

struct adoption;
struct check;
struct client_reply;
struct clock;
struct json_t;
struct outbox;
struct envelopes;
struct parcel;
struct rotation;
struct sessions;
struct words_source;

struct subscriptions {
	uv_timer_t timer;
	struct outbox *outbox;
	const struct words_source *words;
	const struct sessions *sessions;
	const struct clock *clock;
	struct map watches;   /* what is known of each place's, by "session place" */
	struct check *checks; /* under way */
	struct envelopes *envelopes; /* NULL: contents cannot be had */
	struct rotation *rotation;   /* while the next key is made */
	bool listing;                /* all of them are being read: once at a time */
};

/* Makes itself known to the outbox.  envelopes: borrowed, the same as those of words. */
void subscriptions_init(struct subscriptions *subscriptions, uv_loop_t *loop,
			struct outbox *outbox, struct envelopes *envelopes);
void subscriptions_finish(struct subscriptions *subscriptions);
/* What the timer does, now; whether it has questions that are not answered yet. */
void subscriptions_look(struct subscriptions *subscriptions);
bool subscriptions_ask(const struct subscriptions *subscriptions);

/* Asks for one now, unless that is under way. */
void subscription_make(struct subscriptions *subscriptions, uint32_t session,
		       uint16_t place);
/* Graph has reminded us; Graph has removed it; it has told us something, so it lives. */
void subscription_remind(struct subscriptions *subscriptions, uint32_t session,
			 uint16_t place);
void subscription_gone(struct subscriptions *subscriptions, uint32_t session,
		       uint16_t place);
void subscription_lives(struct subscriptions *subscriptions, uint32_t session,
			uint16_t place);
/* It could not be had; its life was prolonged just now. */
void subscription_tried(struct subscriptions *subscriptions, uint32_t session,
			uint16_t place);
void subscription_prolonged(struct subscriptions *subscriptions, uint32_t session,
			    uint16_t place);

/* subscription_keys.c: makes the next key on another thread; the look after that tells Graph
 * of it, with PATCH.  The old ones are kept, for what is on its way. */
void subscriptions_rotate(struct subscriptions *subscriptions);
void rotation_abandon(struct rotation *rotation);

/* -- for the outbox --------------------------------------------------------------------- */

/* subscription_outcome.c: the reply to a request of one is good; made: 0, or -1 when it
 * names none. */
int subscription_made(struct parcel *parcel, const struct json_t *root);
void subscription_renewed(struct parcel *parcel, const struct json_t *root);
void subscription_ended(struct parcel *parcel);
/* The reply is not good: true when this file ends the parcel, or goes on with it. */
bool subscription_refused(struct parcel *parcel, const struct client_reply *reply,
			  enum reply_class class);

/* subscription_adopt.c: there is one already (409); ends the parcel. */
void subscription_adopt(struct parcel *parcel, const struct client_reply *reply);
void adoption_destroy(struct adoption *adoption);

#endif
