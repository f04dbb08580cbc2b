/* SPDX-License-Identifier: MIT */
#include "daemon/wire/vouch.h"

#include "daemon/common/log.h"
#include "daemon/common/text.h"
#include "daemon/wire/jwt.h"

#include <assert.h>
#include <stdlib.h>
#include <strings.h>

enum { VERSIONS = 2 };

struct vouch {
	uv_loop_t *loop;
	struct client *client;
	char *metadata_url[VERSIONS], *audience;
	int64_t floor_ms, lifetime_ms;
	struct keyring *ring[VERSIONS]; /* NULL until the first token of that version */
};

struct vouch *vouch_create(uv_loop_t *loop, struct client *client,
			   const struct vouch_settings *settings)
{
	struct vouch *const vouch = memory_zeroed(sizeof(*vouch));

	vouch->loop = loop;
	vouch->client = client;
	vouch->metadata_url[0] = memory_string(settings->metadata_v1_url);
	vouch->metadata_url[1] = memory_string(settings->metadata_v2_url);
	vouch->audience = memory_string(settings->audience);
	vouch->floor_ms = settings->floor_ms;
	vouch->lifetime_ms = settings->lifetime_ms;
	return vouch;
}

void vouch_destroy(struct vouch *vouch)
{
	if (vouch == NULL)
		return;
	for (int i = 0; i < VERSIONS; i++) {
		keyring_destroy(vouch->ring[i]);
		free(vouch->metadata_url[i]);
	}
	free(vouch->audience);
	free(vouch);
}

/* NULL: its metadata may not be asked for. */
static struct keyring *ring_of(struct vouch *vouch, int version)
{
	const struct keyring_settings settings = {
		.metadata_url = vouch->metadata_url[version],
		.audience = vouch->audience,
		.floor_ms = vouch->floor_ms,
		.lifetime_ms = vouch->lifetime_ms,
	};

	if (vouch->ring[version] == NULL &&
	    keyring_create(&vouch->ring[version], vouch->loop, vouch->client, &settings) <
		    0)
		log_error("vouch", "metadata may not be asked for url=%s",
			  settings.metadata_url);
	return vouch->ring[version];
}

void vouch_check(struct vouch *vouch, const char *token, int64_t now_s,
		 keyring_verdict_fn *on_verdict, void *context)
{
	struct jwt jwt;
	const enum auth_verdict verdict = jwt_read(&jwt, token);
	const int version = verdict == AUTH_GOOD && jwt_is_version_2(&jwt) ? 1 : 0;

	jwt_finish(&jwt);
	if (verdict != AUTH_GOOD) {
		on_verdict(context, verdict, NULL);
		return;
	}
	struct keyring *const ring = ring_of(vouch, version);

	if (ring == NULL)
		on_verdict(context, AUTH_UNKNOWN_KEY, NULL);
	else
		keyring_check(ring, token, now_s, on_verdict, context);
}

enum auth_verdict vouch_judge(enum auth_verdict verdict, const struct auth_claims *claims)
{
	assert((verdict == AUTH_GOOD) == (claims != NULL));
	if (verdict != AUTH_GOOD)
		return verdict;
	/* Any other application of the tenant could ask for a token for us. */
	if (strcasecmp(claims->publisher, VOUCH_PUBLISHER) != 0)
		return AUTH_WRONG_PUBLISHER;
	return claims->tenant[0] != '\0' ? AUTH_GOOD : AUTH_WRONG_ISSUER;
}
