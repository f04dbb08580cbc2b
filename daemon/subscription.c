/* SPDX-License-Identifier: MIT */
#include "daemon/subscription.h"

#include "daemon/common/clock.h"
#include "daemon/common/container.h"
#include "daemon/outbox.h"
#include "daemon/sessions.h"

void subscription_make(struct outbox *outbox, uint32_t session, uint16_t place)
{
	const struct effect effect = { .kind = DELIVER_SUBSCRIPTION,
				       .person = PERSON_NONE,
				       .place = place };

	outbox_freeze(outbox, session, &effect);
}

void subscription_renew(struct outbox *outbox, const struct words_source *words,
			uint32_t session, uint16_t place, int64_t now_ms)
{
	struct request_draft draft;

	if (outbox_has(outbox, DELIVER_SUBSCRIPTION, session, place))
		return;
	if (encode_renewal(words, session, place, now_ms + SUBSCRIPTION_LIFE_MS,
			   &draft) == 0)
		outbox_post(outbox, &draft);
	else
		request_draft_finish(&draft);
}

static void look_at(struct subscriptions *subscriptions, const struct session *session,
		    int64_t now_ms)
{
	if (session->state < SESSION_OPEN || session->state > SESSION_OVER)
		return;
	for (uint32_t place = 0; place < session->places; place++) {
		const struct place_row *const row =
			directory_place(subscriptions->words->directory, session->number,
					(uint16_t)place);

		if (row == NULL || row->subscription_id == NULL ||
		    row->subscription_id[0] == '\0' ||
		    row->subscription_ends_ms - now_ms > SUBSCRIPTION_LIFE_MS / 2)
			continue;
		subscription_renew(subscriptions->outbox, subscriptions->words,
				   session->number, (uint16_t)place, now_ms);
	}
}

static void on_look(uv_timer_t *timer)
{
	struct subscriptions *const subscriptions =
		container_of(timer, struct subscriptions, timer);
	const int64_t now_ms = clock_now_ms(subscriptions->clock);

	for (uint32_t i = 1; i <= subscriptions->sessions->highest; i++) {
		const struct session *const session =
			sessions_get(subscriptions->sessions, i);

		if (session != NULL)
			look_at(subscriptions, session, now_ms);
	}
}

void subscriptions_init(struct subscriptions *subscriptions, uv_loop_t *loop,
			struct outbox *outbox, const struct words_source *words,
			const struct sessions *sessions, const struct clock *clock)
{
	const uint64_t every_ms =
		(uint64_t)(SUBSCRIPTION_LOOK_S * 1000 / clock->speed) + 100;

	subscriptions->outbox = outbox;
	subscriptions->words = words;
	subscriptions->sessions = sessions;
	subscriptions->clock = clock;
	uv_timer_init(loop, &subscriptions->timer);
	uv_timer_start(&subscriptions->timer, on_look, every_ms, every_ms);
}

void subscriptions_finish(struct subscriptions *subscriptions)
{
	uv_close((uv_handle_t *)&subscriptions->timer, NULL);
}
