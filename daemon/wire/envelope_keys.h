/* SPDX-License-Identifier: MIT */
/*
 * envelope_keys - one generation, between the files of envelope.h: its key pair, and what
 * Graph calls it by.
 *
 * Never changed once it is in the list, so that other threads may use it.
 */
#ifndef PLENARY_ENVELOPE_KEYS_H
#define PLENARY_ENVELOPE_KEYS_H

#include "daemon/common/text.h"
#include "daemon/wire/envelope.h"

#include <openssl/types.h>

enum { ENVELOPE_THUMBPRINT_BYTES = 41 };

struct envelope_key {
	char id[ENVELOPE_ID_BYTES];
	char thumbprint[ENVELOPE_THUMBPRINT_BYTES]; /* SHA-1 of the DER, upper-case hex */
	struct text certificate;                    /* base64 of the DER */
	int64_t made_ms;
	EVP_PKEY *key;
};

/* NULL when there is none; it stays where it is until it is forgotten. */
const struct envelope_key *envelopes_find(const struct envelopes *envelopes,
					  const char *id);

void envelope_thumbprint(char thumbprint[ENVELOPE_THUMBPRINT_BYTES],
			 const X509 *certificate);
/* RSA, of a length that Graph takes. */
bool envelope_key_fits(const EVP_PKEY *key);

#endif
