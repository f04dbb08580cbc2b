/* SPDX-License-Identifier: MIT */
#include "daemon/wire/envelope.h"

#include "daemon/common/text.h"
#include "daemon/wire/base64url.h"
#include "daemon/wire/envelope_keys.h"

#include <assert.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	SYMMETRIC_BYTES = 32,
	SIGNATURE_BYTES = 32,
	BLOCK_BYTES = 16,
	WRAPPED_BYTES = ENVELOPE_KEY_BITS_MOST / 8,
	WRAPPED_LETTERS = (WRAPPED_BYTES + 2) / 3 * 4,
	WRAPPED_ROOM = WRAPPED_LETTERS / 4 * 3, /* two more when there is no padding */
	SIGNATURE_LETTERS = 64,
	DATA_LETTERS = (ENVELOPE_DATA_BYTES + 2) / 3 * 4,
};

const char *envelope_verdict_name(enum envelope_verdict verdict)
{
	static const char *const names[] = {
		[ENVELOPE_OPENED] = "opened",
		[ENVELOPE_UNKNOWN_KEY] = "unknown-key",
		[ENVELOPE_OTHER_KEY] = "other-key",
		[ENVELOPE_TOO_LONG] = "too-long",
		[ENVELOPE_MALFORMED] = "malformed",
		[ENVELOPE_NOT_FOR_US] = "not-for-us",
		[ENVELOPE_WRONG_KEY_BYTES] = "wrong-key-bytes",
		[ENVELOPE_WRONG_SIGNATURE] = "wrong-signature",
		[ENVELOPE_WRONG_LENGTH] = "wrong-length",
		[ENVELOPE_WRONG_PADDING] = "wrong-padding",
	};
	static_assert(sizeof(names) / sizeof(names[0]) == ENVELOPE_VERDICTS,
		      "a name each");

	assert(verdict < ENVELOPE_VERDICTS);
	return names[verdict];
}

void envelope_wipe(struct text *secret)
{
	if (secret->data != NULL)
		OPENSSL_cleanse(secret->data, secret->room);
	text_finish(secret);
}

/* RSA-OAEP, SHA-1 for the hash and for MGF1, empty label. */
static EVP_PKEY_CTX *oaep(EVP_PKEY *key, int (*init)(EVP_PKEY_CTX *))
{
	EVP_PKEY_CTX *const context = EVP_PKEY_CTX_new(key, NULL);

	if (context == NULL || init(context) != 1 ||
	    EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) != 1 ||
	    EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha1()) != 1 ||
	    EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha1()) != 1)
		abort();
	return context;
}

static enum envelope_verdict unwrap(const struct envelope_key *key, const char *letters,
				    unsigned char symmetric[SYMMETRIC_BYTES])
{
	unsigned char wrapped[WRAPPED_ROOM], plain[WRAPPED_BYTES];
	size_t bytes = sizeof(plain);
	const size_t count = strnlen(letters, WRAPPED_LETTERS + 1);
	const ssize_t wrapped_bytes =
		count > WRAPPED_LETTERS ? -1 : base64_read(letters, count, wrapped);
	enum envelope_verdict verdict = ENVELOPE_OPENED;

	if (wrapped_bytes < 0)
		return ENVELOPE_MALFORMED;
	EVP_PKEY_CTX *const context = oaep(key->key, EVP_PKEY_decrypt_init);
	if (EVP_PKEY_decrypt(context, plain, &bytes, wrapped, (size_t)wrapped_bytes) != 1)
		verdict = ENVELOPE_NOT_FOR_US;
	else if (bytes != SYMMETRIC_BYTES)
		verdict = ENVELOPE_WRONG_KEY_BYTES;
	else
		memcpy(symmetric, plain, SYMMETRIC_BYTES);
	OPENSSL_cleanse(plain, sizeof(plain));
	EVP_PKEY_CTX_free(context);
	return verdict;
}

static bool sign(const unsigned char symmetric[SYMMETRIC_BYTES],
		 const unsigned char *data, size_t bytes,
		 unsigned char signature[SIGNATURE_BYTES])
{
	return HMAC(EVP_sha256(), symmetric, SYMMETRIC_BYTES, data, bytes, signature,
		    NULL) != NULL;
}

static enum envelope_verdict
check_signature(const unsigned char symmetric[SYMMETRIC_BYTES], const char *letters,
		const unsigned char *data, size_t bytes)
{
	unsigned char told[SIGNATURE_LETTERS], ours[SIGNATURE_BYTES];
	const size_t count = strnlen(letters, SIGNATURE_LETTERS + 1);
	const ssize_t told_bytes =
		count > SIGNATURE_LETTERS ? -1 : base64_read(letters, count, told);

	if (told_bytes < 0)
		return ENVELOPE_MALFORMED;
	if (!sign(symmetric, data, bytes, ours))
		abort();
	return told_bytes == SIGNATURE_BYTES &&
			       CRYPTO_memcmp(told, ours, SIGNATURE_BYTES) == 0
		       ? ENVELOPE_OPENED
		       : ENVELOPE_WRONG_SIGNATURE;
}

static enum envelope_verdict decipher(const unsigned char symmetric[SYMMETRIC_BYTES],
				      const unsigned char *data, size_t bytes,
				      struct text *plain)
{
	EVP_CIPHER_CTX *const context = EVP_CIPHER_CTX_new();
	int first = 0, last = 0;

	if (bytes == 0 || bytes % BLOCK_BYTES != 0) {
		EVP_CIPHER_CTX_free(context);
		return ENVELOPE_WRONG_LENGTH;
	}
	const size_t room = bytes + BLOCK_BYTES;
	struct text read = { .data = memory_zeroed(room), .room = room };
	if (context == NULL || EVP_DecryptInit_ex2(context, EVP_aes_256_cbc(), symmetric,
						   symmetric, NULL) != 1)
		abort();
	const bool fits = EVP_DecryptUpdate(context, (unsigned char *)read.data, &first,
					    data, (int)bytes) == 1 &&
			  EVP_DecryptFinal_ex(context, (unsigned char *)read.data + first,
					      &last) == 1;
	EVP_CIPHER_CTX_free(context);
	if (!fits) {
		envelope_wipe(&read);
		return ENVELOPE_WRONG_PADDING;
	}
	read.length = (size_t)first + (size_t)last;
	read.data[read.length] = '\0';
	*plain = read;
	return ENVELOPE_OPENED;
}

/* The order of these steps is the source's: nothing is deciphered that is not signed. */
static enum envelope_verdict open_with(const struct envelope_key *key,
				       const struct envelope_item *item,
				       unsigned char *data, struct text *plain)
{
	unsigned char symmetric[SYMMETRIC_BYTES];
	enum envelope_verdict verdict = unwrap(key, item->key, symmetric);

	if (verdict != ENVELOPE_OPENED)
		return verdict;
	const ssize_t bytes = base64_read(item->data, strlen(item->data), data);

	verdict = bytes < 0 ? ENVELOPE_MALFORMED
			    : check_signature(symmetric, item->signature, data,
					      (size_t)bytes);
	if (verdict == ENVELOPE_OPENED)
		verdict = decipher(symmetric, data, (size_t)bytes, plain);
	OPENSSL_cleanse(symmetric, sizeof(symmetric));
	return verdict;
}

enum envelope_verdict envelope_open(const struct envelopes *envelopes,
				    const struct envelope_item *item, struct text *plain)
{
	if (!item->id || !item->key || !item->data || !item->signature)
		return ENVELOPE_MALFORMED;
	const struct envelope_key *const key = envelopes_find(envelopes, item->id);
	if (key == NULL)
		return ENVELOPE_UNKNOWN_KEY;
	if (item->thumbprint != NULL &&
	    strcasecmp(item->thumbprint, key->thumbprint) != 0)
		return ENVELOPE_OTHER_KEY;
	const size_t letters = strnlen(item->data, DATA_LETTERS + 1);
	if (letters > DATA_LETTERS)
		return ENVELOPE_TOO_LONG;

	unsigned char *const data = memory_zeroed(letters + 1);
	const enum envelope_verdict verdict = open_with(key, item, data, plain);
	free(data);
	/* What is left in this thread's queue would be taken for a fault of others. */
	ERR_clear_error();
	return verdict;
}

/* -- sealing ------------------------------------------------------------------------------- */

static X509 *read_certificate(const char *letters)
{
	const size_t count = strlen(letters);
	unsigned char *const der = memory_zeroed(count + 1);
	const unsigned char *at = der;
	const ssize_t bytes = base64_read(letters, count, der);
	X509 *certificate = bytes > 0 ? d2i_X509(NULL, &at, (long)bytes) : NULL;

	if (certificate != NULL &&
	    (at != der + bytes || !envelope_key_fits(X509_get0_pubkey(certificate)))) {
		X509_free(certificate);
		certificate = NULL;
	}
	free(der);
	ERR_clear_error();
	return certificate;
}

static char *spell(const unsigned char *bytes, size_t count)
{
	struct text text = { 0 };

	base64_add(&text, bytes, count);
	return text.data;
}

static void wrap(struct envelope_sealed *sealed, X509 *certificate,
		 const unsigned char symmetric[SYMMETRIC_BYTES])
{
	unsigned char wrapped[WRAPPED_BYTES];
	size_t bytes = sizeof(wrapped);
	EVP_PKEY_CTX *const context =
		oaep(X509_get0_pubkey(certificate), EVP_PKEY_encrypt_init);

	if (EVP_PKEY_encrypt(context, wrapped, &bytes, symmetric, SYMMETRIC_BYTES) != 1)
		abort();
	EVP_PKEY_CTX_free(context);
	sealed->key = spell(wrapped, bytes);
}

static void encipher(struct envelope_sealed *sealed,
		     const unsigned char symmetric[SYMMETRIC_BYTES], const char *plain,
		     size_t bytes)
{
	EVP_CIPHER_CTX *const context = EVP_CIPHER_CTX_new();
	unsigned char *const data = memory_zeroed(bytes + BLOCK_BYTES);
	unsigned char signature[SIGNATURE_BYTES];
	int first = 0, last = 0;

	if (context == NULL ||
	    EVP_EncryptInit_ex2(context, EVP_aes_256_cbc(), symmetric, symmetric, NULL) !=
		    1 ||
	    EVP_EncryptUpdate(context, data, &first, (const unsigned char *)plain,
			      (int)bytes) != 1 ||
	    EVP_EncryptFinal_ex(context, data + first, &last) != 1)
		abort();
	EVP_CIPHER_CTX_free(context);
	const size_t data_bytes = (size_t)first + (size_t)last;
	if (!sign(symmetric, data, data_bytes, signature))
		abort();
	sealed->data = spell(data, data_bytes);
	sealed->signature = spell(signature, sizeof(signature));
	free(data);
}

int envelope_seal(struct envelope_sealed *sealed, const char *certificate,
		  const char *plain, size_t bytes)
{
	unsigned char symmetric[SYMMETRIC_BYTES];
	X509 *const read = read_certificate(certificate);

	assert(bytes < ENVELOPE_DATA_BYTES);
	if (read == NULL)
		return -EINVAL;
	if (RAND_bytes(symmetric, sizeof(symmetric)) != 1)
		abort();
	*sealed = (struct envelope_sealed){ .thumbprint = memory_zeroed(
						    ENVELOPE_THUMBPRINT_BYTES) };
	envelope_thumbprint(sealed->thumbprint, read);
	wrap(sealed, read, symmetric);
	encipher(sealed, symmetric, plain, bytes);
	OPENSSL_cleanse(symmetric, sizeof(symmetric));
	X509_free(read);
	return 0;
}

void envelope_sealed_finish(struct envelope_sealed *sealed)
{
	free(sealed->key);
	free(sealed->data);
	free(sealed->signature);
	free(sealed->thumbprint);
	*sealed = (struct envelope_sealed){ 0 };
}
