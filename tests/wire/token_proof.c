/* SPDX-License-Identifier: MIT */
/* A certificate instead of a secret, claims challenges, a throttled endpoint. */
#include "tests/check.h"
#include "tests/wire/credential.h"
#include "tests/wire/token_world.h"

#include "daemon/common/log.h"

#include <errno.h>
#include <jansson.h>
#include <unistd.h>

enum { DAY_S = 24 * 60 * 60 };

static void world_with_certificate(struct token_world *world,
				   struct credential_files *files)
{
	token_world_init(world, 0);
	token_destroy(world->source);
	credential_make(files, 2048, -DAY_S, DAY_S);
	const struct token_settings settings = {
		.url = script_url(&world->server, "/tenant-7/oauth2/v2.0/token"),
		.client_id = "app-1",
		.scope = "https://graph.example.test/.default",
		.certificate_path = files->certificate,
		.key_path = files->key,
	};
	CHECK_INT(0,
		  token_create(&world->source, &world->loop, world->client, &settings));
}

static void test_proof_by_certificate(void)
{
	struct credential_files files, renewed;
	struct token_world world;

	world_with_certificate(&world, &files);
	CHECK_INT(0, token_taken(&world));
	const char *const proof = strstr(world.form, "&client_assertion=");

	CHECK(proof != NULL && strstr(world.form, "client_secret") == NULL);
	CHECK(strstr(world.form, "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A"
				 "client-assertion-type%3Ajwt-bearer&") != NULL);
	CHECK(credential_signed(&files, proof + strlen("&client_assertion=")));
	/* Read at each use: a renewed pair needs no restart. */
	credential_make(&renewed, 2048, -DAY_S, DAY_S);
	CHECK_INT(0, rename(renewed.certificate, files.certificate));
	CHECK_INT(0, rename(renewed.key, files.key));
	CHECK_INT(0, rmdir(renewed.folder));
	token_forget(world.source);
	CHECK_INT(0, token_taken(&world));
	CHECK(credential_signed(&files, strstr(world.form, "&client_assertion=") +
						strlen("&client_assertion=")));
	credential_remove(&files);
	token_forget(world.source);
	CHECK_INT(-EAGAIN, token_taken(&world));
	CHECK_TEXT("certificate: No such file or directory", token_problem(world.source));
	CHECK_INT(2, world.server.requests);
	token_world_finish(&world);
}

/* The clock may be put right by itself: asked again, in a while, unlike a wrong key. */
static void test_wrong_clock(void)
{
	struct credential_files files;
	struct token_world world;

	world_with_certificate(&world, &files);
	world.next = (struct script_reply){
		.status = 401,
		.headers = "Date: Thu, 01 Jan 2099 00:00:00 GMT\r\n",
		.body = "{\"error\":\"invalid_client\",\"error_codes\":[700024]}"
	};
	CHECK_INT(-EAGAIN, token_taken(&world));
	CHECK(strstr(token_problem(world.source),
		     "http 401 invalid_client codes=700024; this machine's clock is ") !=
	      NULL);
	CHECK(strstr(token_problem(world.source), " s behind the sign-in server's") !=
	      NULL);
	world.next.headers = NULL;
	token_forget(world.source);
	CHECK_INT(-EACCES, token_taken(&world));
	CHECK_TEXT("http 401 invalid_client codes=700024", token_problem(world.source));
	token_world_finish(&world);
	credential_remove(&files);
}

/* Graph wants a newer token: fetched once, with what it asked for. */
static void test_claims_challenge(void)
{
	static const char challenge[] =
		"Bearer error=\"insufficient_claims\", claims=\"eyJhIjp7ImIiOjF9fQ==\"";
	struct token_world world;

	token_world_init(&world, HOUR_MS);
	CHECK_INT(0, token_taken(&world));
	CHECK(strstr(world.form, "&claims=") == NULL);
	token_challenge(world.source, challenge);
	CHECK_INT(0, token_taken(&world));
	CHECK(strstr(world.form, "&claims=%7B%22a%22%3A%7B%22b%22%3A1%7D%7D") != NULL);
	CHECK_INT(2, world.server.requests);
	/* Others that carried the old one come back with the same challenge. */
	token_challenge(world.source, challenge);
	token_challenge(world.source, "Bearer error=\"invalid_token\"");
	CHECK_INT(0, token_taken(&world));
	CHECK_INT(2, world.server.requests);
	token_forget(world.source);
	CHECK_INT(0, token_taken(&world));
	CHECK(strstr(world.form, "&claims=") == NULL);
	token_world_finish(&world);
}

/* The throttled endpoint of the samples: a minute of silence, and then the jitter. */
static void test_throttled_sample(void)
{
	json_t *const sample =
		json_load_file("../shared/protocols/samples/graph/token-429.json", 0,
			       NULL);
	char header[64];
	struct token_world world;

	if (sample == NULL) {
		fprintf(stderr, "    skipped: token-429.json is not there\n");
		return;
	}
	token_world_init(&world, 0);
	snprintf(header, sizeof(header), "Retry-After: %s\r\n",
		 json_string_value(json_object_get(json_object_get(sample, "headers"),
						   "Retry-After")));
	CHECK_TEXT("Retry-After: 60\r\n", header);
	world.next = (struct script_reply){
		.status = (int)json_integer_value(json_object_get(sample, "status")),
		.headers = header,
		.body = json_string_value(json_object_get(sample, "body"))
	};
	CHECK_INT(-EAGAIN, token_taken(&world));
	CHECK_TEXT("http 429", token_problem(world.source));
	/* Without the header the first wait ends within a second. */
	for (int i = 0; i < 15; i++) {
		uv_sleep(100);
		uv_run(&world.loop, UV_RUN_NOWAIT);
	}
	CHECK_INT(1, world.server.requests);
	token_world_finish(&world);
	json_decref(sample);
}

int main(void)
{
	log_threshold(LOG_LEVEL_ERROR);
	RUN(test_proof_by_certificate);
	RUN(test_wrong_clock);
	RUN(test_claims_challenge);
	RUN(test_throttled_sample);
	return check_done();
}
