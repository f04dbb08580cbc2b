/* SPDX-License-Identifier: MIT */
/*
 * forge - tokens of every kind somebody might bring us, right or wrong: any key length, any
 * header, any way to sign.  What auth_signer never makes.  Everything returned is malloc'd.
 */
#ifndef PLENARY_TESTS_FORGE_H
#define PLENARY_TESTS_FORGE_H

enum forge_way {
	FORGE_RS256,
	FORGE_RS384,
	FORGE_RS512,
	FORGE_PS256,
	FORGE_HS256_PUBLIC_KEY, /* HMAC keyed with the PEM of the public key */
	FORGE_EMPTY,
};

struct forge;

struct forge *forge_create(unsigned bits);
void forge_destroy(struct forge *forge);
/* {"kty":"RSA",…}; more: further members, each ended with a comma, or "". */
char *forge_key(const struct forge *forge, const char *more);
char *forge_token(const struct forge *forge, const char *header, const char *claims,
		  enum forge_way way);

#endif
