/* SPDX-License-Identifier: MIT */
#include "daemon/wire/auth.h"

#include "daemon/common/text.h"
#include "daemon/wire/base64url.h"
#include "daemon/wire/jwt.h"

#include <assert.h>
#include <jansson.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	KEY_ID_BYTES = 256,
	NUMBER_LETTERS =
		AUTH_KEY_BITS_MOST / 6 + 8, /* base64url of the longest modulus */
	EXPONENT_LETTERS = 11,
};

struct key {
	char id[KEY_ID_BYTES];
	char endorsements[AUTH_ENDORSEMENT_BYTES];
	char issuer[AUTH_CLAIM_BYTES]; /* for whom it may sign; "" when not told */
	EVP_PKEY *key;
};

struct auth_keys {
	size_t count;
	struct key each[AUTH_KEYS];
};

struct auth_signer {
	char *key_id;
	EVP_PKEY *key;
};

static BIGNUM *read_number(const json_t *value, size_t most_letters)
{
	unsigned char bytes[NUMBER_LETTERS];
	const size_t letters = json_string_length(value);

	if (!json_is_string(value) || letters > most_letters)
		return NULL;
	const ssize_t count = base64url_read(json_string_value(value), letters, bytes);
	return count > 0 ? BN_bin2bn(bytes, (int)count, NULL) : NULL;
}

static EVP_PKEY *key_from(const BIGNUM *modulus, const BIGNUM *exponent)
{
	OSSL_PARAM_BLD *const build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *const context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;

	if (build == NULL || context == NULL)
		abort();
	if (OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, modulus) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, exponent))
		params = OSSL_PARAM_BLD_to_param(build);
	if (params && EVP_PKEY_fromdata_init(context) > 0)
		EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(context);
	return key;
}

static EVP_PKEY *key_import(const json_t *jwk)
{
	BIGNUM *const modulus = read_number(json_object_get(jwk, "n"), NUMBER_LETTERS);
	BIGNUM *const exponent = read_number(json_object_get(jwk, "e"), EXPONENT_LETTERS);
	EVP_PKEY *key = NULL;

	if (modulus && exponent && BN_num_bits(modulus) >= AUTH_KEY_BITS_LEAST &&
	    BN_num_bits(modulus) <= AUTH_KEY_BITS_MOST && BN_is_odd(exponent) &&
	    !BN_is_one(exponent))
		key = key_from(modulus, exponent);
	BN_free(modulus);
	BN_free(exponent);
	ERR_clear_error();
	return key;
}

static bool says(const json_t *jwk, const char *name, const char *wanted, bool absent)
{
	const json_t *const value = json_object_get(jwk, name);

	if (value == NULL)
		return absent;
	return json_is_string(value) && strcmp(json_string_value(value), wanted) == 0;
}

/* A list too long is cut between names, but never to nothing: "" means "for every one". */
static bool read_endorsements(char list[AUTH_ENDORSEMENT_BYTES], const json_t *names)
{
	size_t i, used = 0;
	const json_t *each;

	json_array_foreach (names, i, each) {
		const char *const name = json_string_value(each);
		const size_t bytes = json_string_length(each);

		if (bytes == 0 || strchr(name, ',') ||
		    used + bytes + 2 > AUTH_ENDORSEMENT_BYTES)
			continue;
		used += (size_t)sprintf(list + used, "%s%s", used ? "," : "", name);
	}
	return used > 0 || json_array_size(names) == 0;
}

static bool key_read(struct key *key, const json_t *jwk)
{
	const char *const id = json_string_value(json_object_get(jwk, "kid"));

	*key = (struct key){ 0 };
	if (id == NULL || id[0] == '\0' || strlen(id) >= KEY_ID_BYTES)
		return false;
	if (!says(jwk, "kty", "RSA", false) || !says(jwk, "use", "sig", true) ||
	    !says(jwk, "alg", "RS256", true))
		return false;
	if (!read_endorsements(key->endorsements, json_object_get(jwk, "endorsements")))
		return false;
	const char *const issuer = json_string_value(json_object_get(jwk, "issuer"));
	if (issuer != NULL && strlen(issuer) >= sizeof(key->issuer))
		return false;
	snprintf(key->issuer, sizeof(key->issuer), "%s", issuer != NULL ? issuer : "");
	snprintf(key->id, sizeof(key->id), "%s", id);
	key->key = key_import(jwk);
	return key->key;
}

struct auth_keys *auth_keys_read(const char *json, size_t bytes)
{
	json_t *const root = json_loadb(json, bytes, 0, NULL);
	const json_t *const list = json_object_get(root, "keys");
	struct auth_keys *const keys =
		json_is_array(list) ? memory_zeroed(sizeof(*keys)) : NULL;
	size_t i;
	const json_t *each;

	json_array_foreach (list, i, each) {
		if (keys && keys->count < AUTH_KEYS &&
		    key_read(&keys->each[keys->count], each))
			keys->count++;
	}
	json_decref(root);
	return keys;
}

size_t auth_keys_count(const struct auth_keys *keys)
{
	return keys->count;
}

void auth_keys_destroy(struct auth_keys *keys)
{
	if (keys == NULL)
		return;
	for (size_t i = 0; i < keys->count; i++)
		EVP_PKEY_free(keys->each[i].key);
	free(keys);
}

static bool signature_fits(const struct key *key, const struct jwt *jwt)
{
	EVP_MD_CTX *const context = EVP_MD_CTX_new();

	if (context == NULL)
		abort();
	/* PKCS #1 v1.5 is the default padding of an RSA key, and SHA-256 ours: RS256. */
	const bool fits =
		jwt->signature_bytes == (size_t)EVP_PKEY_get_size(key->key) &&
		EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key->key) == 1 &&
		EVP_DigestVerify(context, jwt->signature, jwt->signature_bytes,
				 (const unsigned char *)jwt->signed_text,
				 jwt->signed_bytes) == 1;
	EVP_MD_CTX_free(context);
	/* What is left in this thread's queue would be taken for a fault of its sockets. */
	ERR_clear_error();
	return fits;
}

/* Two keys of one name happen while keys roll: any of them may have signed. */
static enum auth_verdict find_signer(const struct auth_keys *keys, const struct jwt *jwt,
				     const struct key **signer)
{
	const char *const id = jwt_key_id(jwt);
	bool named = false;

	if (id == NULL)
		return AUTH_UNKNOWN_KEY;
	for (size_t i = 0; i < keys->count; i++) {
		if (strcmp(keys->each[i].id, id) != 0)
			continue;
		named = true;
		if (signature_fits(&keys->each[i], jwt)) {
			*signer = &keys->each[i];
			return AUTH_GOOD;
		}
	}
	return named ? AUTH_WRONG_SIGNATURE : AUTH_UNKNOWN_KEY;
}

/* Entra publishes keys of one tenant beside those that sign for every tenant: such a key is
 * no other tenant's ("Signing key issuer validation" of the identity platform). */
static bool signs_for(const struct key *signer, const char *tenant)
{
	return signer->issuer[0] == '\0' || strchr(signer->issuer, '{') != NULL ||
	       (tenant[0] != '\0' && strstr(signer->issuer, tenant) != NULL);
}

enum auth_verdict auth_verify(const struct auth_keys *keys, const char *token,
			      const struct auth_expected *expected,
			      struct auth_claims *claims)
{
	struct jwt jwt;
	const struct key *signer = NULL;
	enum auth_verdict verdict = jwt_read(&jwt, token);

	assert(expected->issuer && expected->audience);
	if (verdict == AUTH_GOOD)
		verdict = find_signer(keys, &jwt, &signer);
	struct auth_claims read = { 0 };
	if (verdict == AUTH_GOOD)
		verdict = jwt_judge(&jwt, expected, &read);
	if (verdict == AUTH_GOOD && !signs_for(signer, read.tenant))
		verdict = AUTH_WRONG_ISSUER;
	if (verdict == AUTH_GOOD) {
		*claims = read;
		memcpy(claims->endorsements, signer->endorsements,
		       AUTH_ENDORSEMENT_BYTES);
	}
	jwt_finish(&jwt);
	return verdict;
}

const char *auth_verdict_name(enum auth_verdict verdict)
{
	static const char *const names[] = {
		[AUTH_GOOD] = "good",
		[AUTH_MALFORMED] = "malformed",
		[AUTH_WRONG_ALGORITHM] = "wrong-algorithm",
		[AUTH_UNKNOWN_KEY] = "unknown-key",
		[AUTH_WRONG_SIGNATURE] = "wrong-signature",
		[AUTH_WRONG_ISSUER] = "wrong-issuer",
		[AUTH_WRONG_AUDIENCE] = "wrong-audience",
		[AUTH_EXPIRED] = "expired",
		[AUTH_NOT_YET_VALID] = "not-yet-valid",
		[AUTH_WRONG_PUBLISHER] = "wrong-publisher",
	};
	static_assert(sizeof(names) / sizeof(names[0]) == AUTH_VERDICTS, "a name each");

	assert(verdict < AUTH_VERDICTS);
	return names[verdict];
}

bool auth_same(const char *a, const char *b)
{
	const size_t bytes = strlen(a);

	return bytes == strlen(b) && CRYPTO_memcmp(a, b, bytes) == 0;
}

void auth_random(void *bytes, size_t count)
{
	if (RAND_bytes(bytes, (int)count) != 1)
		abort();
}

void auth_random_hex(char *text, size_t count)
{
	text[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		uint8_t byte;

		auth_random(&byte, 1);
		sprintf(text + 2 * i, "%02x", byte);
	}
}

void auth_sha256(const void *bytes, size_t count, uint8_t digest[32])
{
	SHA256(bytes, count, digest);
}

struct auth_signer *auth_signer_create(const char *key_id)
{
	struct auth_signer *const signer = memory_zeroed(sizeof(*signer));

	signer->key_id = memory_string(key_id);
	signer->key = EVP_RSA_gen(AUTH_KEY_BITS_LEAST);
	if (signer->key == NULL)
		abort();
	return signer;
}

void auth_signer_destroy(struct auth_signer *signer)
{
	if (signer == NULL)
		return;
	EVP_PKEY_free(signer->key);
	free(signer->key_id);
	free(signer);
}

static json_t *public_number(const EVP_PKEY *key, const char *name)
{
	BIGNUM *number = NULL;
	unsigned char bytes[AUTH_KEY_BITS_MOST / 8];
	struct text text = { 0 };

	if (!EVP_PKEY_get_bn_param(key, name, &number))
		abort();
	base64url_add(&text, bytes, (size_t)BN_bn2bin(number, bytes));
	BN_free(number);
	json_t *const value = json_string(text_string(&text));
	text_finish(&text);
	return value;
}

char *auth_signer_keys(const struct auth_signer *signer)
{
	json_t *const set =
		json_pack("{s:[{s:s,s:s,s:s,s:s,s:s,s:o,s:o,s:[s]}]}", "keys", "kty",
			  "RSA", "use", "sig", "alg", "RS256", "kid", signer->key_id,
			  "x5t", signer->key_id, "n",
			  public_number(signer->key, OSSL_PKEY_PARAM_RSA_N), "e",
			  public_number(signer->key, OSSL_PKEY_PARAM_RSA_E),
			  "endorsements", "msteams");
	char *const text = json_dumps(set, JSON_COMPACT);

	if (text == NULL)
		abort();
	json_decref(set);
	return text;
}

static void add_signature(struct text *token, EVP_PKEY *key)
{
	unsigned char signature[JWT_SIGNATURE_BYTES];
	size_t bytes = sizeof(signature);
	EVP_MD_CTX *const context = EVP_MD_CTX_new();

	if (context == NULL ||
	    EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) != 1 ||
	    EVP_DigestSign(context, signature, &bytes, (const unsigned char *)token->data,
			   token->length) != 1)
		abort();
	EVP_MD_CTX_free(context);
	text_add(token, ".", 1);
	base64url_add(token, signature, bytes);
}

char *auth_signer_token(const struct auth_signer *signer, const char *claims_json)
{
	json_t *const header =
		json_pack("{s:s,s:s,s:s,s:s}", "typ", "JWT", "alg", "RS256", "kid",
			  signer->key_id, "x5t", signer->key_id);
	char *const header_text = json_dumps(header, JSON_COMPACT);
	struct text token = { 0 };

	if (header_text == NULL)
		abort();
	base64url_add(&token, header_text, strlen(header_text));
	text_add(&token, ".", 1);
	base64url_add(&token, claims_json, strlen(claims_json));
	add_signature(&token, signer->key);
	free(header_text);
	json_decref(header);
	return token.data;
}
