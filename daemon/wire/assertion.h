/* SPDX-License-Identifier: MIT */
/*
 * assertion - proof of who we are towards a token endpoint: a JWT signed with the key of a
 * certificate that is registered there, instead of a client secret (RFC 7523 §2.2).
 *
 * The current form: PS256 (RFC 7518 §3.5, salt as long as the hash), the certificate named by
 * x5t#S256, aud the token URL, iss and sub the client id, a new jti each, valid for ten
 * minutes from now.  Both files are read at each use, so a renewed certificate needs no
 * restart; the key is wiped after it.  RSA of 2,048 bits or more.
 * Rules: Microsoft identity platform "certificate credentials".
 */
#ifndef PLENARY_ASSERTION_H
#define PLENARY_ASSERTION_H

#include "daemon/common/text.h"

#include <stdint.h>

enum {
	ASSERTION_LIFE_S = 10 * 60,
	ASSERTION_FILE_BYTES = 64 * 1024,
	ASSERTION_KEY_BITS_LEAST = 2048,
};

struct assertion {
	const char *certificate_path,
		*key_path; /* PEM; ours first in the certificate's */
	const char *client_id, *token_url;
	int64_t now_s; /* the real time */
};

/*
 * Appends the JWT to *out.  The errno of reading a file; -EACCES also for a key that others
 * may use (mode & 007); -EMSGSIZE for a file over the limit; -EBADMSG when one is no PEM of
 * its kind; -EKEYREJECTED when the key is not RSA, too short, or not the certificate's;
 * -EKEYEXPIRED outside the certificate's own time.
 */
int assertion_make(const struct assertion *assertion, struct text *out);

/* Why, for people: "the key does not belong to the certificate". */
const char *assertion_problem(int error);

#endif
