/* SPDX-License-Identifier: MIT */
/*
 * auth - signatures: who signed this token, and is it for us?
 *
 * The algorithm is ours (RS256, RFC 7518 §3.3), never the token's; keys below 2048 bits
 * are refused.  No network here: keyring.h fetches the keys.
 */
#ifndef PLENARY_AUTH_H
#define PLENARY_AUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	AUTH_TOKEN_BYTES = 16 * 1024,
	AUTH_KEYS = 64,
	AUTH_CLAIM_BYTES = 256, /* a longer claim is read as absent */
	AUTH_ENDORSEMENT_BYTES =
		2048, /* the channel's keys name dozens; more are left out */
	AUTH_KEY_BITS_LEAST = 2048,
	AUTH_KEY_BITS_MOST = 8192,
	AUTH_SKEW_SECONDS = 300,
};

struct auth_keys; /* a JSON web key set (RFC 7517), imported once */

/* NULL when the text is not a key set; keys we cannot use are left out. */
struct auth_keys *auth_keys_read(const char *json, size_t bytes);
size_t auth_keys_count(const struct auth_keys *keys);
void auth_keys_destroy(struct auth_keys *keys);

struct auth_expected {
	const char *issuer;   /* may hold JWT_TENANT_HOLE of jwt.h */
	const char *audience; /* compared without regard to case; may be in an array */
	int64_t now_s;
};

struct auth_claims {
	char service_url[AUTH_CLAIM_BYTES]; /* serviceurl or serviceUrl; "" when absent */
	char tenant[AUTH_CLAIM_BYTES];      /* tid */
	char subject[AUTH_CLAIM_BYTES];     /* sub or oid */
	/* azp of a version 2 token, appid of a version 1 one: which application asked */
	char publisher[AUTH_CLAIM_BYTES];
	/* of the key, comma-separated; "" for none */
	char endorsements[AUTH_ENDORSEMENT_BYTES];
	int64_t expires_s;
};

enum auth_verdict {
	AUTH_GOOD,
	AUTH_MALFORMED,
	AUTH_WRONG_ALGORITHM,
	AUTH_UNKNOWN_KEY, /* fetch the keys again, then ask once more */
	AUTH_WRONG_SIGNATURE,
	AUTH_WRONG_ISSUER,
	AUTH_WRONG_AUDIENCE,
	AUTH_EXPIRED,
	AUTH_NOT_YET_VALID,
	AUTH_WRONG_PUBLISHER, /* of a caller who asks which application it was */
	AUTH_VERDICTS
};

/* *claims is written only when the verdict is AUTH_GOOD. */
enum auth_verdict auth_verify(const struct auth_keys *keys, const char *token,
			      const struct auth_expected *expected,
			      struct auth_claims *claims);
const char *auth_verdict_name(enum auth_verdict verdict);

/* Constant time for equal lengths; for shared secrets. */
bool auth_same(const char *a, const char *b);

void auth_random(void *bytes, size_t count);
/* text: room for 2 * count + 1 */
void auth_random_hex(char *text, size_t count);
void auth_sha256(const void *bytes, size_t count, uint8_t digest[32]);

/* A signer, for the stand-in tenant: one RSA-2048 key, its public half as a JWK set. */
struct auth_signer;
struct auth_signer *auth_signer_create(const char *key_id);
void auth_signer_destroy(struct auth_signer *signer);
/* {"keys":[…]} with "endorsements":["msteams"]; malloc'd. */
char *auth_signer_keys(const struct auth_signer *signer);
/* A compact JWT over this claims object; malloc'd. */
char *auth_signer_token(const struct auth_signer *signer, const char *claims_json);

#endif
