/* SPDX-License-Identifier: MIT */
#include "daemon/graph/subscription.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/common/container.h"
#include "daemon/common/log.h"
#include "daemon/outbox/outbox.h"
#include "daemon/sessions.h"
#include "daemon/settings/config.h"
#include "daemon/turn.h"
#include "daemon/wire/client.h"
#include "daemon/wire/envelope.h"
#include "daemon/wire/graph.h"
#include "daemon/wire/token.h"
#include "handlers/hearing.h"
#include "handlers/transcript.h"

enum { LOOK_LEAST_MS = 1000, KEY_BYTES = 24 };

/* Of one place's subscription; nothing is known of it after a start. */
struct watch {
	int64_t tried_ms; /* it was asked for, or could not be had */
	int64_t prolonged_ms;
	int64_t seen_ms; /* known to live */
};

/* A question whether it is still there. */
struct check {
	struct check *next;
	struct subscriptions *subscriptions;
	uint32_t session;
	uint16_t place;
	bool done; /* to be swept away at the next look */
	char *url, *id;
};

static int64_t now_of(const struct subscriptions *subscriptions)
{
	return clock_now_ms(subscriptions->clock);
}

static struct watch *watch_of(struct subscriptions *subscriptions, uint32_t session,
			      uint16_t place)
{
	char key[KEY_BYTES];

	snprintf(key, sizeof(key), "%u %u", session, place);
	struct watch *watch = map_get(&subscriptions->watches, key);

	if (watch == NULL) {
		watch = memory_zeroed(sizeof(*watch));
		map_put(&subscriptions->watches, key, watch);
	}
	return watch;
}

void subscription_tried(struct subscriptions *subscriptions, uint32_t session,
			uint16_t place)
{
	watch_of(subscriptions, session, place)->tried_ms = now_of(subscriptions);
}

void subscription_lives(struct subscriptions *subscriptions, uint32_t session,
			uint16_t place)
{
	watch_of(subscriptions, session, place)->seen_ms = now_of(subscriptions);
}

void subscription_prolonged(struct subscriptions *subscriptions, uint32_t session,
			    uint16_t place)
{
	struct watch *const watch = watch_of(subscriptions, session, place);

	watch->prolonged_ms = watch->seen_ms = now_of(subscriptions);
}

void subscription_make(struct subscriptions *subscriptions, uint32_t session,
		       uint16_t place)
{
	const struct effect effect = { .kind = DELIVER_SUBSCRIPTION,
				       .person = PERSON_NONE,
				       .place = place };

	subscription_tried(subscriptions, session, place);
	if (!outbox_has(subscriptions->outbox, DELIVER_SUBSCRIPTION, session, place))
		outbox_freeze(subscriptions->outbox, session, &effect);
}

static void renew(struct subscriptions *subscriptions, uint32_t session, uint16_t place)
{
	struct request_draft draft;

	if (outbox_has(subscriptions->outbox, DELIVER_RENEWAL, session, place))
		return;
	if (encode_renewal(subscriptions->words, session, place, now_of(subscriptions),
			   &draft) == 0)
		outbox_post(subscriptions->outbox, &draft);
	else
		request_draft_finish(&draft);
}

static bool is_wanted(const struct subscriptions *subscriptions, uint32_t number,
		      uint16_t place)
{
	const struct session *const session =
		sessions_get(subscriptions->sessions, number);

	return session != NULL && hearing_is_wanted(session, place);
}

void subscription_remind(struct subscriptions *subscriptions, uint32_t session,
			 uint16_t place)
{
	const struct watch *const watch = watch_of(subscriptions, session, place);
	const int64_t now_ms = now_of(subscriptions);

	if (watch->prolonged_ms != 0 &&
	    now_ms - watch->prolonged_ms < SUBSCRIPTION_REST_MS)
		return;
	if (is_wanted(subscriptions, session, place))
		renew(subscriptions, session, place);
}

void subscription_gone(struct subscriptions *subscriptions, uint32_t session,
		       uint16_t place)
{
	struct turn *const turn = subscriptions->outbox->turn;
	const struct place_row forgotten = { .session = session,
					     .place = place,
					     .subscription_id = "" };
	struct event event = event_blank(EVENT_HEARING_LOST);

	event.session = session;
	event.place = place;
	event.source = SOURCE_GRAPH;
	event.hearing.since_ms = watch_of(subscriptions, session, place)->seen_ms;
	log_warning("subscription", "gone session=%u place=%u", session, place);
	directory_set_place(subscriptions->words->directory, journal_batch(turn->journal),
			    &forgotten);
	turn_take(turn, &event);
	if (is_wanted(subscriptions, session, place))
		subscription_make(subscriptions, session, place);
}

/* -- is it still there? --------------------------------------------------------------- */

static void check_destroy(struct check *check)
{
	free(check->url);
	free(check->id);
	free(check);
}

/* A later one may have taken its place while we asked. */
static bool is_current(const struct check *check)
{
	const struct place_row *const row =
		directory_place(check->subscriptions->words->directory, check->session,
				check->place);

	return row != NULL && strcmp(row->subscription_id, check->id) == 0;
}

static void on_checked(void *context, const struct client_reply *reply)
{
	struct check *const check = context;
	struct subscriptions *const subscriptions = check->subscriptions;

	check->done = true;
	if (!is_current(check))
		return;
	if (reply->status >= 200 && reply->status < 300)
		subscription_lives(subscriptions, check->session, check->place);
	else if (reply->error == 0 && reply->status == 404)
		subscription_gone(subscriptions, check->session, check->place);
	else if (reply->error == 0 && reply->status == 401)
		token_challenge(subscriptions->outbox->tokens[PARTY_GRAPH],
				reply->challenge);
}

static void on_token(void *context, int error, const char *token)
{
	struct check *const check = context;
	struct text header = { 0 };

	if (error != 0) {
		check->done = true;
		return;
	}
	text_addf(&header, "Authorization: Bearer %s", token);
	const struct graph_request request = {
		.method = "GET",
		.url = check->url,
		.authorization = text_string(&header),
		.together = true,
	};

	graph_send(check->subscriptions->outbox->graph, &request, on_checked, check);
	explicit_bzero(header.data, header.length);
	text_finish(&header);
}

static void check_begin(struct subscriptions *subscriptions, uint32_t session,
			const struct place_row *row)
{
	struct check *const check = memory_zeroed(sizeof(*check));
	const struct config_graph *const graph = &subscriptions->words->config->graph;
	struct text url = { 0 };

	text_addf(&url, "%s/%s/subscriptions/", graph->base_url, graph->call_events_api);
	text_add_percent(&url, row->subscription_id, strlen(row->subscription_id));
	check->url = url.data;
	check->id = memory_string(row->subscription_id);
	check->subscriptions = subscriptions;
	check->session = session;
	check->place = row->place;
	check->next = subscriptions->checks;
	subscriptions->checks = check;
	token_take(subscriptions->outbox->tokens[PARTY_GRAPH], on_token, check);
}

static bool is_being_checked(const struct subscriptions *subscriptions, uint32_t session,
			     uint16_t place)
{
	const struct check *check = subscriptions->checks;

	while (check != NULL && (check->session != session || check->place != place))
		check = check->next;
	return check != NULL;
}

static void sweep(struct subscriptions *subscriptions)
{
	struct check **link = &subscriptions->checks;

	while (*link != NULL) {
		struct check *const check = *link;

		if (!check->done) {
			link = &check->next;
			continue;
		}
		*link = check->next;
		check_destroy(check);
	}
}

bool subscriptions_ask(const struct subscriptions *subscriptions)
{
	for (const struct check *at = subscriptions->checks; at != NULL; at = at->next) {
		if (!at->done)
			return true;
	}
	return false;
}

/* -- the look --------------------------------------------------------------------------- */

static bool is_due(const struct subscriptions *subscriptions, const struct place_row *row,
		   int64_t now_ms)
{
	const struct envelopes *const envelopes = subscriptions->words->envelopes;

	return now_ms >= row->subscription_renew_ms ||
	       (envelopes != NULL &&
		strcmp(row->certificate_id, envelopes_id(envelopes)) != 0);
}

/* In a session that runs it matters within minutes. */
static bool is_long_ago(int64_t moment_ms, const struct session *session, uint16_t place,
			int64_t urgent_ms, int64_t now_ms)
{
	return now_ms - moment_ms >=
	       (hearing_is_urgent(session, place) ? urgent_ms : SUBSCRIPTION_IDLE_MS);
}

static void look_at(struct subscriptions *subscriptions, const struct session *session,
		    uint16_t place, unsigned *checks)
{
	const struct place_row *const row =
		directory_place(subscriptions->words->directory, session->number, place);
	struct watch *const watch = watch_of(subscriptions, session->number, place);
	const int64_t now_ms = now_of(subscriptions);

	if (row->subscription_id[0] == '\0') {
		if (is_long_ago(watch->tried_ms, session, place, SUBSCRIPTION_AGAIN_MS,
				now_ms))
			subscription_make(subscriptions, session->number, place);
	} else if (now_ms >= row->subscription_ends_ms) {
		subscription_gone(subscriptions, session->number, place);
	} else if (is_due(subscriptions, row, now_ms)) {
		renew(subscriptions, session->number, place);
	} else if (*checks < SUBSCRIPTION_CHECKS &&
		   is_long_ago(watch->seen_ms, session, place, SUBSCRIPTION_CHECK_MS,
			       now_ms) &&
		   !is_being_checked(subscriptions, session->number, place)) {
		++*checks;
		check_begin(subscriptions, session->number, row);
	}
}

void subscriptions_look(struct subscriptions *subscriptions)
{
	unsigned checks = 0;

	sweep(subscriptions);
	if (subscriptions->outbox->tokens[PARTY_GRAPH] == NULL ||
	    subscriptions->outbox->stopping)
		return;
	if (subscriptions->envelopes != NULL && subscriptions->rotation == NULL &&
	    envelopes_rotation_due(subscriptions->envelopes, clock_real_ms()))
		subscriptions_rotate(subscriptions);
	for (uint32_t i = 1; i <= subscriptions->sessions->highest; i++) {
		const struct session *const session =
			sessions_get(subscriptions->sessions, i);

		for (uint32_t place = 0; session != NULL && place < session->places;
		     place++) {
			if (hearing_is_wanted(session, (uint16_t)place) &&
			    encode_may_subscribe(subscriptions->words, i,
						 (uint16_t)place))
				look_at(subscriptions, session, (uint16_t)place, &checks);
		}
	}
}

static void on_look(uv_timer_t *timer)
{
	subscriptions_look(container_of(timer, struct subscriptions, timer));
}

void subscriptions_init(struct subscriptions *subscriptions, uv_loop_t *loop,
			struct outbox *outbox, struct envelopes *envelopes)
{
	const struct config_graph *const graph = &outbox->config->graph;
	const struct clock *const clock = outbox->turn->clock;
	uint64_t every_ms = (uint64_t)SUBSCRIPTION_LOOK_S * 1000 / (uint64_t)clock->speed;

	if (every_ms < LOOK_LEAST_MS)
		every_ms = LOOK_LEAST_MS;
	*subscriptions = (struct subscriptions){ .outbox = outbox,
						 .words = outbox->words,
						 .sessions = outbox->words->sessions,
						 .clock = clock,
						 .envelopes = envelopes };
	outbox->subscriptions = subscriptions;
	if (graph->client_id != NULL && strcmp(graph->call_events_api, "none") == 0)
		log_warning(
			"subscription",
			"Graph does not tell live who is in a meeting here (cloud, or "
			"graph.call_events_api): the bot and reports are relied on");
	uv_timer_init(loop, &subscriptions->timer);
	uv_timer_start(&subscriptions->timer, on_look, every_ms, every_ms);
}

void subscriptions_finish(struct subscriptions *subscriptions)
{
	const struct map_slot *slot;
	size_t at = 0;

	uv_close((uv_handle_t *)&subscriptions->timer, NULL);
	while (subscriptions->checks != NULL) {
		struct check *const check = subscriptions->checks;

		subscriptions->checks = check->next;
		check_destroy(check);
	}
	while ((slot = map_next(&subscriptions->watches, &at)) != NULL)
		free(slot->value);
	map_finish(&subscriptions->watches);
	rotation_abandon(subscriptions->rotation);
	subscriptions->outbox->subscriptions = NULL;
}
