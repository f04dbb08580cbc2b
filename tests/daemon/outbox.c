/* SPDX-License-Identifier: MIT */
/* The outbox against a world that fails in every way: order, patience, giving up. */
#include "daemon/common/clock.h"
#include "daemon/store/directory.h"
#include "tests/check.h"
#include "tests/daemon/postbox.h"

#define CHAT POSTBOX_CHAT

static void test_order(void)
{
	const struct script_reply slow = { .status = 201,
					   .body = "{\"id\":\"1\"}",
					   .delay_ms = 100 };

	forget();
	plan(&slow, 1);
	say(PLACE_MAIN, "first");
	say(PLACE_MAIN, "second");
	say(2, "other lane");
	say(PLACE_MAIN, "third");
	wait_heard(2);
	/* What waits behind the slow one lets the other lane go by. */
	CHECK(said(0, "first"));
	CHECK(said(1, "other lane"));
	wait_done();
	CHECK_INT(4, postbox.heard_count);
	CHECK(said(2, "second"));
	CHECK(said(3, "third"));
	CHECK(postbox.heard[2].at_ms >= postbox.heard[0].at_ms + 100);
	CHECK_TEXT("POST " CHAT, postbox.heard[0].line);
	/* One token for Graph, which the session's planning needed, and one for the bot. */
	CHECK_TEXT("token-2", postbox.heard[0].token);
	CHECK_TEXT("token-2", postbox.heard[3].token);
	CHECK_INT(2, postbox.tokens);
}

static void test_urgent_first(void)
{
	const struct script_reply slow = { .status = 201,
					   .body = "{\"id\":\"1\"}",
					   .delay_ms = 50 };

	forget();
	/* Two at a time, as configured below: one place is left. */
	plan(&slow, 1);
	say(5, "now");
	wait_heard(1);
	say(4, "chatter");
	say(3, "chatter");
	deliver(DELIVER_RECALL, 2, PERSON_NONE);
	wait_done();
	CHECK_INT(4, postbox.heard_count);
	CHECK(said(1, "Time is up"));
}

/* A conversation takes seven messages in a second and eight in two. */
static void test_pace_of_a_conversation(void)
{
	const uint64_t paced = postbox.world.plenary->outbox.counts.paced;

	forget();
	for (int i = 0; i < 9; i++)
		say(3, "many");
	say(4, "another conversation is not held up");
	wait_done();
	CHECK_INT(10, postbox.heard_count);
	CHECK(postbox.heard[9].at_ms - postbox.heard[0].at_ms >= 1990);
	CHECK(said(9, "many"));
	CHECK(postbox.heard[8].at_ms - postbox.heard[0].at_ms >= 990);
	CHECK(!said(8, "another"));
	CHECK(postbox.world.plenary->outbox.counts.paced >= paced + 2);
}

/* What people stand and wait for goes before what they may read later, in one chat too;
 * what has begun stays first. */
static void test_ranks_in_one_chat(void)
{
	const struct script_reply slow = { .status = 201,
					   .body = "{\"id\":\"1\"}",
					   .delay_ms = 50 };

	forget();
	plan(&slow, 1);
	say(PLACE_MAIN, "begun");
	wait_heard(1);
	say(PLACE_MAIN, "chatter 1");
	say(PLACE_MAIN, "chatter 2");
	deliver(DELIVER_POLL_CARD, PLACE_MAIN, PERSON_NONE);
	deliver(DELIVER_HELP, 2, 0);
	wait_done();
	CHECK_INT(5, postbox.heard_count);
	CHECK(said(0, "begun"));
	CHECK(said(1, "asks for a facilitator"));
	CHECK(said(2, "poll.vote"));
	CHECK(said(3, "chatter 1"));
	CHECK(said(4, "chatter 2"));
}

static void test_retry_after(void)
{
	const struct script_reply throttled = { .status = 429,
						.headers = "Retry-After: 1\r\n",
						.body = "{\"error\":{\"code\":"
							"\"Throttled\"}}" };

	forget();
	plan(&throttled, 1);
	say(PLACE_MAIN, "throttled");
	say(PLACE_MAIN, "behind it");
	wait_done();
	CHECK_INT(3, postbox.heard_count);
	CHECK(postbox.heard[1].at_ms - postbox.heard[0].at_ms >= 1000);
	CHECK_TEXT(postbox.heard[0].body, postbox.heard[1].body);
	CHECK_TEXT(postbox.heard[0].line, postbox.heard[1].line);
	CHECK(said(2, "behind it"));
}

/* Each fails once and comes through; the same bytes both times. */
static void test_failures_that_pass(void)
{
	const struct script_reply replies[] = {
		{ .status = 503 },
		{ .status = 502,
		  .headers = "Content-Type: text/html\r\n",
		  .body = "<html><h1>Bad Gateway</h1></html>" },
	};
	const uint64_t repeated = postbox.world.plenary->outbox.counts.repeated;
	const uint64_t given_up = postbox.world.plenary->outbox.counts.given_up;

	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		forget();
		plan(&replies[i], 1);
		say(PLACE_MAIN, "once more");
		wait_done();
		CHECK_INT(2, postbox.heard_count);
		CHECK_TEXT(postbox.heard[0].body, postbox.heard[1].body);
		CHECK_TEXT(postbox.heard[0].line, postbox.heard[1].line);
	}
	CHECK_INT(repeated + 2, postbox.world.plenary->outbox.counts.repeated);
	CHECK_INT(given_up, postbox.world.plenary->outbox.counts.given_up);
}

/* -- giving up -------------------------------------------------------------------------------------- */

static void gives_up(const struct script_reply *replies, size_t tries)
{
	const uint64_t given_up = postbox.world.plenary->outbox.counts.given_up;
	const uint64_t taken = postbox.world.plenary->turn.taken;

	forget();
	plan(replies, tries);
	deliver(DELIVER_WARNING, 2, PERSON_NONE);
	wait_done();
	CHECK_INT(tries, postbox.heard_count);
	CHECK_INT(given_up + 1, postbox.world.plenary->outbox.counts.given_up);
	/* The core is told: EVENT_DELIVERY_FAILED. */
	CHECK_INT(taken + 1, postbox.world.plenary->turn.taken);
}

static void test_giving_up(void)
{
	const struct script_reply no[] = {
		{ .status = 404,
		  .body = "{\"error\":{\"code\":\"ConversationNotFound\"}}" },
		{ .status = 400, .body = "<html>" },
		{ .status = 413, .body = "{\"error\":{\"code\":\"MessageSizeTooBig\"}}" },
		{ .status = 302, .headers = "Location: http://127.0.0.1:9/\r\n" },
	};
	const struct script_reply busy[] = { { .status = 503 }, { .status = 503 } };

	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		gives_up(&no[i], 1);
	gives_up(busy, 2);
	/* The lane goes on behind it. */
	forget();
	deliver(DELIVER_WARNING, 2, PERSON_NONE);
	wait_done();
	CHECK_INT(1, postbox.heard_count);
}

static void set_service(const char *url)
{
	directory_set_service(postbox.world.plenary->directory,
			      journal_batch(postbox.world.plenary->journal),
			      POSTBOX_SESSION, url);
}

static void test_foreign_hosts(void)
{
	static const char *const urls[] = {
		"https://evil.example.test/bot/",
		"http://smba.trafficmanager.net/emea/",
		"https://smba.trafficmanager.net.evil.example.test/",
		"https://smba.trafficmanager.net@evil.example.test/",
		"https://smba.trafficmanager.net:8443/emea/",
		"ftp://smba.trafficmanager.net/",
	};

	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		set_service(urls[i]);
		gives_up(NULL, 0);
	}
	set_service(script_url(&postbox.script, "/bot/"));
	forget();
	deliver(DELIVER_WARNING, 2, PERSON_NONE);
	wait_done();
	CHECK_INT(1, postbox.heard_count);
}

/* -- what depends on what came before ------------------------------------------------------------ */

static void test_update_waits_for_its_card(void)
{
	const struct script_reply card = { .status = 201,
					   .body = "{\"id\":\"1;card/7\"}",
					   .delay_ms = 30 };

	forget();
	plan(&card, 1);
	deliver(DELIVER_POLL_CARD, PLACE_MAIN, PERSON_NONE);
	deliver(DELIVER_POLL_UPDATE, PLACE_MAIN, PERSON_NONE);
	wait_done();
	CHECK_INT(2, postbox.heard_count);
	CHECK_TEXT("POST " CHAT, postbox.heard[0].line);
	CHECK_TEXT("PUT " CHAT "/1%3Bcard%2F7", postbox.heard[1].line);
}

static void test_chat_is_opened_once(void)
{
	const struct script_reply opened = { .status = 201,
					     .body = "{\"id\":\"a:1/x\"}" };

	forget();
	plan(&opened, 1);
	deliver(DELIVER_ROOM_CARD, 2, 0);
	deliver(DELIVER_CARD_CLOSED, PLACE_NONE, 0);
	wait_done();
	CHECK_INT(3, postbox.heard_count);
	CHECK_TEXT("POST /bot/v3/conversations", postbox.heard[0].line);
	CHECK(said(0, "\"29:u1\""));
	CHECK_TEXT("POST /bot/v3/conversations/a%3A1%2Fx/activities",
		   postbox.heard[1].line);
	CHECK(strncmp(postbox.heard[2].line,
		      "PUT /bot/v3/conversations/a%3A1%2Fx/activities/a%3A", 50) == 0);
	CHECK_TEXT("a:1/x",
		   directory_person(postbox.world.plenary->directory, POSTBOX_SESSION, 0)
			   ->conversation_id);
	forget();
	deliver(DELIVER_ROOM_CARD, 2, 0);
	wait_done();
	CHECK_INT(1, postbox.heard_count);
}

/* A card that never came to be shown has nothing to update. */
static void test_nothing_to_update(void)
{
	const struct script_reply no = {
		.status = 403,
		.body = "{\"error\":{\"code\":\"ForbiddenOperationException\"}}"
	};
	const uint64_t done = postbox.world.plenary->outbox.counts.done;

	forget();
	plan(&no, 1);
	deliver(DELIVER_ROOM_CARD, 2, 1);
	deliver(DELIVER_CARD_CLOSED, PLACE_NONE, 1);
	wait_done();
	CHECK_INT(1, postbox.heard_count);
	CHECK_INT(done + 1, postbox.world.plenary->outbox.counts.done);
}

/* -- a restart ----------------------------------------------------------------------------------------- */

/* What had not left is sent; what had, may have arrived, and is not. */
static void test_restart(void)
{
	const struct script_reply silent = { .silent = true };
	const uint64_t unknown = postbox.world.plenary->outbox.counts.unknown;

	CHECK_INT(0, unknown);
	forget();
	plan(&silent, 1);
	say(PLACE_MAIN, "in flight");
	wait_heard(1);
	say(PLACE_MAIN, "still to come");
	deliver(DELIVER_POLL_UPDATE, PLACE_MAIN, PERSON_NONE);
	turn_once();
	world_settle(&postbox.world);
	world_close(&postbox.world);
	world_open(&postbox.world, postbox.script.port);
	CHECK_INT(2, postbox.world.plenary->outbox.counts.waiting);
	CHECK_INT(1, postbox.world.plenary->outbox.counts.unknown);
	forget();
	/* By itself: nothing else happens that could push it. */
	wait_done();
	CHECK_INT(2, postbox.heard_count);
	/* The id that the card was given before is remembered. */
	CHECK_TEXT("PUT " CHAT "/1%3Bcard%2F7", postbox.heard[0].line);
	CHECK(said(1, "still to come"));
	forget();
	deliver(DELIVER_ROOM_CARD, 2, 0);
	wait_done();
	CHECK_INT(1, postbox.heard_count);
	CHECK_TEXT("POST /bot/v3/conversations/a%3A1%2Fx/activities",
		   postbox.heard[0].line);
}

/* An update makes nothing new: it is sent again, the same bytes. */
static void test_restart_within_an_update(void)
{
	const struct script_reply silent = { .silent = true };
	char *before;

	forget();
	plan(&silent, 1);
	deliver(DELIVER_POLL_UPDATE, PLACE_MAIN, PERSON_NONE);
	wait_heard(1);
	before = memory_string(postbox.heard[0].body);
	world_settle(&postbox.world);
	world_close(&postbox.world);
	world_open(&postbox.world, postbox.script.port);
	forget();
	wait_done();
	CHECK_INT(1, postbox.heard_count);
	CHECK_TEXT(before, postbox.heard[0].body);
	CHECK_INT(0, postbox.world.plenary->outbox.counts.unknown);
	free(before);
}

/* What could not be made into a request before a crash is not sent as a bare POST after it. */
static void test_restored_without_a_request(void)
{
	const struct delivery delivery = {
		.number = 900000,
		.lane = 1,
		.session = POSTBOX_SESSION,
		.person = PERSON_NONE,
		.what = DELIVER_REPORT_FETCH,
		.party = PARTY_GRAPH,
		.place = 5,
		.method = "POST",
		.path = "",
		.body = "",
		.remote_id = "",
	};
	const uint64_t given_up = postbox.world.plenary->outbox.counts.given_up;

	forget();
	outbox_restore(&postbox.world.plenary->outbox, &delivery);
	outbox_resume(&postbox.world.plenary->outbox);
	wait_done();
	CHECK_INT(0, postbox.heard_count);
	CHECK_INT(given_up + 1, postbox.world.plenary->outbox.counts.given_up);
}

/* -- postbox.tokens --------------------------------------------------------------------------------------------- */

static void test_fresh_token(void)
{
	const struct script_reply no[] = { { .status = 401 }, { .status = 401 } };
	const int64_t old_ms = clock_real_ms() + 5200; /* a young one is kept */
	const unsigned before = postbox.tokens;

	while (clock_real_ms() < old_ms)
		turn_once();
	forget();
	plan(no, 1);
	say(PLACE_MAIN, "with another token");
	wait_done();
	CHECK_INT(2, postbox.heard_count);
	CHECK_INT(before + 1, postbox.tokens);
	CHECK(strcmp(postbox.heard[0].token, postbox.heard[1].token) != 0);
	CHECK_TEXT(postbox.heard[0].body, postbox.heard[1].body);
	/* Once: a second 401 is the end of it. */
	gives_up(no, 2);
}

int main(void)
{
	postbox_open("outbox:\n  attempts: 2\n  in_flight: 2\n");
	RUN(test_order);
	RUN(test_urgent_first);
	RUN(test_pace_of_a_conversation);
	RUN(test_ranks_in_one_chat);
	RUN(test_retry_after);
	RUN(test_failures_that_pass);
	RUN(test_giving_up);
	RUN(test_foreign_hosts);
	RUN(test_update_waits_for_its_card);
	RUN(test_chat_is_opened_once);
	RUN(test_nothing_to_update);
	RUN(test_restart);
	RUN(test_restart_within_an_update);
	RUN(test_restored_without_a_request);
	RUN(test_fresh_token);
	postbox_close();
	return check_done();
}
