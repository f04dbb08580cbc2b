/* SPDX-License-Identifier: MIT */
#include "tests/check.h"
#include "tests/wire/script.h"

#include "daemon/common/log.h"
#include "daemon/wire/client.h"
#include "daemon/wire/vouch.h"

#include <jansson.h>

enum { NOW = 1800000000 };

#define TENANT "00000000-0000-0000-0000-0000000000aa"
#define OTHER "00000000-0000-0000-0000-0000000000bb"

struct world {
	uv_loop_t loop;
	struct script server;
	struct client *client;
	struct vouch *vouch;
	struct auth_signer *signer;
	char *keys;
	const char *audience;
	unsigned asked_v1, asked_v2, verdicts;
	enum auth_verdict verdict;
	char tenant[AUTH_CLAIM_BYTES];
};

static void play(void *context, const struct script_request *request,
		 struct script_reply *reply)
{
	static char text[512];
	struct world *const world = context;
	const bool is_v2 = strcmp(request->path, "/v2") == 0;

	reply->body = text;
	if (strcmp(request->path, "/keys") == 0) {
		reply->body = world->keys;
		return;
	}
	*(is_v2 ? &world->asked_v2 : &world->asked_v1) += 1;
	snprintf(text, sizeof(text), "{\"issuer\":\"%s\",\"jwks_uri\":\"%s\"}",
		 is_v2 ? "https://sign-in.example.test/{tenantid}/v2.0"
		       : "https://sts.example.test/{tenantid}/",
		 script_url(&world->server, "/keys"));
}

static void world_init(struct world *world, const char *audience)
{
	*world = (struct world){ 0 };
	uv_loop_init(&world->loop);
	script_init(&world->server, &world->loop, play, world);
	CHECK_INT(0, client_create(&world->client, &world->loop, NULL));
	world->signer = auth_signer_create("key-1");
	world->keys = auth_signer_keys(world->signer);
	char v1[64];
	snprintf(v1, sizeof(v1), "%s", script_url(&world->server, "/v1"));
	const struct vouch_settings settings = {
		.metadata_v1_url = v1,
		.metadata_v2_url = script_url(&world->server, "/v2"),
		.audience = audience,
		.floor_ms = 3600 * 1000,
	};
	world->vouch = vouch_create(&world->loop, world->client, &settings);
}

static void world_finish(struct world *world)
{
	vouch_destroy(world->vouch);
	client_destroy(world->client);
	script_finish(&world->server);
	uv_run(&world->loop, UV_RUN_DEFAULT);
	CHECK_INT(0, uv_loop_close(&world->loop));
	auth_signer_destroy(world->signer);
	free(world->keys);
}

static void on_verdict(void *context, enum auth_verdict verdict,
		       const struct auth_claims *claims)
{
	struct world *const world = context;

	world->verdicts++;
	world->verdict = vouch_judge(verdict, claims);
	snprintf(world->tenant, sizeof(world->tenant), "%s",
		 claims != NULL ? claims->tenant : "");
}

static void check(struct world *world, const char *token, int64_t now_s)
{
	const unsigned wanted = world->verdicts + 1;

	vouch_check(world->vouch, token, now_s, on_verdict, world);
	while (world->verdicts < wanted)
		uv_run(&world->loop, UV_RUN_ONCE);
	CHECK_INT(wanted, world->verdicts);
}

/* change: members that are added or replaced; one that is null is left out. */
static json_t *claims_of(int version, const char *change)
{
	json_t *const claims =
		version == 2 ? json_pack("{s:s,s:s,s:s,s:s,s:s,s:i,s:i}", "ver", "2.0",
					 "aud", "app-1", "iss",
					 "https://sign-in.example.test/" TENANT "/v2.0",
					 "azp", VOUCH_PUBLISHER, "tid", TENANT, "nbf",
					 NOW - 60, "exp", NOW + 3600)
			     : json_pack("{s:s,s:s,s:s,s:s,s:s,s:i,s:i}", "ver", "1.0",
					 "aud", "app-1", "iss",
					 "https://sts.example.test/" TENANT "/", "appid",
					 VOUCH_PUBLISHER, "tid", TENANT, "nbf", NOW - 60,
					 "exp", NOW + 3600);
	json_t *const changes = json_loads(change, 0, NULL);
	const char *key;
	json_t *value;

	CHECK(changes != NULL);
	json_object_foreach (changes, key, value) {
		if (json_is_null(value))
			json_object_del(claims, key);
		else
			json_object_set(claims, key, value);
	}
	json_decref(changes);
	return claims;
}

static void expect(struct world *world, enum auth_verdict wanted, int version,
		   const char *change)
{
	json_t *const claims = claims_of(version, change);
	char *const text = json_dumps(claims, JSON_COMPACT);
	char *const token = auth_signer_token(world->signer, text);

	check(world, token, NOW);
	CHECK_TEXT(auth_verdict_name(wanted), auth_verdict_name(world->verdict));
	CHECK(wanted != AUTH_GOOD || strcmp(world->tenant, TENANT) == 0);
	free(token);
	free(text);
	json_decref(claims);
}

static void test_both_versions(void)
{
	struct world world;

	world_init(&world, "app-1");
	expect(&world, AUTH_GOOD, 2, "{}");
	CHECK_INT(0, world.asked_v1); /* nobody has shown a token of it */
	CHECK_INT(1, world.asked_v2);
	expect(&world, AUTH_GOOD, 1, "{}");
	expect(&world, AUTH_GOOD, 2, "{\"aud\":[\"other\",\"APP-1\"]}");
	expect(&world, AUTH_GOOD, 2, "{\"exp\":1799999701}");
	expect(&world, AUTH_GOOD, 2, "{\"nbf\":1800000299}");
	CHECK_INT(1, world.asked_v1);
	CHECK_INT(1, world.asked_v2);
	world_finish(&world);
}

static void test_what_is_not_good(void)
{
	struct world world;

	world_init(&world, "app-1");
	expect(&world, AUTH_EXPIRED, 2, "{\"exp\":1799999700}");
	expect(&world, AUTH_NOT_YET_VALID, 2, "{\"nbf\":1800000300}");
	expect(&world, AUTH_MALFORMED, 2, "{\"exp\":null}");
	expect(&world, AUTH_WRONG_AUDIENCE, 2, "{\"aud\":\"app-2\"}");
	expect(&world, AUTH_WRONG_AUDIENCE, 1, "{\"aud\":null}");
	expect(&world, AUTH_WRONG_PUBLISHER, 2, "{\"azp\":\"" OTHER "\"}");
	expect(&world, AUTH_WRONG_PUBLISHER, 1, "{\"appid\":\"" OTHER "\"}");
	expect(&world, AUTH_WRONG_PUBLISHER, 2, "{\"azp\":null}");
	expect(&world, AUTH_WRONG_PUBLISHER, 2,
	       "{\"azp\":null,\"appid\":\"" VOUCH_PUBLISHER "\"}");
	expect(&world, AUTH_WRONG_PUBLISHER, 1,
	       "{\"appid\":null,\"azp\":\"" VOUCH_PUBLISHER "\"}");
	expect(&world, AUTH_WRONG_ISSUER, 2, "{\"tid\":\"" OTHER "\"}");
	expect(&world, AUTH_WRONG_ISSUER, 2, "{\"tid\":null}");
	expect(&world, AUTH_WRONG_ISSUER, 2, "{\"tid\":\"\"}");
	expect(&world, AUTH_WRONG_ISSUER, 2,
	       "{\"tid\":\"x/../y\",\"iss\":\"https://sign-in.example.test/x/../y/"
	       "v2.0\"}");
	expect(&world, AUTH_WRONG_ISSUER, 2, "{\"iss\":\"https://elsewhere.test/\"}");
	/* Each version has its issuer. */
	expect(&world, AUTH_WRONG_ISSUER, 2,
	       "{\"iss\":\"https://sts.example.test/" TENANT "/\"}");
	expect(&world, AUTH_WRONG_ISSUER, 1,
	       "{\"iss\":\"https://sign-in.example.test/" TENANT "/v2.0\"}");
	world_finish(&world);
}

/* The key set says for whom a key may sign; what is for all has a hole there. */
static void test_keys_of_one_tenant(void)
{
	static const struct {
		const char *issuer;
		enum auth_verdict verdict;
	} table[] = { { "https://sign-in.example.test/{tenantid}/v2.0", AUTH_GOOD },
		      { "https://sign-in.example.test/" TENANT "/v2.0", AUTH_GOOD },
		      { "https://sign-in.example.test/" OTHER "/v2.0",
			AUTH_WRONG_ISSUER } };

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct world world;

		world_init(&world, "app-1");
		json_t *const set = json_loads(world.keys, 0, NULL);
		json_t *const key = json_array_get(json_object_get(set, "keys"), 0);
		json_object_set_new(key, "issuer", json_string(table[i].issuer));
		free(world.keys);
		world.keys = json_dumps(set, JSON_COMPACT);
		expect(&world, table[i].verdict, 2, "{}");
		json_decref(set);
		world_finish(&world);
	}
}

static void test_what_is_no_token(void)
{
	struct world world;

	world_init(&world, "app-1");
	check(&world, "", NOW);
	CHECK_INT(AUTH_MALFORMED, world.verdict);
	check(&world, "abc.def", NOW);
	CHECK_INT(AUTH_MALFORMED, world.verdict);
	/* Nobody can make us call out with what is no token. */
	CHECK_INT(0, world.asked_v1 + world.asked_v2);
	world_finish(&world);
}

/* -- known answers that others made -------------------------------------------------------- */

static void expect_verdicts(struct world *world, const json_t *tokens)
{
	static const struct {
		const char *name;
		enum auth_verdict verdict;
	} table[] = {
		{ "expired", AUTH_EXPIRED },
		{ "notYetValid", AUTH_NOT_YET_VALID },
		{ "wrongAudience", AUTH_WRONG_AUDIENCE },
		{ "wrongPublisherAzp", AUTH_WRONG_PUBLISHER },
		{ "wrongPublisherAppid", AUTH_WRONG_PUBLISHER },
		{ "missingPublisher", AUTH_WRONG_PUBLISHER },
		{ "v2TokenWithOnlyAppid", AUTH_WRONG_PUBLISHER },
		{ "issuerOtherTenant", AUTH_WRONG_ISSUER },
		{ "tidMismatch", AUTH_WRONG_ISSUER },
		{ "foreignIssuer", AUTH_WRONG_ISSUER },
		{ "badSignature", AUTH_WRONG_SIGNATURE },
		{ "algNone", AUTH_WRONG_ALGORITHM },
		{ "unknownKid", AUTH_UNKNOWN_KEY },
		{ "notAJwt", AUTH_MALFORMED },
		{ "hs256KeyConfusion", AUTH_WRONG_ALGORITHM },
	};

	CHECK_INT(sizeof(table) / sizeof(table[0]), json_object_size(tokens));
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const char *const token =
			json_string_value(json_object_get(tokens, table[i].name));

		check(world, token, NOW);
		if (world->verdict != table[i].verdict)
			fprintf(stderr, "%s: %s\n", table[i].name,
				auth_verdict_name(world->verdict));
		CHECK_INT(table[i].verdict, world->verdict);
	}
}

static void play_microsoft(void *context, const struct script_request *request,
			   struct script_reply *reply)
{
	static char text[512];
	struct world *const world = context;
	const bool is_v2 = strcmp(request->path, "/v2") == 0;

	reply->body = text;
	if (strcmp(request->path, "/keys") == 0) {
		reply->body = world->keys;
		return;
	}
	snprintf(text, sizeof(text), "{\"issuer\":\"%s\",\"jwks_uri\":\"%s\"}",
		 is_v2 ? "https://login.microsoftonline.com/{tenantid}/v2.0"
		       : "https://sts.windows.net/{tenantid}/",
		 script_url(&world->server, "/keys"));
}

/* The claims that Microsoft's page shows, signed by a key of ours, when they were new. */
static void a_documented_token(const char *name)
{
	char path[128];
	struct world world;

	snprintf(path, sizeof(path), "../shared/protocols/samples/graph/%s", name);
	json_t *const claims = json_load_file(path, 0, NULL);
	if (claims == NULL) {
		fprintf(stderr, "    left out: no %s\n", path);
		return;
	}
	world_init(&world, json_string_value(json_object_get(claims, "aud")));
	world.server.play = play_microsoft;
	char *const text = json_dumps(claims, JSON_COMPACT);
	char *const token = auth_signer_token(world.signer, text);
	check(&world, token, json_integer_value(json_object_get(claims, "nbf")) + 60);
	CHECK_INT(AUTH_GOOD, world.verdict);
	CHECK_TEXT(json_string_value(json_object_get(claims, "tid")), world.tenant);
	check(&world, token, NOW);
	CHECK_INT(AUTH_EXPIRED, world.verdict);
	free(text);
	free(token);
	json_decref(claims);
	world_finish(&world);
}

static void test_documented_claims(void)
{
	a_documented_token("validation-token-claims.v1.json");
	a_documented_token("validation-token-claims.v2.json");
}

static void test_vectors(void)
{
	static const char folder[] = "../shared/protocols/samples/graph/";
	char path[128];
	struct world world;

	snprintf(path, sizeof(path), "%svector-validation-tokens.json", folder);
	json_t *const vector = json_load_file(path, 0, NULL);
	snprintf(path, sizeof(path), "%svector-jwks.json", folder);
	json_t *const keys = json_load_file(path, 0, NULL);
	if (vector == NULL || keys == NULL) {
		fprintf(stderr, "    left out: no %s\n", folder);
		json_decref(vector);
		json_decref(keys);
		return;
	}
	world_init(&world, json_string_value(json_object_get(vector, "appId")));
	world.server.play = play_microsoft;
	free(world.keys);
	world.keys = json_dumps(keys, JSON_COMPACT);
	const json_t *const accept = json_object_get(vector, "accept");
	check(&world, json_string_value(json_object_get(accept, "v1")), NOW);
	CHECK_INT(AUTH_GOOD, world.verdict);
	check(&world, json_string_value(json_object_get(accept, "v2")), NOW);
	CHECK_INT(AUTH_GOOD, world.verdict);
	CHECK_TEXT(json_string_value(json_object_get(vector, "tenantId")), world.tenant);
	expect_verdicts(&world, json_object_get(vector, "reject"));
	world_finish(&world);
	json_decref(vector);
	json_decref(keys);
}

int main(void)
{
	log_threshold(LOG_LEVEL_ERROR);
	RUN(test_both_versions);
	RUN(test_what_is_not_good);
	RUN(test_keys_of_one_tenant);
	RUN(test_what_is_no_token);
	RUN(test_documented_claims);
	RUN(test_vectors);
	return check_done();
}
