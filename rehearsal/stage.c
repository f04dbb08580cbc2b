/* SPDX-License-Identifier: MIT */
#include "rehearsal/stage.h"

#include "daemon/common/container.h"
#include "daemon/common/log.h"
#include "daemon/common/text.h"
#include "daemon/edge/edge.h"
#include "daemon/wire/auth.h"
#include "daemon/wire/client.h"
#include "rehearsal/actor.h"
#include "rehearsal/changes.h"
#include "rehearsal/graph.h"
#include "rehearsal/json.h"
#include "rehearsal/relay.h"
#include "rehearsal/routes.h"
#include "rehearsal/truth.h"
#include "rehearsal/viewer.h"
#include "rehearsal/websocket.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum {
	ACTS_AT_ONCE = 256,     /* then the sockets get their turn */
	LONGEST_SLEEP_MS = 250, /* the end is looked for at least so often */
	REPORT_READS = 2,
};

int64_t stage_now_ms(const struct stage *stage)
{
	return clock_now_ms(&stage->plan.clock);
}

void progress_say(struct stage *stage, const char *what, uint32_t session,
		  const char *who, const char *text)
{
	const char *const uid =
		session != NOWHERE ? stage->world.sessions[session].plan->uid : "";
	json_t *const line = json_pack("{s:I,s:s,s:s,s:s,s:s}", "at_ms",
				       (json_int_t)stage_now_ms(stage), "what", what,
				       "session", uid, "who", who, "text", text);
	char *const written = json_written(line);

	puts(written);
	fflush(stdout);
	free(written);
	json_decref(line);
}

/* Everybody gone, every call over, every report read as often as it must be. */
static bool is_over(const struct stage *stage)
{
	for (size_t i = 0; i < stage->world.sessions_count; i++) {
		if (!stage->world.sessions[i].over)
			return false;
	}
	for (size_t i = 0; i < stage->world.meetings_count; i++) {
		const struct meeting *const meeting = &stage->world.meetings[i];

		if (meeting->live)
			return false;
		for (size_t j = 0; j < meeting->calls_count; j++) {
			if (meeting->calls[j].reads < REPORT_READS)
				return false;
		}
	}
	return stage->changes == NULL && courier_outstanding(&stage->courier) == 0;
}

static void look_for_the_end(struct stage *stage)
{
	if (stage->finished || !is_over(stage))
		return;
	stage->finished = true;
	truth_write(stage);
	progress_say(stage, "finished", NOWHERE, "", "every report has been read twice");
}

static void sleep_until_next(struct stage *stage);

static void on_next(uv_timer_t *next)
{
	struct stage *const stage = container_of(next, struct stage, next);
	struct act act;

	assert(!stage->playing);
	stage->playing = true;
	for (int i = 0; i < ACTS_AT_ONCE; i++) {
		if (!agenda_first(&stage->agenda, &act) ||
		    act.at_ms > stage_now_ms(stage))
			break;
		agenda_take(&stage->agenda, &act);
		actor_take(stage, &act);
	}
	stage->playing = false;
	look_for_the_end(stage);
	sleep_until_next(stage);
}

static void sleep_until_next(struct stage *stage)
{
	struct act act;
	int64_t wait_ms = LONGEST_SLEEP_MS;

	if (stage->ending)
		return;
	if (agenda_first(&stage->agenda, &act)) {
		const int64_t due_ms = clock_wait_ms(&stage->plan.clock, act.at_ms);

		wait_ms = due_ms < wait_ms ? due_ms : wait_ms;
	}
	uv_timer_start(&stage->next, on_next, (uint64_t)wait_ms, 0);
}

void stage_put(struct stage *stage, const struct act *act)
{
	struct act first;

	agenda_put(&stage->agenda, act);
	agenda_first(&stage->agenda, &first);
	if (!stage->playing && first.at_ms == act->at_ms && stage->edge != NULL)
		sleep_until_next(stage);
}

static void on_signal(uv_signal_t *signal, int number)
{
	struct stage *const stage = signal->data;

	log_info("stage", "told to end signal=%d", number);
	stage_end(stage);
}

void stage_end(struct stage *stage)
{
	if (stage->ending)
		return;
	stage->ending = true;
	truth_write(stage);
	uv_stop(&stage->loop);
}

static int serve(struct stage *stage)
{
	const struct edge_config config = {
		.loop = &stage->loop,
		.on_request = routes_request,
		.context = stage,
	};
	int rc = edge_create(&stage->edge, &config);

	if (rc < 0)
		return rc;
	rc = edge_listen(stage->edge, stage->plan.listen, false);
	if (rc < 0)
		return rc;
	stage->port = rc;
	snprintf(stage->service_url, sizeof(stage->service_url),
		 "http://127.0.0.1:%d/emea/", rc);
	return 0;
}

static bool has_relayed(const struct world *world)
{
	for (size_t i = 0; i < world->people_count; i++) {
		if (world->people[i].relay)
			return true;
	}
	return false;
}

static int connect_websockets(struct stage *stage)
{
	static const char *const subprotocols[] = { "cloudevents.json", "plenary.live",
						    NULL };
	const bool relayed = has_relayed(&stage->world);
	const bool viewed = stage->plan.live_key[0] != '\0';

	if (!relayed && !viewed)
		return 0;
	int rc = websockets_create(&stage->websockets, &stage->loop, subprotocols,
				   stage->plan.ca_file);
	if (rc == 0 && relayed)
		rc = relay_create(&stage->relay, stage);
	if (rc == 0 && viewed)
		rc = viewer_create(&stage->viewer, stage);
	return rc;
}

static int connect_out(struct stage *stage)
{
	const char *const ca_file = stage->plan.ca_file;
	const int rc = client_create(&stage->client, &stage->loop,
				     ca_file[0] != '\0' ? ca_file : NULL);

	if (rc < 0)
		return rc;
	courier_init(&stage->courier, &stage->loop, stage->client, stage);
	return connect_websockets(stage);
}

static void prepare(struct stage *stage, struct plan *plan, const char *directory)
{
	struct text path = { 0 };

	assert(plan->sessions_count > 0);
	assert(plan->clock.speed > 0);
	*stage = (struct stage){ .plan = *plan, .directory = directory };
	*plan = (struct plan){ 0 };
	stage->chance = chance_of(stage->plan.seed, "the wire");
	world_init(&stage->world, &stage->plan);
	snprintf(stage->messages_url, sizeof(stage->messages_url), "%.100s/api/messages",
		 stage->plan.plenary);
	text_addf(&path, "%s/said.jsonl", directory);
	stage->said = fopen(text_string(&path), "we");
	text_finish(&path);
}

static void watch_signals(struct stage *stage)
{
	static const int numbers[2] = { SIGTERM, SIGINT };

	for (size_t i = 0; i < 2; i++) {
		uv_signal_init(&stage->loop, &stage->signals[i]);
		stage->signals[i].data = stage;
		uv_signal_start(&stage->signals[i], on_signal, numbers[i]);
	}
}

int stage_init(struct stage *stage, struct plan *plan, const char *directory)
{
	prepare(stage, plan, directory);
	uv_loop_init(&stage->loop);
	uv_timer_init(&stage->loop, &stage->next);
	watch_signals(stage);
	int rc = serve(stage);
	if (rc == 0)
		rc = connect_out(stage);
	if (rc < 0) {
		log_error("stage", "does not start error=%s", strerror(-rc));
		stage_finish(stage);
		return rc;
	}
	entra_new_keys(stage);
	actor_begin(stage);
	return 0;
}

void stage_run(struct stage *stage)
{
	printf("ready port=%d\n", stage->port);
	fflush(stdout);
	sleep_until_next(stage);
	uv_run(&stage->loop, UV_RUN_DEFAULT);
}

static void memory_finish(struct stage *stage)
{
	agenda_finish(&stage->agenda);
	asks_finish(&stage->asks);
	world_finish(&stage->world);
	for (size_t i = 0; i < KEYS; i++) {
		auth_signer_destroy(stage->signers[i]);
		auth_signer_destroy(stage->account_signers[i]);
	}
	for (size_t i = 0; i < STAGE_TOKENS; i++)
		free(stage->tokens[i].token);
	if (stage->said != NULL)
		fclose(stage->said);
	plan_finish(&stage->plan);
}

void stage_finish(struct stage *stage)
{
	stage->ending = true;
	websockets_destroy(stage->websockets);
	changes_finish(stage);
	graph_subscriptions_finish(stage);
	courier_finish(&stage->courier);
	if (stage->client != NULL)
		client_destroy(stage->client);
	if (stage->edge != NULL)
		edge_destroy(stage->edge);
	uv_close((uv_handle_t *)&stage->next, NULL);
	for (size_t i = 0; i < 2; i++)
		uv_close((uv_handle_t *)&stage->signals[i], NULL);
	uv_run(&stage->loop, UV_RUN_DEFAULT);
	const int rc = uv_loop_close(&stage->loop);
	if (rc != 0)
		uv_print_all_handles(&stage->loop, stderr);
	assert(rc == 0);
	(void)rc;
	relay_destroy(stage->relay);
	viewer_destroy(stage->viewer);
	memory_finish(stage);
}
