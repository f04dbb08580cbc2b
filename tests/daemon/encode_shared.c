/* SPDX-License-Identifier: MIT */
/* What is said to the connector, and answered to it, beside exchanges that others made. */
#include <unistd.h>

#include "daemon/encode/encode.h"
#include "handlers/transcript.h"
#include "tests/check.h"
#include "tests/daemon/string_of.h"
#include "tests/daemon/world.h"

static struct world world;
static uint32_t session;

#define SHARED "../shared/protocols/samples/bot/"

static json_t *shared(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), SHARED "%s.json", name);
	json_t *const root = json_load_file(path, 0, NULL);

	CHECK(json_is_object(root));
	return root;
}

/* Method and path are those of the file, and every member of its body but the words. */
static void like_request(const char *name, const char *method, const char *path,
			 const char *body)
{
	json_t *const exchange = shared(name);
	const json_t *const request = json_object_get(exchange, "request");
	json_t *const ours = json_loads(body, 0, NULL);
	json_t *value;
	const char *key;

	CHECK_TEXT(string_of(request, "method"), method);
	CHECK_TEXT(string_of(request, "path") + strlen("/emea"), path);
	json_object_foreach (json_object_get(request, "body"), key, value) {
		const json_t *const own = json_object_get(ours, key);

		if (strcmp(key, "text") != 0 && strcmp(key, "bot") != 0 &&
		    !json_equal(value, own))
			fprintf(stderr, "%s: %s\n", name, key);
		CHECK(strcmp(key, "text") == 0 || strcmp(key, "bot") == 0 ||
		      json_equal(value, own));
	}
	json_decref(ours);
	json_decref(exchange);
}

static void like_reply(const char *name, const struct reply_target *target)
{
	struct request_draft draft;

	CHECK_INT(0, encode_reply(&world.plenary->words, target, "hi", &draft));
	like_request(name, draft.delivery.method, draft.delivery.path,
		     draft.delivery.body);
	request_draft_finish(&draft);
}

/* Of {activity} the outbox makes the id; the rest is ours. */
static void like_change(const char *name, enum effect_kind kind)
{
	struct effect effect = effect_blank(kind);
	struct request_draft draft;
	json_t *const exchange = shared(name);
	const json_t *const request = json_object_get(exchange, "request");
	const char *const path = string_of(request, "path") + strlen("/emea");

	effect.person = 0;
	effect.place = 2;
	effect.block = 1;
	effect.poll = 0;
	CHECK_INT(0, encode_delivery(&world.plenary->words,
				     journal_batch(world.plenary->journal), session,
				     4099194000000, &effect, &draft));
	const size_t length = strlen(draft.delivery.path) - strlen("{activity}");

	CHECK_TEXT(string_of(request, "method"), draft.delivery.method);
	CHECK_TEXT("{activity}", draft.delivery.path + length);
	CHECK(strncmp(path, draft.delivery.path, length) == 0);
	CHECK(path[length] != '\0' && strchr(path + length, '/') == NULL);
	CHECK_INT(json_object_get(request, "body") != NULL,
		  draft.delivery.body[0] != '\0');
	request_draft_finish(&draft);
	json_decref(exchange);
}

/* The same members, whatever they say. */
static void like_answer(const char *name, const char *answer)
{
	json_t *const theirs = shared(name), *const ours = json_loads(answer, 0, NULL);
	json_t *value;
	const char *key;

	CHECK_INT(json_object_size(theirs), json_object_size(ours));
	CHECK(json_equal(json_object_get(theirs, "statusCode"),
			 json_object_get(ours, "statusCode")));
	CHECK_TEXT(string_of(theirs, "type"), string_of(ours, "type"));
	value = json_object_get(theirs, "value");
	CHECK_INT(json_typeof(value), json_typeof(json_object_get(ours, "value")));
	json_object_foreach (value, key, value) {
		CHECK(json_object_get(json_object_get(ours, "value"), key) != NULL);
	}
	json_decref(theirs);
	json_decref(ours);
}

static void test_shared_answers(void)
{
	struct event event = event_blank(EVENT_POLL_VOTED);
	struct text answer = { 0 };

	encode_invoke_answer(&answer, 200, "Done.");
	like_answer("resp-invoke-message", text_string(&answer));
	text_clear(&answer);
	encode_invoke_answer(&answer, 400, "No.");
	like_answer("resp-invoke-error", text_string(&answer));
	like_answer("resp-invoke-bad-request", text_string(&answer));
	text_clear(&answer);
	event.session = session;
	event.person = 0;
	CHECK(encode_invoke_card(&world.plenary->words, &event, ANSWER_NO_ROUND,
				 &answer));
	like_answer("resp-invoke-card", text_string(&answer));
	text_finish(&answer);
}

static void test_shared_exchanges(void)
{
	struct reply_target target = { .session = session,
				       .conversation_id = WORLD_THREAD,
				       .activity_id = "" };

	like_reply("http-send", &target);
	target.activity_id = "1795600000000";
	like_reply("http-reply", &target);
	target.only = "29:u1";
	like_reply("http-send-targeted", &target);
	like_change("http-update", DELIVER_POLL_UPDATE);
	like_change("http-delete", DELIVER_HELP_OVER);
	char *const body = encode_conversation(&world.plenary->words, session, 0);

	like_request("http-create-conversation", "POST", "/v3/conversations", body);
	free(body);
}

int main(void)
{
	if (access(SHARED, R_OK) != 0) {
		fprintf(stderr, "skipped: %s is not there\n", SHARED);
		return 77;
	}
	setenv("TZ", "UTC", 1);
	world_begin(&world);
	world_open(&world, 0);
	json_t *const plan = world_plan(&world);

	session = world_schedule(&world, plan);
	json_decref(plan);
	RUN(test_shared_exchanges);
	RUN(test_shared_answers);
	world_settle(&world);
	world_close(&world);
	world_end(&world);
	return check_done();
}
