/* SPDX-License-Identifier: MIT */
/*
 * subscription - Graph's change notifications for our meetings, renewed before they lapse.
 *
 * A subscription is renewed by our own clock when half of its life is over; Graph's
 * reminders (reauthorizationRequired) only make that happen sooner.
 */
#ifndef PLENARY_SUBSCRIPTION_H
#define PLENARY_SUBSCRIPTION_H

#include <stdint.h>
#include <uv.h>

enum { SUBSCRIPTION_LIFE_MS = 4 * 3600 * 1000, SUBSCRIPTION_LOOK_S = 60 };

struct clock;
struct outbox;
struct sessions;
struct words_source;

struct subscriptions {
	uv_timer_t timer;
	struct outbox *outbox;
	const struct words_source *words;
	const struct sessions *sessions;
	const struct clock *clock;
};

void subscriptions_init(struct subscriptions *subscriptions, uv_loop_t *loop,
			struct outbox *outbox, const struct words_source *words,
			const struct sessions *sessions, const struct clock *clock);
void subscriptions_finish(struct subscriptions *subscriptions);

void subscription_make(struct outbox *outbox, uint32_t session, uint16_t place);
/* Nothing when a request for this place is under way already. */
void subscription_renew(struct outbox *outbox, const struct words_source *words,
			uint32_t session, uint16_t place, int64_t now_ms);

#endif
