/* SPDX-License-Identifier: MIT */
/*
 * One of every card, made from the plainest words and from random ones, and what must be so
 * of each whatever it says.
 *
 *	test_daemon_cards			checks
 *	test_daemon_cards --write FOLDER	also writes NAME.card.json and
 *						NAME.message.json for each, into a folder
 *						that is there
 */
#include "daemon/encode/card.h"

#include "daemon/sessions.h"
#include "daemon/settings/programme.h"
#include "handlers/states.h"
#include "handlers/transcript.h"
#include "tests/check.h"
#include "tests/daemon/card_rules.h"
#include "tests/daemon/string_of.h"
#include "tests/daemon/world.h"

enum { ROUNDS = 60, PEOPLE = 3, PIECES = 400 };

#define GOOD_JOIN "https://teams.example.test/l/room-2?a=1&b='2'"

static struct world world;
static uint32_t session;
static uint64_t chance = 20261124;

/* -- words ---------------------------------------------------------------------------------- */

static uint32_t dice(uint32_t sides)
{
	chance = chance * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(chance >> 33) % sides;
}

static const char *const pieces[] = {
	"word",
	" ",
	"\"",
	"\\",
	"\n",
	"\xe2\x82\xac",
	"\xf0\x9f\x91\xa9",
	"\xd7\xa9",
	"\xe2\x80\xae",
	"<at>Somebody</at>",
	"</at>",
	"<b>b</b>",
	"<script>",
	"[a](https://evil.example.test)",
	"**",
	"_",
	"~~",
	"`",
	"# ",
	"- ",
	"1. ",
	"{{DATE(2026-11-24T09:00:00Z, SHORT)}}",
	"https://evil.example.test/x",
	"www.evil.example.test",
	"${x}",
	"&amp;",
	"'",
	"%s%n",
	"@everyone",
};

static bool heaviest; /* texts are as long as they may be, and twice that in JSON */

/* Some text of at most so many bytes that is not blank; a line has no breaks. */
static char *any_text(size_t most, bool line)
{
	struct text text = { 0 };
	const uint32_t wanted = 1 + dice(dice(4) == 0 ? PIECES : 12);

	while (heaviest && text.length + 4 < most)
		text_addf(&text, "\"");

	text_addf(&text, "t");
	for (uint32_t i = 0; i < wanted; i++) {
		const char *const piece =
			pieces[dice(sizeof(pieces) / sizeof(pieces[0]))];

		if (line && piece[0] == '\n')
			continue;
		if (text.length + strlen(piece) + 1 >= most)
			break;
		text_addf(&text, "%s", piece);
	}
	text_addf(&text, ".");
	return text.data;
}

static json_t *any_string(size_t most, bool line)
{
	char *const text = any_text(most, line);
	json_t *const string = json_string(text);

	CHECK(string != NULL);
	free(text);
	return string;
}

static json_t *plain_string(const char *words, bool is_plain, size_t most, bool line)
{
	return is_plain ? json_string(words) : any_string(most, line);
}

/* A JSON programme is a YAML one. */
static char *programme_of(bool plain)
{
	json_t *const choices = json_array();
	const int count = plain ? 3 : 2 + (int)dice(CARD_CHOICES - 1);

	for (int i = 0; i < count; i++) {
		static const char *const answers[] = { "Yes", "No", "Not yet" };
		json_t *const choice = plain_string(plain ? answers[i] : "", plain,
						    PROGRAMME_TITLE_BYTES - 3, true);

		json_array_append_new(choices, json_sprintf("%c %s", 'A' + i,
							    json_string_value(choice)));
		json_decref(choice);
	}
	json_t *const root = json_pack(
		"{s:s,s:s,s:[{s:i,s:s,s:[{s:s,s:s,s:o,s:o,s:b}],s:[{s:s,s:i,s:{s:i},s:o,"
		"s:o,"
		"s:[s]}]}]}",
		"id", "cards", "title", "Cards", "modules", "number", 1, "title", "One",
		"polls", "id", "one", "kind", "single", "question",
		plain_string("Are you ready for the rooms?", plain, PROGRAMME_TEXT_BYTES,
			     false),
		"choices", choices, "changeable", plain ? 1 : (int)dice(2), "blocks",
		"kind", "round", "minutes", 10, "round", "size", 4, "title",
		plain_string("Force field", plain, PROGRAMME_TITLE_BYTES, true), "prompt",
		plain_string("Draw what helps and what hinders.", plain,
			     PROGRAMME_TEXT_BYTES, false),
		"polls", "one");
	char *const text = json_dumps(root, JSON_COMPACT);

	CHECK(root != NULL);
	json_decref(root);
	return text;
}

static void begin_session(const char *uid, bool plain)
{
	json_t *const plan = world_plan(&world);
	char *const programme = programme_of(plain);

	json_object_set_new(plan, "uid", json_string(uid));
	json_object_set_new(plan, "programme", json_string(programme));
	for (size_t i = 0; !plain && i < PEOPLE; i++)
		json_object_set_new(json_array_get(json_object_get(plan, "people"), i),
				    "name", any_string(dice(2) ? 1500 : 100, true));
	session = world_schedule(&world, plan);
	CHECK(session != 0);
	const struct place_row room = {
		.session = session, .place = 2, .thread_id = uid, .join_url = GOOD_JOIN
	};

	directory_set_place(world.plenary->directory,
			    journal_batch(world.plenary->journal), &room);
	json_decref(plan);
	free(programme);
}

static size_t utf16_of(const char *text)
{
	size_t bytes = 0;

	for (const unsigned char *at = (const unsigned char *)text; *at != '\0';) {
		const size_t length = *at < 0x80   ? 1
				      : *at < 0xe0 ? 2
				      : *at < 0xf0 ? 3
						   : 4;

		bytes += length == 4 ? 4 : 2;
		at += length;
	}
	return bytes;
}

/* -- one of every card ---------------------------------------------------------------------- */

struct example {
	const char *name;
	enum effect_kind kind;
	unsigned poll_state;
	unsigned answers; /* of the poll */
	bool has_card, pressed;
	struct census has;
};

#define HAS(...) \
	{ \
		1, __VA_ARGS__ \
	}

/* inputs, executes, charts, facts, links */
static const struct example examples[] = {
	{ "room", DELIVER_ROOM_CARD, POLL_DRAFT, 0, true, false, HAS(0, 1, 0, 1, 1) },
	{ "room-notice", DELIVER_ROOM_NOTICE, POLL_DRAFT, 0, true, false,
	  HAS(0, 0, 0, 0, 1) },
	{ "warning", DELIVER_WARNING, POLL_DRAFT, 0, false, false, { 0 } },
	{ "extension", DELIVER_EXTENSION, POLL_DRAFT, 0, false, false, { 0 } },
	{ "recall", DELIVER_RECALL, POLL_DRAFT, 0, true, false, HAS(0, 0, 0, 0, 1) },
	{ "room-over", DELIVER_CARD_CLOSED, POLL_DRAFT, 0, true, false,
	  HAS(0, 0, 0, 0, 1) },
	{ "poll", DELIVER_POLL_CARD, POLL_OPEN, 0, true, false, HAS(1, 1, 0, 0, 0) },
	{ "poll-again", DELIVER_POLL_UPDATE, POLL_OPEN, 7, true, false,
	  HAS(1, 1, 0, 0, 0) },
	{ "poll-closed", DELIVER_POLL_UPDATE, POLL_CLOSED, 7, true, false,
	  HAS(0, 0, 0, 0, 0) },
	{ "poll-few", DELIVER_POLL_UPDATE, POLL_SHOWN, 1, true, false,
	  HAS(0, 0, 0, 0, 0) },
	{ "poll-results", DELIVER_POLL_UPDATE, POLL_SHOWN, 7, true, false,
	  HAS(0, 0, 1, 1, 0) },
	{ "help", DELIVER_HELP, POLL_DRAFT, 0, true, false, HAS(0, 0, 0, 0, 1) },
	{ "poll-answered", ANSWER, POLL_OPEN, 7, true, true, HAS(0, 0, 0, 0, 0) },
};

static void prepare(const struct example *example)
{
	struct session *const held = sessions_get(&world.plenary->sessions, session);
	struct poll *const poll = &held->poll[0];

	poll->state = (uint16_t)example->poll_state;
	poll->answers = example->answers;
	memset(poll->counts, 0, sizeof(poll->counts));
	poll->counts[0] = example->answers / 2;
	poll->counts[1] = example->answers - poll->counts[0];
	held->member[0].votes[0] = 2;
}

static struct effect effect_of(const struct example *example)
{
	struct effect effect = effect_blank(example->kind);

	effect.person = 0;
	effect.place = 2;
	effect.to_ms = 4099194600000;
	effect.amount_ms = 60000;
	return effect;
}

/* The activity, or for a press the answer; a new reference. */
static json_t *made(const struct example *example, char **bytes)
{
	const struct effect effect = effect_of(example);
	struct request_draft draft = { 0 };
	struct text pressed = { 0 };

	if (example->pressed) {
		struct event event = event_blank(EVENT_POLL_VOTED);

		event.session = session;
		event.person = 0;
		CHECK(encode_invoke_card(&world.plenary->words, &event,
					 ANSWER_VOTE_COUNTED, &pressed));
		*bytes = pressed.data;
	} else {
		CHECK_INT(0, encode_delivery(&world.plenary->words,
					     journal_batch(world.plenary->journal),
					     session, 4099194000000, &effect, &draft));
		*bytes = memory_string(draft.delivery.body);
		request_draft_finish(&draft);
	}
	json_t *const root = json_loads(*bytes, 0, NULL);

	CHECK(json_is_object(root));
	return root;
}

static const json_t *card_in(const struct example *example, const json_t *root)
{
	const json_t *const attachment =
		json_array_get(json_object_get(root, "attachments"), 0);

	return example->pressed ? json_object_get(root, "value")
				: json_object_get(attachment, "content");
}

static struct census check_made(const struct example *example, const json_t *root,
				const char *bytes)
{
	const json_t *const card = card_in(example, root);

	if (utf16_of(bytes) > CARD_BYTES)
		fprintf(stderr, "%s: %zu bytes\n%s\n", example->name, utf16_of(bytes),
			bytes);
	CHECK(utf16_of(bytes) <= CARD_BYTES);
	CHECK_INT(utf16_of(bytes), card_utf16_bytes(bytes));
	if (!example->has_card) {
		CHECK(string_of(root, "text")[0] != '\0');
		CHECK(card == NULL);
		return (struct census){ 0 };
	}
	if (!example->pressed) {
		CHECK_TEXT("message", string_of(root, "type"));
		CHECK(string_of(root, "summary")[0] != '\0');
	}
	return card_rules_check(card);
}

static void write_json(const char *folder, const char *name, const char *kind,
		       const json_t *root)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s.%s.json", folder, name, kind);
	CHECK_INT(0, json_dump_file(root, path, JSON_INDENT(2)));
}

static void all_plain(const char *folder)
{
	begin_session("plain", true);
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const struct example *const example = &examples[i];
		char *bytes;

		prepare(example);
		json_t *const root = made(example, &bytes);
		const struct census census = check_made(example, root, bytes);
		const json_t *const card = card_in(example, root);

		if (!example->pressed)
			CHECK(memcmp(&census, &example->has, sizeof(census)) == 0);
		if (folder != NULL && card != NULL)
			write_json(folder, example->name, "card", card);
		if (folder != NULL)
			write_json(folder, example->name,
				   example->pressed ? "answer" : "message", root);
		json_decref(root);
		free(bytes);
	}
}

static void test_plain_words(void)
{
	all_plain(NULL);
}

/* Names are of guests: nothing in a notice but the one mention may be read as anything. */
static void check_names(const struct example *example, const json_t *root)
{
	static const char *const never[] = { "<",    "](", "**", "{{", "://",
					     "www.", "#",  "`",  "\n", "\xe2\x80\xae" };
	const json_t *const mention =
		json_array_get(json_object_get(root, "entities"), 0);
	const char *const text = string_of(root, "text");
	const char *const end = strstr(text, "</at>");

	if (example->kind != DELIVER_ROOM_NOTICE)
		return;
	CHECK_INT(1, json_array_size(json_object_get(root, "entities")));
	CHECK(strstr(text, string_of(mention, "text")) == text);
	CHECK(end != NULL && strchr(text + 1, '<') == end);
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
		CHECK(strstr(end + 5, never[i]) == NULL);
		CHECK(strstr(string_of(root, "summary"), never[i]) == NULL);
	}
}

static void test_random_words(void)
{
	char uid[24];

	for (int round = 0; round < ROUNDS; round++) {
		snprintf(uid, sizeof(uid), "random-%d", round);
		begin_session(uid, false);
		for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
			char *bytes;

			prepare(&examples[i]);
			json_t *const root = made(&examples[i], &bytes);

			check_made(&examples[i], root, bytes);
			check_names(&examples[i], root);
			json_decref(root);
			free(bytes);
		}
	}
}

/* The largest that a programme can ask for is cut, and says so. */
static void test_heaviest_words(void)
{
	bool was_cut = false;

	heaviest = true;
	begin_session("heaviest", false);
	heaviest = false;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		char *bytes;

		prepare(&examples[i]);
		json_t *const root = made(&examples[i], &bytes);

		check_made(&examples[i], root, bytes);
		was_cut |= strstr(bytes, "\xe2\x80\xa6") != NULL;
		json_decref(root);
		free(bytes);
	}
	CHECK(was_cut);
}

/* A room whose meeting has no link yet: no button rather than one that leads nowhere. */
static void test_no_link(void)
{
	struct effect effect = effect_blank(DELIVER_ROOM_CARD);
	struct request_draft draft;

	effect.person = 0;
	effect.place = 9;
	CHECK_INT(0, encode_delivery(&world.plenary->words,
				     journal_batch(world.plenary->journal), session,
				     4099194000000, &effect, &draft));
	CHECK(strstr(draft.delivery.body, "Action.OpenUrl") == NULL);
	CHECK(strstr(draft.delivery.body, "You are in room 9") != NULL);
	request_draft_finish(&draft);
}

static void test_utf16(void)
{
	CHECK_INT(0, card_utf16_bytes(""));
	CHECK_INT(2, card_utf16_bytes("a"));
	CHECK_INT(2, card_utf16_bytes("\xc3\xa9"));
	CHECK_INT(2, card_utf16_bytes("\xe2\x82\xac"));
	CHECK_INT(4, card_utf16_bytes("\xf0\x9f\x91\xa9"));
}

int main(int argc, char **argv)
{
	setenv("TZ", "UTC", 1);
	world_begin(&world);
	world_open(&world, 0);
	if (argc == 3 && strcmp(argv[1], "--write") == 0) {
		all_plain(argv[2]);
	} else {
		RUN(test_plain_words);
		RUN(test_random_words);
		RUN(test_heaviest_words);
		RUN(test_no_link);
		RUN(test_utf16);
	}
	world_settle(&world);
	world_close(&world);
	world_end(&world);
	return check_done();
}
