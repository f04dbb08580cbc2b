/* SPDX-License-Identifier: MIT */
/*
 * token_hint - what our own access token says of itself: tenant and permissions.
 *
 * A hint for people and nothing more: the signature is not looked at (the token is for
 * Microsoft, not for us, and an access token is opaque by contract), so nothing may be
 * decided on it.  Entra lists application permissions in the claim `roles`.
 * Limits: TOKEN_HINT_ROLES roles of TOKEN_HINT_BYTES letters; what is more or longer is
 * left out and counted.  Rules: Microsoft identity platform "access token claims".
 */
#ifndef PLENARY_TOKEN_HINT_H
#define PLENARY_TOKEN_HINT_H

#include <stdbool.h>
#include <stdint.h>

enum { TOKEN_HINT_ROLES = 64, TOKEN_HINT_BYTES = 96 };

struct token_hint {
	char tenant[TOKEN_HINT_BYTES];      /* tid; "" when absent */
	char application[TOKEN_HINT_BYTES]; /* appid (version 1) or azp (2); "" */
	char roles[TOKEN_HINT_ROLES][TOKEN_HINT_BYTES];
	uint32_t role_count, left_out;
	int64_t expires_s; /* exp; 0 when absent */
};

/* 0, or -1 when the token is not of a form we can look into: that is no fault of it. */
int token_hint_read(const char *token, struct token_hint *hint);
/* Whether this permission is named, whatever its case. */
bool token_hint_has(const struct token_hint *hint, const char *role);

#endif
