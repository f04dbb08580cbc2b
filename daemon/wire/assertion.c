/* SPDX-License-Identifier: MIT */
#include "daemon/wire/assertion.h"

#include "daemon/wire/auth.h"
#include "daemon/wire/base64url.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIGNATURE_BYTES = 2048, HASH_BYTES = 32, GUID_BYTES = 37 };

struct credential {
	X509 *certificate;
	EVP_PKEY *key;
};

static void credential_finish(struct credential *credential)
{
	X509_free(credential->certificate);
	EVP_PKEY_free(credential->key);
}

static int read_all(int file, char *bytes, size_t *count)
{
	for (;;) {
		const ssize_t got =
			read(file, bytes + *count, ASSERTION_FILE_BYTES + 1 - *count);

		if (got < 0)
			return -errno;
		if (got == 0)
			return 0;
		*count += (size_t)got;
		if (*count > ASSERTION_FILE_BYTES)
			return -EMSGSIZE;
	}
}

/* private: nobody else may have it.  bytes: room for ASSERTION_FILE_BYTES + 1. */
static int file_read(const char *path, bool private, char *bytes, size_t *count)
{
	/* A pipe in its place must not hold us up. */
	const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;
	int rc = file < 0 ? -errno : 0;

	*count = 0;
	if (rc == 0 && fstat(file, &status) < 0)
		rc = -errno;
	if (rc == 0 && !S_ISREG(status.st_mode))
		rc = -EBADMSG;
	if (rc == 0 && private && (status.st_mode & 007) != 0)
		rc = -EACCES;
	if (rc == 0)
		rc = read_all(file, bytes, count);
	if (file >= 0)
		close(file);
	return rc;
}

/* Nobody is there to type a passphrase.  The type is OpenSSL's.
 * NOLINTNEXTLINE(readability-non-const-parameter) */
static int no_passphrase(char *buffer, int size, int writing, void *context)
{
	(void)buffer;
	(void)size;
	(void)writing;
	(void)context;
	return 0;
}

static int credential_read(const struct assertion *assertion, char *bytes,
			   struct credential *credential)
{
	size_t count;
	int rc = file_read(assertion->certificate_path, false, bytes, &count);

	if (rc < 0)
		return rc;
	BIO *certificate = BIO_new_mem_buf(bytes, (int)count);
	credential->certificate =
		PEM_read_bio_X509(certificate, NULL, no_passphrase, NULL);
	BIO_free(certificate);
	rc = file_read(assertion->key_path, true, bytes, &count);
	if (rc < 0)
		return rc;
	BIO *key = BIO_new_mem_buf(bytes, (int)count);
	credential->key = PEM_read_bio_PrivateKey(key, NULL, no_passphrase, NULL);
	BIO_free(key);
	return credential->certificate != NULL && credential->key != NULL ? 0 : -EBADMSG;
}

static int credential_judge(const struct credential *credential, int64_t now_s)
{
	time_t now = (time_t)now_s;

	if (!EVP_PKEY_is_a(credential->key, "RSA") ||
	    EVP_PKEY_get_bits(credential->key) < ASSERTION_KEY_BITS_LEAST ||
	    X509_check_private_key(credential->certificate, credential->key) != 1)
		return -EKEYREJECTED;
	if (X509_cmp_time(X509_get0_notBefore(credential->certificate), &now) >= 0 ||
	    X509_cmp_time(X509_get0_notAfter(credential->certificate), &now) <= 0)
		return -EKEYEXPIRED;
	return 0;
}

/* RFC 9562 §5.4: version 4, all else chance. */
static void guid_make(char guid[GUID_BYTES])
{
	uint8_t b[16];

	auth_random(b, sizeof(b));
	b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	snprintf(guid, GUID_BYTES,
		 "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
		 b[12], b[13], b[14], b[15]);
}

/* One part of the token; the object is used up. */
static void add_part(struct text *out, json_t *object)
{
	char *const words = json_dumps(object, JSON_COMPACT);

	if (words == NULL)
		abort();
	base64url_add(out, words, strlen(words));
	free(words);
	json_decref(object);
}

static void add_header(struct text *out, const X509 *certificate)
{
	unsigned char hash[HASH_BYTES];
	unsigned bytes = sizeof(hash);
	struct text thumbprint = { 0 };

	if (X509_digest(certificate, EVP_sha256(), hash, &bytes) != 1)
		abort();
	base64url_add(&thumbprint, hash, bytes);
	add_part(out, json_pack("{s:s,s:s,s:s}", "alg", "PS256", "typ", "JWT", "x5t#S256",
				text_string(&thumbprint)));
	text_finish(&thumbprint);
}

static void add_claims(struct text *out, const struct assertion *assertion)
{
	const json_int_t now_s = assertion->now_s;
	char guid[GUID_BYTES];

	guid_make(guid);
	add_part(out, json_pack("{s:s,s:s,s:s,s:s,s:I,s:I,s:I}", "aud",
				assertion->token_url, "iss", assertion->client_id, "sub",
				assertion->client_id, "jti", guid, "nbf", now_s, "iat",
				now_s, "exp", now_s + ASSERTION_LIFE_S));
}

static void add_signature(struct text *out, const char *words, size_t count,
			  EVP_PKEY *key)
{
	unsigned char signature[SIGNATURE_BYTES];
	size_t bytes = sizeof(signature);
	EVP_MD_CTX *const context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *padding = NULL;

	if (context == NULL ||
	    EVP_DigestSignInit(context, &padding, EVP_sha256(), NULL, key) != 1 ||
	    EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) != 1 ||
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, HASH_BYTES) != 1 ||
	    EVP_PKEY_CTX_set_rsa_mgf1_md(padding, EVP_sha256()) != 1 ||
	    EVP_DigestSign(context, signature, &bytes, (const unsigned char *)words,
			   count) != 1)
		abort();
	EVP_MD_CTX_free(context);
	base64url_add(out, signature, bytes);
}

int assertion_make(const struct assertion *assertion, struct text *out)
{
	char *const bytes = memory_zeroed(ASSERTION_FILE_BYTES + 1);
	struct credential credential = { 0 };
	struct text words = { 0 };
	int rc = credential_read(assertion, bytes, &credential);

	explicit_bzero(bytes, ASSERTION_FILE_BYTES + 1);
	free(bytes);
	if (rc == 0)
		rc = credential_judge(&credential, assertion->now_s);
	/* The signature of the longest key we could be given has to fit. */
	if (rc == 0 && EVP_PKEY_get_size(credential.key) > SIGNATURE_BYTES)
		rc = -EKEYREJECTED;
	if (rc == 0) {
		add_header(&words, credential.certificate);
		text_add(&words, ".", 1);
		add_claims(&words, assertion);
		text_add(out, words.data, words.length);
		text_add(out, ".", 1);
		add_signature(out, words.data, words.length, credential.key);
	}
	text_finish(&words);
	credential_finish(&credential);
	return rc;
}

const char *assertion_problem(int error)
{
	assert(error < 0);
	switch (-error) {
	case EACCES:
		return "the key may not be read by this user, or others may use it:"
		       " chmod o-rwx";
	case EBADMSG:
		return "certificate or key is not PEM, or the key asks for a passphrase";
	case EKEYREJECTED:
		return "the key does not belong to the certificate, or is not RSA of"
		       " 2048 bits or more";
	case EKEYEXPIRED:
		return "the certificate has expired or is not valid yet";
	case EMSGSIZE:
		return "certificate or key file is longer than 65536 bytes";
	default:
		return strerror(-error);
	}
}
