/* SPDX-License-Identifier: MIT */
/*
 * envelope - notifications with content that only we can read: certificates of our own,
 * and items opened with their keys.
 *
 * A folder (mode 0700) holds one file <id>.pem (0600) for each generation: RSA key, then
 * its self-signed certificate.  The id is what a subscription names as
 * encryptionCertificateId.  The youngest generation is the current one; older ones still
 * open what was sealed for them.  A new file is written beside its place, synced and
 * renamed: a crash leaves a whole file or none.
 *
 * A key may go when no notification can refer to it: a subscription that carries its
 * certificate lives for three days at most after the next generation came, its notifications
 * are repeated for four hours, and what has arrived waits in our inbox.  So
 * envelopes_forget() removes a generation ENVELOPE_KEPT_DAYS after its successor was made,
 * and is called only while nothing is kept for opening.
 *
 * Sources: Microsoft Graph, "Set up change notifications that include resource data"
 * (decryption); RFC 8017 §7.1 (OAEP), RFC 5652 §6.3 (padding).
 */
#ifndef PLENARY_ENVELOPE_H
#define PLENARY_ENVELOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text;

enum {
	ENVELOPE_KEY_BITS = 3072, /* of keys we make; those we read: */
	ENVELOPE_KEY_BITS_LEAST = 2048,
	ENVELOPE_KEY_BITS_MOST = 4096, /* Graph takes no longer ones */
	ENVELOPE_ID_BYTES = 129,
	ENVELOPE_DATA_BYTES = 1024 * 1024, /* ciphertext of one item */
	ENVELOPE_KEYS = 16,                /* generations; -ENOSPC above */
	ENVELOPE_ROTATE_DAYS = 90,         /* then the next one is due */
	ENVELOPE_VALID_DAYS = 730,
	ENVELOPE_KEPT_DAYS = 30, /* after the next one was made */
};

struct envelopes;

/*
 * Reads every generation (files that are none are named in the log and left out), and makes
 * one when there is none or the youngest is too old.  Before the loop runs: making a key
 * takes a second on a slow machine.  Negative errno.
 */
int envelopes_open(struct envelopes **envelopes, const char *folder, int64_t now_ms);
void envelopes_destroy(struct envelopes *envelopes);

size_t envelopes_count(const struct envelopes *envelopes);
/* Of the current generation; valid until the next one is added. */
const char *envelopes_id(const struct envelopes *envelopes);
const char *
envelopes_certificate(const struct envelopes *envelopes); /* base64 of the DER */
int64_t envelopes_made_ms(const struct envelopes *envelopes);
bool envelopes_rotation_due(const struct envelopes *envelopes, int64_t now_ms);
/* Is this generation here to open with? */
bool envelopes_has(const struct envelopes *envelopes, const char *id);

/* The next generation: made on any thread, and taken into use on ours. */
int envelope_make(const char *folder, int64_t now_ms, char id[ENVELOPE_ID_BYTES]);
int envelopes_add(struct envelopes *envelopes, const char *id);

/* How many generations were removed, with their files.  Only while nothing is being opened. */
size_t envelopes_forget(struct envelopes *envelopes, int64_t now_ms);

/* -- one item ------------------------------------------------------------------------------ */

/* Members of encryptedContent as they came; thumbprint may be NULL. */
struct envelope_item {
	const char *id, *thumbprint, *key, *data, *signature;
};

enum envelope_verdict {
	ENVELOPE_OPENED,
	ENVELOPE_UNKNOWN_KEY,     /* no generation of this id */
	ENVELOPE_OTHER_KEY,       /* the thumbprint is not its certificate's */
	ENVELOPE_TOO_LONG,        /* over ENVELOPE_DATA_BYTES */
	ENVELOPE_MALFORMED,       /* a member is missing or not base64 */
	ENVELOPE_NOT_FOR_US,      /* dataKey does not open */
	ENVELOPE_WRONG_KEY_BYTES, /* the symmetric key is not of 32 bytes */
	ENVELOPE_WRONG_SIGNATURE,
	ENVELOPE_WRONG_LENGTH, /* nothing, or not whole blocks */
	ENVELOPE_WRONG_PADDING,
	ENVELOPE_VERDICTS
};

/*
 * Any thread, several at once, also while a generation is added; not while one is forgotten.
 * *plain is written only when OPENED; envelope_wipe() it.
 */
enum envelope_verdict envelope_open(const struct envelopes *envelopes,
				    const struct envelope_item *item, struct text *plain);
const char *envelope_verdict_name(enum envelope_verdict verdict);
/* Overwrites, then text_finish(). */
void envelope_wipe(struct text *secret);

/* For the stand-in tenant and tests: seals for a certificate (base64 of its DER). */
struct envelope_sealed {
	char *key, *data, *signature, *thumbprint; /* malloc'd */
};
/* -EINVAL: this is no certificate with an RSA key of a length that Graph takes. */
int envelope_seal(struct envelope_sealed *sealed, const char *certificate,
		  const char *plain, size_t bytes);
void envelope_sealed_finish(struct envelope_sealed *sealed);

#endif
