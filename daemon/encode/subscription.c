/* SPDX-License-Identifier: MIT */
/*
 * Requests about Graph's change notifications: made, prolonged, ended.  The API version is
 * that of the resource (meetingCallEvents are beta).  Rules: Microsoft Graph "subscription
 * resource type", "Change notifications for online meetings".
 */
#include <stdio.h>
#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/common/map.h"
#include "daemon/encode/graph.h"
#include "daemon/settings/config.h"
#include "daemon/store/directory.h"
#include "daemon/graph/subscription.h"
#include "daemon/wire/auth.h"
#include "daemon/wire/backoff.h"
#include "daemon/wire/envelope.h"

enum { CLIENT_STATE_BYTES = 32 };

static bool has_text(const char *string)
{
	return string != NULL && string[0] != '\0';
}

bool encode_may_subscribe(const struct words_source *words, uint32_t session,
			  uint16_t place)
{
	const struct config *const config = words->config;
	const struct place_row *const row =
		directory_place(words->directory, session, place);

	return config->graph.client_id != NULL && config->public_url != NULL &&
	       strcmp(config->graph.call_events_api, "none") != 0 && row != NULL &&
	       has_text(row->join_url);
}

static void add_certificate(const struct words_source *words, struct text *body)
{
	text_addf(body,
		  ",\"encryptionCertificate\":\"%s\",\"encryptionCertificateId\":\"%s\"",
		  envelopes_certificate(words->envelopes),
		  envelopes_id(words->envelopes));
}

static void add_expiry(struct text *body, int64_t now_ms)
{
	char ends[32];

	clock_iso(now_ms + SUBSCRIPTION_LIFE_MS, ends);
	text_addf(body, "\"expirationDateTime\":\"%s\"", ends);
}

static void add_creation(const struct words_source *words, const struct place_row *place,
			 const char *state, int64_t now_ms, struct text *body)
{
	const char *const public_url = words->config->public_url;
	struct text resource = { 0 };

	text_addf(&resource, "communications/onlineMeetings(joinWebUrl='");
	encode_literal(&resource, place->join_url);
	text_addf(&resource, "')/meetingCallEvents");
	text_addf(body,
		  "{\"changeType\":\"updated\",\"notificationUrl\":\"%s"
		  "/graph/notifications\",\"lifecycleNotificationUrl\":\"%s"
		  "/graph/lifecycle\",\"resource\":",
		  public_url, public_url);
	text_add_json(body, text_string(&resource));
	text_addf(body, ",");
	add_expiry(body, now_ms);
	text_addf(body, ",\"clientState\":\"%s\",\"latestSupportedTlsVersion\":\"v1_3\"",
		  state);
	/* Without its data a notification says nothing, and nothing else has them. */
	if (words->envelopes != NULL) {
		text_addf(body, ",\"includeResourceData\":true");
		add_certificate(words, body);
	}
	text_addf(body, "}");
	text_finish(&resource);
}

int encode_subscription(const struct words_source *words, struct batch *batch,
			uint32_t session, int64_t now_ms, const struct effect *effect,
			struct request_draft *draft)
{
	char state[2 * CLIENT_STATE_BYTES + 1];

	if (!encode_may_subscribe(words, session, effect->place))
		return -1;
	auth_random_hex(state, CLIENT_STATE_BYTES);
	text_addf(&draft->path, "/%s/subscriptions",
		  words->config->graph.call_events_api);
	add_creation(words, directory_place(words->directory, session, effect->place),
		     state, now_ms, &draft->body);
	snprintf(draft->lane, sizeof(draft->lane), "meeting %u %u", session,
		 effect->place);
	const struct place_row learned = {
		.session = session,
		.place = effect->place,
		.client_state = state,
		.certificate_id =
			words->envelopes != NULL ? envelopes_id(words->envelopes) : NULL,
	};
	directory_set_place(words->directory, batch, &learned);
	return 0;
}

void encode_prolonging(const struct words_source *words, bool certificate, int64_t now_ms,
		       struct text *body)
{
	text_addf(body, "{");
	add_expiry(body, now_ms);
	if (certificate && words->envelopes != NULL)
		add_certificate(words, body);
	text_addf(body, "}");
}

/* -1 when there is none that we know of. */
static int add_path(const struct words_source *words, const struct place_row *row,
		    struct text *path)
{
	if (row == NULL || !has_text(row->subscription_id))
		return -1;
	/* One that was made while there were call events is ended when there are none. */
	const char *const api = words->config->graph.call_events_api;

	text_addf(path, "/%s/subscriptions/", strcmp(api, "none") == 0 ? "v1.0" : api);
	text_add_percent(path, row->subscription_id, strlen(row->subscription_id));
	return 0;
}

int encode_subscription_end(const struct words_source *words, uint32_t session,
			    const struct effect *effect, struct request_draft *draft)
{
	draft->delivery.method = "DELETE";
	snprintf(draft->lane, sizeof(draft->lane), "meeting %u %u", session,
		 effect->place);
	return add_path(words, directory_place(words->directory, session, effect->place),
			&draft->path);
}

int encode_renewal(const struct words_source *words, uint32_t session, uint16_t place,
		   int64_t now_ms, struct request_draft *draft)
{
	const struct place_row *const row =
		directory_place(words->directory, session, place);

	*draft = (struct request_draft){ 0 };
	if (add_path(words, row, &draft->path) < 0)
		return -1;
	encode_prolonging(words,
			  words->envelopes != NULL &&
				  strcmp(row->certificate_id,
					 envelopes_id(words->envelopes)) != 0,
			  now_ms, &draft->body);
	draft->delivery = (struct delivery){
		.session = session,
		.person = PERSON_NONE,
		.what = DELIVER_RENEWAL,
		.party = PARTY_GRAPH,
		.place = place,
		.method = "PATCH",
		.path = text_string(&draft->path),
		.body = text_string(&draft->body),
		.remote_id = "",
	};
	snprintf(draft->lane, sizeof(draft->lane), "meeting %u %u", session, place);
	draft->delivery.lane = map_hash(draft->lane);
	return 0;
}
