/* SPDX-License-Identifier: MIT */
#include "rehearsal/graph.h"

#include "daemon/wire/hosts.h"
#include "daemon/wire/envelope.h"
#include "rehearsal/actor.h"
#include "rehearsal/changes.h"
#include "rehearsal/handshake.h"
#include "rehearsal/stage.h"
#include "rehearsal/subscription.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static json_t *subscription_json(const struct subscription *subscription)
{
	const struct stage *const stage = subscription->stage;
	char expires[40];

	clock_iso(subscription->expires_ms, expires);
	memcpy(expires + strlen(expires) - 1, "0000Z", 6);
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s?,s:s,s:s,s:s,s:b,s:s?,s:n}", "id",
			 subscription->id, "resource", subscription->resource,
			 "applicationId", stage->plan.app_id, "changeType",
			 subscription->change_type, "clientState",
			 subscription->client_state, "notificationUrl",
			 subscription->notification_url, "lifecycleNotificationUrl",
			 subscription->lifecycle_url[0] != '\0'
				 ? subscription->lifecycle_url
				 : NULL,
			 "expirationDateTime", expires, "creatorId", stage->plan.app_id,
			 "latestSupportedTlsVersion", "v1_2", "includeResourceData",
			 subscription->rich, "encryptionCertificateId",
			 subscription->certificate.id, "encryptionCertificate");
}

static void certificate_finish(struct certificate *certificate)
{
	free(certificate->id);
	free(certificate->base64);
	*certificate = (struct certificate){ 0 };
}

/* NULL, or what is wrong with the certificate a body brings. */
static const char *certificate_fault(const json_t *body)
{
	const char *const base64 = json_string_at(body, "encryptionCertificate");
	const char *const id = json_string_at(body, "encryptionCertificateId");
	struct envelope_sealed sealed = { 0 };

	if (base64[0] == '\0')
		return "The request must contain encryptionCertificate when "
		       "includeResourceData is true.";
	if (id[0] == '\0' || strlen(id) > CERTIFICATE_ID_BYTES)
		return "encryptionCertificateId has 1 to 128 characters.";
	if (envelope_seal(&sealed, base64, "", 0) < 0)
		return "Certificate validation error: not a base64-encoded X.509 "
		       "certificate with an RSA key of 2048 to 4096 bits.";
	envelope_sealed_finish(&sealed);
	return NULL;
}

static void certificate_read(struct certificate *certificate, const json_t *body)
{
	certificate_finish(certificate);
	certificate->id = memory_string(json_string_at(body, "encryptionCertificateId"));
	certificate->base64 =
		memory_string(json_string_at(body, "encryptionCertificate"));
}

static void subscription_destroy(struct subscription *subscription)
{
	certificate_finish(&subscription->certificate);
	certificate_finish(&subscription->old_certificate);
	free(subscription->change_type);
	free(subscription->resource);
	free(subscription->notification_url);
	free(subscription->lifecycle_url);
	free(subscription->client_state);
	free(subscription);
}

void graph_subscriptions_finish(struct stage *stage)
{
	while (stage->subscriptions != NULL) {
		struct subscription *const first = stage->subscriptions;

		stage->subscriptions = first->next;
		handshake_cancel(first);
		subscription_destroy(first);
	}
	map_finish(&stage->subscriptions_by_id);
}

static void remember(struct stage *stage, struct subscription *subscription)
{
	subscription->number =
		stage->subscriptions != NULL ? stage->subscriptions->number + 1 : 0;
	subscription->next = stage->subscriptions;
	stage->subscriptions = subscription;
	map_put(&stage->subscriptions_by_id, subscription->id, subscription);
}

bool subscription_is_live(const struct subscription *subscription)
{
	return subscription->state == SUBSCRIPTION_LIVE &&
	       subscription->expires_ms > stage_now_ms(subscription->stage);
}

/* communications/onlineMeetings(joinWebUrl='…')/meetingCallEvents, encoded once */
static uint32_t meeting_of(const struct stage *stage, const char *resource)
{
	const char *const first = strchr(resource, '\'');
	const char *const last = strrchr(resource, '\'');
	struct text quoted = { 0 }, plain = { 0 };

	if (strstr(resource, "onlineMeetings") == NULL || first == NULL || last <= first)
		return NOWHERE;
	text_addf(&quoted, "v=%.*s", (int)(last - first - 1), first + 1);
	query_read(text_string(&quoted), "v", &plain);
	const uint32_t meeting =
		world_find(&stage->world.by_join_url, text_string(&plain));
	text_finish(&plain);
	text_finish(&quoted);
	return meeting;
}

static int64_t life(int64_t now_ms, int64_t wanted_ms)
{
	if (wanted_ms < now_ms + SHORTEST_LIFE_MS)
		return now_ms + SHORTEST_LIFE_MS;
	return wanted_ms > now_ms + LONGEST_LIFE_MS ? -1 : wanted_ms;
}

static int64_t expiry_read(const struct exchange *exchange)
{
	int64_t wanted_ms;

	if (clock_parse(json_string_at(exchange->json, "expirationDateTime"),
			&wanted_ms) < 0)
		return -1;
	return life(stage_now_ms(exchange->stage), wanted_ms);
}

static const char *fault_of(const struct exchange *exchange, uint32_t meeting)
{
	const json_t *const body = exchange->json;
	const char *const url = json_string_at(body, "notificationUrl");
	const char *const lifecycle = json_string_at(body, "lifecycleNotificationUrl");
	const int64_t expires_ms = expiry_read(exchange);

	if (meeting == NOWHERE)
		return "The resource names no meeting of this tenant.";
	if (strcmp(exchange->region, "beta") != 0)
		return "meetingCallEvents are subscribed to in the beta version only.";
	if (strcmp(json_string_at(body, "changeType"), "updated") != 0)
		return "changeType must be updated.";
	/* plain HTTP stays on this machine */
	if (strncmp(url, "https://", 8) != 0 && !host_is_loopback(url))
		return "notificationUrl must be https.";
	if (expires_ms < 0)
		return "expirationDateTime is missing or too far ahead.";
	if (lifecycle[0] == '\0' &&
	    expires_ms > stage_now_ms(exchange->stage) + 60 * 60 * 1000)
		return "lifecycleNotificationUrl is required for more than an hour.";
	if (strlen(json_string_at(body, "clientState")) > CLIENT_STATE_BYTES)
		return "clientState is longer than 128 characters.";
	return json_is_true(json_object_get(body, "includeResourceData"))
		       ? certificate_fault(body)
		       : NULL;
}

static const struct subscription *twin_of(const struct stage *stage, uint32_t meeting)
{
	const struct subscription *at = stage->subscriptions;

	while (at != NULL && (at->meeting != meeting || !subscription_is_live(at)))
		at = at->next;
	return at;
}

static struct subscription *subscription_made(const struct exchange *exchange,
					      uint32_t meeting)
{
	struct subscription *const made = memory_zeroed(sizeof(*made));
	const json_t *const body = exchange->json;

	*made = (struct subscription){
		.stage = exchange->stage,
		.change_type = memory_string(json_string_at(body, "changeType")),
		.resource = memory_string(json_string_at(body, "resource")),
		.notification_url =
			memory_string(json_string_at(body, "notificationUrl")),
		.lifecycle_url =
			memory_string(json_string_at(body, "lifecycleNotificationUrl")),
		.client_state = memory_string(json_string_at(body, "clientState")),
		.meeting = meeting,
		.expires_ms = expiry_read(exchange),
		.back = exchange->back,
	};
	chance_guid(&exchange->stage->chance, made->id);
	made->rich = json_is_true(json_object_get(body, "includeResourceData"));
	made->pascal = chance_percent(&exchange->stage->chance, 75);
	if (made->rich)
		certificate_read(&made->certificate, body);
	return made;
}

void graph_subscribe(struct exchange *exchange)
{
	struct stage *const stage = exchange->stage;
	const uint32_t meeting =
		meeting_of(stage, json_string_at(exchange->json, "resource"));
	const char *const fault = fault_of(exchange, meeting);

	if (fault != NULL) {
		answer_graph_error(exchange, 400, "InvalidRequest", fault);
		return;
	}
	const struct subscription *const twin = twin_of(stage, meeting);
	if (twin != NULL) {
		struct text message = { 0 };

		text_addf(
			&message,
			"Subscription Id %s already exists for the requested combination",
			twin->id);
		answer_graph_error(exchange, 409, "Conflict", text_string(&message));
		text_finish(&message);
		return;
	}
	struct subscription *const made = subscription_made(exchange, meeting);
	remember(stage, made);
	handshake_begin(made);
}

void handshake_done(struct subscription *subscription, const char *fault)
{
	struct stage *const stage = subscription->stage;

	assert(subscription->state == SUBSCRIPTION_ASKED);
	if (fault != NULL) {
		subscription->state = SUBSCRIPTION_GONE;
		map_remove(&stage->subscriptions_by_id, subscription->id);
		answer_json(stage, &subscription->back, 400,
			    graph_error_of(stage, &subscription->back, "InvalidRequest",
					   fault));
		return;
	}
	subscription->state = SUBSCRIPTION_LIVE;
	subscription->created_ms = stage_now_ms(stage);
	actor_subscription_expires(stage, subscription->number,
				   subscription->expires_ms - REMINDER_MS);
	answer_json(stage, &subscription->back, 201, subscription_json(subscription));
}

void graph_subscriptions(struct exchange *exchange)
{
	json_t *const list = json_array();

	for (const struct subscription *at = exchange->stage->subscriptions; at != NULL;
	     at = at->next) {
		if (subscription_is_live(at))
			json_array_append_new(list, subscription_json(at));
	}
	answer_json(exchange->stage, &exchange->back, 200,
		    json_pack("{s:o}", "value", list));
}

/* The subscription of parts[1], NULL after having answered 404. */
static struct subscription *subscription_named(struct exchange *exchange)
{
	struct subscription *const found =
		map_get(&exchange->stage->subscriptions_by_id, exchange->parts[1]);

	if (found != NULL && subscription_is_live(found))
		return found;
	answer_graph_error(exchange, 404, "ResourceNotFound",
			   "The object was not found.");
	return NULL;
}

void graph_subscription(struct exchange *exchange)
{
	const struct subscription *const found = subscription_named(exchange);

	if (found != NULL)
		answer_json(exchange->stage, &exchange->back, 200,
			    subscription_json(found));
}

/* What is on its way is sealed for the old one. */
static void certificate_change(struct subscription *subscription, const json_t *body)
{
	certificate_finish(&subscription->old_certificate);
	subscription->old_certificate = subscription->certificate;
	subscription->certificate = (struct certificate){ 0 };
	subscription->old_until_ms =
		stage_now_ms(subscription->stage) + OLD_CERTIFICATE_MS;
	certificate_read(&subscription->certificate, body);
}

/* NULL, or why nothing is changed. */
static const char *change_fault(const struct exchange *exchange,
				const struct subscription *subscription)
{
	const json_t *const body = exchange->json;
	const bool certified = json_object_get(body, "encryptionCertificate") != NULL;
	const bool timed = json_object_get(body, "expirationDateTime") != NULL;

	if (timed && expiry_read(exchange) < 0)
		return "expirationDateTime is too far ahead.";
	if (certified && !subscription->rich)
		return "The subscription has no resource data to seal.";
	if (certified)
		return certificate_fault(body);
	if (!timed && json_string_at(body, "notificationUrl")[0] == '\0')
		return "There is nothing to change.";
	return NULL;
}

void graph_subscription_change(struct exchange *exchange)
{
	struct subscription *const found = subscription_named(exchange);
	const char *const url = json_string_at(exchange->json, "notificationUrl");

	if (found == NULL)
		return;
	const char *const fault = change_fault(exchange, found);
	if (fault != NULL) {
		answer_graph_error(exchange, 400, "InvalidRequest", fault);
		return;
	}
	if (expiry_read(exchange) > 0)
		found->expires_ms = expiry_read(exchange);
	if (json_object_get(exchange->json, "encryptionCertificate") != NULL)
		certificate_change(found, exchange->json);
	if (url[0] != '\0') {
		free(found->notification_url);
		found->notification_url = memory_string(url);
	}
	actor_subscription_expires(exchange->stage, found->number,
				   found->expires_ms - REMINDER_MS);
	answer_json(exchange->stage, &exchange->back, 200, subscription_json(found));
}

void graph_subscription_reauthorize(struct exchange *exchange)
{
	if (subscription_named(exchange) != NULL)
		answer_json(exchange->stage, &exchange->back, 200, NULL);
}

void graph_subscription_delete(struct exchange *exchange)
{
	struct subscription *const found = subscription_named(exchange);

	if (found == NULL)
		return;
	found->state = SUBSCRIPTION_GONE;
	map_remove(&exchange->stage->subscriptions_by_id, found->id);
	answer_json(exchange->stage, &exchange->back, 204, NULL);
}

/* Microsoft's own peculiarity: a subscription made during a call is deaf to that call. */
bool subscription_hears(const struct subscription *subscription, uint32_t number)
{
	const struct stage *const stage = subscription->stage;

	if (subscription->meeting != number || !subscription_is_live(subscription))
		return false;
	const struct meeting *const meeting = &stage->world.meetings[number];
	const struct call *const call =
		meeting->calls_count > 0 ? &meeting->calls[meeting->calls_count - 1]
					 : NULL;

	return call != NULL && subscription->created_ms <= call->started_ms;
}

void graph_subscription_forget(struct stage *stage)
{
	struct subscription *at = stage->subscriptions, *chosen = NULL;
	int64_t seen = 0;

	for (; at != NULL; at = at->next) {
		if (subscription_is_live(at) &&
		    chance_between(&stage->chance, 0, seen++) == 0)
			chosen = at;
	}
	if (chosen == NULL)
		return;
	chosen->state = SUBSCRIPTION_GONE;
	map_remove(&stage->subscriptions_by_id, chosen->id);
	if (chosen->lifecycle_url[0] != '\0' && chance_percent(&stage->chance, 50))
		changes_lifecycle(stage, chosen, "subscriptionRemoved");
	progress_say(stage, "forgot", NOWHERE, "", chosen->id);
}

void graph_subscription_reminds(struct stage *stage, uint32_t number)
{
	struct subscription *at = stage->subscriptions;
	const int64_t now_ms = stage_now_ms(stage);

	while (at != NULL && at->number != number)
		at = at->next;
	if (at == NULL || !subscription_is_live(at) ||
	    at->expires_ms - REMINDER_MS > now_ms)
		return;
	if (at->lifecycle_url[0] != '\0')
		changes_lifecycle(stage, at, "reauthorizationRequired");
	actor_subscription_expires(stage, number, now_ms + REMINDER_AGAIN_MS);
}
