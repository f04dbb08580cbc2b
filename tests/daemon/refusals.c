/* SPDX-License-Identifier: MIT */
/* What each refusal of the connector leads to. */
#include <stdlib.h>

#include "daemon/encode/live.h"
#include "daemon/encode/small.h"
#include "daemon/decode/json.h"
#include "daemon/outbox/lanes.h"
#include "daemon/store/directory.h"
#include "tests/check.h"
#include "tests/daemon/postbox.h"

#define CHAT POSTBOX_CHAT
#define ROOM POSTBOX_ROOM
#define ROOM_ID "19:room-2@thread.v2"

static struct outbox *outbox(void)
{
	return &postbox.world.plenary->outbox;
}

static struct batch *batch(void)
{
	return journal_batch(postbox.world.plenary->journal);
}

static struct script_reply no(int status, const char *code)
{
	static char bodies[8][128];
	static unsigned next;
	char *const body = bodies[next++ % 8];

	snprintf(body, sizeof(bodies[0]), "{\"error\":{\"code\":\"%s\"}}", code);
	return (struct script_reply){ .status = status, .body = body };
}

/* Delivers one; returns how many requests were made of it. */
static size_t delivers(const struct script_reply *reply, enum effect_kind kind,
		       uint16_t place, uint32_t person)
{
	forget();
	if (reply != NULL)
		plan(reply, 1);
	deliver(kind, place, person);
	wait_done();
	return postbox.heard_count;
}

static size_t refused(int status, const char *code, enum effect_kind kind)
{
	const struct script_reply reply = no(status, code);

	return delivers(&reply, kind, 2, 0);
}

static void restart(void)
{
	world_settle(&postbox.world);
	world_close(&postbox.world);
	world_open(&postbox.world, postbox.script.port);
	wait_done();
}

static void test_uninstalled(void)
{
	const uint64_t given_up = outbox()->counts.given_up;

	CHECK_INT(1, refused(403, "BotNotInConversationRoster", DELIVER_WARNING));
	CHECK_INT(CHAT_UNINSTALLED, chats_state(&outbox()->chats, ROOM_ID));
	/* Nothing is asked there any more, also not after a restart; elsewhere it is. */
	CHECK_INT(0, delivers(NULL, DELIVER_RECALL, 2, PERSON_NONE));
	CHECK_INT(given_up + 2, outbox()->counts.given_up);
	restart();
	CHECK_INT(0, delivers(NULL, DELIVER_RECALL, 2, PERSON_NONE));
	CHECK_INT(1, delivers(NULL, DELIVER_RECALL, 3, PERSON_NONE));
	/* Words in the chat heal nothing; that the bot is added does. */
	chats_heard(&outbox()->chats, batch(), ROOM_ID, false, 1);
	CHECK_INT(0, delivers(NULL, DELIVER_RECALL, 2, PERSON_NONE));
	chats_heard(&outbox()->chats, batch(), ROOM_ID, true, 1);
	CHECK_INT(1, delivers(NULL, DELIVER_RECALL, 2, PERSON_NONE));
	restart();
	CHECK_INT(1, delivers(NULL, DELIVER_RECALL, 2, PERSON_NONE));
}

static void test_blocked(void)
{
	static const char *const codes[] = { "ConversationBlockedByUser",
					     "MessageWritesBlocked" };

	for (size_t i = 0; i < 2; i++) {
		directory_set_conversation(postbox.world.plenary->directory, batch(),
					   POSTBOX_SESSION, 0, "a:blocked");
		CHECK_INT(1, refused(403, codes[i], DELIVER_ROOM_CARD));
		CHECK_INT(CHAT_BLOCKED, chats_state(&outbox()->chats, "a:blocked"));
		CHECK_INT(0, delivers(NULL, DELIVER_ROOM_CARD, 2, 0));
		/* Another way is open. */
		CHECK_INT(1, delivers(NULL, DELIVER_ROOM_WHISPER, 2, 0));
		chats_heard(&outbox()->chats, batch(), "a:blocked", false, 1);
		CHECK_INT(1, delivers(NULL, DELIVER_ROOM_CARD, 2, 0));
	}
}

static void test_not_personal(void)
{
	const uint64_t given_up = outbox()->counts.given_up;

	CHECK_INT(1, refused(403, "ForbiddenOperationException", DELIVER_ROOM_CARD));
	CHECK_INT(given_up + 1, outbox()->counts.given_up);
}

/* The stored chat is gone: it is forgotten, another is opened, once. */
static void test_gone(void)
{
	const struct script_reply gone = no(404, "ConversationNotFound");
	const struct script_reply opened = { .status = 201,
					     .body = "{\"id\":\"a:new\"}" };
	const struct script_reply replies[] = { gone, opened };
	const struct script_reply both[] = { gone, opened, gone };
	struct directory *const directory = postbox.world.plenary->directory;

	directory_set_conversation(directory, batch(), POSTBOX_SESSION, 0, "a:old");
	forget();
	plan(replies, 2);
	deliver(DELIVER_ROOM_CARD, 2, 0);
	wait_done();
	CHECK_INT(3, postbox.heard_count);
	CHECK_TEXT("POST /bot/v3/conversations/a%3Aold/activities",
		   postbox.heard[0].line);
	CHECK_TEXT("POST /bot/v3/conversations", postbox.heard[1].line);
	CHECK_TEXT("POST /bot/v3/conversations/a%3Anew/activities",
		   postbox.heard[2].line);
	forget();
	plan(both, 3);
	deliver(DELIVER_ROOM_CARD, 2, 0);
	wait_done();
	CHECK_INT(3, postbox.heard_count);
	CHECK_TEXT("", directory_person(directory, POSTBOX_SESSION, 0)->conversation_id);
}

/* A meeting's chat cannot be opened by us: it is tried each time, and seen to be there. */
static void test_a_room_that_is_not_known_yet(void)
{
	CHECK_INT(1, refused(404, "ConversationNotFound", DELIVER_WARNING));
	CHECK_INT(CHAT_GONE, chats_state(&outbox()->chats, ROOM_ID));
	CHECK_INT(1, delivers(NULL, DELIVER_RECALL, 2, PERSON_NONE));
	CHECK_INT(CHAT_OK, chats_state(&outbox()->chats, ROOM_ID));
}

static void test_no_activity(void)
{
	const struct script_reply card = { .status = 201, .body = "{\"id\":\"card-1\"}" };
	const struct script_reply anew[] = { no(404, "ActivityNotFoundInConversation"),
					     { .status = 201,
					       .body = "{\"id\":\"card-2\"}" } };
	const struct script_reply gone = no(404, "NotFound");
	const uint64_t given_up = outbox()->counts.given_up;

	CHECK_INT(1, delivers(&card, DELIVER_POLL_CARD, PLACE_MAIN, PERSON_NONE));
	forget();
	plan(anew, 2);
	deliver(DELIVER_POLL_UPDATE, PLACE_MAIN, PERSON_NONE);
	wait_done();
	CHECK_INT(2, postbox.heard_count);
	CHECK_TEXT("PUT " CHAT "/card-1", postbox.heard[0].line);
	CHECK_TEXT("POST " CHAT, postbox.heard[1].line);
	CHECK_TEXT(postbox.heard[0].body, postbox.heard[1].body);
	/* That a round is over needs no card where there is none. */
	CHECK_INT(1, delivers(&card, DELIVER_ROOM_WHISPER, 2, 0));
	CHECK_INT(1, delivers(&anew[0], DELIVER_WHISPER_CLOSED, PLACE_NONE, 0));
	/* Nor does what was to go have to be there still, whatever the refusal is called. */
	CHECK_INT(1, delivers(&card, DELIVER_HELP, 2, 0));
	CHECK_INT(1, delivers(&gone, DELIVER_HELP_OVER, 2, 0));
	CHECK_INT(given_up, outbox()->counts.given_up);
}

static struct tenant *tenant(void)
{
	const struct session_row *const row =
		directory_session(postbox.world.plenary->directory, POSTBOX_SESSION);

	return lanes_tenant(outbox(), row->tenant_id);
}

/* One refusal stops all of the tenant's, without a storm; one that comes through ends it. */
static void stops_the_tenant(int status, const char *code)
{
	CHECK_INT(1, refused(status, code, DELIVER_WARNING));
	CHECK_INT(1, outbox()->counts.stopped);
	CHECK_INT(0, delivers(NULL, DELIVER_WARNING, 3, PERSON_NONE));
	CHECK_INT(0, delivers(NULL, DELIVER_ROOM_WHISPER, 2, 0));
	tenant()->stopped_until_ms = 0; /* its time has passed */
	CHECK_INT(1, refused(status, code, DELIVER_WARNING));
	CHECK_INT(1, outbox()->counts.stopped);
	tenant()->stopped_until_ms = 0;
	CHECK_INT(1, delivers(NULL, DELIVER_WARNING, 3, PERSON_NONE));
	CHECK_INT(0, outbox()->counts.stopped);
}

static bool page_says(const char *words)
{
	struct text said = { 0 };

	live_round_said(&postbox.world.plenary->words,
			sessions_get(&postbox.world.plenary->sessions, POSTBOX_SESSION),
			&said);
	const bool says = strstr(text_string(&said), words) != NULL;

	text_finish(&said);
	return says;
}

/* Whoever leads sees on the page that something is wrong, and whom to tell themselves. */
static void test_what_the_page_says(void)
{
	struct session *const session =
		sessions_get(&postbox.world.plenary->sessions, POSTBOX_SESSION);

	CHECK(page_says("No rooms are open."));
	CHECK(!page_says("refuses") && !page_says("Person 01"));
	CHECK_INT(1, refused(403, "BotDisabledByAdmin", DELIVER_WARNING));
	CHECK(page_says("Teams refuses Plenary's bot"));
	tenant()->stopped_until_ms = 0;
	CHECK_INT(1, delivers(NULL, DELIVER_WARNING, 3, PERSON_NONE));
	CHECK(!page_says("refuses"));
	session->member[0].room = 2;
	session->member[0].card = CARD_DOUBT;
	CHECK(page_says("not known yet: Person 01."));
	session->member[0].card = CARD_FAILED;
	CHECK(page_says("tell them yourself, nothing reaches them: Person 01."));
	session->member[0].room = 0;
	session->member[0].card = CARD_NONE;
}

static void test_the_bot_as_such(void)
{
	stops_the_tenant(403, "BotDisabledByAdmin");
	stops_the_tenant(401, "BotNotRegistered");
}

static void test_another_host(void)
{
	struct directory *const directory = postbox.world.plenary->directory;
	const struct script_reply wrong[] = { no(403, "InvalidBotApiHost"),
					      no(403, "InvalidBotApiHost") };

	outbox()->gcc_url = script_url(&postbox.script, "/gcc");
	CHECK_INT(2, delivers(&wrong[0], DELIVER_WARNING, 2, PERSON_NONE));
	CHECK(strncmp(postbox.heard[0].line, "POST /bot/v3/", 13) == 0);
	CHECK(strncmp(postbox.heard[1].line, "POST /gcc/v3/", 13) == 0);
	CHECK_INT(1, delivers(NULL, DELIVER_WARNING, 2, PERSON_NONE));
	CHECK(strncmp(postbox.heard[0].line, "POST /gcc/v3/", 13) == 0);
	/* Once; and only where the token may go. */
	forget();
	plan(wrong, 2);
	deliver(DELIVER_WARNING, 2, PERSON_NONE);
	wait_done();
	CHECK_INT(2, postbox.heard_count);
	directory_set_service(directory, batch(), POSTBOX_SESSION,
			      script_url(&postbox.script, "/bot/"));
	outbox()->gcc_url = "https://elsewhere.example.test/teams";
	CHECK_INT(1, delivers(&wrong[0], DELIVER_WARNING, 2, PERSON_NONE));
}

static void test_too_big(void)
{
	const struct script_reply big[] = { no(413, "MessageSizeTooBig"),
					    no(413, "MessageSizeTooBig") };

	CHECK_INT(2, delivers(&big[0], DELIVER_ROOM_WHISPER, 2, 0));
	CHECK(strlen(postbox.heard[1].body) < strlen(postbox.heard[0].body));
	CHECK(said(1, "You are in room 2"));
	CHECK(said(1, "https://x.test/2"));
	CHECK(said(1, "29:u1"));
	forget();
	plan(big, 2);
	deliver(DELIVER_ROOM_WHISPER, 2, 0);
	wait_done();
	CHECK_INT(2, postbox.heard_count);
	/* A line of text is as small as it gets. */
	CHECK_INT(1, delivers(&big[0], DELIVER_WARNING, 2, PERSON_NONE));
}

static void test_what_a_small_card_keeps(void)
{
	struct text body = { 0 };

	text_addf(&body, "{\"type\":\"message\",\"attachments\":[{\"content\":{\"body\":["
			 "{\"type\":\"TextBlock\",\"text\":\"Question\"},"
			 "{\"type\":\"TextBlock\",\"text\":\"aside\"},"
			 "{\"type\":\"Input.ChoiceSet\",\"id\":\"choice\",\"choices\":["
			 "{\"title\":\"");
	for (int i = 0; i < 300; i++)
		text_addf(&body, "\xc3\xa4");
	text_addf(&body,
		  "\",\"value\":\"0\"}]},"
		  "{\"type\":\"ActionSet\",\"actions\":[{\"verb\":\"poll.vote\"}]}]}}]}");
	char *const small = encode_small(text_string(&body));

	CHECK(small != NULL && strlen(small) < 500);
	CHECK(strstr(small, "Question") && strstr(small, "poll.vote"));
	CHECK(strstr(small, "\"value\":\"0\"") && !strstr(small, "aside"));
	json_t *const whole = json_loads(small, 0, NULL);

	CHECK(whole != NULL); /* cut between characters */
	json_decref(whole);
	CHECK(encode_small("{\"text\":\"short\"}") == NULL);
	CHECK(encode_small("not JSON") == NULL);
	free(small);
	text_finish(&body);
}

static void test_other_refusals(void)
{
	CHECK_INT(1, refused(403, "NotEnoughPermissions", DELIVER_WARNING));
	CHECK_INT(1, refused(500, "ServiceError", DELIVER_WARNING));
	CHECK_INT(1, refused(400, "BadArgument", DELIVER_WARNING));
	CHECK_INT(2, refused(412, "PreconditionFailed", DELIVER_WARNING));
	CHECK_TEXT(postbox.heard[0].body, postbox.heard[1].body);
	CHECK(strstr(postbox.heard[0].head, "x-ms-client-request-id: ") != NULL);
	/* Each try has an id of its own, by which support can tell them apart. */
	CHECK(strcmp(strstr(postbox.heard[0].head, "x-ms-client-request-id: "),
		     strstr(postbox.heard[1].head, "x-ms-client-request-id: ")) != 0);
}

int main(void)
{
	postbox_open("outbox:\n  attempts: 4\n  in_flight: 2\n");
	RUN(test_uninstalled);
	RUN(test_blocked);
	RUN(test_not_personal);
	RUN(test_gone);
	RUN(test_a_room_that_is_not_known_yet);
	RUN(test_no_activity);
	RUN(test_the_bot_as_such);
	RUN(test_what_the_page_says);
	RUN(test_another_host);
	RUN(test_too_big);
	RUN(test_what_a_small_card_keeps);
	RUN(test_other_refusals);
	postbox_close();
	return check_done();
}
