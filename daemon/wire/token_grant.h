/* SPDX-License-Identifier: MIT */
/*
 * token_grant - what a token endpoint's answer says, and what a challenge asks for.
 *
 * Pure reading of strangers' text: only letters, digits and "._-" of it ever get into our
 * words, and never the prose (it repeats what was sent).  Decisions are taken on `error`
 * alone; the AADSTS numbers may change and are for people.  A grant lives for expires_in,
 * seven days at most.  Rules: RFC 6749 §5, "OAuth 2.0 client credentials flow" and "Claims
 * challenges, claims requests and client capabilities" of the Microsoft identity platform.
 */
#ifndef PLENARY_TOKEN_GRANT_H
#define PLENARY_TOKEN_GRANT_H

#include "daemon/common/text.h"
#include "daemon/wire/client.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	TOKEN_CLAIMS_BYTES = 4096,          /* a longer challenge is taken as none */
	TOKEN_CLOCK_OFF_MS = 5 * 60 * 1000, /* assertions are refused beyond this */
};

struct token_grant {
	char *token; /* malloc'd */
	int64_t lifetime_ms;
};

/* Whether there is one; *grant is untouched when not. */
bool token_grant_read(const struct client_reply *reply, struct token_grant *grant);

/* Appends "http 401 invalid_client codes=7000215 correlation=…"; whether repeating the same
 * request cannot help. */
bool token_refusal_read(const struct client_reply *reply, struct text *words);

/* Appends "; this machine's clock is 612 s behind the sign-in server's" and answers true when
 * the clocks are more than TOKEN_CLOCK_OFF_MS apart and the server has told its own. */
bool token_clock_is_off(const struct client_reply *reply, int64_t now_ms,
			struct text *words);

/* The claims that a WWW-Authenticate header with error="insufficient_claims" wants, a JSON
 * object, malloc'd; NULL when it asks for none that we understand. */
char *token_challenge_claims(const char *header);

#endif
