/* SPDX-License-Identifier: MIT */
/* What is taken back, what is seen inside a meeting, and words for everybody. */
#include <time.h>

#include "daemon/common/clock.h"
#include "daemon/decode/activity.h"
#include "daemon/door/door_parts.h"
#include "daemon/sessions.h"
#include "handlers/breakout.h"
#include "handlers/transcript.h"
#include "tests/check.h"
#include "tests/daemon/world.h"
#include "tests/wire/script.h"

#define CHAT "/bot/v3/conversations/19%3Ameeting_MDAw%40thread.v2/activities"
#define MEETING "/bot/v1/meetings/bWVldGluZy0y/notification"

enum { COHORT = 70 };

static struct world world;
static uv_loop_t script_loop;
static struct script script;
static struct text heard; /* "METHOD PATH BODY\n" of what came to the bot's service */
static const char *batch_answer, *batch_state;
static unsigned posts;
static uint32_t session;

static void answer_bot(const struct script_request *request, struct script_reply *reply)
{
	static char id[48];

	reply->status = 201;
	if (strcmp(request->path, "/bot/v3/batch/conversation/users") == 0) {
		reply->body = batch_answer;
	} else if (strcmp(request->method, "DELETE") == 0) {
		reply->status = 204;
	} else if (strstr(request->path, "/v3/batch/conversation/op") != NULL) {
		reply->status = 200;
		reply->body = batch_state;
	} else if (strcmp(request->path, MEETING) == 0) {
		reply->status = 207;
		reply->body = "{\"recipientsFailureInfo\":[{\"recipientMri\":\"29:u2\","
			      "\"errorCode\":\"MemberNotFoundInConversation\"}]}";
	} else {
		snprintf(id, sizeof(id), "{\"id\":\"a:%u\"}", ++posts);
		reply->body = id;
	}
}

static void play(void *context, const struct script_request *request,
		 struct script_reply *reply)
{
	(void)context;
	if (strcmp(request->path, "/token") == 0) {
		reply->body = "{\"token_type\":\"Bearer\",\"expires_in\":3600,"
			      "\"access_token\":\"t\"}";
		return;
	}
	reply->status = 404;
	if (strncmp(request->path, "/bot/", 5) != 0)
		return;
	text_addf(&heard, "%s %s %.*s\n", request->method, request->path,
		  (int)request->body_bytes, request->body);
	answer_bot(request, reply);
}

static void wait_done(void)
{
	const struct timespec moment = { .tv_nsec = 500 * 1000 };
	const int64_t until_ms = clock_real_ms() + 60 * 1000;
	const struct plenary *const plenary = world.plenary;

	do {
		uv_run(&script_loop, UV_RUN_NOWAIT);
		uv_run(world.loop, UV_RUN_NOWAIT);
		nanosleep(&moment, NULL);
		CHECK(clock_real_ms() < until_ms);
	} while (plenary->inquiries.waiting > 0 || plenary->outbox.counts.waiting > 0 ||
		 !turn_is_quiet(&plenary->turn));
}

static int times(const char *words)
{
	int count = 0;

	for (const char *at = strstr(text_string(&heard), words); at != NULL;
	     at = strstr(at + 1, words))
		count++;
	return count;
}

static void deliver(enum effect_kind kind, uint32_t person, uint16_t place)
{
	struct effect effect = effect_blank(kind);

	effect.person = person;
	effect.place = place;
	effect.block = 1;
	outbox_freeze(&world.plenary->outbox, session, &effect);
	wait_done();
}

/* -- tests -------------------------------------------------------------------------------------- */

/* The card that asks for somebody goes when nobody is needed any more. */
static void test_help_is_taken_out_of_the_chat(void)
{
	text_clear(&heard);
	deliver(DELIVER_HELP_OVER, 1, 2);
	CHECK_TEXT("", text_string(&heard));
	posts = 40;
	deliver(DELIVER_HELP, 1, 2);
	deliver(DELIVER_HELP_OVER, 1, 2);
	CHECK_INT(1, times("POST " CHAT " {"));
	CHECK_INT(1, times("DELETE " CHAT "/a%3A41 \n"));
}

static void meeting_is(uint16_t place, const char *id)
{
	struct inquiries *const inquiries = &world.plenary->inquiries;
	char key[24];

	snprintf(key, sizeof(key), "%u %u", session, place);
	free(map_put(&inquiries->meetings, key, memory_string(id)));
}

/* Only where the meeting is known, and somebody is there whom it can be shown to. */
static void test_call_in(void)
{
	const uint64_t given_up = world.plenary->outbox.counts.given_up;

	text_clear(&heard);
	deliver(DELIVER_CALL_IN, PERSON_NONE, 2);
	meeting_is(2, "bWVldGluZy0y");
	deliver(DELIVER_CALL_IN, PERSON_NONE, 2);
	CHECK_TEXT("", text_string(&heard));
	world_take(&world, session, "person_joined person=0 place=2 source=bot");
	world_take(&world, session, "person_joined person=1 place=2 source=bot");
	deliver(DELIVER_CALL_IN, PERSON_NONE, 2);
	CHECK_TEXT(
		"POST " MEETING " {\"type\":\"targetedMeetingNotification\",\"value\":{"
		"\"recipients\":[\"29:u1\",\"29:u2\"],\"surfaces\":[{\"surface\":"
		"\"meetingStage\",\"contentType\":\"task\",\"content\":{\"value\":{"
		"\"height\":\"200\",\"width\":\"400\",\"title\":\"Time is up\",\"url\":"
		"\"https://plenary.example.test/come-back\"}}}]}}\n",
		text_string(&heard));
	CHECK_INT(given_up, world.plenary->outbox.counts.given_up);
}

/* -- announcements -------------------------------------------------------------------------------- */

static void announce(uint32_t by, const char *typed, const char *told)
{
	struct plenary *const plenary = world.plenary;
	struct meaning *const meaning = memory_zeroed(sizeof(*meaning));
	struct problem problem = { 0 };
	struct activity activity;
	struct text body = { 0 }, answer = { 0 };

	text_addf(&body,
		  "{\"type\":\"message\",\"text\":\"%s\",\"from\":{\"id\":\"29:u%u\"},"
		  "\"recipient\":{\"id\":\"28:bot\"},\"entities\":[{\"type\":\"mention\","
		  "\"mentioned\":{\"id\":\"28:bot\"},\"text\":\"<at>P</at>\"}],"
		  "\"conversation\":{\"id\":\"%s\"}}",
		  typed, by + 1,
		  directory_place(plenary->directory, session, PLACE_MAIN)->thread_id);
	CHECK_INT(0, activity_read(body.data, body.length, &activity, &problem));
	activity_means(&activity,
		       &(struct activity_of){ plenary->directory,
					      journal_batch(plenary->journal),
					      &plenary->sessions },
		       meaning);
	CHECK_INT(MEANS_ANNOUNCE, meaning->kind);
	CHECK_INT(by, meaning->by);
	text_clear(&heard);
	door_announce(&plenary->door, &activity, meaning, &answer);
	CHECK_TEXT(told, text_string(&answer));
	wait_done();
	activity_finish(&activity);
	text_finish(&body);
	text_finish(&answer);
	free(meaning);
}

/* To each in the chat of their own, which is opened when there is none; as it was typed. */
static void test_announcement(void)
{
	announce(2, "<at>P</at> Announce  Lunch is at <b>NOON</b>, \\\"all\\\"\\n",
		 "Your announcement goes to 2 people.");
	CHECK_INT(2, times("POST /bot/v3/conversations {"));
	CHECK_INT(2, times("/activities {\"type\":\"message\",\"textFormat\":\"plain\","
			   "\"text\":\"Lunch is at <b>NOON</b>, \\\"all\\\"\"}\n"));
	CHECK_INT(0, times("29:u3"));
	announce(2, "<at>P</at> announce again", "Your announcement goes to 2 people.");
	CHECK_INT(0, times("POST /bot/v3/conversations {"));
	CHECK_INT(2, times("\"text\":\"again\""));
}

static void test_announcement_of_others(void)
{
	announce(0, "<at>P</at> announce free beer", answer_sentence(ANSWER_NOT_ALLOWED));
	CHECK_TEXT("", text_string(&heard));
}

static void large_cohort(void)
{
	json_t *const plan = world_plan(&world);
	json_t *const people = json_object_get(plan, "people");

	for (int i = 4; i <= COHORT; i++)
		json_array_append_new(people,
				      json_pack("{s:o,s:o,s:s}", "name",
						json_sprintf("Person %02d", i),
						"teams_id", json_sprintf("29:u%d", i),
						"role", "participant"));
	json_object_set_new(plan, "uid", json_string("large"));
	session = world_schedule(&world, plan);
	json_decref(plan);
	wait_done();
}

/* Many at once: one request, and what became of it is told to who asked. */
static void test_large_announcement(void)
{
	struct plenary *const plenary = world.plenary;

	large_cohort();
	directory_set_conversation(plenary->directory, journal_batch(plenary->journal),
				   session, 2, "a:1-three");
	batch_answer = "{\"operationId\":\"op-1\"}";
	batch_state = "{\"state\":\"Completed\",\"statusMap\":{\"201\":69}}";
	announce(2, "<at>P</at> announce hello all",
		 "Your announcement goes to 69 people.");
	CHECK_INT(1,
		  times("POST /bot/v3/batch/conversation/users {\"activity\":{\"type\":"
			"\"message\",\"textFormat\":\"plain\",\"text\":\"hello all\"},"
			"\"tenantId\":\"" WORLD_TENANT
			"\",\"members\":[{\"id\":\"29:u1\"}"
			",{\"id\":\"29:u2\"},{\"id\":\"29:u4\"},"));
	CHECK_INT(69, times("{\"id\":\"29:u"));
	CHECK_INT(1, times("GET /bot/v3/batch/conversation/op-1 "));
	CHECK_INT(
		1,
		times("POST /bot/v3/conversations/a%3A1-three/activities {\"type\":"
		      "\"message\",\"textFormat\":\"plain\",\"text\":\"Your announcement "
		      "has reached 69 of 69 people.\"}"));
	/* Older services answer with the bare id. */
	batch_answer = "\"op-2\"";
	announce(2, "<at>P</at> announce once more",
		 "Your announcement goes to 69 people.");
	CHECK_INT(1, times("GET /bot/v3/batch/conversation/op-2 "));
}

/* Last: while a batch is under way it can be stopped, and once it is done it cannot. */
static void test_announcement_is_stopped(void)
{
	struct inquiries *const inquiries = &world.plenary->inquiries;

	announce(2, "<at>P</at> announce cancel", "There is no announcement under way.");
	CHECK_TEXT("", text_string(&heard));
	batch_state = "{\"state\":\"Ongoing\",\"retryAfter\":\"2199-01-01T00:00:00Z\"}";
	inquire_batch(inquiries, session, "op/3", "");
	while (times("GET /bot/v3/batch/conversation/op%2F3 ") == 0 ||
	       inquiries->request) {
		uv_run(&script_loop, UV_RUN_NOWAIT);
		uv_run(world.loop, UV_RUN_NOWAIT);
	}
	CHECK_TEXT("op/3", inquiries_batch(inquiries, session));
	CHECK_TEXT("", inquiries_batch(inquiries, session + 1));
	/* Its time is far: nothing waits for it any more than the test does. */
	inquiries->first->due_ms = 0;
	batch_state = "{\"state\":\"Completed\",\"statusMap\":{\"201\":3}}";
	announce(2, "<at>P</at> announce Cancel",
		 "I have asked for the announcement to be stopped.");
	CHECK_INT(1, times("DELETE /bot/v3/batch/conversation/op%2F3 \n"));
}

int main(void)
{
	CHECK_INT(0, uv_loop_init(&script_loop));
	script_init(&script, &script_loop, play, NULL);
	world_begin(&world);
	world.more = "outbox:\n  attempts: 1\n";
	world_open(&world, script.port);
	json_t *const plan = world_plan(&world);

	session = world_schedule(&world, plan);
	json_decref(plan);
	wait_done();
	RUN(test_help_is_taken_out_of_the_chat);
	RUN(test_call_in);
	RUN(test_announcement);
	RUN(test_announcement_of_others);
	RUN(test_large_announcement);
	RUN(test_announcement_is_stopped);
	world_close(&world);
	world_end(&world);
	script_finish(&script);
	uv_run(&script_loop, UV_RUN_DEFAULT);
	CHECK_INT(0, uv_loop_close(&script_loop));
	text_finish(&heard);
	return check_done();
}
