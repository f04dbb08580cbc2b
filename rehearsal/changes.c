/* SPDX-License-Identifier: MIT */
#include "rehearsal/changes.h"

#include "daemon/common/text.h"
#include "daemon/wire/envelope.h"
#include "rehearsal/actor.h"
#include "rehearsal/routes.h"
#include "rehearsal/stage.h"
#include "rehearsal/subscription.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct change {
	struct change *next;
	int64_t due_ms;
	struct subscription *subscription;
	const char *change_type; /* static */
	char *content;           /* what is sealed; NULL: a basic item */
	json_t *resource_data;
};

static void change_destroy(struct change *change)
{
	free(change->content);
	json_decref(change->resource_data);
	free(change);
}

void changes_finish(struct stage *stage)
{
	while (stage->changes != NULL) {
		struct change *const first = stage->changes;

		stage->changes = first->next;
		change_destroy(first);
	}
}

/* -- what is said ------------------------------------------------------------------------ */

static void moment_text(int64_t at_ms, char text[40])
{
	clock_iso(at_ms, text);
	memcpy(text + strlen(text) - 1, "0000Z", 6);
}

static json_t *content_of(struct stage *stage, const struct subscription *subscription,
			  const char *event_type, int64_t at_ms)
{
	char id[37], at[40];

	chance_guid(&stage->chance, id);
	moment_text(at_ms, at);
	return json_pack("{s:s,s:s,s:s,s:s,s:s}", "@odata.type",
			 "#microsoft.graph.callevent", "@odata.id",
			 subscription->resource, "id", id, "eventType", event_type,
			 "eventDateTime", at);
}

/* Of people without an account Graph knows the name they typed and no more. */
static json_t *identity_json(const struct stage *stage, const struct person *person)
{
	if (!person->guest)
		return json_pack("{s:{s:s,s:s,s:s}}", "user", "id", person->object_id,
				 "displayName", person->name, "tenantId",
				 stage->plan.tenant_id);
	return json_pack("{s:{s:n,s:s,s:s}}", "user", "id", "displayName", person->name,
			 "userIdentityType", "anonymousGuest");
}

/* A device in a call, from coming in to going out; a new one for each coming in. */
static void leg_id(const struct stage *stage, const struct change_moment *moment,
		   const struct change_roster *roster, char id[37])
{
	const struct person *const person = &stage->world.people[roster->person];
	const struct meeting *const meeting = &stage->world.meetings[moment->meeting];
	struct text label = { 0 };

	text_addf(&label, "leg %s %zu %u %u %u", meeting->thread_id, meeting->calls_count,
		  roster->person, roster->device, person->comings[roster->device]);
	struct chance chance = chance_of(stage->plan.seed, text_string(&label));
	chance_guid(&chance, id);
	text_finish(&label);
}

static json_t *entry_json(const struct stage *stage, const struct change_moment *moment,
			  const struct change_roster *roster)
{
	char id[37];

	leg_id(stage, moment, roster, id);
	json_t *const entry =
		json_pack("{s:{s:o},s:b,s:s}", "info", "identity",
			  identity_json(stage, &stage->world.people[roster->person]),
			  "isInLobby", roster->lobby, "id", id);
	if (!roster->joined && !roster->lobby)
		json_object_set_new(entry, "removedState",
				    json_pack("{s:s}", "reason",
					      "Participant has left the meeting call."));
	return entry;
}

static char *pascal_name(const char *name)
{
	char *const made = memory_string(name);

	made[0] = (char)toupper((unsigned char)made[0]);
	return made;
}

/* The same value with every member's name begun in upper case. */
static json_t *pascal_case(const json_t *value)
{
	json_t *const made = json_is_object(value) ? json_object() : NULL;
	const char *key;
	json_t *member;

	if (made == NULL)
		return json_deep_copy(value);
	json_object_foreach ((json_t *)value, key, member) {
		char *const name = pascal_name(key);

		json_object_set_new(made, name, pascal_case(member));
		free(name);
	}
	return made;
}

/* -- when it is said ------------------------------------------------------------------------ */

static void enqueue(struct stage *stage, struct change *change)
{
	struct change **link = &stage->changes;

	while (*link != NULL)
		link = &(*link)->next;
	*link = change;
	stage_put(stage, &(struct act){ .at_ms = change->due_ms, .kind = ACT_CHANGES });
}

/* What is noticed shortly after another thing goes with it, unless order is to be lost. */
static int64_t due_of(struct stage *stage, struct subscription *subscription,
		      int64_t at_ms)
{
	const bool disorder = stage->plan.trouble.disorder != 0;
	const int64_t now_ms = stage_now_ms(stage);
	int64_t due_ms =
		now_ms + chance_between(&stage->chance, CHANGE_LEAST_MS,
					disorder ? CHANGE_DISORDERED_MS : CHANGE_MOST_MS);

	due_ms += CHANGE_GATHERED_MS - due_ms % CHANGE_GATHERED_MS;
	if (!disorder && (due_ms < subscription->last_due_ms ||
			  at_ms - subscription->last_noticed_ms < CHANGE_GATHERED_MS))
		due_ms = subscription->last_due_ms;
	subscription->last_noticed_ms = at_ms;
	subscription->last_due_ms = due_ms;
	return due_ms;
}

static json_t *call_data(const struct subscription *subscription, const json_t *content)
{
	return json_pack("{s:s,s:s,s:s}", "@odata.id", subscription->resource,
			 "@odata.type", "#microsoft.graph.callevent", "id",
			 json_string_at(content, "id"));
}

/* Takes the content over. */
static void tell_call(struct subscription *subscription, int64_t at_ms, json_t *content)
{
	struct stage *const stage = subscription->stage;
	struct change *const change = memory_zeroed(sizeof(*change));

	*change = (struct change){
		.due_ms = due_of(stage, subscription, at_ms),
		.subscription = subscription,
		.change_type = "updated",
		.content = subscription->rich ? json_written(content) : NULL,
		.resource_data = call_data(subscription, content),
	};
	if (chance_between(&stage->chance, 1, CHANGE_AGAIN_ONE_IN) == 1) {
		struct change *const again = memory_zeroed(sizeof(*again));

		*again = *change;
		again->due_ms += CHANGE_AGAIN_MS;
		again->content =
			change->content != NULL ? memory_string(change->content) : NULL;
		json_incref(again->resource_data);
		enqueue(stage, again);
	}
	enqueue(stage, change);
	json_decref(content);
}

void changes_call(struct stage *stage, const struct change_moment *moment, bool started)
{
	struct subscription *at = stage->subscriptions;

	for (; at != NULL; at = at->next) {
		if (subscription_hears(at, moment->meeting))
			tell_call(at, moment->at_ms,
				  content_of(stage, at,
					     started ? "callStarted" : "callEnded",
					     moment->at_ms));
	}
}

void changes_roster(struct stage *stage, const struct change_moment *moment,
		    const struct change_roster *roster)
{
	struct subscription *at = stage->subscriptions;

	assert(roster->person < stage->world.people_count);
	assert(roster->device < DEVICES);
	for (; at != NULL; at = at->next) {
		if (!subscription_hears(at, moment->meeting))
			continue;
		json_t *const content =
			content_of(stage, at, "rosterUpdated", moment->at_ms);
		json_t *const entry = entry_json(stage, moment, roster);

		json_object_set_new(content, "participants@delta",
				    json_pack("[o]", at->pascal ? pascal_case(entry)
								: json_incref(entry)));
		json_decref(entry);
		tell_call(at, moment->at_ms, content);
	}
}

/* -- how it is said ------------------------------------------------------------------------- */

static json_t *item_json(const struct subscription *subscription)
{
	const struct stage *const stage = subscription->stage;
	char expires[40];

	moment_text(subscription->expires_ms, expires);
	json_t *const item = json_pack("{s:s,s:s,s:s}", "subscriptionId",
				       subscription->id, "subscriptionExpirationDateTime",
				       expires, "tenantId", stage->plan.tenant_id);
	if (subscription->client_state[0] != '\0')
		json_object_set_new(item, "clientState",
				    json_string(subscription->client_state));
	return item;
}

/* The certificate of before is good for what was on its way when it was replaced. */
static const struct certificate *certificate_of(const struct subscription *subscription,
						struct chance *chance)
{
	const bool recent =
		stage_now_ms(subscription->stage) < subscription->old_until_ms;

	return recent && chance_percent(chance, 50) ? &subscription->old_certificate
						    : &subscription->certificate;
}

static json_t *sealed_json(struct stage *stage, const struct change *change)
{
	const struct certificate *const certificate =
		certificate_of(change->subscription, &stage->chance);
	struct envelope_sealed sealed = { 0 };
	const int rc = envelope_seal(&sealed, certificate->base64, change->content,
				     strlen(change->content));

	assert(rc == 0);
	(void)rc;
	json_t *const json =
		json_pack("{s:s,s:s,s:s,s:s,s:s}", "data", sealed.data, "dataSignature",
			  sealed.signature, "dataKey", sealed.key,
			  "encryptionCertificateId", certificate->id,
			  "encryptionCertificateThumbprint", sealed.thumbprint);
	envelope_sealed_finish(&sealed);
	return json;
}

static json_t *change_json(struct stage *stage, const struct change *change)
{
	json_t *const item = item_json(change->subscription);

	json_object_set_new(item, "changeType", json_string(change->change_type));
	json_object_set_new(item, "resource",
			    json_string(change->subscription->resource));
	json_object_set(item, "resourceData", change->resource_data);
	if (change->content != NULL) {
		json_object_set_new(item, "organizationId",
				    json_string(stage->plan.tenant_id));
		json_object_set_new(item, "encryptedContent", sealed_json(stage, change));
	}
	return item;
}

/* Takes the items over. */
static void post(struct stage *stage, const char *url, json_t *items, bool rich)
{
	json_t *const collection = json_pack("{s:o}", "value", items);

	if (rich) {
		char *const token =
			entra_validation_token(stage, chance_percent(&stage->chance, 50)
							      ? 2
							      : 1);

		json_object_set_new(collection, "validationTokens",
				    json_pack("[s]", token));
		free(token);
	}
	courier_send(&stage->courier,
		     &(struct delivery){
			     .url = url,
			     .body = json_written(collection),
			     .lane = stage->plan.trouble.disorder ? LANE_NONE : LANES - 1,
		     });
	json_decref(collection);
}

void changes_lifecycle(struct stage *stage, struct subscription *subscription,
		       const char *event)
{
	json_t *const item = item_json(subscription);

	json_object_set_new(item, "lifecycleEvent", json_string(event));
	post(stage, subscription->lifecycle_url, json_pack("[o]", item), false);
}

/* All that is due for one address, in the order it was noticed; false: nothing is. */
static bool post_due(struct stage *stage)
{
	const int64_t now_ms = stage_now_ms(stage);
	struct change **link = &stage->changes;
	char *url = NULL;
	json_t *const items = json_array();
	bool rich = false;

	while (*link != NULL && json_array_size(items) < CHANGES_IN_A_POST) {
		struct change *const change = *link;
		const char *const to = change->subscription->notification_url;

		if (change->due_ms > now_ms || (url != NULL && strcmp(url, to) != 0)) {
			link = &change->next;
			continue;
		}
		*link = change->next;
		if (url == NULL)
			url = memory_string(to);
		if (subscription_is_live(change->subscription)) {
			json_array_append_new(items, change_json(stage, change));
			rich = rich || change->content != NULL;
		}
		change_destroy(change);
	}
	if (json_array_size(items) > 0)
		post(stage, url, items, rich);
	else
		json_decref(items);
	const bool any = url != NULL;
	free(url);
	return any;
}

void changes_due(struct stage *stage)
{
	while (post_due(stage))
		;
}
