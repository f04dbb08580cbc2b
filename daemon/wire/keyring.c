/* SPDX-License-Identifier: MIT */
#include "daemon/wire/keyring.h"

#include "daemon/common/container.h"
#include "daemon/common/log.h"
#include "daemon/common/text.h"
#include "daemon/wire/backoff.h"
#include "daemon/wire/client.h"
#include "daemon/wire/hosts.h"

#include <assert.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct waiting {
	struct waiting *next;
	uint64_t number;
	char *token;
	int64_t now_s;
	keyring_verdict_fn *on_verdict;
	void *context;
};

struct seen {
	uint8_t digest[32];
	int64_t checked_s;
	struct auth_claims claims;
};

struct keyring {
	uv_loop_t *loop;
	struct client *client;
	char *metadata_url, *audience;
	char *issuer; /* "" until the metadata have named it */
	bool issuer_is_told;
	const char *const *key_hosts;
	int64_t floor_ms, lifetime_ms;
	uv_timer_t due;      /* the next fetch */
	uint64_t fetch;      /* number of the request under way; 0: none */
	uint64_t tried_at;   /* loop time when the last fetch began */
	uint64_t fetched_at; /* when the keys we hold came; 0: there are none */
	uint64_t spared_at;  /* when the count of spare fetches was last raised */
	unsigned spare;      /* fetches that unknown keys may still cause */
	unsigned failures;
	struct auth_keys *keys; /* none at first */
	struct waiting *first, **last;
	size_t waiting;
	uint64_t last_number;
	struct seen *seen[KEYRING_SEEN];
	bool closing;
};

static void fetch_begin(struct keyring *keyring);

static void forget_seen(struct keyring *keyring)
{
	for (size_t i = 0; i < KEYRING_SEEN; i++) {
		free(keyring->seen[i]);
		keyring->seen[i] = NULL;
	}
}

static enum auth_verdict judge(const struct keyring *keyring, const char *token,
			       int64_t now_s, struct auth_claims *claims)
{
	const struct auth_expected expected = { .issuer = keyring->issuer,
						.audience = keyring->audience,
						.now_s = now_s };

	return auth_verify(keyring->keys, token, &expected, claims);
}

static void remember(struct keyring *keyring, const uint8_t digest[32], int64_t now_s,
		     const struct auth_claims *claims)
{
	struct seen **const seen = &keyring->seen[digest[0]];

	static_assert(KEYRING_SEEN == 256, "a place for each first byte");
	if (*seen == NULL)
		*seen = memory_zeroed(sizeof(**seen));
	memcpy((*seen)->digest, digest, 32);
	(*seen)->checked_s = now_s;
	(*seen)->claims = *claims;
}

/* The clock may have been put back since: then nbf deserves another look. */
static const struct auth_claims *recall(const struct keyring *keyring,
					const uint8_t digest[32], int64_t now_s)
{
	const struct seen *const seen = keyring->seen[digest[0]];

	if (seen == NULL || memcmp(seen->digest, digest, 32) != 0)
		return NULL;
	if (now_s < seen->checked_s ||
	    now_s >= seen->claims.expires_s + AUTH_SKEW_SECONDS)
		return NULL;
	return &seen->claims;
}

static void waiting_free(struct waiting *waiting)
{
	free(waiting->token);
	free(waiting);
}

static struct waiting *waiting_pop(struct keyring *keyring)
{
	struct waiting *const waiting = keyring->first;

	assert(keyring->waiting > 0);
	keyring->first = waiting->next;
	if (keyring->first == NULL)
		keyring->last = &keyring->first;
	keyring->waiting--;
	return waiting;
}

/* Whatever the fetch brought, those who waited are told now, by the keys we hold. */
static void settle(struct keyring *keyring)
{
	const uint64_t last = keyring->last_number;

	while (!keyring->closing && keyring->first && keyring->first->number <= last) {
		struct waiting *const waiting = waiting_pop(keyring);
		struct auth_claims claims;
		const enum auth_verdict verdict =
			judge(keyring, waiting->token, waiting->now_s, &claims);

		waiting->on_verdict(waiting->context, verdict,
				    verdict == AUTH_GOOD ? &claims : NULL);
		waiting_free(waiting);
	}
}

static void on_due(uv_timer_t *timer)
{
	fetch_begin(container_of(timer, struct keyring, due));
}

static void fetch_failed(struct keyring *keyring, const char *reason,
			 int64_t retry_after_ms)
{
	uint64_t random;

	auth_random(&random, sizeof(random));
	const int64_t wait_ms = backoff_ms(keyring->failures++, random, retry_after_ms);
	log_warning("keyring",
		    "fetch failed reason=\"%s\" issuer=%s keys=%zu wait_ms=%lld", reason,
		    keyring->issuer, auth_keys_count(keyring->keys), (long long)wait_ms);
	uv_timer_start(&keyring->due, on_due, (uint64_t)wait_ms, 0);
	settle(keyring);
}

/* True when the reply can be read on; otherwise the failure has been dealt with. */
static bool reply_is_good(struct keyring *keyring, const struct client_reply *reply)
{
	char reason[REPLY_CODE_BYTES];

	keyring->fetch = 0;
	if (reply_judge(PARTY_GRAPH, reply->status, reply->error, reply->body,
			reply->body_bytes, reason) == REPLY_DONE &&
	    reply->body_bytes <= KEYRING_BODY_BYTES)
		return true;
	fetch_failed(keyring, reason[0] ? reason : "too long", reply->retry_after_ms);
	return false;
}

static void on_keys(void *context, const struct client_reply *reply)
{
	struct keyring *const keyring = context;

	if (!reply_is_good(keyring, reply))
		return;
	struct auth_keys *const keys = auth_keys_read(reply->body, reply->body_bytes);
	if (keys == NULL || auth_keys_count(keys) == 0) {
		auth_keys_destroy(keys);
		fetch_failed(keyring, "no key of use in the set", -1);
		return;
	}
	auth_keys_destroy(keyring->keys);
	keyring->keys = keys;
	keyring->fetched_at = uv_now(keyring->loop);
	keyring->failures = 0;
	forget_seen(keyring);
	log_info("keyring", "fetched issuer=%s keys=%zu", keyring->issuer,
		 auth_keys_count(keys));
	uv_timer_start(&keyring->due, on_due, (uint64_t)keyring->lifetime_ms, 0);
	settle(keyring);
}

static void ask(struct keyring *keyring, const char *url, client_reply_fn *on_reply)
{
	const struct client_request request = {
		.method = "GET", .url = url, .headers = { "Accept: application/json" }
	};

	assert(keyring->fetch == 0);
	keyring->fetch = client_send(keyring->client, &request, on_reply, keyring);
}

static bool may_hold_keys(const struct keyring *keyring, const char *url)
{
	if (url == NULL)
		return false;
	return host_same(keyring->metadata_url, url) ||
	       (keyring->key_hosts && host_may_receive(url, keyring->key_hosts, false));
}

/* False when the metadata must name the issuer and do not. */
static bool learn_issuer(struct keyring *keyring, const json_t *metadata)
{
	const char *const issuer = json_string_value(json_object_get(metadata, "issuer"));

	if (!keyring->issuer_is_told)
		return true;
	if (issuer == NULL || issuer[0] == '\0')
		return false;
	if (strcmp(keyring->issuer, issuer) != 0) {
		free(keyring->issuer);
		keyring->issuer = memory_string(issuer);
		forget_seen(keyring);
	}
	return true;
}

static void on_metadata(void *context, const struct client_reply *reply)
{
	struct keyring *const keyring = context;

	if (!reply_is_good(keyring, reply))
		return;
	json_t *const metadata = json_loadb(reply->body, reply->body_bytes, 0, NULL);
	const char *const url = json_string_value(json_object_get(metadata, "jwks_uri"));

	if (!learn_issuer(keyring, metadata))
		fetch_failed(keyring, "no issuer in the metadata", -1);
	else if (may_hold_keys(keyring, url))
		ask(keyring, url, on_keys);
	else
		fetch_failed(keyring, "no jwks_uri on a host we trust", -1);
	json_decref(metadata);
}

static void fetch_begin(struct keyring *keyring)
{
	uv_timer_stop(&keyring->due);
	keyring->tried_at = uv_now(keyring->loop);
	ask(keyring, keyring->metadata_url, on_metadata);
}

static bool may_be_asked(const char *url)
{
	char host[HOST_BYTES];

	return host_is_loopback(url) ||
	       (strncmp(url, "https://", 8) == 0 && host_read(url, host));
}

int keyring_create(struct keyring **keyring, uv_loop_t *loop, struct client *client,
		   const struct keyring_settings *settings)
{
	static const char none[] = "{\"keys\":[]}";

	assert(settings->audience);
	if (!may_be_asked(settings->metadata_url))
		return -EINVAL;

	struct keyring *const made = memory_zeroed(sizeof(*made));
	made->loop = loop;
	made->client = client;
	made->metadata_url = memory_string(settings->metadata_url);
	made->issuer = memory_string(settings->issuer ? settings->issuer : "");
	made->issuer_is_told = settings->issuer == NULL;
	made->audience = memory_string(settings->audience);
	made->key_hosts = settings->key_hosts;
	made->floor_ms = settings->floor_ms ? settings->floor_ms : KEYRING_FLOOR_MS;
	made->spare = KEYRING_BURST;
	made->lifetime_ms =
		settings->lifetime_ms ? settings->lifetime_ms : KEYRING_LIFETIME_MS;
	made->last = &made->first;
	made->keys = auth_keys_read(none, strlen(none));
	uv_timer_init(loop, &made->due);
	fetch_begin(made);
	*keyring = made;
	return 0;
}

static uint64_t wait_for_keys(struct keyring *keyring, const char *token, int64_t now_s,
			      keyring_verdict_fn *on_verdict, void *context)
{
	struct waiting *const waiting = memory_zeroed(sizeof(*waiting));

	waiting->number = ++keyring->last_number;
	waiting->token = memory_string(token);
	waiting->now_s = now_s;
	waiting->on_verdict = on_verdict;
	waiting->context = context;
	*keyring->last = waiting;
	keyring->last = &waiting->next;
	keyring->waiting++;
	return waiting->number;
}

/* A few at once, then one in floor_ms: forged names of keys must not make us call out. */
static bool spend_fetch(struct keyring *keyring)
{
	const uint64_t now = uv_now(keyring->loop);
	const uint64_t floor = (uint64_t)keyring->floor_ms;

	while (keyring->spare < KEYRING_BURST && now - keyring->spared_at >= floor) {
		keyring->spare++;
		keyring->spared_at += floor;
	}
	if (keyring->spare == KEYRING_BURST)
		keyring->spared_at = now;
	if (keyring->spare == 0)
		return false;
	keyring->spare--;
	return true;
}

bool keyring_is_current(const struct keyring *keyring)
{
	const int64_t current_ms = keyring->floor_ms < KEYRING_CURRENT_MS
					   ? keyring->floor_ms
					   : KEYRING_CURRENT_MS;

	return keyring->fetched_at != 0 &&
	       uv_now(keyring->loop) - keyring->fetched_at < (uint64_t)current_ms;
}

/* With nothing to go by and a fetch failed a moment ago, the back-off is the floor. */
static bool may_wait(struct keyring *keyring)
{
	if (keyring->waiting >= KEYRING_WAITING)
		return false;
	if (keyring->fetch == 0 && !keyring_is_current(keyring) &&
	    (keyring->fetched_at != 0 ||
	     uv_now(keyring->loop) - keyring->tried_at >= (uint64_t)keyring->floor_ms) &&
	    spend_fetch(keyring))
		fetch_begin(keyring);
	return keyring->fetch != 0;
}

uint64_t keyring_check(struct keyring *keyring, const char *token, int64_t now_s,
		       keyring_verdict_fn *on_verdict, void *context)
{
	const size_t bytes = strnlen(token, AUTH_TOKEN_BYTES + 1);
	struct auth_claims claims;
	uint8_t digest[32];

	assert(!keyring->closing);
	if (bytes > AUTH_TOKEN_BYTES) {
		on_verdict(context, AUTH_MALFORMED, NULL);
		return 0;
	}
	auth_sha256(token, bytes, digest);
	const struct auth_claims *const known = recall(keyring, digest, now_s);
	if (known) {
		claims = *known;
		on_verdict(context, AUTH_GOOD, &claims);
		return 0;
	}
	const enum auth_verdict verdict = judge(keyring, token, now_s, &claims);
	if (verdict == AUTH_UNKNOWN_KEY && may_wait(keyring))
		return wait_for_keys(keyring, token, now_s, on_verdict, context);
	if (verdict == AUTH_GOOD)
		remember(keyring, digest, now_s, &claims);
	on_verdict(context, verdict, verdict == AUTH_GOOD ? &claims : NULL);
	return 0;
}

void keyring_cancel(struct keyring *keyring, uint64_t number)
{
	struct waiting **link = &keyring->first;

	while (*link && (*link)->number != number)
		link = &(*link)->next;
	struct waiting *const waiting = *link;
	if (waiting == NULL)
		return;
	*link = waiting->next;
	if (keyring->last == &waiting->next)
		keyring->last = link;
	keyring->waiting--;
	waiting_free(waiting);
}

bool keyring_ready(const struct keyring *keyring)
{
	return auth_keys_count(keyring->keys) > 0;
}

void keyring_refresh(struct keyring *keyring)
{
	if (keyring->fetch == 0)
		fetch_begin(keyring);
}

static void on_closed(uv_handle_t *handle)
{
	struct keyring *const keyring = container_of(handle, struct keyring, due);

	free(keyring->metadata_url);
	free(keyring->issuer);
	free(keyring->audience);
	free(keyring);
}

void keyring_destroy(struct keyring *keyring)
{
	if (keyring == NULL)
		return;
	assert(!keyring->closing);
	keyring->closing = true;
	client_cancel(keyring->client, keyring->fetch);
	while (keyring->first)
		waiting_free(waiting_pop(keyring));
	forget_seen(keyring);
	auth_keys_destroy(keyring->keys);
	keyring->keys = NULL;
	uv_close((uv_handle_t *)&keyring->due, on_closed);
}
