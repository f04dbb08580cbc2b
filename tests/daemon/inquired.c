/* SPDX-License-Identifier: MIT */
#include "tests/daemon/inquired.h"

#include <time.h>

#include "daemon/common/clock.h"
#include "daemon/decode/activity.h"
#include "tests/check.h"

struct pretended_connector connector;

static struct planned {
	const char *path;
	struct script_reply reply;
	int turns;
} planned[ANSWERS_MAX];
static size_t planned_count;

void forget(void)
{
	planned_count = 0;
	text_clear(&connector.asked);
}

void plan(const char *path, int status, const char *body, int turns)
{
	CHECK(planned_count < ANSWERS_MAX);
	planned[planned_count++] = (struct planned){
		.path = path, .reply = { .status = status, .body = body }, .turns = turns
	};
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
	if (strcmp(request->method, "GET") != 0) {
		reply->status = 201;
		reply->body = "{\"id\":\"1\"}";
		text_addf(&connector.asked, "%s %s %s\n", request->method, request->path,
			  request->body);
		return;
	}
	CHECK(strstr(request->head, "Authorization: Bearer t") != NULL);
	text_addf(&connector.asked, "%s\n", request->path);
	for (size_t i = 0; i < planned_count; i++) {
		if (planned[i].turns == 0 || strcmp(planned[i].path, request->path) != 0)
			continue;
		planned[i].turns--;
		*reply = planned[i].reply;
		return;
	}
}

void wait_done(void)
{
	const struct timespec moment = { .tv_nsec = 500 * 1000 };
	const int64_t until_ms = clock_real_ms() + 60 * 1000;
	const struct plenary *const plenary = connector.world.plenary;

	do {
		uv_run(&connector.loop, UV_RUN_NOWAIT);
		uv_run(connector.world.loop, UV_RUN_NOWAIT);
		nanosleep(&moment, NULL);
		CHECK(clock_real_ms() < until_ms);
	} while (plenary->inquiries.waiting > 0 || plenary->outbox.counts.waiting > 0 ||
		 !turn_is_quiet(&plenary->turn));
}

void hears(const char *type, const char *more)
{
	struct plenary *const plenary = connector.world.plenary;
	struct meaning *const meaning = memory_zeroed(sizeof(*meaning));
	struct problem problem = { 0 };
	struct activity activity;
	struct text body = { 0 };

	text_addf(
		&body,
		"{\"type\":\"%s\",\"conversation\":{\"id\":\"" WORLD_THREAD "\"},"
		"\"recipient\":{\"id\":\"28:bot\"},\"channelData\":{\"meeting\":{\"id\":"
		"\"" MEETING "\"}}%s}",
		type, more);
	CHECK_INT(0, activity_read(body.data, body.length, &activity, &problem));
	activity_means(&activity,
		       &(struct activity_of){ plenary->directory,
					      journal_batch(plenary->journal),
					      &plenary->sessions },
		       meaning);
	for (size_t i = 0; i < meaning->count; i++)
		turn_take(&plenary->turn, &meaning->events[i]);
	inquiries_hear(&plenary->inquiries, &activity, meaning);
	activity_finish(&activity);
	text_finish(&body);
	free(meaning);
	wait_done();
}

const struct person_row *person(uint32_t number)
{
	return directory_person(connector.world.plenary->directory, connector.session,
				number);
}

void inquired_begin(void)
{
	CHECK_INT(0, uv_loop_init(&connector.loop));
	script_init(&connector.script, &connector.loop, play, NULL);
	world_begin(&connector.world);
	connector.world.more = "outbox:\n  attempts: 1\n";
	world_open(&connector.world, connector.script.port);
	json_t *const wanted = world_plan(&connector.world);

	connector.session = world_schedule(&connector.world, wanted);
	json_decref(wanted);
	wait_done();
}

void inquired_end(void)
{
	world_close(&connector.world);
	world_end(&connector.world);
	script_finish(&connector.script);
	uv_run(&connector.loop, UV_RUN_DEFAULT);
	CHECK_INT(0, uv_loop_close(&connector.loop));
	text_finish(&connector.asked);
}
