/* SPDX-License-Identifier: MIT */
#include "tests/check.h"
#include "tests/wire/token_world.h"

#include "daemon/common/log.h"

#include <errno.h>
#include <unistd.h>

enum { TAKERS = 20 };

static void test_one_post_for_twenty(void)
{
	struct token_world world;

	token_world_init(&world, 0);
	for (int i = 0; i < TAKERS; i++)
		CHECK(token_take(world.source, token_came, &world) != 0);
	CHECK_INT(0, world.calls);
	token_until_calls(&world, TAKERS);
	CHECK_INT(TAKERS, world.good);
	CHECK_TEXT("first.token", world.token);
	CHECK_INT(1, world.server.requests);
	CHECK_TEXT("grant_type=client_credentials&client_id=app-1"
		   "&scope=https%3A%2F%2Fgraph.example.test%2F.default"
		   "&client_secret=a~b%2Bc%2Fd%3D%26e",
		   world.form);
	CHECK_INT(0, token_take(world.source, token_came, &world)); /* at hand */
	CHECK_INT(TAKERS + 1, world.good);
	CHECK_INT(1, world.server.requests);
	CHECK_TEXT("", token_problem(world.source));
	token_world_finish(&world);
}

static void test_refused_token(void)
{
	struct token_world world;

	token_world_init(&world, HOUR_MS);
	CHECK_INT(0, token_taken(&world));
	token_refuse(world.source); /* too young to be the one refused */
	CHECK_INT(0, token_taken(&world));
	CHECK_INT(1, world.server.requests);
	token_world_finish(&world);

	token_world_init(&world, 1);
	CHECK_INT(0, token_taken(&world));
	uv_sleep(2);
	uv_update_time(&world.loop);
	token_refuse(world.source);
	token_refuse(world.source);
	world.next.body = "{\"token_type\":\"bearer\",\"expires_in\":\"3599\","
			  "\"access_token\":\"second.token\"}";
	CHECK_INT(0, token_taken(&world));
	CHECK_TEXT("second.token", world.token);
	CHECK_INT(2, world.server.requests);
	token_world_finish(&world);
}

/* Two seconds of life: renewed after one, without anybody asking. */
static void test_renewed_by_itself(void)
{
	struct token_world world;

	token_world_init(&world, 0);
	world.next.body = "{\"token_type\":\"Bearer\",\"expires_in\":2,"
			  "\"access_token\":\"short.token\"}";
	CHECK_INT(0, token_taken(&world));
	world.next.body = TOKEN_GRANT;
	while (strcmp(world.token, "first.token") != 0) {
		CHECK(uv_run(&world.loop, UV_RUN_ONCE));
		CHECK_INT(0, token_take(world.source, token_came, &world));
		CHECK_INT(0, world.error); /* the old one serves meanwhile */
	}
	CHECK_INT(2, world.server.requests);
	token_world_finish(&world);
}

static void test_old_one_serves_while_renewal_fails(void)
{
	struct token_world world;

	token_world_init(&world, 0);
	world.next.body = "{\"token_type\":\"Bearer\",\"expires_in\":2,"
			  "\"access_token\":\"short.token\"}";
	CHECK_INT(0, token_taken(&world));
	world.next =
		(struct script_reply){ .status = 503, .headers = "Retry-After: 100\r\n" };
	while (token_problem(world.source)[0] == '\0')
		CHECK(uv_run(&world.loop, UV_RUN_ONCE));
	CHECK_TEXT("http 503", token_problem(world.source));
	CHECK_INT(0, token_take(world.source, token_came, &world));
	/* Good until its end; after it the waiting time is honoured: no third request. */
	while (world.error == 0) {
		uv_sleep(20);
		uv_run(&world.loop, UV_RUN_NOWAIT);
		CHECK_INT(0, token_take(world.source, token_came, &world));
	}
	CHECK_INT(-EAGAIN, world.error);
	CHECK_INT(2, world.server.requests);
	token_world_finish(&world);
}

static void refuses(const char *body, int status, int error, const char *problem)
{
	struct token_world world;

	token_world_init(&world, 0);
	world.next = (struct script_reply){ .status = status,
					    .headers = "Retry-After: 100\r\n",
					    .body = body };
	CHECK_INT(error, token_taken(&world));
	CHECK_TEXT(problem, token_problem(world.source));
	CHECK_INT(0, token_take(world.source, token_came, &world));
	CHECK_INT(error, world.error);
	CHECK_INT(1, world.server.requests);
	/* Told that something has changed, it asks again. */
	world.next = (struct script_reply){ .body = TOKEN_GRANT };
	token_forget(world.source);
	CHECK_TEXT("", token_problem(world.source));
	CHECK_INT(0, token_taken(&world));
	CHECK_INT(2, world.server.requests);
	token_world_finish(&world);
}

static void test_refusals(void)
{
	refuses("{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: "
		"a~b+c\","
		"\"error_codes\":[7000215,7],\"correlation_id\":\"c0ffee-01\"}",
		401, -EACCES,
		"http 401 invalid_client codes=7000215,7 correlation=c0ffee-01");
	refuses("{\"error\":\"unauthorized_client\"}", 400, -EACCES,
		"http 400 unauthorized_client");
	refuses("{\"error\":\"invalid_scope\"}", 400, -EACCES, "http 400 invalid_scope");
	refuses("{\"error\":\"temporarily_unavailable\"}", 400, -EAGAIN,
		"http 400 temporarily_unavailable");
	refuses("{\"error\":\"bad\\nlevel=\\\"x\\\"\"}", 400, -EAGAIN,
		"http 400 badlevelx");
	refuses("Too Many Requests", 429, -EAGAIN, "http 429");
	refuses("<html>", 502, -EAGAIN, "http 502");
	refuses("", 302, -EAGAIN, "http 302");
}

/* A back-off after the first failure is over within its first second; this has none. */
static void test_final_refusal_is_not_repeated(void)
{
	struct token_world world;

	token_world_init(&world, 0);
	world.next = (struct script_reply){ .status = 401,
					    .body = "{\"error\":\"invalid_client\"}" };
	CHECK_INT(-EACCES, token_taken(&world));
	for (int i = 0; i < 12; i++) {
		uv_sleep(100);
		uv_run(&world.loop, UV_RUN_NOWAIT);
	}
	CHECK_INT(1, world.server.requests);
	token_world_finish(&world);
}

static void test_renewal_times(void)
{
	CHECK_INT(3299 * 1000, token_renewal_ms(3599 * 1000));
	CHECK_INT(300 * 1000, token_renewal_ms(600 * 1000));
	CHECK_INT(299500, token_renewal_ms(599 * 1000));
	CHECK_INT(500, token_renewal_ms(1000));
}

static void test_grants_that_are_none(void)
{
	static const char *const bodies[] = {
		"",
		"[]",
		"{}",
		"{\"access_token\":\"x\",\"expires_in\":60}",
		"{\"token_type\":\"Bearer\",\"expires_in\":3600}",
		"{\"token_type\":\"Bearer\",\"access_token\":\"x\"}",
		"{\"token_type\":\"Bearer\",\"access_token\":\"x\",\"expires_in\":0}",
		"{\"token_type\":\"Bearer\",\"access_token\":\"x\",\"expires_in\":-5}",
		"{\"token_type\":\"Bearer\",\"access_token\":\"\",\"expires_in\":60}",
		"{\"token_type\":\"mac\",\"access_token\":\"x\",\"expires_in\":60}",
		"{\"token_type\":\"Bearer\",\"access_token\":\"x\\r\",\"expires_in\":60}",
		"{\"token_type\":\"Bearer\",\"access_token\":\"x\\n\",\"expires_in\":60}",
		"{\"token_type\":\"Bearer\",\"access_token\":\"a b\",\"expires_in\":60}",
	};

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		refuses(bodies[i], 200, -EAGAIN, "no token in the reply");
}

static void test_back_off_ends(void)
{
	struct token_world world;

	token_world_init(&world, 0);
	world.next = (struct script_reply){ .status = 503 };
	CHECK_INT(-EAGAIN, token_taken(&world));
	world.next = (struct script_reply){ .body = TOKEN_GRANT };
	/* It comes back by itself, though nobody takes. */
	while (token_problem(world.source)[0])
		CHECK(uv_run(&world.loop, UV_RUN_ONCE));
	CHECK_INT(0, token_take(world.source, token_came, &world));
	CHECK_INT(0, world.error);
	CHECK_INT(2, world.server.requests);
	token_world_finish(&world);
}

/* Whoever could not be served knows when to come again; in a rehearsal, so much sooner. */
static void test_when_it_is_tried_again(void)
{
	struct token_world world;
	struct token_source *fast = NULL;

	token_world_init(&world, 0);
	CHECK_INT(-1, token_wait_ms(world.source));
	world.next =
		(struct script_reply){ .status = 503, .headers = "Retry-After: 100\r\n" };
	CHECK_INT(-EAGAIN, token_taken(&world));
	const int64_t wait_ms = token_wait_ms(world.source);

	CHECK(wait_ms > 90 * 1000 && wait_ms <= 200 * 1000);
	token_forget(world.source);
	CHECK_INT(-1, token_wait_ms(world.source));
	const struct token_settings settings = {
		.url = script_url(&world.server, "/tenant-7/oauth2/v2.0/token"),
		.client_id = "app-1",
		.scope = "s",
		.secret_path = world.secret_path,
		.speed = 1000,
	};
	CHECK_INT(0, token_create(&fast, &world.loop, world.client, &settings));
	world.calls = 0;
	token_take(fast, token_came, &world);
	token_until_calls(&world, 1);
	CHECK(token_wait_ms(fast) >= 0 && token_wait_ms(fast) <= 200);
	token_destroy(fast);
	token_world_finish(&world);
}

static void test_secret_file(void)
{
	struct token_world world;

	token_world_init(&world, 0);
	token_secret_write(&world, "\n");
	CHECK_INT(-EAGAIN, token_taken(&world));
	CHECK_TEXT("secret file ENODATA", token_problem(world.source));
	unlink(world.secret_path);
	token_forget(world.source);
	CHECK_INT(-EAGAIN, token_taken(&world));
	CHECK_TEXT("secret file ENOENT", token_problem(world.source));
	CHECK_INT(0, world.server.requests);
	/* Read at each use: a new secret needs no restart. */
	token_secret_write(&world, "new-secret\r\nnot this");
	token_forget(world.source);
	CHECK_INT(0, token_taken(&world));
	CHECK_TEXT("&client_secret=new-secret", strstr(world.form, "&client_secret"));
	token_world_finish(&world);
}

static void test_waiting_has_a_limit(void)
{
	struct token_world world;

	token_world_init(&world, 0);
	for (int i = 0; i < TOKEN_WAITING; i++)
		CHECK(token_take(world.source, token_came, &world) != 0);
	CHECK_INT(0, token_take(world.source, token_came, &world));
	CHECK_INT(-ENOBUFS, world.error);
	token_until_calls(&world, TOKEN_WAITING + 1);
	CHECK_INT(TOKEN_WAITING, world.good);
	token_world_finish(&world);
}

static void test_cancel_forget_destroy(void)
{
	struct token_world world;
	uint64_t numbers[3];

	token_world_init(&world, 0);
	for (int i = 0; i < 3; i++)
		numbers[i] = token_take(world.source, token_came, &world);
	token_cancel(world.source, numbers[2]);
	token_cancel(world.source, numbers[0]);
	token_cancel(world.source, numbers[0]);
	token_take(world.source, token_came, &world);
	token_forget(world.source); /* those who wait go on waiting, for a new fetch */
	token_until_calls(&world, 2);
	CHECK_INT(2, world.good);
	CHECK_INT(1, world.server.requests);
	token_world_finish(&world);

	token_world_init(&world, 0);
	world.next.silent = true;
	token_take(world.source, token_came, &world);
	while (world.server.requests == 0)
		uv_run(&world.loop, UV_RUN_ONCE);
	token_world_finish(&world);
	CHECK_INT(0, world.calls);

	token_world_init(&world, 0);
	world.destroys = true;
	token_take(world.source, token_came, &world);
	token_take(world.source, token_came, &world);
	token_until_calls(&world, 1);
	token_world_finish(&world);
	CHECK_INT(1, world.calls);
}

static void test_where_the_secret_may_go(void)
{
	static const char *const wrong[] = { "http://login.example.test/token",
					     "ftp://a.test/",
					     "https://u@login.example.test/token", "" };
	struct token_world world;
	struct token_source *source = NULL;

	token_world_init(&world, 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const struct token_settings settings = { .url = wrong[i],
							 .client_id = "a",
							 .scope = "s",
							 .secret_path = "/nonexistent" };

		CHECK_INT(-EINVAL,
			  token_create(&source, &world.loop, world.client, &settings));
	}
	CHECK(source == NULL);
	token_world_finish(&world);
}

int main(void)
{
	log_threshold(LOG_LEVEL_ERROR);
	RUN(test_one_post_for_twenty);
	RUN(test_refused_token);
	RUN(test_renewed_by_itself);
	RUN(test_old_one_serves_while_renewal_fails);
	RUN(test_refusals);
	RUN(test_final_refusal_is_not_repeated);
	RUN(test_renewal_times);
	RUN(test_grants_that_are_none);
	RUN(test_back_off_ends);
	RUN(test_when_it_is_tried_again);
	RUN(test_secret_file);
	RUN(test_waiting_has_a_limit);
	RUN(test_cancel_forget_destroy);
	RUN(test_where_the_secret_may_go);
	return check_done();
}
