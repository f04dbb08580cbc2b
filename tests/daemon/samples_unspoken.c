/* SPDX-License-Identifier: MIT */
/* What Plenary does not speak: never sent, and harmless when it comes. */
#include "tests/daemon/samples.h"

#include "daemon/decode/activity.h"
#include "daemon/decode/notification.h"
#include "daemon/decode/webinar.h"
#include "tests/check.h"

static void has_none_of(const struct request_draft *draft, const char *const *words)
{
	for (const char *const *word = words; *word != NULL; word++) {
		CHECK(strstr(draft->delivery.path, *word) == NULL);
		CHECK(strstr(draft->delivery.body, *word) == NULL);
	}
}

/* Nothing that we send has these words in its path or body. */
static void never_sent(const char *const *words)
{
	for (int kind = DELIVER_ROOM_MEETING; kind < EFFECT_KINDS; kind++) {
		struct effect effect = effect_blank((enum effect_kind)kind);
		struct request_draft draft = { 0 };

		if (strncmp(effect_name((enum effect_kind)kind), "deliver", 7) != 0)
			continue;
		effect.person = 0;
		effect.place = 0;
		effect.block = 1;
		effect.poll = 0;
		if (encode_delivery(&sample_world.plenary->words,
				    journal_batch(sample_world.plenary->journal),
				    sample_session, 4099194000000, &effect, &draft) == 0)
			has_none_of(&draft, words);
		request_draft_finish(&draft);
	}
}

/* Bubbles, files, feed alerts and the typing sign: the card and its summary do it. */
void means_not_said(const char *name)
{
	static const char *const words[] = { "externalResourceUrl", "card.file",
					     "\"alert\"", "\"typing\"", NULL };
	json_t *const theirs = sample(name);

	CHECK(json_is_object(theirs));
	never_sent(words);
	json_decref(theirs);
}

/* Channels are no place for a session: chats are opened with one person. */
void means_no_channels(const char *name)
{
	json_t *const exchange = sample(name);
	char *const ours =
		encode_conversation(&sample_world.plenary->words, sample_session, 0);
	json_t *const body = json_loads(ours, 0, NULL);

	CHECK(json_is_true(json_object_get(
		json_object_get(json_object_get(exchange, "request"), "body"),
		"isGroup")));
	CHECK(json_is_false(json_object_get(body, "isGroup")));
	json_decref(body);
	free(ours);
	json_decref(exchange);
}

/* One member is what a page of members has many of. */
void means_member(const char *name)
{
	json_t *const exchange = sample(name), *const page = sample(
						       "bot/http-pagedmembers-1.json");
	const json_t *const member =
		json_object_get(json_object_get(exchange, "response"), "body");
	const json_t *const first = json_array_get(
		json_object_get(json_object_get(json_object_get(page, "response"),
						"body"),
				"members"),
		0);

	like(first, member, NULL);
	CHECK_TEXT("29:u1", text_of(member, "id"));
	json_decref(page);
	json_decref(exchange);
}

/* Answers to questions that we refuse: dialogs and extensions are 501 (activity.c), and no
 * press of ours needs a sign-in. */
void means_not_answered(const char *name)
{
	static const char *const invokes[] = { "task/fetch", "task/submit",
					       "composeExtension/query",
					       "signin/tokenExchange" };
	json_t *const theirs = sample(name);

	CHECK(json_is_object(theirs));
	for (size_t i = 0; i < sizeof(invokes) / sizeof(invokes[0]); i++) {
		struct meaning *const meaning = memory_zeroed(sizeof(*meaning));
		struct problem problem = { 0 };
		struct activity activity;
		struct text body = { 0 };

		text_addf(
			&body,
			"{\"type\":\"invoke\",\"name\":\"%s\",\"id\":\"1\",\"value\":{},"
			"\"conversation\":{\"id\":\"" WORLD_THREAD "\"}}",
			invokes[i]);
		CHECK_INT(0, activity_read(body.data, body.length, &activity, &problem));
		activity_means(&activity,
			       &(struct activity_of){
				       sample_world.plenary->directory,
				       journal_batch(sample_world.plenary->journal),
				       &sample_world.plenary->sessions },
			       meaning);
		CHECK_INT(MEANS_UNKNOWN_INVOKE, meaning->kind);
		activity_finish(&activity);
		text_finish(&body);
		free(meaning);
	}
	json_decref(theirs);
}

/* Bots in calls, chat messages in people's names, the activity feed: no request of ours. */
void means_not_asked(const char *name)
{
	static const char *const words[] = { "/communications/calls", "/chats/",
					     "sendActivityNotification", "callbackUri",
					     NULL };
	json_t *const theirs = sample(name);

	CHECK(json_is_object(theirs));
	never_sent(words);
	json_decref(theirs);
}

static void on_strange(void *context, const struct notification *notification)
{
	CHECK_INT(NOTIFIED_STRANGE, notification->kind);
	(*(unsigned *)context)++;
}

/* Sent to our address all the same: items of no subscription of ours, and nothing else. */
void means_strange(const char *name)
{
	json_t *const theirs = sample(name);
	char *const text = json_dumps(theirs, 0);
	struct problem problem = { 0 };
	unsigned items = 0;

	CHECK_INT(0,
		  notifications_read(text, strlen(text), sample_world.plenary->directory,
				     on_strange, &items, &problem));
	CHECK_INT(json_array_size(json_object_get(theirs, "value")), items);
	free(text);
	json_decref(theirs);
}

/* What anybody may ask of Graph: ours has every member, and a resource of meetings. */
void means_subscription(const char *name)
{
	json_t *const theirs = sample(name);
	struct effect effect = effect_blank(DELIVER_SUBSCRIPTION);
	struct request_draft draft = { 0 };

	effect.place = PLACE_MAIN;
	CHECK_INT(0, encode_delivery(&sample_world.plenary->words,
				     journal_batch(sample_world.plenary->journal),
				     sample_session, 4099194000000, &effect, &draft));
	json_t *const ours = json_loads(draft.delivery.body, 0, NULL);

	like(theirs, ours, NULL);
	json_decref(ours);
	request_draft_finish(&draft);
	json_decref(theirs);
}

/* We register nobody; what a registration would say is read like one that exists. */
void means_registration(const char *name)
{
	json_t *const theirs = sample(name);
	struct webinar_registration registration;

	json_object_set_new(theirs, "id", json_string("registration-1"));
	json_object_set_new(theirs, "status", json_string("registered"));
	CHECK_INT(0, webinar_registration_read((struct json_t *)theirs, NULL,
					       &registration));
	CHECK_TEXT("Diane Demoss", registration.name);
	CHECK_TEXT("DianeDemoss@contoso.com", registration.email);
	json_decref(theirs);
}
