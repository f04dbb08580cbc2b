/* SPDX-License-Identifier: MIT */
#include "tests/check.h"
#include "tests/wire/forge.h"

#include "daemon/common/text.h"
#include "daemon/wire/auth.h"

#include <jansson.h>

enum { NOW = 1800000000 };

static const char app[] = "11111111-2222-3333-4444-55555555abcd";
static const char issuer[] = "https://api.example.test";
static const char header[] = "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"kid\":\"key-1\"}";

/* The set: key-1, a second key named key-2, one too short, one for another use. */
struct world {
	struct forge *one, *two, *shorter;
	struct auth_keys *keys;
};

static void add_key(struct text *set, const struct forge *forge, const char *more)
{
	char *const key = forge_key(forge, more);

	text_addf(set, "%s%s", set->length > 9 ? "," : "", key);
	free(key);
}

static void world_init(struct world *world)
{
	struct text set = { 0 };

	world->one = forge_create(2048);
	world->two = forge_create(2048);
	world->shorter = forge_create(1024);
	text_addf(&set, "{\"keys\":[");
	add_key(&set, world->one,
		"\"kid\":\"key-1\",\"use\":\"sig\",\"endorsements\":[\"msteams\","
		"\"webchat\"],");
	add_key(&set, world->two, "\"kid\":\"key-2\",");
	add_key(&set, world->shorter, "\"kid\":\"key-short\",");
	add_key(&set, world->two, "\"kid\":\"key-enc\",\"use\":\"enc\",");
	add_key(&set, world->two, "\"kid\":\"key-512\",\"alg\":\"RS512\",");
	add_key(&set, world->two, "");
	text_addf(&set, ",{\"kty\":\"EC\",\"kid\":\"key-ec\"},7,null,{\"kty\":\"RSA\","
			"\"kid\":\"key-odd\",\"n\":\"<base64>\",\"e\":\"AQAB\"}]}");
	world->keys = auth_keys_read(set.data, set.length);
	text_finish(&set);
	CHECK(world->keys);
	CHECK_INT(2, auth_keys_count(world->keys));
}

static void world_finish(struct world *world)
{
	auth_keys_destroy(world->keys);
	forge_destroy(world->one);
	forge_destroy(world->two);
	forge_destroy(world->shorter);
}

static enum auth_verdict verdict_on(const struct world *world, const char *token,
				    struct auth_claims *claims)
{
	const struct auth_expected expected = { .issuer = issuer,
						.audience = app,
						.now_s = NOW };

	return auth_verify(world->keys, token, &expected, claims);
}

static char *claims_text(const char *audience, int start, int end)
{
	struct text text = { 0 };

	text_addf(&text,
		  "{\"iss\":\"%s\",\"aud\":%s,\"nbf\":%d,\"exp\":%d,\"tid\":\"tenant-7\","
		  "\"serviceurl\":\"https://smba.example.test/emea/\"}",
		  issuer, audience, NOW + start, NOW + end);
	return text.data;
}

#define APP "\"11111111-2222-3333-4444-55555555abcd\""
#define BASE "\"iss\":\"https://api.example.test\",\"aud\":" APP
#define LATER "\"exp\":1800003600"

struct row {
	const char *what, *header, *claims;
	enum forge_way way;
	enum auth_verdict verdict;
};

#define SIGNED(what, claims, verdict) \
	{ \
		what, header, claims, FORGE_RS256, verdict \
	}
#define HEAD(what, head, verdict) \
	{ \
		what, head, "{" BASE "," LATER "}", FORGE_RS256, verdict \
	}
#define WAY(name, way, verdict) \
	{ \
		name, "{\"alg\":\"" name "\",\"kid\":\"key-1\"}", \
			"{" BASE "," LATER "}", way, verdict \
	}

static const struct row rows[] = {
	SIGNED("plain", "{" BASE "," LATER "}", AUTH_GOOD),
	SIGNED("other issuer",
	       "{\"iss\":\"https://api.example.tes\",\"aud\":" APP "," LATER "}",
	       AUTH_WRONG_ISSUER),
	SIGNED("issuer and slash",
	       "{\"iss\":\"https://api.example.test/\",\"aud\":" APP "," LATER "}",
	       AUTH_WRONG_ISSUER),
	SIGNED("issuer in capitals",
	       "{\"iss\":\"HTTPS://api.example.test\",\"aud\":" APP "," LATER "}",
	       AUTH_WRONG_ISSUER),
	SIGNED("no issuer", "{\"aud\":" APP "," LATER "}", AUTH_WRONG_ISSUER),
	SIGNED("issuer a number", "{\"iss\":7,\"aud\":" APP "," LATER "}",
	       AUTH_WRONG_ISSUER),
	SIGNED("issuer with a NUL",
	       "{\"iss\":\"https://api.example.test\\u0000x\",\"aud\":" APP "," LATER "}",
	       AUTH_MALFORMED),
	SIGNED("no audience", "{\"iss\":\"https://api.example.test\"," LATER "}",
	       AUTH_WRONG_AUDIENCE),
	SIGNED("audience api://",
	       "{\"iss\":\"https://api.example.test\",\"aud\":\"api://"
	       "11111111-2222-3333-4444-"
	       "55555555abcd\"," LATER "}",
	       AUTH_WRONG_AUDIENCE),
	SIGNED("no exp", "{" BASE "}", AUTH_MALFORMED),
	SIGNED("exp as text", "{" BASE ",\"exp\":\"1800003600\"}", AUTH_MALFORMED),
	SIGNED("exp beyond dates", "{" BASE ",\"exp\":1e300}", AUTH_MALFORMED),
	SIGNED("exp negative", "{" BASE ",\"exp\":-1}", AUTH_MALFORMED),
	SIGNED("exp with a fraction", "{" BASE ",\"exp\":1800003600.5}", AUTH_GOOD),
	SIGNED("nbf as text", "{" BASE "," LATER ",\"nbf\":\"1\"}", AUTH_MALFORMED),
	SIGNED("two audiences by name", "{" BASE ",\"aud\":\"x\"," LATER "}",
	       AUTH_MALFORMED),
	SIGNED("claims an array", "[1]", AUTH_MALFORMED),
	SIGNED("claims not JSON", "{", AUTH_MALFORMED),
	HEAD("no kid", "{\"alg\":\"RS256\"}", AUTH_UNKNOWN_KEY),
	HEAD("kid a number", "{\"alg\":\"RS256\",\"kid\":1}", AUTH_UNKNOWN_KEY),
	HEAD("unknown kid", "{\"alg\":\"RS256\",\"kid\":\"key-9\"}", AUTH_UNKNOWN_KEY),
	HEAD("kid of another key", "{\"alg\":\"RS256\",\"kid\":\"key-2\"}",
	     AUTH_WRONG_SIGNATURE),
	HEAD("kid of a short key", "{\"alg\":\"RS256\",\"kid\":\"key-short\"}",
	     AUTH_UNKNOWN_KEY),
	HEAD("kid of a key to encrypt", "{\"alg\":\"RS256\",\"kid\":\"key-enc\"}",
	     AUTH_UNKNOWN_KEY),
	HEAD("no alg", "{\"kid\":\"key-1\"}", AUTH_MALFORMED),
	HEAD("alg in small letters", "{\"alg\":\"rs256\",\"kid\":\"key-1\"}",
	     AUTH_WRONG_ALGORITHM),
	HEAD("alg a list", "{\"alg\":[\"RS256\"],\"kid\":\"key-1\"}", AUTH_MALFORMED),
	HEAD("crit", "{\"alg\":\"RS256\",\"kid\":\"key-1\",\"crit\":[\"b64\"]}",
	     AUTH_MALFORMED),
	HEAD("alg twice", "{\"alg\":\"none\",\"alg\":\"RS256\",\"kid\":\"key-1\"}",
	     AUTH_MALFORMED),
	HEAD("key brought along",
	     "{\"alg\":\"RS256\",\"kid\":\"key-9\",\"jku\":\"https://"
	     "keys.example.test\"}",
	     AUTH_UNKNOWN_KEY),
	WAY("RS256", FORGE_RS256, AUTH_GOOD),
	WAY("RS384", FORGE_RS384, AUTH_WRONG_ALGORITHM),
	WAY("RS512", FORGE_RS512, AUTH_WRONG_ALGORITHM),
	WAY("PS256", FORGE_PS256, AUTH_WRONG_ALGORITHM),
	WAY("HS256", FORGE_HS256_PUBLIC_KEY, AUTH_WRONG_ALGORITHM),
	WAY("none", FORGE_EMPTY, AUTH_WRONG_ALGORITHM),
	WAY("None", FORGE_EMPTY, AUTH_WRONG_ALGORITHM),
	{ "PS256 said to be RS256", header, "{" BASE "," LATER "}", FORGE_PS256,
	  AUTH_WRONG_SIGNATURE },
	{ "RS512 said to be RS256", header, "{" BASE "," LATER "}", FORGE_RS512,
	  AUTH_WRONG_SIGNATURE },
	{ "HMAC said to be RS256", header, "{" BASE "," LATER "}", FORGE_HS256_PUBLIC_KEY,
	  AUTH_WRONG_SIGNATURE },
	{ "no signature", header, "{" BASE "," LATER "}", FORGE_EMPTY, AUTH_MALFORMED },
};

static void test_table(void)
{
	struct world world;

	world_init(&world);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *const row = &rows[i];
		struct auth_claims claims = { .expires_s = -7 };
		char *const token =
			forge_token(world.one, row->header, row->claims, row->way);
		const enum auth_verdict verdict = verdict_on(&world, token, &claims);

		if (verdict != row->verdict)
			fprintf(stderr, "%s: ", row->what);
		CHECK_TEXT(auth_verdict_name(row->verdict), auth_verdict_name(verdict));
		CHECK((claims.expires_s != -7) == (verdict == AUTH_GOOD));
		free(token);
	}
	world_finish(&world);
}

static enum auth_verdict with_claims(const struct world *world, const char *audience,
				     int start, int end)
{
	struct auth_claims claims;
	char *const text = claims_text(audience, start, end);
	char *const token = forge_token(world->one, header, text, FORGE_RS256);
	const enum auth_verdict verdict = verdict_on(world, token, &claims);

	free(token);
	free(text);
	return verdict;
}

static void test_times_and_audiences(void)
{
	struct world world;

	world_init(&world);
	CHECK_INT(AUTH_GOOD, with_claims(&world, APP, 240, 3600));
	CHECK_INT(AUTH_GOOD, with_claims(&world, APP, 299, 3600));
	CHECK_INT(AUTH_NOT_YET_VALID, with_claims(&world, APP, 300, 3600));
	CHECK_INT(AUTH_NOT_YET_VALID, with_claims(&world, APP, 360, 3600));
	CHECK_INT(AUTH_GOOD, with_claims(&world, APP, -7200, -240));
	CHECK_INT(AUTH_GOOD, with_claims(&world, APP, -7200, -299));
	CHECK_INT(AUTH_EXPIRED, with_claims(&world, APP, -7200, -300));
	CHECK_INT(AUTH_EXPIRED, with_claims(&world, APP, -7200, -360));
	CHECK_INT(AUTH_GOOD,
		  with_claims(&world, "\"11111111-2222-3333-4444-55555555ABCD\"", 0, 60));
	CHECK_INT(AUTH_GOOD, with_claims(&world, "[\"other\"," APP "]", 0, 60));
	CHECK_INT(AUTH_WRONG_AUDIENCE, with_claims(&world, "[]", 0, 60));
	CHECK_INT(AUTH_WRONG_AUDIENCE,
		  with_claims(&world, "[\"other\",[" APP "]]", 0, 60));
	CHECK_INT(AUTH_WRONG_AUDIENCE, with_claims(&world, "{\"a\":" APP "}", 0, 60));
	CHECK_INT(AUTH_WRONG_AUDIENCE, with_claims(&world, "null", 0, 60));
	world_finish(&world);
}

static void test_claims_come_out(void)
{
	struct world world;
	struct auth_claims claims;

	world_init(&world);
	char *const text = claims_text(APP, 0, 60);
	char *const token = forge_token(world.one, header, text, FORGE_RS256);
	CHECK_INT(AUTH_GOOD, verdict_on(&world, token, &claims));
	CHECK_TEXT("https://smba.example.test/emea/", claims.service_url);
	CHECK_TEXT("tenant-7", claims.tenant);
	CHECK_TEXT("", claims.subject);
	CHECK_TEXT("msteams,webchat", claims.endorsements);
	CHECK_INT(NOW + 60, claims.expires_s);
	free(token);

	char *const other =
		forge_token(world.two, "{\"alg\":\"RS256\",\"kid\":\"key-2\"}",
			    "{" BASE "," LATER ",\"serviceUrl\":\"https://s.test\","
			    "\"oid\":\"person-07\"}",
			    FORGE_RS256);
	CHECK_INT(AUTH_GOOD, verdict_on(&world, other, &claims));
	CHECK_TEXT("https://s.test", claims.service_url);
	CHECK_TEXT("person-07", claims.subject);
	CHECK_TEXT("", claims.endorsements);
	free(other);
	free(text);
	world_finish(&world);
}

/* Every single letter of a good token, changed, ends it; so does every cut. */
static void test_tampered(void)
{
	struct world world;
	struct auth_claims claims;

	world_init(&world);
	char *const text = claims_text(APP, 0, 60);
	char *const token = forge_token(world.one, header, text, FORGE_RS256);
	const size_t bytes = strlen(token);

	for (size_t i = 0; i < bytes; i++) {
		const char was = token[i];

		token[i] = was == 'A' ? 'B' : 'A';
		CHECK(verdict_on(&world, token, &claims) != AUTH_GOOD);
		token[i] = '\0';
		CHECK(verdict_on(&world, token, &claims) != AUTH_GOOD);
		token[i] = was;
	}
	CHECK_INT(AUTH_GOOD, verdict_on(&world, token, &claims));
	free(token);
	free(text);
	world_finish(&world);
}

static void test_shapes(void)
{
	struct world world;
	struct auth_claims claims;
	char *const longest = memory_zeroed(AUTH_TOKEN_BYTES + 2);
	static const char *const shapes[] = {
		"",         ".",          "..",          "...",           "a.b.c",
		"e30.e30.", "e30.e30.AA", "not a token", "e30=.e30=.AA=="
	};

	world_init(&world);
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		CHECK_INT(AUTH_MALFORMED, verdict_on(&world, shapes[i], &claims));
	memset(longest, 'A', AUTH_TOKEN_BYTES + 1);
	CHECK_INT(AUTH_MALFORMED, verdict_on(&world, longest, &claims));

	char *const token =
		forge_token(world.one, header, "{" BASE "," LATER "}", FORGE_RS256);
	struct text more = { 0 };
	static const char *const tails[] = { "=", "A", ".", ".A", " ", "\n" };
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		text_clear(&more);
		text_addf(&more, "%s%s", token, tails[i]);
		CHECK(verdict_on(&world, text_string(&more), &claims) != AUTH_GOOD);
	}
	text_finish(&more);
	free(token);
	free(longest);
	world_finish(&world);
}

static void test_key_sets(void)
{
	static const char *const wrong[] = { "", "[]", "{}", "{\"keys\":{}}",
					     "{\"keys\":[" };
	struct text many = { 0 };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CHECK(auth_keys_read(wrong[i], strlen(wrong[i])) == NULL);

	struct forge *const forge = forge_create(2048);
	text_addf(&many, "{\"keys\":[");
	for (int i = 0; i < AUTH_KEYS + 10; i++)
		add_key(&many, forge,
			"\"kid\":\"same\",\"endorsements\":[\"a,b\",\"c\"],");
	text_addf(&many, "]}");
	struct auth_keys *const keys = auth_keys_read(many.data, many.length);
	CHECK_INT(AUTH_KEYS, auth_keys_count(keys));
	auth_keys_destroy(keys);
	forge_destroy(forge);
	text_finish(&many);
}

/* While keys roll, two may have one name: whichever signed is found. */
static void test_two_keys_of_one_name(void)
{
	struct forge *const old = forge_create(2048), *const new = forge_create(3072);
	struct text set = { 0 };
	struct world world = { 0 };
	struct auth_claims claims;

	text_addf(&set, "{\"keys\":[");
	add_key(&set, old, "\"kid\":\"key-1\",\"endorsements\":[\"webchat\"],");
	add_key(&set, new, "\"kid\":\"key-1\",\"endorsements\":[\"msteams\"],");
	text_addf(&set, "]}");
	world.keys = auth_keys_read(set.data, set.length);
	char *const token = forge_token(new, header, "{" BASE "," LATER "}", FORGE_RS256);
	CHECK_INT(AUTH_GOOD, verdict_on(&world, token, &claims));
	CHECK_TEXT("msteams", claims.endorsements);
	free(token);
	text_finish(&set);
	auth_keys_destroy(world.keys);
	forge_destroy(old);
	forge_destroy(new);
}

static void test_signer(void)
{
	struct auth_signer *const signer = auth_signer_create("stand-in-1");
	char *const set = auth_signer_keys(signer);
	char *const claims_json = claims_text(APP, 0, 60);
	char *const token = auth_signer_token(signer, claims_json);
	struct world world = { .keys = auth_keys_read(set, strlen(set)) };
	struct auth_claims claims;

	CHECK_INT(1, auth_keys_count(world.keys));
	CHECK_INT(AUTH_GOOD, verdict_on(&world, token, &claims));
	CHECK_TEXT("msteams", claims.endorsements);
	free(token);
	free(claims_json);
	free(set);
	auth_keys_destroy(world.keys);
	auth_signer_destroy(signer);
}

static void test_small_things(void)
{
	char hex[33], again[33];
	uint8_t digest[32];

	auth_random_hex(hex, 16);
	auth_random_hex(again, 16);
	CHECK_INT(32, strlen(hex));
	CHECK_INT(32, strspn(hex, "0123456789abcdef"));
	CHECK(strcmp(hex, again) != 0);
	CHECK(auth_same("abc", "abc") && !auth_same("abc", "abd") &&
	      !auth_same("abc", "ab"));
	auth_sha256("abc", 3, digest); /* FIPS 180-4, first example */
	CHECK(memcmp(digest, "\xba\x78\x16\xbf\x8f\x01\xcf\xea", 8) == 0);
	CHECK(memcmp(digest + 24, "\xb4\x10\xff\x61\xf2\x00\x15\xad", 8) == 0);
}

static void check_vector(const struct auth_keys *keys, const json_t *vectors,
			 const char *name, const json_t *token)
{
	struct text v2 = { 0 }, v1 = { 0 };
	struct auth_claims claims;
	const char *const tenant =
		json_string_value(json_object_get(vectors, "tenantId"));
	const char *const publisher =
		json_string_value(json_object_get(vectors, "publisherAppId"));
	struct auth_expected expected = {
		.audience = json_string_value(json_object_get(vectors, "appId")),
		.now_s = NOW,
	};

	text_addf(&v2, "https://login.microsoftonline.com/%s/v2.0", tenant);
	text_addf(&v1, "https://sts.windows.net/%s/", tenant);
	expected.issuer = v2.data;
	enum auth_verdict verdict =
		auth_verify(keys, json_string_value(token), &expected, &claims);
	if (verdict == AUTH_WRONG_ISSUER) {
		expected.issuer = v1.data;
		verdict = auth_verify(keys, json_string_value(token), &expected, &claims);
	}
	const bool good = verdict == AUTH_GOOD && strcmp(tenant, claims.tenant) == 0 &&
			  strcmp(publisher, claims.publisher) == 0;
	if (good != (json_object_get(json_object_get(vectors, "accept"), name) != NULL))
		fprintf(stderr, "%s: %s\n", name, auth_verdict_name(verdict));
	CHECK(good ==
	      (json_object_get(json_object_get(vectors, "accept"), name) != NULL));
	text_finish(&v1);
	text_finish(&v2);
}

static void test_shared_vectors(void)
{
	json_t *const vectors = json_load_file(
		"../shared/protocols/samples/graph/vector-validation-tokens.json", 0,
		NULL);
	json_t *const set =
		json_load_file("../shared/protocols/samples/graph/vector-jwks.json", 0,
			       NULL);
	const char *name;
	json_t *token;

	if (vectors == NULL || set == NULL) {
		fprintf(stderr, "    no ../shared here: left out\n");
		json_decref(vectors);
		json_decref(set);
		return;
	}
	char *const text = json_dumps(set, 0);
	struct auth_keys *const keys = auth_keys_read(text, strlen(text));
	CHECK_INT(1, auth_keys_count(keys));
	json_object_foreach (json_object_get(vectors, "accept"), name, token)
		check_vector(keys, vectors, name, token);
	json_object_foreach (json_object_get(vectors, "reject"), name, token)
		check_vector(keys, vectors, name, token);
	auth_keys_destroy(keys);
	free(text);
	json_decref(vectors);
	json_decref(set);
}

int main(void)
{
	RUN(test_table);
	RUN(test_times_and_audiences);
	RUN(test_claims_come_out);
	RUN(test_tampered);
	RUN(test_shapes);
	RUN(test_key_sets);
	RUN(test_two_keys_of_one_name);
	RUN(test_signer);
	RUN(test_small_things);
	RUN(test_shared_vectors);
	return check_done();
}
