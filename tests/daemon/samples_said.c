/* SPDX-License-Identifier: MIT */
/* What the bot says and asks, held against what is documented. */
#include "tests/daemon/samples.h"

#include "daemon/common/clock.h"
#include "daemon/encode/announce.h"
#include "handlers/transcript.h"
#include "tests/check.h"

/* -- what the bot says ---------------------------------------------------------------------- */

void means_text(const char *name)
{
	static const char *const left_out[] = { "locale", NULL };
	json_t *const theirs = sample(name);
	struct request_draft draft;
	json_t *const ours = outgoing(DELIVER_WARNING, &draft);

	like(theirs, ours, left_out);
	CHECK_TEXT(text_of(theirs, "type"), text_of(ours, "type"));
	CHECK_TEXT(text_of(theirs, "textFormat"), text_of(ours, "textFormat"));
	CHECK_TEXT("5 minutes left.", text_of(ours, "text"));
	json_decref(theirs);
	json_decref(ours);
	request_draft_finish(&draft);
}

void means_targeted(const char *name)
{
	static const char *const left_out[] = { "text", NULL }; /* ours is a card */
	json_t *const theirs = sample(name);
	struct request_draft draft;
	json_t *const ours = outgoing(DELIVER_ROOM_WHISPER, &draft);

	like(theirs, ours, left_out);
	CHECK_TEXT("29:u1", text_of(json_object_get(theirs, "recipient"), "id"));
	CHECK_TEXT("29:u1", text_of(json_object_get(ours, "recipient"), "id"));
	CHECK(strstr(draft.delivery.path, "?isTargetedActivity=true") != NULL);
	json_decref(theirs);
	json_decref(ours);
	request_draft_finish(&draft);
}

static const json_t *card_of(const json_t *message)
{
	const json_t *const attachment =
		json_array_get(json_object_get(message, "attachments"), 0);

	CHECK_TEXT("application/vnd.microsoft.card.adaptive",
		   text_of(attachment, "contentType"));
	return json_object_get(attachment, "content");
}

/* The first element of that type in a card's body. */
static const json_t *element_of(const json_t *card, const char *type)
{
	const json_t *element;
	size_t i;

	json_array_foreach (json_object_get(card, "body"), i, element) {
		if (strncmp(text_of(element, "type"), type, strlen(type)) == 0)
			return element;
	}
	fprintf(stderr, "    no %s\n", type);
	exit(1);
}

/* A poll: a heading, a choice that must be made, a button for new clients and for old. */
void means_poll_card(const char *name)
{
	/* a refresh is for cards that differ by reader: ours is updated for all */
	static const char *const left_out[] = { "size", "refresh", NULL };
	json_t *const theirs = sample(name);
	struct request_draft draft;
	json_t *const ours = outgoing(DELIVER_POLL_CARD, &draft);
	const json_t *const card = card_of(theirs), *const own = card_of(ours);
	static const char *const elements[] = { "TextBlock", "Input.ChoiceSet",
						"ActionSet" };

	CHECK(text_of(ours, "summary")[0] != '\0');
	like(card, own, left_out);
	for (size_t i = 0; i < 3; i++)
		like(element_of(card, elements[i]), element_of(own, elements[i]),
		     left_out);
	const json_t *const press =
		json_array_get(json_object_get(element_of(own, "ActionSet"), "actions"),
			       0);

	like(json_array_get(json_object_get(element_of(card, "ActionSet"), "actions"), 0),
	     press, (const char *const[]){ "pollId", "style", NULL });
	CHECK_TEXT("poll.vote", text_of(press, "verb"));
	json_decref(theirs);
	json_decref(ours);
	request_draft_finish(&draft);
}

static void tell(const char *line)
{
	world_take(&sample_world, sample_session, line);
}

/* A press is answered with the card as it is now: who voted reads what they said. */
void means_voted(const char *name)
{
	json_t *const theirs = sample(name);
	struct event event = event_blank(EVENT_POLL_VOTED);
	struct text answer = { 0 };

	tell("meeting_started place=0");
	for (int i = 0; i < 3; i++) {
		char line[96];

		snprintf(line, sizeof(line), "person_joined person=%d place=0", i);
		tell(line);
	}
	tell("poll_opened by=2 poll=0");
	tell("poll_voted by=0 person=0 poll=0 choice=1");
	event.session = sample_session;
	event.by = event.person = 0;
	event.poll = 0;
	event.vote.choice = 1;
	CHECK(encode_invoke_card(&sample_world.plenary->words, &event,
				 ANSWER_VOTE_COUNTED, &answer));
	json_t *const ours = json_loads(text_string(&answer), 0, NULL);

	CHECK_TEXT("application/vnd.microsoft.card.adaptive", text_of(ours, "type"));
	like(theirs, json_object_get(ours, "value"), NULL);
	json_decref(ours);
	text_finish(&answer);
	json_decref(theirs);
}

/* The same poll, closed and shown. */
void means_results(const char *name)
{
	json_t *const theirs = sample(name);
	struct request_draft draft;

	tell("poll_closed by=2 poll=0");
	tell("poll_shown by=2 poll=0");
	json_t *const ours = outgoing(DELIVER_POLL_UPDATE, &draft);
	const json_t *const own = card_of(ours);

	like(theirs, own, NULL);
	CHECK_TEXT("heading", text_of(element_of(own, "TextBlock"), "style"));
	json_decref(theirs);
	json_decref(ours);
	request_draft_finish(&draft);
}

/* -- what the bot asks the connector --------------------------------------------------------- */

static void path_like(const json_t *exchange, const char *path)
{
	const char *const theirs = text_of(json_object_get(exchange, "request"), "path");

	CHECK(strncmp(theirs, "/emea", 5) == 0);
	CHECK_TEXT(theirs + 5, path);
}

void means_batch(const char *name)
{
	static const uint32_t people[] = { 0, 1 };
	json_t *const exchange = sample(name);
	const struct announcement announcement = { .session = sample_session,
						   .by = 2,
						   .people = people,
						   .count = 2,
						   .said = "The evaluation is open" };
	struct request_draft draft;

	encode_announcement_batch(&sample_world.plenary->words, &announcement, &draft);
	json_t *const ours = json_loads(draft.delivery.body, 0, NULL);

	CHECK_TEXT("POST", draft.delivery.method);
	path_like(exchange, draft.delivery.path);
	const json_t *const theirs =
		json_object_get(json_object_get(exchange, "request"), "body");

	like(theirs, ours, NULL);
	CHECK(json_equal(json_object_get(theirs, "members"),
			 json_object_get(ours, "members")));
	json_decref(ours);
	json_decref(exchange);
	request_draft_finish(&draft);
}

void means_cancel(const char *name)
{
	json_t *const exchange = sample(name);
	struct request_draft draft;

	encode_batch_cancel(sample_session, "00000000-0000-0000-0000-00000000op01",
			    &draft);
	CHECK_TEXT(text_of(json_object_get(exchange, "request"), "method"),
		   draft.delivery.method);
	path_like(exchange, draft.delivery.path);
	CHECK_TEXT("", draft.delivery.body);
	json_decref(exchange);
	request_draft_finish(&draft);
}

/* retryAfter is a time, and the path is that of the batch's other questions. */
void means_ongoing(const char *name)
{
	json_t *const exchange = sample(name);
	const json_t *const body =
		json_object_get(json_object_get(exchange, "response"), "body");
	int64_t at_ms = 0;

	CHECK_TEXT("Ongoing", text_of(body, "state"));
	CHECK_INT(0, clock_parse(text_of(body, "retryAfter"), &at_ms));
	CHECK_INT(1795424700000, at_ms);
	json_decref(exchange);
}

void means_notification(const char *name)
{
	static const char *const left_out[] = { "channelData", NULL };
	json_t *const exchange = sample(name);
	const json_t *const theirs =
		json_object_get(json_object_get(exchange, "request"), "body");
	const json_t *const surface = json_array_get(
		json_object_get(json_object_get(theirs, "value"), "surfaces"), 0);
	struct effect effect = effect_blank(DELIVER_CALL_IN);
	struct request_draft draft;
	char key[24];

	snprintf(key, sizeof(key), "%u %u", sample_session, PLACE_MAIN);
	free(map_put(&sample_world.plenary->inquiries.meetings, key,
		     memory_string("MCMxOTptZWV0aW5nX01EQXdAdGhyZWFkLnYyIzA=")));
	effect.place = PLACE_MAIN;
	CHECK_INT(0, encode_delivery(&sample_world.plenary->words,
				     journal_batch(sample_world.plenary->journal),
				     sample_session, 4099194000000, &effect, &draft));
	json_t *const ours = json_loads(draft.delivery.body, 0, NULL);

	path_like(exchange, draft.delivery.path);
	like(theirs, ours, left_out);
	CHECK_TEXT(text_of(theirs, "type"), text_of(ours, "type"));
	like(surface,
	     json_array_get(json_object_get(json_object_get(ours, "value"), "surfaces"),
			    0),
	     NULL);
	json_decref(ours);
	json_decref(exchange);
	request_draft_finish(&draft);
}
