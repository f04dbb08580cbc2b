/* SPDX-License-Identifier: MIT */
#include "tests/daemon/postbox.h"

#include <time.h>

#include "daemon/common/clock.h"
#include "daemon/store/directory.h"
#include "tests/check.h"

struct postbox postbox;

/* -- the world outside ------------------------------------------------------------------------ */

static void hear(const struct script_request *request)
{
	struct heard *const one = &postbox.heard[postbox.heard_count++];
	const char *const token = strstr(request->head, "Authorization: Bearer ");

	CHECK(postbox.heard_count < HEARD);
	snprintf(one->line, sizeof(one->line), "%s %s", request->method, request->path);
	snprintf(one->token, sizeof(one->token), "%.*s",
		 token != NULL ? (int)strcspn(token + 22, "\r") : 0,
		 token != NULL ? token + 22 : "");
	one->head = memory_string(request->head);
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
			 ++postbox.tokens);
		reply->body = body;
	} else {
		hear(request);
		snprintf(body, sizeof(body),
			 "{\"id\":\"a:%u\",\"joinWebUrl\":\"https://x.test/%u\","
			 "\"chatInfo\":{\"threadId\":\"19:t%u@thread.v2\"}}",
			 postbox.ids, postbox.ids, postbox.ids);
		postbox.ids++;
		reply->status = 201;
		reply->body = body;
		if (postbox.planned_at < postbox.planned_count)
			*reply = postbox.planned[postbox.planned_at++];
	}
}

void plan(const struct script_reply *replies, size_t count)
{
	CHECK_INT(postbox.planned_count, postbox.planned_at);
	CHECK(count <= PLANNED);
	for (size_t i = 0; i < count; i++)
		postbox.planned[i] = replies[i];
	postbox.planned_count = count;
	postbox.planned_at = 0;
}

void forget(void)
{
	while (postbox.heard_count > 0) {
		struct heard *const one = &postbox.heard[--postbox.heard_count];

		free(one->head);
		free(one->body);
	}
}

void turn_once(void)
{
	const struct timespec moment = { .tv_nsec = 500 * 1000 };

	uv_run(&postbox.loop, UV_RUN_NOWAIT);
	uv_run(postbox.world.loop, UV_RUN_NOWAIT);
	nanosleep(&moment, NULL);
}

void wait_heard(size_t count)
{
	const int64_t until_ms = clock_real_ms() + 60 * 1000;

	while (postbox.heard_count < count && clock_real_ms() < until_ms)
		turn_once();
	CHECK_INT(count, postbox.heard_count);
}

/* Until every delivery has come to its end, and that is on disk. */
void wait_done(void)
{
	const struct outbox_counts *const counts = &postbox.world.plenary->outbox.counts;
	const int64_t until_ms = clock_real_ms() + 60 * 1000;

	do {
		turn_once();
		CHECK(clock_real_ms() < until_ms);
	} while (counts->waiting > 0 || !turn_is_quiet(&postbox.world.plenary->turn));
}

/* -- deliveries ---------------------------------------------------------------------------------- */

void deliver(enum effect_kind kind, uint16_t place, uint32_t person)
{
	struct effect effect = effect_blank(kind);

	effect.place = place;
	effect.person = person;
	effect.block = 1;
	effect.poll = 0;
	effect.amount_ms = 60000;
	effect.to_ms = 4099194600000;
	outbox_freeze(&postbox.world.plenary->outbox, POSTBOX_SESSION, &effect);
}

void say(uint16_t place, const char *words)
{
	const struct place_row *const row =
		directory_place(postbox.world.plenary->directory, POSTBOX_SESSION, place);
	const struct reply_target target = { .session = POSTBOX_SESSION,
					     .conversation_id = row->thread_id,
					     .activity_id = "" };
	struct request_draft draft;

	CHECK_INT(0, encode_reply(&postbox.world.plenary->words, &target, words, &draft));
	outbox_post(&postbox.world.plenary->outbox, &draft);
}

bool said(size_t at, const char *words)
{
	CHECK(at < postbox.heard_count);
	return strstr(postbox.heard[at].body, words) != NULL;
}

void postbox_open(const char *more)
{
	world_begin(&postbox.world);
	postbox.world.more = more;
	CHECK_INT(0, uv_loop_init(&postbox.loop));
	script_init(&postbox.script, &postbox.loop, play, NULL);
	world_open(&postbox.world, postbox.script.port);
	json_t *const plan_json = world_plan(&postbox.world);

	world_try_schedule(&postbox.world, plan_json, &(struct problem){ 0 });
	json_decref(plan_json);
	wait_done(); /* the rooms that the plan asked for have come, with names of their own */
	for (uint16_t place = 2; place < 6; place++) {
		char thread[32];
		const struct place_row row = { .session = POSTBOX_SESSION,
					       .place = place,
					       .thread_id = thread,
					       .join_url = "https://x.test/2" };

		snprintf(thread, sizeof(thread), "19:room-%u@thread.v2", place);
		directory_set_place(postbox.world.plenary->directory,
				    journal_batch(postbox.world.plenary->journal), &row);
	}
	wait_done();
}

void postbox_close(void)
{
	forget();
	world_close(&postbox.world);
	script_finish(&postbox.script);
	uv_run(&postbox.loop, UV_RUN_DEFAULT);
	CHECK_INT(0, uv_loop_close(&postbox.loop));
	world_end(&postbox.world);
}
