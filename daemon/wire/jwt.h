/* SPDX-License-Identifier: MIT */
/*
 * jwt - the parts of a signed token (RFC 7515 compact form, RFC 7519 claims), before and
 * after somebody has checked its signature.  The signature itself is auth.c's.
 *
 * A token is at most AUTH_TOKEN_BYTES long and three strict base64url parts; header and
 * claims are JSON objects without a repeated name.  A header with "crit" is refused: we
 * understand no extension (RFC 7515 §4.1.11).
 */
#ifndef PLENARY_JWT_H
#define PLENARY_JWT_H

#include "daemon/wire/auth.h"

enum { JWT_SIGNATURE_BYTES = 1024 };

/* In an issuer: the tenant that the token names (tid), as Entra's metadata writes it. */
#define JWT_TENANT_HOLE "{tenantid}"

struct json_t;

struct jwt {
	struct json_t *header, *payload;
	const char *signed_text; /* of the token: header "." payload */
	size_t signed_bytes;
	unsigned char signature[JWT_SIGNATURE_BYTES];
	size_t signature_bytes;
};

/* AUTH_GOOD when it can be read, with the algorithm ours; jwt_finish() in every case. */
enum auth_verdict jwt_read(struct jwt *jwt, const char *token);
void jwt_finish(struct jwt *jwt);

/* What it says of itself (`ver`), not more to be trusted than the rest. */
bool jwt_is_version_2(const struct jwt *jwt);

/* The key it names, or NULL. */
const char *jwt_key_id(const struct jwt *jwt);

/* Issuer, audience and times; claims (but endorsements) are written when all are right.
 * exp must be there; times may be off by AUTH_SKEW_SECONDS. */
enum auth_verdict jwt_judge(const struct jwt *jwt, const struct auth_expected *expected,
			    struct auth_claims *claims);

#endif
