/* SPDX-License-Identifier: MIT */
/* The outbox against a world that fails in every way: order, patience, giving up. */
#include <time.h>
#include <unistd.h>

#include "daemon/common/clock.h"
#include "daemon/store/directory.h"
#include "tests/check.h"
#include "tests/daemon/world.h"
#include "tests/wire/script.h"

enum { HEARD = 256, PLANNED = 8 };

struct heard {
	char line[2 * SCRIPT_WORD_BYTES + 2]; /* "POST /bot/…" */
	char token[64];
	char *body;
	int64_t at_ms;
};

static struct world world;
static uv_loop_t script_loop;
static struct script script;
static struct heard heard[HEARD];
static size_t heard_count;
static struct script_reply planned[PLANNED]; /* for the next requests, then 201 */
static size_t planned_count, planned_at;
static unsigned tokens, ids;
static uint32_t session;

/* -- the world outside ------------------------------------------------------------------------ */

static void hear(const struct script_request *request)
{
	struct heard *const one = &heard[heard_count++];
	const char *const token = strstr(request->head, "Authorization: Bearer ");

	CHECK(heard_count < HEARD);
	snprintf(one->line, sizeof(one->line), "%s %s", request->method, request->path);
	snprintf(one->token, sizeof(one->token), "%.*s",
		 token != NULL ? (int)strcspn(token + 22, "\r") : 0,
		 token != NULL ? token + 22 : "");
	one->body = memory_zeroed(request->body_bytes + 1);
	memcpy(one->body, request->body, request->body_bytes);
	one->at_ms = clock_real_ms();
}

static void play(void *context, const struct script_request *request,
		 struct script_reply *reply)
{
	static char body[256];

	(void)context;
	if (strcmp(request->path, "/metadata") == 0) {
		reply->status = 404;
	} else if (strcmp(request->path, "/token") == 0) {
		snprintf(body, sizeof(body),
			 "{\"token_type\":\"Bearer\",\"expires_in\":3600,"
			 "\"access_token\":\"token-%u\"}",
			 ++tokens);
		reply->body = body;
	} else {
		hear(request);
		snprintf(body, sizeof(body),
			 "{\"id\":\"a:%u\",\"joinWebUrl\":\"https://x.test/%u\","
			 "\"chatInfo\":{\"threadId\":\"19:t%u@thread.v2\"}}",
			 ids, ids, ids);
		ids++;
		reply->status = 201;
		reply->body = body;
		if (planned_at < planned_count)
			*reply = planned[planned_at++];
	}
}

static void plan(const struct script_reply *replies, size_t count)
{
	CHECK_INT(planned_count, planned_at);
	CHECK(count <= PLANNED);
	for (size_t i = 0; i < count; i++)
		planned[i] = replies[i];
	planned_count = count;
	planned_at = 0;
}

static void forget(void)
{
	while (heard_count > 0)
		free(heard[--heard_count].body);
}

static void turn_once(void)
{
	const struct timespec moment = { .tv_nsec = 500 * 1000 };

	uv_run(&script_loop, UV_RUN_NOWAIT);
	uv_run(world.loop, UV_RUN_NOWAIT);
	nanosleep(&moment, NULL);
}

static void wait_heard(size_t count)
{
	const int64_t until_ms = clock_real_ms() + 60 * 1000;

	while (heard_count < count && clock_real_ms() < until_ms)
		turn_once();
	CHECK_INT(count, heard_count);
}

/* Until every delivery has come to its end, and that is on disk. */
static void wait_done(void)
{
	const struct outbox_counts *const counts = &world.plenary->outbox.counts;
	const int64_t until_ms = clock_real_ms() + 60 * 1000;

	do {
		turn_once();
		CHECK(clock_real_ms() < until_ms);
	} while (counts->waiting > 0 || !turn_is_quiet(&world.plenary->turn));
}

/* -- deliveries ---------------------------------------------------------------------------------- */

static void deliver(enum effect_kind kind, uint16_t place, uint32_t person)
{
	struct effect effect = effect_blank(kind);

	effect.place = place;
	effect.person = person;
	effect.block = 1;
	effect.poll = 0;
	effect.amount_ms = 60000;
	effect.to_ms = 4099194600000;
	outbox_freeze(&world.plenary->outbox, session, &effect);
}

static void say(uint16_t place, const char *words)
{
	const struct place_row *const row =
		directory_place(world.plenary->directory, session, place);
	const struct reply_target target = { .session = session,
					     .conversation_id = row->thread_id,
					     .activity_id = "" };
	struct request_draft draft;

	CHECK_INT(0, encode_reply(&world.plenary->words, &target, words, &draft));
	outbox_post(&world.plenary->outbox, &draft);
}

static bool said(size_t at, const char *words)
{
	CHECK(at < heard_count);
	return strstr(heard[at].body, words) != NULL;
}

#define CHAT "/bot/v3/conversations/19%3Ameeting_MDAw%40thread.v2/activities"

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
	CHECK_INT(4, heard_count);
	CHECK(said(2, "second"));
	CHECK(said(3, "third"));
	CHECK(heard[2].at_ms >= heard[0].at_ms + 100);
	CHECK_TEXT("POST " CHAT, heard[0].line);
	/* One token for Graph, which the session's planning needed, and one for the bot. */
	CHECK_TEXT("token-2", heard[0].token);
	CHECK_TEXT("token-2", heard[3].token);
	CHECK_INT(2, tokens);
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
	CHECK_INT(4, heard_count);
	CHECK(said(1, "Time is up"));
}

/* A conversation takes seven messages in a second and eight in two. */
static void test_pace_of_a_conversation(void)
{
	const uint64_t paced = world.plenary->outbox.counts.paced;

	forget();
	for (int i = 0; i < 9; i++)
		say(3, "many");
	say(4, "another conversation is not held up");
	wait_done();
	CHECK_INT(10, heard_count);
	CHECK(heard[9].at_ms - heard[0].at_ms >= 1990);
	CHECK(said(9, "many"));
	CHECK(heard[8].at_ms - heard[0].at_ms >= 990);
	CHECK(!said(8, "another"));
	CHECK(world.plenary->outbox.counts.paced >= paced + 2);
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
	CHECK_INT(5, heard_count);
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
	CHECK_INT(3, heard_count);
	CHECK(heard[1].at_ms - heard[0].at_ms >= 1000);
	CHECK_TEXT(heard[0].body, heard[1].body);
	CHECK_TEXT(heard[0].line, heard[1].line);
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
		{ .reset = true, .raw = "HTTP/1.1 201" },
		{ .close = true,
		  .raw = "HTTP/1.1 201 OK\r\nContent-Length: 99\r\n\r\n{" },
	};
	const uint64_t repeated = world.plenary->outbox.counts.repeated;
	const uint64_t given_up = world.plenary->outbox.counts.given_up;

	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		forget();
		plan(&replies[i], 1);
		say(PLACE_MAIN, "once more");
		wait_done();
		CHECK_INT(2, heard_count);
		CHECK_TEXT(heard[0].body, heard[1].body);
		CHECK_TEXT(heard[0].line, heard[1].line);
	}
	CHECK_INT(repeated + 4, world.plenary->outbox.counts.repeated);
	CHECK_INT(given_up, world.plenary->outbox.counts.given_up);
}

/* -- giving up -------------------------------------------------------------------------------------- */

static void gives_up(const struct script_reply *replies, size_t tries)
{
	const uint64_t given_up = world.plenary->outbox.counts.given_up;
	const uint64_t taken = world.plenary->turn.taken;

	forget();
	plan(replies, tries);
	deliver(DELIVER_WARNING, 2, PERSON_NONE);
	wait_done();
	CHECK_INT(tries, heard_count);
	CHECK_INT(given_up + 1, world.plenary->outbox.counts.given_up);
	/* The core is told: EVENT_DELIVERY_FAILED. */
	CHECK_INT(taken + 1, world.plenary->turn.taken);
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
	CHECK_INT(1, heard_count);
}

static void set_service(const char *url)
{
	directory_set_service(world.plenary->directory,
			      journal_batch(world.plenary->journal), session, url);
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
	set_service(script_url(&script, "/bot/"));
	forget();
	deliver(DELIVER_WARNING, 2, PERSON_NONE);
	wait_done();
	CHECK_INT(1, heard_count);
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
	CHECK_INT(2, heard_count);
	CHECK_TEXT("POST " CHAT, heard[0].line);
	CHECK_TEXT("PUT " CHAT "/1%3Bcard%2F7", heard[1].line);
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
	CHECK_INT(3, heard_count);
	CHECK_TEXT("POST /bot/v3/conversations", heard[0].line);
	CHECK(said(0, "\"29:u1\""));
	CHECK_TEXT("POST /bot/v3/conversations/a%3A1%2Fx/activities", heard[1].line);
	CHECK(strncmp(heard[2].line,
		      "PUT /bot/v3/conversations/a%3A1%2Fx/activities/a%3A", 50) == 0);
	CHECK_TEXT("a:1/x", directory_person(world.plenary->directory, session, 0)
				    ->conversation_id);
	forget();
	deliver(DELIVER_ROOM_CARD, 2, 0);
	wait_done();
	CHECK_INT(1, heard_count);
}

/* A card that never came to be shown has nothing to update. */
static void test_nothing_to_update(void)
{
	const struct script_reply no = {
		.status = 403,
		.body = "{\"error\":{\"code\":\"ForbiddenOperationException\"}}"
	};
	const uint64_t done = world.plenary->outbox.counts.done;

	forget();
	plan(&no, 1);
	deliver(DELIVER_ROOM_CARD, 2, 1);
	deliver(DELIVER_CARD_CLOSED, PLACE_NONE, 1);
	wait_done();
	CHECK_INT(1, heard_count);
	CHECK_INT(done + 1, world.plenary->outbox.counts.done);
}

/* -- a restart ----------------------------------------------------------------------------------------- */

static void test_restart(void)
{
	const struct script_reply silent = { .silent = true };
	char *before;

	forget();
	plan(&silent, 1);
	say(PLACE_MAIN, "still to come");
	say(PLACE_MAIN, "and this behind it");
	deliver(DELIVER_POLL_UPDATE, PLACE_MAIN, PERSON_NONE);
	wait_heard(1);
	before = memory_string(heard[0].body);
	world_settle(&world);
	world_close(&world);
	world_open(&world, script.port);
	CHECK_INT(3, world.plenary->outbox.counts.waiting);
	forget();
	/* By itself: nothing else happens that could push it. */
	wait_done();
	CHECK_INT(3, heard_count);
	CHECK_TEXT(before, heard[0].body);
	CHECK_TEXT("POST " CHAT, heard[0].line);
	CHECK(said(1, "and this behind it"));
	/* The id that the card was given before is remembered. */
	CHECK_TEXT("PUT " CHAT "/1%3Bcard%2F7", heard[2].line);
	free(before);
	forget();
	deliver(DELIVER_ROOM_CARD, 2, 0);
	wait_done();
	CHECK_INT(1, heard_count);
	CHECK_TEXT("POST /bot/v3/conversations/a%3A1%2Fx/activities", heard[0].line);
}

/* What could not be made into a request before a crash is not sent as a bare POST after it. */
static void test_restored_without_a_request(void)
{
	const struct delivery delivery = {
		.number = 900000,
		.lane = 1,
		.session = session,
		.person = PERSON_NONE,
		.what = DELIVER_REPORT_FETCH,
		.party = PARTY_GRAPH,
		.place = 5,
		.method = "POST",
		.path = "",
		.body = "",
		.remote_id = "",
	};
	const uint64_t given_up = world.plenary->outbox.counts.given_up;

	forget();
	outbox_restore(&world.plenary->outbox, &delivery);
	outbox_resume(&world.plenary->outbox);
	wait_done();
	CHECK_INT(0, heard_count);
	CHECK_INT(given_up + 1, world.plenary->outbox.counts.given_up);
}

/* -- tokens --------------------------------------------------------------------------------------------- */

static void test_fresh_token(void)
{
	const struct script_reply no[] = { { .status = 401 }, { .status = 401 } };
	const int64_t old_ms = clock_real_ms() + 5200; /* a young one is kept */
	const unsigned before = tokens;

	while (clock_real_ms() < old_ms)
		turn_once();
	forget();
	plan(no, 1);
	say(PLACE_MAIN, "with another token");
	wait_done();
	CHECK_INT(2, heard_count);
	CHECK_INT(before + 1, tokens);
	CHECK(strcmp(heard[0].token, heard[1].token) != 0);
	CHECK_TEXT(heard[0].body, heard[1].body);
	/* Once: a second 401 is the end of it. */
	gives_up(no, 2);
}

int main(void)
{
	world_begin(&world);
	world.more = "outbox:\n  attempts: 2\n  in_flight: 2\n";
	CHECK_INT(0, uv_loop_init(&script_loop));
	script_init(&script, &script_loop, play, NULL);
	world_open(&world, script.port);
	json_t *const plan_json = world_plan(&world);

	world_try_schedule(&world, plan_json, &(struct problem){ 0 });
	json_decref(plan_json);
	session = 1;
	for (uint16_t place = 2; place < 6; place++) {
		char thread[32];
		const struct place_row row = { .session = session,
					       .place = place,
					       .thread_id = thread,
					       .join_url = "https://x.test/2" };

		snprintf(thread, sizeof(thread), "19:room-%u@thread.v2", place);
		directory_set_place(world.plenary->directory,
				    journal_batch(world.plenary->journal), &row);
	}
	wait_done();
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
	RUN(test_restored_without_a_request);
	RUN(test_fresh_token);
	forget();
	world_close(&world);
	script_finish(&script);
	uv_run(&script_loop, UV_RUN_DEFAULT);
	CHECK_INT(0, uv_loop_close(&script_loop));
	world_end(&world);
	return check_done();
}
