/* SPDX-License-Identifier: MIT */
/* Room meetings: asked for together, made once, opened to those who may come in. */
#include <time.h>

#include "daemon/common/clock.h"
#include "daemon/encode/graph.h"
#include "daemon/settings/config.h"
#include "tests/check.h"
#include "tests/daemon/world.h"
#include "tests/wire/script.h"
#include "tests/wire/shared.h"

#define USERS "/users/00000000-0000-0000-0000-0000000000b0/onlineMeetings/"

static struct world world;
static uv_loop_t script_loop;
static struct script script;
static struct text items; /* "METHOD URL BODY" of each item of an envelope */
static struct text plain; /* and of what came alone */
static unsigned envelopes;
static const char *throttled; /* the room whose meeting is throttled, once */
static char *said;
static const char *sample; /* what is answered instead of a meeting of our own */
static uint32_t session;

/* -- a Graph that makes meetings ---------------------------------------------------------------- */

static json_t *meeting(const char *name)
{
	return json_pack("{s:s,s:s+,s:{s:s+}}", "id", name, "joinWebUrl",
			 "https://x.test/", name, "chatInfo", "threadId", "19:", name);
}

static json_t *item_answer(const json_t *item)
{
	const char *const id = json_string_value(json_object_get(item, "id"));
	const json_t *const body = json_object_get(item, "body");
	const char *const name = json_string_value(json_object_get(body, "externalId"));
	char *const text = json_dumps(body, JSON_COMPACT);

	text_addf(&items, "%s %s %s\n",
		  json_string_value(json_object_get(item, "method")),
		  json_string_value(json_object_get(item, "url")), text);
	free(text);
	if (name == NULL)
		return json_pack("{s:s,s:i,s:{}}", "id", id, "status", 200, "body");
	if (throttled != NULL && strstr(name, throttled) != NULL) {
		throttled = NULL;
		return json_pack("{s:s,s:i,s:{s:s}}", "id", id, "status", 429, "headers",
				 "Retry-After", "1");
	}
	return json_pack("{s:s,s:i,s:o}", "id", id, "status", 201, "body", meeting(name));
}

static void answer_envelope(const json_t *root, struct script_reply *reply)
{
	json_t *const answers = json_array();
	const json_t *item;
	size_t i;

	envelopes++;
	json_array_foreach (json_object_get(root, "requests"), i, item)
		json_array_insert_new(answers, 0, item_answer(item));
	json_t *const body = json_pack("{s:o}", "responses", answers);

	free(said);
	said = json_dumps(body, 0);
	reply->body = said;
	json_decref(body);
}

static void answer_alone(const struct script_request *request, const json_t *root,
			 struct script_reply *reply)
{
	const char *const name = json_string_value(json_object_get(root, "externalId"));

	text_addf(&plain, "%s %s\n", request->method, request->path);
	reply->body = "{}";
	if (name == NULL)
		return;
	if (sample != NULL) {
		reply->status = 201;
		reply->body = sample;
		return;
	}
	json_t *const made = meeting(name);

	free(said);
	said = json_dumps(made, 0);
	reply->status = 201;
	reply->body = said;
	json_decref(made);
}

static void play(void *context, const struct script_request *request,
		 struct script_reply *reply)
{
	json_t *const root = json_loadb(request->body, request->body_bytes, 0, NULL);

	(void)context;
	if (strcmp(request->path, "/token") == 0)
		reply->body = "{\"token_type\":\"Bearer\",\"expires_in\":3600,"
			      "\"access_token\":\"t\"}";
	else if (strstr(request->path, "$batch") != NULL)
		answer_envelope(root, reply);
	else if (strstr(request->path, "/onlineMeetings") != NULL)
		answer_alone(request, root, reply);
	else
		reply->status = 404;
	json_decref(root);
}

static void wait_done(void)
{
	const struct timespec moment = { .tv_nsec = 500 * 1000 };
	const int64_t until_ms = clock_real_ms() + 60 * 1000;

	do {
		uv_run(&script_loop, UV_RUN_NOWAIT);
		uv_run(world.loop, UV_RUN_NOWAIT);
		nanosleep(&moment, NULL);
		CHECK(clock_real_ms() < until_ms);
	} while (world.plenary->outbox.counts.waiting > 0 ||
		 !turn_is_quiet(&world.plenary->turn));
}

static int count_in(const struct text *text, const char *words)
{
	int count = 0;

	for (const char *at = strstr(text_string(text), words); at != NULL;
	     at = strstr(at + 1, words))
		count++;
	return count;
}

/* -- one session: a room for two people, two spare ones ------------------------------------------ */

static void test_rooms_are_asked_for_together(void)
{
	const struct session *state;
	json_t *const plan = world_plan(&world);
	struct problem problem;

	throttled = "room-2";
	CHECK_INT(0, world_try_schedule(&world, plan, &problem));
	json_decref(plan);
	session = 1;
	wait_done();
	state = sessions_get(&world.plenary->sessions, session);
	for (int place = 1; place <= 3; place++)
		CHECK_INT(PLACE_READY, state->place[place].state);
	CHECK_INT(PLACE_ABSENT, state->place[4].state);
	/* Three in the first envelope; the throttled one again, and it alone. */
	CHECK_INT(3, count_in(&items, "POST " USERS "createOrGet"));
	CHECK_INT(1, count_in(&plain, "POST /graph/v1.0" USERS "createOrGet"));
	CHECK_INT(1, count_in(&items, "\"externalId\":\"leep-1-room-1\""));
	CHECK_INT(1, count_in(&items, "\"externalId\":\"leep-1-room-3\""));
	CHECK_INT(3, meeting_tally_most(&world.plenary->outbox.meetings,
					clock_now_ms(&world.plenary->clock)));
}

/* Guests must not wait in the lobby of a room where nobody lets them in. */
static void test_who_comes_in(void)
{
	CHECK_INT(2, count_in(&items, "PATCH " USERS "leep-1-room-"));
	CHECK_INT(1, count_in(&plain, "PATCH /graph/v1.0" USERS "leep-1-room-2"));
	CHECK_INT(2, count_in(&items, "\"lobbyBypassSettings\":{\"scope\":\"everyone\","
				      "\"isDialInBypassEnabled\":true}"));
	CHECK_INT(2, count_in(&items, "\"allowedPresenters\":\"everyone\""));
	CHECK_INT(2, envelopes);
}

/* What we set is what the documents' example of a room sets, with the same types. */
static void test_sample_of_a_room(void)
{
	struct request_draft draft;
	size_t bytes;
	char *const text =
		shared_sample("graph/onlineMeeting-create-request.room.json", &bytes);
	const char *name;
	json_t *value;

	if (text == NULL)
		return;
	CHECK_INT(0, encode_room_options(&world.plenary->words, session, 1, &draft));
	json_t *const ours = json_loads(draft.delivery.body, 0, NULL);
	json_t *const theirs = json_loadb(text, bytes, 0, NULL);

	CHECK(json_is_object(ours));
	json_object_foreach (ours, name, value) {
		CHECK(json_object_get(theirs, name) != NULL);
		CHECK(json_is_boolean(value) ==
		      json_is_boolean(json_object_get(theirs, name)));
	}
	json_decref(ours);
	json_decref(theirs);
	request_draft_finish(&draft);
	free(text);
}

static void test_sample_of_create_or_get(void)
{
	struct effect effect = effect_blank(DELIVER_ROOM_MEETING);
	struct request_draft draft;
	size_t bytes;
	char *const text =
		shared_sample("graph/onlineMeeting-createOrGet-request.json", &bytes);
	const char *name;
	json_t *value;

	if (text == NULL)
		return;
	effect.place = 2;
	CHECK_INT(0, encode_delivery(&world.plenary->words,
				     journal_batch(world.plenary->journal), session, 1,
				     &effect, &draft));
	json_t *const ours = json_loads(draft.delivery.body, 0, NULL);
	json_t *const theirs = json_loadb(text, bytes, 0, NULL);

	CHECK_INT(json_object_size(theirs), json_object_size(ours));
	json_object_foreach (ours, name, value)
		CHECK(json_is_string(json_object_get(theirs, name)));
	json_decref(ours);
	json_decref(theirs);
	request_draft_finish(&draft);
	free(text);
}

/* Microsoft's own answer: the link exactly as it came, the chat, the id. */
static void test_sample_of_a_meeting(void)
{
	struct effect effect = effect_blank(DELIVER_ROOM_MEETING);
	size_t bytes;
	char *const text =
		shared_sample("graph/onlineMeeting-create-response.json", &bytes);

	if (text == NULL)
		return;
	sample = text;
	effect.place = 9;
	outbox_freeze(&world.plenary->outbox, session, &effect);
	wait_done();
	sample = NULL;
	const struct place_row *const place =
		directory_place(world.plenary->directory, session, 9);
	json_t *const root = json_loads(text, 0, NULL);

	CHECK_TEXT(json_string_value(json_object_get(root, "id")), place->meeting_id);
	CHECK_TEXT(json_string_value(json_object_get(root, "joinWebUrl")),
		   place->join_url);
	CHECK_TEXT("19:meeting_M2IzYzczNTItYmY3OC00MDlmLWJjMzUtYmFiMjNlOTY4MGEz@thread."
		   "skype",
		   place->thread_id);
	CHECK_INT(PLACE_READY,
		  sessions_get(&world.plenary->sessions, session)->place[9].state);
	json_decref(root);
	free(text);
}

/* What was made is counted again after a restart; what was found, or is old, is not. */
static void test_the_months_count(void)
{
	struct meeting_tally tally = { 0 };
	const int64_t day = INT64_C(86400) * 1000;

	world_settle(&world);
	world_close(&world);
	world_open(&world, script.port);
	CHECK_INT(3, meeting_tally_most(&world.plenary->outbox.meetings,
					clock_now_ms(&world.plenary->clock)));
	for (int i = 1; i <= 500; i++)
		CHECK_INT(i, meeting_tally_add(&tally, "one", 100 * day + i));
	CHECK_INT(1, meeting_tally_add(&tally, "other", 110 * day));
	CHECK_INT(500, meeting_tally_most(&tally, 110 * day));
	CHECK_INT(2, meeting_tally_add(&tally, "other", 131 * day));
	CHECK_INT(2, meeting_tally_most(&tally, 131 * day));
	meeting_tally_finish(&tally);
}

int main(void)
{
	world_begin(&world);
	CHECK_INT(0, uv_loop_init(&script_loop));
	script_init(&script, &script_loop, play, NULL);
	world_open(&world, script.port);
	RUN(test_rooms_are_asked_for_together);
	RUN(test_who_comes_in);
	RUN(test_sample_of_a_room);
	RUN(test_sample_of_create_or_get);
	RUN(test_the_months_count);
	RUN(test_sample_of_a_meeting);
	world_close(&world);
	script_finish(&script);
	uv_run(&script_loop, UV_RUN_DEFAULT);
	CHECK_INT(0, uv_loop_close(&script_loop));
	text_finish(&items);
	text_finish(&plain);
	free(said);
	world_end(&world);
	return check_done();
}
