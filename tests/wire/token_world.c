/* SPDX-License-Identifier: MIT */
#include "tests/wire/token_world.h"

#include "tests/check.h"

#include <unistd.h>

static void play(void *context, const struct script_request *request,
		 struct script_reply *reply)
{
	struct token_world *const world = context;

	CHECK_TEXT("POST", request->method);
	CHECK_TEXT("/tenant-7/oauth2/v2.0/token", request->path);
	CHECK(strcasestr(request->head,
			 "content-type: application/x-www-form-urlencoded"));
	snprintf(world->form, sizeof(world->form), "%.*s", (int)request->body_bytes,
		 request->body);
	*reply = world->next;
}

void token_secret_write(const struct token_world *world, const char *secret)
{
	FILE *const file = fopen(world->secret_path, "w");

	CHECK(file && fputs(secret, file) >= 0 && fclose(file) == 0);
}

void token_world_init(struct token_world *world, int64_t young_ms)
{
	*world = (struct token_world){ .secret_path = "/tmp/plenary-test-secret-XXXXXX" };
	uv_loop_init(&world->loop);
	script_init(&world->server, &world->loop, play, world);
	CHECK_INT(0, client_create(&world->client, &world->loop, NULL));
	const int file = mkstemp(world->secret_path);
	CHECK(file >= 0 && close(file) == 0);
	token_secret_write(world, "a~b+c/d=&e\n");
	const struct token_settings settings = {
		.url = script_url(&world->server, "/tenant-7/oauth2/v2.0/token"),
		.client_id = "app-1",
		.scope = "https://graph.example.test/.default",
		.secret_path = world->secret_path,
		.young_ms = young_ms,
	};
	CHECK_INT(0,
		  token_create(&world->source, &world->loop, world->client, &settings));
	world->next.body = TOKEN_GRANT;
}

void token_world_finish(struct token_world *world)
{
	token_destroy(world->source);
	client_destroy(world->client);
	script_finish(&world->server);
	uv_run(&world->loop, UV_RUN_DEFAULT);
	CHECK_INT(0, uv_loop_close(&world->loop));
	unlink(world->secret_path);
}

void token_came(void *context, int error, const char *token)
{
	struct token_world *const world = context;

	CHECK((token != NULL) == (error == 0));
	world->calls++;
	world->good += error == 0;
	world->error = error;
	snprintf(world->token, sizeof(world->token), "%s", token ? token : "");
	if (world->destroys) {
		world->destroys = false;
		token_destroy(world->source);
		world->source = NULL;
	}
}

void token_until_calls(struct token_world *world, unsigned calls)
{
	while (world->calls < calls)
		CHECK(uv_run(&world->loop, UV_RUN_ONCE));
	CHECK_INT(calls, world->calls);
}

/* One take, waited for. */
int token_taken(struct token_world *world)
{
	const unsigned before = world->calls;

	token_take(world->source, token_came, world);
	token_until_calls(world, before + 1);
	return world->error;
}
