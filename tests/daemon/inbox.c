/* SPDX-License-Identifier: MIT */
/* Sealed notifications: kept before they are acknowledged, opened afterwards. */
#include "daemon/door/inbox.h"

#include "daemon/sessions.h"
#include "daemon/store/directory.h"
#include "daemon/store/sqlite.h"
#include "daemon/settings/config.h"
#include "daemon/wire/auth.h"
#include "tests/check.h"
#include "tests/daemon/sealing.h"

static struct world world;
static struct sealing sealing;
static uint32_t session;
static int64_t began_ms; /* times of content are around now, or they are not believed */

#define OTHER_TENANT "00000000-0000-0000-0000-0000000000bb"

static void begin(void)
{
	world_begin(&world);
	session = sealing_begin(&sealing, &world);
	began_ms = clock_real_ms() - 600 * 1000;
}

static void end(void)
{
	sealing_end(&sealing);
}

static struct inbox_counts counts(void)
{
	return *inbox_count(world.plenary->inbox);
}

static int64_t ask(const char *sql)
{
	struct sqlite *sqlite = NULL;
	int64_t value = -1;

	CHECK_INT(0, sqlite_open_reader(&sqlite, world.config->database));
	CHECK_INT(0, sqlite_number(sqlite, sql, &value));
	sqlite_close(sqlite);
	return value;
}

static int64_t rows_kept(void)
{
	return ask("SELECT count(*) FROM inbox");
}

static const struct session *the_session(void)
{
	return sessions_get(&world.plenary->sessions, session);
}

/* Person 01 comes or goes with this leg, so many seconds after it began. */
static char *roster(const char *leg, bool out, int second)
{
	struct text text = { 0 };
	char time[32];

	clock_iso(began_ms + second * 1000, time);
	text_addf(&text,
		  "{\"eventType\":\"rosterUpdated\",\"eventDateTime\":\"%s\","
		  "\"participants@delta\":[{\"id\":\"%s\",\"info\":{\"identity\":"
		  "{\"user\":{\"displayName\":\"Person 01\","
		  "\"id\":\"00000000-0000-0000-0000-0000000000b1\"}}}%s}]}",
		  time, leg, out ? ",\"removedState\":{}" : "");
	return text.data;
}

static void add(const char *subscription, const char *state, const char *tenant,
		const char *leg, bool out, int second)
{
	char *const content = roster(leg, out, second);

	sealing_item(&sealing, subscription, state, tenant, content);
	free(content);
}

static char *tell(void)
{
	char *const body = sealing_collection(&sealing);

	sealing_tell(&sealing, body);
	return body;
}

static void tell_and_settle(void)
{
	free(tell());
	sealing_settle(&sealing);
}

static void test_becomes_events(void)
{
	begin();
	sealing_item(&sealing, "sub-main", "state-main", WORLD_TENANT,
		     "{\"eventType\":\"callStarted\",\"eventDateTime\":"
		     "\"2099-11-24T09:00:00Z\"}");
	add("sub-main", "state-main", WORLD_TENANT, "leg-1", false, 1);
	add("sub-room", "state-room", WORLD_TENANT, "leg-2", false, 2);
	sealing_token(&sealing, 2, WORLD_TENANT, "{}");
	tell_and_settle();
	CHECK_INT(1, the_session()->place[PLACE_MAIN].live);
	CHECK_INT(2, the_session()->spans);
	CHECK_INT(PLACE_MAIN, the_session()->span[0].place);
	CHECK_INT(2, the_session()->span[1].place);
	CHECK_INT(SOURCE_GRAPH, the_session()->span[0].source);
	CHECK(the_session()->span[0].leg != the_session()->span[1].leg);
	CHECK_INT(3, counts().taken);
	CHECK_INT(0, counts().waiting);
	CHECK_INT(0, rows_kept());
	CHECK_INT(1, world.plenary->door.graph.answers);
	end();
}

static void test_a_version_1_token_is_as_good(void)
{
	begin();
	add("sub-main", "state-main", WORLD_TENANT, "leg-1", false, 1);
	sealing_token(&sealing, 1, WORLD_TENANT, "{}");
	tell_and_settle();
	CHECK_INT(1, counts().taken);
	end();
}

/* The row is on disk when the answer leaves, and nothing has been opened by then. */
static void test_kept_before_it_is_acknowledged(void)
{
	begin();
	add("sub-main", "state-main", WORLD_TENANT, "leg-1", false, 1);
	sealing_token(&sealing, 2, WORLD_TENANT, "{}");
	free(tell());
	CHECK_INT(0, world.plenary->door.graph.answers);
	while (world.plenary->door.graph.answers == 0)
		uv_run(world.loop, UV_RUN_NOWAIT);
	CHECK_INT(1, rows_kept());
	CHECK_INT(0, counts().taken);
	sealing_settle(&sealing);
	CHECK_INT(0, rows_kept());
	CHECK_INT(1, counts().taken);
	end();
}

/* It ends before anything was opened: the next start works it off. */
static void test_worked_off_after_a_start(void)
{
	begin();
	sealing.dark = true;
	add("sub-main", "state-main", WORLD_TENANT, "leg-1", false, 1);
	sealing_token(&sealing, 2, WORLD_TENANT, "{}");
	tell_and_settle();
	CHECK_INT(0, counts().taken);
	CHECK_INT(0, counts().unvouched);
	CHECK_INT(1, counts().waiting);
	CHECK_INT(1, rows_kept());
	world_close(&world);
	sealing.dark = false;
	world_open(&world, sealing.entra.port);
	CHECK_INT(1, counts().waiting);
	sealing_settle(&sealing);
	CHECK_INT(1, counts().taken);
	CHECK_INT(1, the_session()->spans);
	CHECK_INT(0, rows_kept());
	end();
}

/* It ends while the opening is under way: nothing is lost, and nothing is left behind. */
static void test_ends_while_it_opens(void)
{
	begin();
	for (int i = 0; i < 40; i++)
		add("sub-main", "state-main", WORLD_TENANT, "leg-1", i % 2 == 1, i);
	sealing_token(&sealing, 2, WORLD_TENANT, "{}");
	free(tell());
	while (world.plenary->door.graph.answers == 0)
		uv_run(world.loop, UV_RUN_NOWAIT);
	world_close(&world);
	world_open(&world, sealing.entra.port);
	sealing_settle(&sealing);
	CHECK_INT(40, counts().taken);
	CHECK_INT(0, rows_kept());
	end();
}

static void test_told_twice(void)
{
	begin();
	add("sub-main", "state-main", WORLD_TENANT, "leg-1", false, 1);
	sealing_token(&sealing, 2, WORLD_TENANT, "{}");
	char *const body = tell();
	sealing_settle(&sealing);
	const int64_t events = ask("SELECT count(*) FROM journal");
	sealing_tell(&sealing, body);
	sealing_settle(&sealing);
	CHECK_INT(1, counts().repeated);
	/* In another envelope it is still the same; at another place it is not. */
	add("sub-main", "state-main", WORLD_TENANT, "leg-1", false, 1);
	add("sub-room", "state-room", WORLD_TENANT, "leg-1", false, 1);
	sealing_token(&sealing, 2, WORLD_TENANT, "{}");
	tell_and_settle();
	CHECK_INT(2, counts().repeated);
	CHECK_INT(2, counts().taken);
	CHECK_INT(events + 1, ask("SELECT count(*) FROM journal"));
	/* Also after a start. */
	world_close(&world);
	world_open(&world, sealing.entra.port);
	sealing_tell(&sealing, body);
	sealing_settle(&sealing);
	CHECK_INT(1, counts().repeated);
	CHECK_INT(0, counts().taken);
	free(body);
	end();
}

static void test_in_the_wrong_order(void)
{
	begin();
	add("sub-main", "state-main", WORLD_TENANT, "leg-1", true, 50);
	add("sub-main", "state-main", WORLD_TENANT, "leg-1", false, 20);
	sealing_token(&sealing, 2, WORLD_TENANT, "{}");
	tell_and_settle();
	CHECK_INT(1, the_session()->spans);
	CHECK_INT(30000, the_session()->span[0].to_ms - the_session()->span[0].from_ms);
	CHECK_INT(PLACE_NONE, the_session()->member[0].here);
	end();
}

static void a_token(const char *change, const char *tenant, uint64_t taken)
{
	begin();
	add("sub-main", "state-main", WORLD_TENANT, "leg-1", false, 1);
	sealing_token(&sealing, 2, tenant, change);
	tell_and_settle();
	CHECK_INT(taken, counts().taken);
	CHECK_INT(1 - taken, counts().unvouched);
	CHECK_INT(0, rows_kept());
	end();
}

static void test_tokens_that_do_not_vouch(void)
{
	a_token("{\"aud\":\"app-of-somebody\"}", WORLD_TENANT, 0);
	a_token("{\"azp\":\"" OTHER_TENANT "\"}", WORLD_TENANT, 0);
	a_token("{\"exp\":1000000000}", WORLD_TENANT, 0);
	a_token("{\"iss\":\"https://elsewhere.test/\"}", WORLD_TENANT, 0);
	a_token("{}", OTHER_TENANT, 0);
	a_token("{\"more\":1}", WORLD_TENANT, 1);
}

static void test_tokens_that_are_none(void)
{
	struct text large = { 0 };

	begin();
	add("sub-main", "state-main", WORLD_TENANT, "leg-1", false, 1);
	tell_and_settle();
	CHECK_INT(1, counts().unvouched);
	add("sub-main", "state-main", WORLD_TENANT, "leg-1", false, 2);
	sealing_token_raw(&sealing, "null,7,{},\"\",\"abc.def\"");
	tell_and_settle();
	CHECK_INT(2, counts().unvouched);
	/* A good one among them is enough. */
	text_addf(&large, "\"%020000d\"", 7);
	add("sub-main", "state-main", WORLD_TENANT, "leg-1", false, 3);
	sealing_token_raw(&sealing, "null,\"a.b.c\"");
	sealing_token_raw(&sealing, text_string(&large));
	sealing_token(&sealing, 2, WORLD_TENANT, "{}");
	tell_and_settle();
	CHECK_INT(2, counts().unvouched);
	CHECK_INT(1, counts().taken);
	text_finish(&large);
	end();
}

/* Two tenants in one collection; the token of one is not good. */
static void test_a_tenant_does_not_spoil_another(void)
{
	begin();
	json_t *const plan = world_plan(&world);
	json_object_set_new(plan, "uid", json_string("leep-2"));
	json_object_set_new(plan, "tenant_id", json_string(OTHER_TENANT));
	const uint32_t other = world_schedule(&world, plan);

	json_decref(plan);
	sealing_subscribe(&sealing, other, PLACE_MAIN, "sub-other", "state-other");
	add("sub-other", "state-other", OTHER_TENANT, "leg-1", false, 1);
	add("sub-main", "state-main", WORLD_TENANT, "leg-2", false, 2);
	sealing_token(&sealing, 2, OTHER_TENANT, "{\"exp\":1000000000}");
	sealing_token(&sealing, 2, WORLD_TENANT, "{}");
	tell_and_settle();
	CHECK_INT(1, counts().taken);
	CHECK_INT(1, counts().unvouched);
	CHECK_INT(1, the_session()->spans);
	CHECK_INT(0, sessions_get(&world.plenary->sessions, other)->spans);
	/* A good token of another tenant than the session's opens nothing there. */
	add("sub-main", "state-main", OTHER_TENANT, "leg-3", false, 3);
	add("sub-other", "state-other", OTHER_TENANT, "leg-1", false, 4);
	sealing_token(&sealing, 1, OTHER_TENANT, "{}");
	tell_and_settle();
	CHECK_INT(2, counts().taken);
	CHECK_INT(2, counts().unvouched);
	CHECK_INT(1, sessions_get(&world.plenary->sessions, other)->spans);
	end();
}

/* A token whose key nobody can show must not make its neighbours wait. */
static void test_an_unknown_key_holds_nobody_up(void)
{
	begin();
	struct auth_signer *const known = sealing.signer;

	add("sub-main", "state-main", WORLD_TENANT, "leg-1", false, 1);
	add("sub-main", "state-main", OTHER_TENANT, "leg-2", false, 2);
	sealing_token(&sealing, 2, WORLD_TENANT, "{}");
	sealing.signer = auth_signer_create("key-unknown");
	sealing_token(&sealing, 2, OTHER_TENANT, "{}");
	auth_signer_destroy(sealing.signer);
	sealing.signer = known;
	tell_and_settle();
	CHECK_INT(1, counts().taken);
	CHECK_INT(0, counts().unvouched);
	CHECK_INT(1, counts().waiting);
	add("sub-main", "state-main", WORLD_TENANT, "leg-1", true, 3);
	sealing_token(&sealing, 2, WORLD_TENANT, "{}");
	tell_and_settle();
	CHECK_INT(2, counts().taken);
	CHECK_INT(1, counts().waiting);
	end();
}

static void test_what_does_not_open(void)
{
	begin();
	add("sub-main", "state-main", WORLD_TENANT, "leg-1", false, 1);
	sealing_item_raw(&sealing, "sub-main", "state-main", WORLD_TENANT, "{}");
	sealing_item_raw(&sealing, "sub-main", "state-main", WORLD_TENANT, "null");
	sealing_item_raw(&sealing, "sub-main", "state-main", WORLD_TENANT, "[]");
	sealing_item_raw(&sealing, "sub-main", "state-main", WORLD_TENANT,
			 "{\"data\":\"AAAA\",\"dataKey\":\"AAAA\",\"dataSignature\":"
			 "\"AAAA\",\"encryptionCertificateId\":\"no-such-key\"}");
	sealing_item(&sealing, "sub-main", "state-main", WORLD_TENANT, "not JSON");
	sealing_item(&sealing, "sub-main", "state-main", WORLD_TENANT,
		     "{\"availability\":\"Busy\"}");
	add("sub-main", "state-main", WORLD_TENANT, "leg-1", true, 9);
	sealing_token(&sealing, 2, WORLD_TENANT, "{}");
	tell_and_settle();
	CHECK_INT(2, counts().taken);
	CHECK_INT(5, counts().unopened);
	CHECK_INT(1, counts().other);
	CHECK_INT(0, rows_kept());
	end();
}

/* Who does not know the secret of the subscription fills nobody's disk. */
static void test_strangers_are_not_kept(void)
{
	begin();
	add("sub-main", "state-wrong", WORLD_TENANT, "leg-1", false, 1);
	add("sub-nobodys", "state-main", WORLD_TENANT, "leg-1", false, 1);
	sealing_token(&sealing, 2, WORLD_TENANT, "{}");
	free(tell());
	CHECK_INT(0, counts().items);
	sealing_settle(&sealing);
	CHECK_INT(1, world.plenary->door.graph.answers);
	CHECK_INT(2, world.plenary->door.counts.strange);
	CHECK_INT(0, sealing.asked > 1); /* the bot's keys only */
	end();
}

static void test_limits(void)
{
	begin();
	for (int i = 0; i <= SEALED_TOKENS; i++)
		sealing_token_raw(&sealing, "\"a\"");
	add("sub-main", "state-main", WORLD_TENANT, "leg-1", false, 1);
	free(tell());
	CHECK_INT(0, counts().items);
	CHECK_INT(1, world.plenary->door.counts.refused); /* 413 */

	/* Full: nothing is taken, and then it is again. */
	sealing.dark = true;
	add("sub-main", "state-main", WORLD_TENANT, "leg-1", false, 1);
	sealing_token(&sealing, 2, WORLD_TENANT, "{}");
	char *const body = sealing_collection(&sealing);
	for (int i = 0; i < INBOX_ROWS; i++)
		sealing_tell(&sealing, body);
	CHECK(inbox_is_full(world.plenary->inbox, 1));
	CHECK_INT(1, world.plenary->door.counts.refused);
	sealing_tell(&sealing, body);
	CHECK_INT(2, world.plenary->door.counts.refused); /* 503 */
	CHECK_INT(INBOX_ROWS, counts().waiting);
	world_settle(&world);
	CHECK_INT(INBOX_ROWS, rows_kept());
	CHECK_INT(INBOX_ROWS + 2, world.plenary->door.graph.answers);
	world_close(&world);
	sealing.dark = false;
	world_open(&world, sealing.entra.port);
	sealing_settle(&sealing);
	CHECK_INT(1, counts().taken);
	CHECK_INT(INBOX_ROWS - 1, counts().repeated);
	CHECK(!inbox_is_full(world.plenary->inbox, 1));
	CHECK(inbox_is_full(world.plenary->inbox, INBOX_BYTES + 1));
	free(body);
	end();
}

int main(void)
{
	RUN(test_becomes_events);
	RUN(test_a_version_1_token_is_as_good);
	RUN(test_kept_before_it_is_acknowledged);
	RUN(test_worked_off_after_a_start);
	RUN(test_ends_while_it_opens);
	RUN(test_told_twice);
	RUN(test_in_the_wrong_order);
	RUN(test_tokens_that_do_not_vouch);
	RUN(test_tokens_that_are_none);
	RUN(test_a_tenant_does_not_spoil_another);
	RUN(test_an_unknown_key_holds_nobody_up);
	RUN(test_what_does_not_open);
	RUN(test_strangers_are_not_kept);
	RUN(test_limits);
	return check_done();
}
