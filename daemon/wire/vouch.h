/* SPDX-License-Identifier: MIT */
/*
 * vouch - who vouches for a notification with content: tokens of Graph's own service.
 *
 * Each token of validationTokens speaks for one tenant.  It is good when Entra signed it
 * for our application, on behalf of *Microsoft Graph Change Tracking* and of nobody else,
 * and not too long ago (keyring.h, auth.h).  Tokens come in two versions; each has its own
 * metadata, which name its keys and its issuer, and which are fetched when the first token
 * of that version has come.  The hosts are a matter of the cloud.
 *
 * Sources: Microsoft Graph, "Set up change notifications that include resource data"
 * (validation tokens); Microsoft identity platform, "Access token claims reference".
 */
#ifndef PLENARY_VOUCH_H
#define PLENARY_VOUCH_H

#include "daemon/wire/keyring.h"

/* The application id of Microsoft Graph Change Tracking, the same in every tenant. */
#define VOUCH_PUBLISHER "0bf30f3b-4a52-48df-9a82-234910c4a086"

struct vouch;

struct vouch_settings { /* copied; times of 0 as in keyring.h */
	const char *metadata_v1_url, *metadata_v2_url;
	const char *audience; /* our application's id */
	int64_t floor_ms, lifetime_ms;
};

struct vouch *vouch_create(uv_loop_t *loop, struct client *client,
			   const struct vouch_settings *settings);
/* As keyring_destroy(). */
void vouch_destroy(struct vouch *vouch);

/* As keyring_check(), and then what it says is for vouch_judge(). */
void vouch_check(struct vouch *vouch, const char *token, int64_t now_s,
		 keyring_verdict_fn *on_verdict, void *context);
/* The tenant of a good one is in its claims, never empty. */
enum auth_verdict vouch_judge(enum auth_verdict verdict,
			      const struct auth_claims *claims);

#endif
