/* SPDX-License-Identifier: MIT */
/* A fixed block for which the ones before it leave no time: whoever leads is told. */
#include "daemon/common/clock.h"
#include "daemon/encode/live.h"
#include "daemon/page_parts.h"
#include "daemon/sessions.h"
#include "tests/check.h"
#include "tests/daemon/string_of.h"
#include "tests/daemon/world.h"

#define LATE "Coffee will begin 3 minutes late."

static struct world world;
static uint32_t session;

/* What the clock of the live view says of it, and whether the page without script does. */
static void says(const char *late)
{
	const struct session *const held =
		sessions_get(&world.plenary->sessions, session);
	const struct words_source *const words = &world.plenary->words;
	struct text live = { 0 }, page = { 0 };

	encode_snapshot(words, held, clock_real_ms(), 1, &live);
	page_live(&page, words, held, clock_real_ms(), world.config);
	json_t *const root = json_loads(text_string(&live), 0, NULL);

	CHECK_TEXT(late, string_of(json_object_get(root, "clock"), "late"));
	CHECK_INT(late[0] != '\0', strstr(text_string(&page), LATE) != NULL);
	CHECK_INT(late[0] != '\0', strstr(text_string(&page), " minutes late") != NULL);
	json_decref(root);
	text_finish(&live);
	text_finish(&page);
}

static void test_whoever_leads_is_told(void)
{
	says("");
	world_take(&world, session, "runsheet_started by=2 source=bot");
	says("");
	world_take(&world, session, "runsheet_extended by=2 by_ms=180000 source=bot");
	says(LATE);
}

/* Module 1, which has coffee at a fixed time and no time to spare before it, begins now. */
static void schedule(void)
{
	json_t *const plan = world_plan(&world);
	char now[32];

	clock_iso(clock_real_ms(), now);
	json_object_set_new(plan, "starts", json_string(now));
	session = world_schedule(&world, plan);
	json_decref(plan);
}

int main(void)
{
	world_begin(&world);
	world_open(&world, 0);
	schedule();
	RUN(test_whoever_leads_is_told);
	world_settle(&world);
	world_close(&world);
	world_end(&world);
	return check_done();
}
