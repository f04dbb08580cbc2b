/* SPDX-License-Identifier: MIT */
#include "tests/check.h"
#include "tests/wire/script.h"

#include "daemon/common/log.h"
#include "daemon/wire/client.h"
#include "daemon/wire/keyring.h"

#include <errno.h>

/* Made once: an RSA key takes its time. */
struct signers {
	struct auth_signer *old, *new;
};

enum { NOW = 1800000000, HOUR_MS = 3600 * 1000 };

static const char issuer[] = "https://api.example.test";

struct world {
	uv_loop_t loop;
	struct script server, elsewhere;
	struct client *client;
	struct keyring *keyring;
	struct auth_signer *old, *new;
	char *keys;        /* what the server serves */
	const char *where; /* jwks_uri; NULL: the server's own */
	int metadata_status, keys_status;
	const char *metadata; /* instead of a right one */
	bool silent;
	unsigned metadata_asked, keys_asked;
	unsigned verdicts, good, wanted;
	enum auth_verdict verdict;
	char *token;
	bool destroys;
};

static struct signers *signers(void)
{
	static struct signers made;

	if (made.old == NULL) {
		made.old = auth_signer_create("key-old");
		made.new = auth_signer_create("key-new");
	}
	return &made;
}

static void play(void *context, const struct script_request *request,
		 struct script_reply *reply)
{
	static char text[512];
	struct world *const world = context;

	CHECK_TEXT("GET", request->method);
	reply->silent = world->silent;
	if (strcmp(request->path, "/metadata") == 0) {
		world->metadata_asked++;
		snprintf(text, sizeof(text), "{\"issuer\":\"%s\",\"jwks_uri\":\"%s\"}",
			 issuer,
			 world->where ? world->where
				      : script_url(&world->server, "/keys"));
		reply->status = world->metadata_status;
		reply->body = world->metadata ? world->metadata : text;
		reply->headers = "Retry-After: 0.01\r\n";
	} else {
		world->keys_asked++;
		reply->status = world->keys_status;
		reply->body = world->keys;
	}
}

static void never(void *context, const struct script_request *request,
		  struct script_reply *reply)
{
	(void)context;
	(void)request;
	(void)reply;
	CHECK(!"asked elsewhere");
}

static void keyring_start(struct world *world, int64_t floor_ms)
{
	const struct keyring_settings settings = {
		.metadata_url = script_url(&world->server, "/metadata"),
		.issuer = issuer,
		.audience = "app-1",
		.floor_ms = floor_ms,
	};

	CHECK_INT(0, keyring_create(&world->keyring, &world->loop, world->client,
				    &settings));
	CHECK(!keyring_ready(world->keyring));
}

static void world_init(struct world *world)
{
	*world = (struct world){ 0 };
	uv_loop_init(&world->loop);
	script_init(&world->server, &world->loop, play, world);
	script_init(&world->elsewhere, &world->loop, never, NULL);
	CHECK_INT(0, client_create(&world->client, &world->loop, NULL));
	world->old = signers()->old;
	world->new = signers()->new;
	world->keys = auth_signer_keys(world->old);
	world->verdict = AUTH_VERDICTS;
}

static void world_finish(struct world *world)
{
	keyring_destroy(world->keyring);
	client_destroy(world->client);
	script_finish(&world->server);
	script_finish(&world->elsewhere);
	uv_run(&world->loop, UV_RUN_DEFAULT);
	CHECK_INT(0, uv_loop_close(&world->loop));
	free(world->keys);
	free(world->token);
}

static const char *token_from(struct world *world, const struct auth_signer *signer,
			      int nonce)
{
	char claims[256];

	snprintf(claims, sizeof(claims),
		 "{\"iss\":\"%s\",\"aud\":\"app-1\",\"exp\":%d,\"nbf\":%d,\"serviceurl\":"
		 "\"https://"
		 "s.test\","
		 "\"nonce\":%d}",
		 issuer, NOW + 600, NOW - 60, nonce);
	free(world->token);
	world->token = auth_signer_token(signer, claims);
	return world->token;
}

static void on_verdict(void *context, enum auth_verdict verdict,
		       const struct auth_claims *claims)
{
	struct world *const world = context;

	CHECK((claims != NULL) == (verdict == AUTH_GOOD));
	if (claims)
		CHECK_TEXT("https://s.test", claims->service_url);
	world->verdicts++;
	world->good += verdict == AUTH_GOOD;
	world->verdict = verdict;
	if (world->destroys) {
		world->destroys = false;
		keyring_destroy(world->keyring);
		world->keyring = NULL;
	}
}

static void until_verdicts(struct world *world, unsigned count)
{
	while (world->verdicts < count)
		CHECK(uv_run(&world->loop, UV_RUN_ONCE));
	CHECK_INT(count, world->verdicts);
}

static void until_ready(struct world *world)
{
	while (!keyring_ready(world->keyring))
		CHECK(uv_run(&world->loop, UV_RUN_ONCE));
}

static uint64_t check_with(struct world *world, const struct auth_signer *signer)
{
	return keyring_check(world->keyring, token_from(world, signer, 0), NOW,
			     on_verdict, world);
}

static void test_waits_for_the_first_keys(void)
{
	struct world world;

	world_init(&world);
	keyring_start(&world, HOUR_MS);
	CHECK(check_with(&world, world.old) != 0);
	CHECK_INT(0, world.verdicts);
	/* What needs no key is said at once. */
	CHECK_INT(0, keyring_check(world.keyring, "x", NOW, on_verdict, &world));
	CHECK_INT(AUTH_MALFORMED, world.verdict);
	until_verdicts(&world, 2);
	CHECK_INT(AUTH_GOOD, world.verdict);
	CHECK(keyring_ready(world.keyring));
	CHECK_INT(0, check_with(&world, world.old));
	CHECK_INT(0, check_with(&world, world.old)); /* remembered */
	CHECK_INT(4, world.verdicts);
	CHECK_INT(3, world.good);
	CHECK_INT(1, world.metadata_asked);
	CHECK_INT(1, world.keys_asked);
	world_finish(&world);
}

static void test_remembered_until_it_expires(void)
{
	struct world world;

	world_init(&world);
	keyring_start(&world, HOUR_MS);
	until_ready(&world);
	const char *const token = token_from(&world, world.old, 0);
	keyring_check(world.keyring, token, NOW, on_verdict, &world);
	CHECK_INT(AUTH_GOOD, world.verdict);
	keyring_check(world.keyring, token, NOW + 899, on_verdict, &world);
	CHECK_INT(AUTH_GOOD, world.verdict);
	keyring_check(world.keyring, token, NOW + 900, on_verdict, &world);
	CHECK_INT(AUTH_EXPIRED, world.verdict);
	/* The clock put back: remembered or not, its time has not come. */
	keyring_check(world.keyring, token, NOW - 361, on_verdict, &world);
	CHECK_INT(AUTH_NOT_YET_VALID, world.verdict);
	/* A changed letter is another token. */
	char *const forged = strdup(token);
	forged[strlen(forged) - 20] ^= 1;
	keyring_check(world.keyring, forged, NOW, on_verdict, &world);
	CHECK(world.verdict != AUTH_GOOD);
	free(forged);
	world_finish(&world);
}

static void test_key_roll(void)
{
	struct world world;

	world_init(&world);
	keyring_start(&world, 1);
	until_ready(&world);
	check_with(&world, world.old);
	CHECK_INT(AUTH_GOOD, world.verdict);

	free(world.keys);
	world.keys = auth_signer_keys(world.new);
	uv_sleep(2); /* past the floor */
	uv_update_time(&world.loop);
	/* Twenty tokens of the new key come together: one fetch, and all are good. */
	for (int i = 0; i < 20; i++)
		CHECK(keyring_check(world.keyring, token_from(&world, world.new, i), NOW,
				    on_verdict, &world) != 0);
	until_verdicts(&world, 21);
	CHECK_INT(21, world.good);
	CHECK_INT(2, world.metadata_asked);
	CHECK_INT(2, world.keys_asked);
	/* The old key is gone, and so is what was remembered of it. */
	world.silent = true;
	check_with(&world, world.old);
	CHECK_INT(21, world.good);
	world_finish(&world);
}

static void test_floor(void)
{
	struct world world;

	world_init(&world);
	keyring_start(&world, HOUR_MS);
	until_ready(&world);
	for (int i = 0; i < 10; i++)
		CHECK_INT(0, check_with(&world, world.new));
	CHECK_INT(10, world.verdicts);
	CHECK_INT(AUTH_UNKNOWN_KEY, world.verdict);
	CHECK_INT(1, world.keys_asked);
	CHECK(keyring_is_current(world.keyring));
	/* An operator may: SIGHUP. */
	free(world.keys);
	world.keys = auth_signer_keys(world.new);
	keyring_refresh(world.keyring);
	keyring_refresh(world.keyring);
	CHECK(check_with(&world, world.new) != 0);
	until_verdicts(&world, 11);
	CHECK_INT(AUTH_GOOD, world.verdict);
	CHECK_INT(2, world.keys_asked);
	world_finish(&world);
}

/* Keys change soon after somebody made us look: the new ones are read all the same. */
static void test_roll_within_the_floor(void)
{
	struct world world;

	world_init(&world);
	keyring_start(&world, HOUR_MS);
	until_ready(&world);
	for (int i = 0; i < 2; i++) {
		uv_sleep(KEYRING_CURRENT_MS + 1);
		uv_update_time(&world.loop);
		CHECK(!keyring_is_current(world.keyring));
		if (i == 1) {
			free(world.keys);
			world.keys = auth_signer_keys(world.new);
		}
		CHECK(check_with(&world, world.new) != 0);
		until_verdicts(&world, i + 1);
		CHECK(keyring_is_current(world.keyring));
		CHECK_INT(i == 0 ? AUTH_UNKNOWN_KEY : AUTH_GOOD, world.verdict);
	}
	world_finish(&world);
}

static void test_old_keys_survive_a_failure(void)
{
	struct world world;

	world_init(&world);
	keyring_start(&world, HOUR_MS);
	until_ready(&world);
	world.keys_status = 500;
	keyring_refresh(world.keyring);
	CHECK(check_with(&world, world.new) != 0);
	until_verdicts(&world, 1);
	CHECK_INT(AUTH_UNKNOWN_KEY, world.verdict);
	CHECK(keyring_ready(world.keyring));
	check_with(&world, world.old);
	CHECK_INT(AUTH_GOOD, world.verdict);
	world_finish(&world);
}

/* The first fetches fail in every way there is; then it works by itself. */
static void test_starts_in_a_storm(void)
{
	struct world world;

	world_init(&world);
	world.metadata_status = 503;
	keyring_start(&world, HOUR_MS);
	CHECK(check_with(&world, world.old) != 0);
	until_verdicts(&world, 1);
	CHECK_INT(AUTH_UNKNOWN_KEY, world.verdict);
	CHECK_INT(0, check_with(&world, world.old)); /* back-off: nothing to wait for */
	CHECK_INT(AUTH_UNKNOWN_KEY, world.verdict);
	world.metadata_status = 200;
	until_ready(&world);
	check_with(&world, world.old);
	CHECK_INT(AUTH_GOOD, world.verdict);
	world_finish(&world);
}

static void refused_metadata(const char *metadata, int status)
{
	struct world world;

	world_init(&world);
	world.metadata = metadata;
	world.metadata_status = status;
	keyring_start(&world, HOUR_MS);
	CHECK(check_with(&world, world.old) != 0);
	until_verdicts(&world, 1);
	CHECK_INT(AUTH_UNKNOWN_KEY, world.verdict);
	CHECK_INT(0, world.keys_asked);
	CHECK_INT(0, world.elsewhere.connections);
	world_finish(&world);
}

static void test_metadata_that_is_none(void)
{
	refused_metadata("", 200);
	refused_metadata("[]", 200);
	refused_metadata("{\"jwks_uri\":7}", 200);
	refused_metadata("{\"jwks_uri\":\"https://keys.example.test/keys\"}", 200);
	refused_metadata("{\"jwks_uri\":\"file:///etc/hostname\"}", 200);
	refused_metadata(NULL, 302);
	refused_metadata(NULL, 404);
}

static void test_keys_elsewhere(void)
{
	struct world world;

	world_init(&world);
	char url[SCRIPT_WORD_BYTES];
	snprintf(url, sizeof(url), "%s", script_url(&world.elsewhere, "/keys"));
	world.where = url; /* another port of this machine is another host */
	keyring_start(&world, HOUR_MS);
	CHECK(check_with(&world, world.old) != 0);
	until_verdicts(&world, 1);
	CHECK_INT(AUTH_UNKNOWN_KEY, world.verdict);
	world_finish(&world);

	static const char *const wrong[] = { "http://keys.example.test/m",
					     "ftp://a.test/", "",
					     "https://user@a.test/" };
	struct keyring *keyring = NULL;
	world_init(&world);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const struct keyring_settings settings = { .metadata_url = wrong[i],
							   .issuer = issuer,
							   .audience = "app-1" };

		CHECK_INT(-EINVAL,
			  keyring_create(&keyring, &world.loop, world.client, &settings));
	}
	CHECK(keyring == NULL);
	world_finish(&world);
}

static void test_empty_key_set(void)
{
	struct world world;

	world_init(&world);
	free(world.keys);
	world.keys =
		strdup("{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"key-old\",\"n\":\"AQAB\","
		       "\"e\":\"AQAB\"}]}");
	keyring_start(&world, HOUR_MS);
	CHECK(check_with(&world, world.old) != 0);
	until_verdicts(&world, 1);
	CHECK_INT(AUTH_UNKNOWN_KEY, world.verdict);
	CHECK(!keyring_ready(world.keyring));
	world_finish(&world);
}

static void test_waiting_has_a_limit(void)
{
	struct world world;

	world_init(&world);
	keyring_start(&world, HOUR_MS);
	token_from(&world, world.old, 0);
	for (int i = 0; i < KEYRING_WAITING; i++)
		CHECK(keyring_check(world.keyring, world.token, NOW, on_verdict,
				    &world) != 0);
	CHECK_INT(0, keyring_check(world.keyring, world.token, NOW, on_verdict, &world));
	CHECK_INT(1, world.verdicts);
	CHECK_INT(AUTH_UNKNOWN_KEY, world.verdict);
	until_verdicts(&world, KEYRING_WAITING + 1);
	CHECK_INT(KEYRING_WAITING, world.good);
	world_finish(&world);
}

static void test_cancel_and_destroy(void)
{
	struct world world;
	uint64_t numbers[3];

	world_init(&world);
	keyring_start(&world, HOUR_MS);
	for (int i = 0; i < 3; i++)
		numbers[i] = check_with(&world, world.old);
	keyring_cancel(world.keyring, numbers[2]); /* the last, then a new last */
	keyring_cancel(world.keyring, numbers[0]);
	keyring_cancel(world.keyring, numbers[0]);
	check_with(&world, world.old);
	until_verdicts(&world, 2);
	world_finish(&world);

	/* Destroyed while checks wait: nobody is called. */
	world_init(&world);
	world.silent = true;
	keyring_start(&world, HOUR_MS);
	check_with(&world, world.old);
	while (world.metadata_asked == 0)
		uv_run(&world.loop, UV_RUN_ONCE);
	world_finish(&world);
	CHECK_INT(0, world.verdicts);

	/* Destroyed by the first that is called. */
	world_init(&world);
	world.destroys = true;
	keyring_start(&world, HOUR_MS);
	check_with(&world, world.old);
	check_with(&world, world.old);
	until_verdicts(&world, 1);
	world_finish(&world);
	CHECK_INT(1, world.verdicts);
}

int main(void)
{
	log_threshold(LOG_LEVEL_ERROR);
	RUN(test_waits_for_the_first_keys);
	RUN(test_remembered_until_it_expires);
	RUN(test_key_roll);
	RUN(test_floor);
	RUN(test_roll_within_the_floor);
	RUN(test_old_keys_survive_a_failure);
	RUN(test_starts_in_a_storm);
	RUN(test_metadata_that_is_none);
	RUN(test_keys_elsewhere);
	RUN(test_empty_key_set);
	RUN(test_waiting_has_a_limit);
	RUN(test_cancel_and_destroy);
	auth_signer_destroy(signers()->old);
	auth_signer_destroy(signers()->new);
	return check_done();
}
