/* SPDX-License-Identifier: MIT */
/*
 * credential - a certificate and its key as PEM files of a test, and how their owner's
 * signature is checked by OpenSSL itself.
 */
#ifndef PLENARY_TESTS_CREDENTIAL_H
#define PLENARY_TESTS_CREDENTIAL_H

#include <stdbool.h>

struct credential_files {
	char folder[64], certificate[96], key[96];
};

/* bits: of an RSA key; 0: a key on P-256.  Valid from `from_s` to `to_s`, counted from now. */
void credential_make(struct credential_files *files, unsigned bits, long from_s,
		     long to_s);
void credential_remove(const struct credential_files *files);
/* PS256 with a salt of 32 bytes, under the certificate's public key. */
bool credential_signed(const struct credential_files *files, const char *token);
/* base64url of the SHA-256 of the certificate's DER. */
void credential_thumbprint(const struct credential_files *files, char thumbprint[64]);

#endif
