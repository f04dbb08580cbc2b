/* SPDX-License-Identifier: MIT */
#include "tests/wire/forge.h"

#include "daemon/common/text.h"
#include "daemon/wire/base64url.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

struct forge {
	EVP_PKEY *key;
};

struct forge *forge_create(unsigned bits)
{
	struct forge *const forge = memory_zeroed(sizeof(*forge));

	forge->key = EVP_RSA_gen(bits);
	if (forge->key == NULL)
		abort();
	return forge;
}

void forge_destroy(struct forge *forge)
{
	EVP_PKEY_free(forge->key);
	free(forge);
}

static void add_number(struct text *text, const EVP_PKEY *key, const char *name)
{
	BIGNUM *number = NULL;
	unsigned char bytes[2048];

	if (!EVP_PKEY_get_bn_param(key, name, &number))
		abort();
	base64url_add(text, bytes, (size_t)BN_bn2bin(number, bytes));
	BN_free(number);
}

char *forge_key(const struct forge *forge, const char *more)
{
	struct text text = { 0 };

	text_addf(&text, "{\"kty\":\"RSA\",%s\"n\":\"", more);
	add_number(&text, forge->key, OSSL_PKEY_PARAM_RSA_N);
	text_addf(&text, "\",\"e\":\"");
	add_number(&text, forge->key, OSSL_PKEY_PARAM_RSA_E);
	text_addf(&text, "\"}");
	return text.data;
}

static size_t sign_hmac(const struct forge *forge, const struct text *text,
			unsigned char *signature)
{
	BIO *const bio = BIO_new(BIO_s_mem());
	char *pem;
	unsigned bytes = 0;

	PEM_write_bio_PUBKEY(bio, forge->key);
	const long count = BIO_get_mem_data(bio, &pem);
	HMAC(EVP_sha256(), pem, (int)count, (const unsigned char *)text->data,
	     text->length, signature, &bytes);
	BIO_free(bio);
	return bytes;
}

static size_t sign_rsa(const struct forge *forge, const struct text *text,
		       const EVP_MD *digest, int padding, unsigned char *signature)
{
	EVP_MD_CTX *const context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *inner = NULL;
	size_t bytes = 2048;

	if (EVP_DigestSignInit(context, &inner, digest, NULL, forge->key) != 1 ||
	    EVP_PKEY_CTX_set_rsa_padding(inner, padding) != 1 ||
	    EVP_DigestSign(context, signature, &bytes, (const unsigned char *)text->data,
			   text->length) != 1)
		abort();
	EVP_MD_CTX_free(context);
	return bytes;
}

static size_t sign(const struct forge *forge, const struct text *text, enum forge_way way,
		   unsigned char *signature)
{
	switch (way) {
	case FORGE_RS256:
		return sign_rsa(forge, text, EVP_sha256(), RSA_PKCS1_PADDING, signature);
	case FORGE_RS384:
		return sign_rsa(forge, text, EVP_sha384(), RSA_PKCS1_PADDING, signature);
	case FORGE_RS512:
		return sign_rsa(forge, text, EVP_sha512(), RSA_PKCS1_PADDING, signature);
	case FORGE_PS256:
		return sign_rsa(forge, text, EVP_sha256(), RSA_PKCS1_PSS_PADDING,
				signature);
	case FORGE_HS256_PUBLIC_KEY:
		return sign_hmac(forge, text, signature);
	case FORGE_EMPTY:
		return 0;
	}
	abort();
}

char *forge_token(const struct forge *forge, const char *header, const char *claims,
		  enum forge_way way)
{
	unsigned char signature[2048];
	struct text token = { 0 };

	base64url_add(&token, header, strlen(header));
	text_add(&token, ".", 1);
	base64url_add(&token, claims, strlen(claims));
	const size_t bytes = sign(forge, &token, way, signature);
	text_add(&token, ".", 1);
	base64url_add(&token, signature, bytes);
	return token.data;
}
