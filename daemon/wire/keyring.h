/* SPDX-License-Identifier: MIT */
/*
 * keyring - the keys of one issuer, fetched and kept, and tokens judged by them.
 *
 * OpenID metadata names the key set; both are fetched at the start (with back-off until it
 * works), again when they are a day old, and when a token names a key we do not hold - but
 * for that KEYRING_BURST times at once and then once in floor_ms, or anybody could make us
 * call out; a set that came within KEYRING_CURRENT_MS is not asked for again.  One fetch at
 * a time.  A fetch that fails leaves the old keys in use.  The key set must be on
 * the metadata's own host, or on https at a host of the list; neither may redirect.
 *
 * A token found good is remembered by its SHA-256 until it expires or the keys change.
 * Sources: OpenID Connect Discovery 1.0 §4; Bot Connector authentication (key refresh).
 */
#ifndef PLENARY_KEYRING_H
#define PLENARY_KEYRING_H

#include "daemon/wire/auth.h"

#include <uv.h>

enum {
	KEYRING_WAITING = 256, /* checks that wait for a fetch; one more is UNKNOWN_KEY */
	KEYRING_SEEN = 256,    /* good tokens remembered */
	KEYRING_BODY_BYTES = 1024 * 1024,
	KEYRING_FLOOR_MS = 5 * 60 * 1000,
	KEYRING_BURST = 8,
	KEYRING_CURRENT_MS = 1000,
	KEYRING_LIFETIME_MS = 24 * 60 * 60 * 1000,
};

struct client;
struct keyring;

/* Texts are copied.  Times of 0 stand for the values above. */
struct keyring_settings {
	const char *metadata_url; /* https, or loopback */
	/* NULL: the one that the metadata name; "{tenantid}" in it stands for the tenant
	 * that the token names */
	const char *issuer;
	const char *audience;
	const char *const
		*key_hosts; /* as host_may_receive(); must outlive us; or NULL */
	int64_t floor_ms, lifetime_ms;
};

/* claims: NULL unless the verdict is AUTH_GOOD; borrowed for the call. */
typedef void keyring_verdict_fn(void *context, enum auth_verdict verdict,
				const struct auth_claims *claims);

/* Starts the first fetch.  -EINVAL: an address that may not be asked. */
int keyring_create(struct keyring **keyring, uv_loop_t *loop, struct client *client,
		   const struct keyring_settings *settings);

/* Calls back exactly once.  Returns 0 when it has already done so (the keys were at hand);
 * otherwise it waits for a fetch, calls from the loop, and the number cancels it. */
uint64_t keyring_check(struct keyring *keyring, const char *token, int64_t now_s,
		       keyring_verdict_fn *on_verdict, void *context);
void keyring_cancel(struct keyring *keyring, uint64_t number);

/* The keys have only just come: a key that is not among them does not exist.  Otherwise it
 * may be new, and whoever brought it is to come again. */
bool keyring_is_current(const struct keyring *keyring);
/* There are keys. */
bool keyring_ready(const struct keyring *keyring);
/* Fetches now, unless a fetch is under way; for SIGHUP. */
void keyring_refresh(struct keyring *keyring);

/* Waiting checks are not called any more.  Before client_destroy(); the memory goes when
 * the loop has run the closings. */
void keyring_destroy(struct keyring *keyring);

#endif
