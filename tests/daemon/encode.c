/* SPDX-License-Identifier: MIT */
/* Every request that the core can ask for: well-formed, small, and nobody else's business. */
#include "daemon/encode/encode.h"

#include "daemon/sessions.h"
#include "daemon/store/directory.h"
#include "tests/check.h"
#include "tests/daemon/card_rules.h"
#include "tests/daemon/string_of.h"
#include "tests/daemon/world.h"

static struct world world;
static uint32_t session;

#define ROOM_JOIN "https://teams.example.test/l/room-2?a=1&b='2'"

static struct effect effect_of(enum effect_kind kind)
{
	struct effect effect = effect_blank(kind);

	effect.person = 0;
	effect.place = 2;
	effect.block = 1;
	effect.poll = 0;
	effect.to_ms = 4099194600000;
	effect.amount_ms = 120000;
	return effect;
}

static void draft_of(const struct effect *effect, struct request_draft *draft)
{
	CHECK_INT(0, encode_delivery(&world.plenary->words,
				     journal_batch(world.plenary->journal), session,
				     4099194000000, effect, draft));
	CHECK(draft->delivery.path[0] == '/');
	CHECK_INT(session, draft->delivery.session);
	CHECK_INT(effect->kind, draft->delivery.what);
	CHECK(draft->delivery.made_ms == 4099194000000);
	CHECK(strlen(draft->delivery.body) <= CARD_BYTES);
}

static json_t *body_of(const struct request_draft *draft)
{
	json_error_t error;
	json_t *const body = json_loads(draft->delivery.body, 0, &error);

	if (body == NULL)
		fprintf(stderr, "%s\n%s\n", error.text, draft->delivery.body);
	CHECK(json_is_object(body));
	return body;
}

/* -- what every card must have ------------------------------------------------------------------ */

static void check_card(const json_t *message)
{
	const json_t *const attachment =
		json_array_get(json_object_get(message, "attachments"), 0);
	const json_t *const card = json_object_get(attachment, "content");

	CHECK_TEXT("application/vnd.microsoft.card.adaptive",
		   string_of(attachment, "contentType"));
	CHECK(string_of(message, "summary")[0] != '\0');
	card_rules_check(card);
}

/* Whatever is pressed says of which session it is. */
static void check_session(const char *body)
{
	for (const char *at = strstr(body, "\"data\":{"); at != NULL;
	     at = strstr(at + 1, "\"data\":{")) {
		const char *const end = strchr(at, '}');
		const char *const named = strstr(at, "\"session\":\"leep-1\"");

		CHECK(named != NULL && named < end);
	}
}

/* A card to Person 01 (or to nobody) tells nothing about the others. */
static void check_privacy(const char *body, bool is_notice)
{
	static const char *const private[] = {
		"Person 02", "Person 03",     "29:u2",
		"29:u3",     "@example.test", "-0000-0000-0000-",
	};

	for (size_t i = 0; i < sizeof(private) / sizeof(private[0]); i++)
		CHECK(strstr(body, private[i]) == NULL);
	CHECK_INT(is_notice, strstr(body, "Person 01") != NULL);
}

struct shape {
	enum effect_kind kind;
	const char *method, *path, *lane;
	bool has_card;
};

#define CHAT "/v3/conversations/19%3Ameeting_MDAw%40thread.v2/activities"
#define ROOM "/v3/conversations/19%3Aroom-2%40thread.v2/activities"
#define TARGETED "?isTargetedActivity=true"
#define OWN "/v3/conversations/{conversation}/activities"

static const struct shape shapes[] = {
	{ DELIVER_ROOM_CARD, "POST", OWN, "person 1 0", true },
	{ DELIVER_CARD_CLOSED, "PUT", OWN "/{activity}", "person 1 0", true },
	{ DELIVER_ROOM_NOTICE, "POST", CHAT, "chat 1 0", true },
	{ DELIVER_WARNING, "POST", ROOM, "chat 1 2", false },
	{ DELIVER_EXTENSION, "POST", ROOM, "chat 1 2", false },
	{ DELIVER_RECALL, "POST", ROOM, "chat 1 2", true },
	{ DELIVER_POLL_CARD, "POST", CHAT, "chat 1 0", true },
	{ DELIVER_POLL_UPDATE, "PUT", CHAT "/{activity}", "chat 1 0", true },
	{ DELIVER_HELP, "POST", CHAT, "chat 1 0", true },
	{ DELIVER_ROOM_WHISPER, "POST", CHAT TARGETED, "chat 1 0", true },
	{ DELIVER_WHISPER_CLOSED, "PUT", CHAT "/{activity}" TARGETED, "chat 1 0", true },
	{ DELIVER_REMINDER, "POST", ROOM, "chat 1 2", true },
	{ DELIVER_POLL_AGAIN, "POST", CHAT, "chat 1 0", true },
};

static void test_cards(void)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		const struct shape *const shape = &shapes[i];
		const struct effect effect = effect_of(shape->kind);
		struct request_draft draft;

		draft_of(&effect, &draft);
		json_t *const body = body_of(&draft);

		CHECK_TEXT(shape->method, draft.delivery.method);
		CHECK_TEXT(shape->path, draft.delivery.path);
		CHECK_TEXT(shape->lane, draft.lane);
		CHECK_INT(PARTY_CONNECTOR, draft.delivery.party);
		CHECK_TEXT("message", string_of(body, "type"));
		if (shape->has_card)
			check_card(body);
		else
			CHECK(string_of(body, "text")[0] != '\0');
		check_session(draft.delivery.body);
		check_privacy(draft.delivery.body, shape->kind == DELIVER_ROOM_NOTICE);
		json_decref(body);
		request_draft_finish(&draft);
	}
}

static void says(enum effect_kind kind, const char *words)
{
	const struct effect effect = effect_of(kind);
	struct request_draft draft;

	draft_of(&effect, &draft);
	if (strstr(draft.delivery.body, words) == NULL)
		CHECK_TEXT(words, draft.delivery.body);
	request_draft_finish(&draft);
}

static void test_what_cards_say(void)
{
	says(DELIVER_ROOM_CARD, "\"url\":\"" ROOM_JOIN "\"");
	says(DELIVER_ROOM_CARD, "You are in room 2");
	says(DELIVER_ROOM_CARD, "\"09:10\"");
	says(DELIVER_ROOM_CARD, "\"verb\":\"room.help\"");
	says(DELIVER_ROOM_NOTICE, "<at>Person 01</at>: you are in room 2 until 09:10.");
	says(DELIVER_ROOM_AGAIN,
	     "<at>Person 01</at>: you are expected in room 2 until 09:10.");
	says(DELIVER_WARNING, "2 minutes left.");
	says(DELIVER_EXTENSION, "2 more minutes: the round goes on until 09:10.");
	says(DELIVER_RECALL, "\"url\":\"" WORLD_JOIN "\"");
	says(DELIVER_POLL_CARD, "\"verb\":\"poll.vote\"");
	says(DELIVER_ROOM_WHISPER, "\"recipient\":{\"id\":\"29:u1\"}");
	says(DELIVER_ROOM_WHISPER, "You are in room 2");
	says(DELIVER_WHISPER_CLOSED, "\"recipient\":{\"id\":\"29:u1\"}");
	says(DELIVER_WHISPER_CLOSED, "\"url\":\"" WORLD_JOIN "\"");
	says(DELIVER_REMINDER, "\"url\":\"" WORLD_JOIN "\"");
	says(DELIVER_POLL_AGAIN, "Once more");
	says(DELIVER_HELP, "Room 2 asks for a facilitator.");
}

/* Never the mean alone: it hides a room of two minds. */
static void test_scale_is_summed_up(void)
{
	struct poll *const poll =
		&sessions_get(&world.plenary->sessions, session)->poll[0];
	const struct poll before = *poll;

	*poll = (struct poll){ .state = POLL_SHOWN,
			       .likert = 1,
			       .may_show = 1,
			       .choices = 5,
			       .counts = { 3, 0, 0, 1, 4 },
			       .answers = 8 };
	says(DELIVER_POLL_UPDATE, "4 of 8 (50 %)");
	says(DELIVER_POLL_UPDATE,
	     "Median 4.5, mean 3.4, 63 % at the two highest points.");
	poll->likert = 0;
	says(DELIVER_POLL_UPDATE, "4 of 8 (50 %)\"}]}]");
	*poll = before;
}

/* Nothing can be targeted at somebody who is known by name alone: the next rung is for them. */
static void test_nobody_to_whisper_to(void)
{
	const struct identity identity = { .name = "Guest 31" };
	struct effect effect = effect_of(DELIVER_ROOM_WHISPER);
	struct request_draft draft;

	effect.person =
		directory_meet(world.plenary->directory,
			       journal_batch(world.plenary->journal), session, &identity);
	CHECK_INT(-1, encode_delivery(&world.plenary->words,
				      journal_batch(world.plenary->journal), session, 1,
				      &effect, &draft));
	CHECK_TEXT("", draft.delivery.path);
	request_draft_finish(&draft);
	effect.kind = DELIVER_ROOM_NOTICE;
	draft_of(&effect, &draft);
	CHECK(strstr(draft.delivery.body, "Guest 31: you are in room 2") != NULL);
	request_draft_finish(&draft);
}

/* -- hostile and long words ---------------------------------------------------------------------- */

static void named(const char *name)
{
	static unsigned number;
	char teams_id[24];
	struct request_draft draft;
	struct effect effect = effect_of(DELIVER_ROOM_NOTICE);

	snprintf(teams_id, sizeof(teams_id), "29:named-%u", number++);
	const struct identity identity = { .name = name, .teams_id = teams_id };

	effect.person =
		directory_meet(world.plenary->directory,
			       journal_batch(world.plenary->journal), session, &identity);
	draft_of(&effect, &draft);
	json_t *const body = body_of(&draft);
	const json_t *const mention =
		json_array_get(json_object_get(body, "entities"), 0);

	check_card(body);
	CHECK_TEXT(teams_id, string_of(json_object_get(mention, "mentioned"), "id"));
	/* Teams wants the entity's text in the message, byte for byte, and once. */
	const char *const at =
		strstr(string_of(body, "text"), string_of(mention, "text"));

	CHECK(at == string_of(body, "text"));
	CHECK(strstr(at + 1, "<at>") == NULL);
	CHECK(strstr(draft.delivery.body, "](") == NULL);
	json_decref(body);
	request_draft_finish(&draft);
}

static void test_hostile_names(void)
{
	struct text name = { 0 };

	named("\"quoted\" \\ back");
	named("line\nbreak\ttab\x01");
	named("</at><at>Somebody Else</at>");
	named("[click here](https://evil.example.test)");
	named("**bold** `code` <b>tag</b>");
	/* However long, whatever the place where it has to be cut. */
	for (int lead = 0; lead < 8; lead++) {
		text_clear(&name);
		text_addf(&name, "%.*s", lead, "abcdefgh");
		for (int i = 0; i < 100; i++)
			text_addf(&name, "\xf0\x9f\x91\xa9\xc3\xa9\xe2\x82\xac");
		named(text_string(&name));
	}
	text_finish(&name);
}

static uint32_t scheduled_as(const char *uid, const char *programme)
{
	json_t *const plan = world_plan(&world);

	json_object_set_new(plan, "uid", json_string(uid));
	if (programme != NULL)
		json_object_set_new(plan, "programme", json_string(programme));
	const uint32_t number = world_schedule(&world, plan);

	json_decref(plan);
	return number;
}

static void repeat(struct text *text, const char *lead, const char *piece, size_t bytes)
{
	const size_t end = text->length + bytes - strlen(piece);

	text_addf(text, "%s", lead);
	while (text->length <= end)
		text_addf(text, "%s", piece);
}

/* The longest words that a programme may have, cut wherever they must be. */
static void test_longest_words(void)
{
	const uint32_t before = session;

	for (int lead = 0; lead < 4; lead++) {
		struct text text = { 0 };
		char uid[24];

		text_addf(&text,
			  "id: long\ntitle: T\nmodules:\n  - number: 1\n    title: ");
		repeat(&text, &"aaa"[3 - lead], "\xe2\x82\xac", 200);
		text_addf(&text, "\n    polls:\n      - id: one\n        kind: single\n"
				 "        question: ");
		repeat(&text, &"aaa"[3 - lead], "\xe2\x82\xac", 3990);
		text_addf(&text, "\n        choices:\n");
		for (int i = 0; i < 12; i++) {
			text_addf(&text, "          - %c", 'a' + i);
			repeat(&text, &"aaa"[3 - lead], "\xe2\x82\xac", 190);
			text_addf(&text, "\n");
		}
		text_addf(&text, "    blocks:\n      - kind: round\n        minutes: 10\n"
				 "        round:\n          size: 4\n        title: ");
		repeat(&text, &"aaa"[3 - lead], "\xe2\x82\xac", 200);
		text_addf(&text, "\n        prompt: ");
		repeat(&text, &"aaa"[3 - lead], "\xe2\x82\xac", 3990);
		text_addf(&text, "\n");
		snprintf(uid, sizeof(uid), "long-%d", lead);
		session = scheduled_as(uid, text_string(&text));
		for (int kind = DELIVER_ROOM_MEETING; kind <= DELIVER_HELP; kind++) {
			struct effect effect = effect_of((enum effect_kind)kind);
			struct request_draft draft;

			effect.block = 0;
			effect.place = PLACE_MAIN;
			draft_of(&effect, &draft);
			json_decref(body_of(&draft));
			request_draft_finish(&draft);
		}
		text_finish(&text);
	}
	session = before;
}

/* -- answers ----------------------------------------------------------------------------------------- */

static void reply_goes(const struct reply_target *target, const char *path,
		       const char *recipient)
{
	struct request_draft draft;

	CHECK_INT(0, encode_reply(&world.plenary->words, target, "\"so\\\" </at>\n",
				  &draft));
	json_t *const body = body_of(&draft);

	CHECK_TEXT("\"so\\\" </at>\n", string_of(body, "text"));
	CHECK_TEXT("plain", string_of(body, "textFormat"));
	CHECK_TEXT(recipient, string_of(json_object_get(body, "recipient"), "id"));
	CHECK_TEXT(path, draft.delivery.path);
	CHECK_TEXT("POST", draft.delivery.method);
	json_decref(body);
	request_draft_finish(&draft);
}

static void test_reply(void)
{
	struct reply_target target = { .session = session,
				       .conversation_id = WORLD_THREAD,
				       .activity_id = "1795/6" };
	struct request_draft draft;

	reply_goes(&target, CHAT "/1795%2F6", "");
	target.activity_id = "";
	reply_goes(&target, CHAT, "");
	/* A targeted message is never a reply. */
	target.activity_id = "1795";
	target.only = "29:u3";
	reply_goes(&target, CHAT "?isTargetedActivity=true", "29:u3");
	target.conversation_id = "";
	CHECK_INT(-1, encode_reply(&world.plenary->words, &target, "x", &draft));
	request_draft_finish(&draft);
}

static void test_invoke_answers(void)
{
	struct text text = { 0 };

	encode_invoke_answer(&text, 200, "say \"so\"");
	json_t *answer = json_loads(text_string(&text), 0, NULL);

	CHECK_TEXT("say \"so\"", string_of(answer, "value"));
	json_decref(answer);
	text_clear(&text);
	encode_invoke_answer(&text, 400, "no \"so\"");
	answer = json_loads(text_string(&text), 0, NULL);
	CHECK_TEXT("no \"so\"", string_of(json_object_get(answer, "value"), "message"));
	json_decref(answer);
	text_finish(&text);
}

static void test_conversation(void)
{
	char *body = encode_conversation(&world.plenary->words, session, 0);
	json_t *const request = json_loads(body, 0, NULL);

	CHECK_TEXT("29:u1",
		   string_of(json_array_get(json_object_get(request, "members"), 0),
			     "id"));
	CHECK_TEXT(WORLD_TENANT, string_of(request, "tenantId"));
	CHECK_INT(1, json_array_size(json_object_get(request, "members")));
	json_decref(request);
	free(body);
	body = encode_conversation(&world.plenary->words, session, 500);
	CHECK(body == NULL);
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	world_begin(&world);
	world_open(&world, 0);
	session = scheduled_as("leep-1", NULL);
	const struct place_row room = { .session = session,
					.place = 2,
					.thread_id = "19:room-2@thread.v2",
					.join_url = ROOM_JOIN };

	directory_set_place(world.plenary->directory,
			    journal_batch(world.plenary->journal), &room);
	RUN(test_cards);
	RUN(test_what_cards_say);
	RUN(test_scale_is_summed_up);
	RUN(test_nobody_to_whisper_to);
	RUN(test_hostile_names);
	RUN(test_longest_words);
	RUN(test_reply);
	RUN(test_invoke_answers);
	RUN(test_conversation);
	world_settle(&world);
	world_close(&world);
	world_end(&world);
	return check_done();
}
