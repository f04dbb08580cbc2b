/* SPDX-License-Identifier: MIT */
#include "tests/check.h"
#include "tests/wire/key_folder.h"

#include "daemon/common/text.h"
#include "daemon/wire/base64url.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

static const char shared[] = "../shared/protocols/samples/graph/";

static json_t *vector_of(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s%s", shared, name);
	return json_load_file(path, 0, NULL);
}

static const char *text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static struct envelope_item item_of(const json_t *content)
{
	return (struct envelope_item){
		.id = text_of(content, "encryptionCertificateId"),
		.thumbprint = text_of(content, "encryptionCertificateThumbprint"),
		.key = text_of(content, "dataKey"),
		.data = text_of(content, "data"),
		.signature = text_of(content, "dataSignature"),
	};
}

/* A PEM certificate of its base64, in one long line broken at 64. */
static void put_key(const struct place *place, const char *id, const char *key,
		    const char *certificate)
{
	struct text file = { 0 };
	char name[160];

	text_addf(&file, "%s\n-----BEGIN CERTIFICATE-----\n", key);
	for (size_t i = 0; i < strlen(certificate); i += 64)
		text_addf(&file, "%.64s\n", certificate + i);
	text_addf(&file, "-----END CERTIFICATE-----\n");
	snprintf(name, sizeof(name), "%s.pem", id);
	put(place, name, text_string(&file));
	text_finish(&file);
}

static void expect_open(const struct place *place, const json_t *content,
			const char *wanted)
{
	const struct envelope_item item = item_of(content);
	struct text plain = { 0 };

	CHECK_INT(ENVELOPE_OPENED, envelope_open(place->envelopes, &item, &plain));
	CHECK_TEXT(wanted, text_string(&plain));
	envelope_wipe(&plain);
}

static void expect_rejects(const struct place *place, const json_t *rejects)
{
	static const struct {
		const char *name;
		enum envelope_verdict verdict;
	} table[] = {
		{ "dataTampered", ENVELOPE_WRONG_SIGNATURE },
		{ "signatureTampered", ENVELOPE_WRONG_SIGNATURE },
		{ "signatureTruncated", ENVELOPE_WRONG_SIGNATURE },
		{ "dataKeyTampered", ENVELOPE_NOT_FOR_US },
		{ "dataKeyOaepSha256", ENVELOPE_NOT_FOR_US },
		{ "dataKeyFromOtherItem", ENVELOPE_WRONG_SIGNATURE },
		{ "unknownCertificateId", ENVELOPE_UNKNOWN_KEY },
		{ "dataNotBase64", ENVELOPE_MALFORMED },
		{ "dataEmpty", ENVELOPE_WRONG_SIGNATURE },
		{ "dataNotBlockMultiple", ENVELOPE_WRONG_LENGTH },
		{ "badPaddingWithValidSignature", ENVELOPE_WRONG_PADDING },
		{ "shortKey16", ENVELOPE_WRONG_KEY_BYTES },
		{ "plaintextNotJson", ENVELOPE_OPENED }, /* for the next reader */
	};

	CHECK_INT(sizeof(table) / sizeof(table[0]), json_object_size(rejects));
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct envelope_item item =
			item_of(json_object_get(rejects, table[i].name));

		CHECK_TEXT(envelope_verdict_name(table[i].verdict),
			   envelope_verdict_name(verdict_of(place, &item)));
	}
}

static void test_vectors(void)
{
	json_t *const vector = vector_of("vector-encrypted-content.json");
	json_t *const batch = vector_of("vector-notification-rich-batch.json");
	const json_t *each;
	struct place place;
	size_t i;

	if (vector == NULL || batch == NULL) {
		fprintf(stderr, "    left out: no %s\n", shared);
		json_decref(vector);
		json_decref(batch);
		return;
	}
	place_begin(&place);
	put_key(&place, text_of(vector, "encryptionCertificateId"),
		text_of(vector, "privateKeyPem"),
		text_of(vector, "encryptionCertificateBase64Der"));
	place_open(&place, now_ms);
	CHECK(envelopes_has(place.envelopes, text_of(vector, "encryptionCertificateId")));
	json_array_foreach (json_object_get(vector, "accept"), i, each)
		expect_open(&place, json_object_get(each, "encryptedContent"),
			    text_of(each, "plaintextUtf8"));
	CHECK_INT(7, i);
	json_array_foreach (json_object_get(batch, "value"), i, each) {
		const struct envelope_item item =
			item_of(json_object_get(each, "encryptedContent"));

		CHECK_INT(ENVELOPE_OPENED, verdict_of(&place, &item));
	}
	CHECK_INT(6, i);
	expect_rejects(&place, json_object_get(vector, "reject"));
	place_end(&place);
	json_decref(vector);
	json_decref(batch);
}

/* Its certificate is not told: one is made for the key, so the thumbprint is left out. */
static char *certificate_for(const char *pem)
{
	BIO *const in = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *const key = PEM_read_bio_PrivateKey(in, NULL, NULL, NULL);
	X509 *const certificate = X509_new();
	unsigned char *der = NULL;
	struct text letters = { 0 };

	CHECK(key != NULL && X509_set_pubkey(certificate, key) == 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
	CHECK(X509_sign(certificate, key, EVP_sha256()) > 0);
	const int bytes = i2d_X509(certificate, &der);
	CHECK(bytes > 0);
	base64_add(&letters, der, (size_t)bytes);
	OPENSSL_free(der);
	X509_free(certificate);
	EVP_PKEY_free(key);
	BIO_free(in);
	return letters.data;
}

static void test_vector_of_microsofts_library(void)
{
	json_t *const vector = vector_of("vector-microsoft-sdk-encrypted-content.json");
	struct place place;

	if (vector == NULL) {
		fprintf(stderr, "    left out: no %s\n", shared);
		return;
	}
	json_t *const content = json_object_get(vector, "encryptedContent");
	const char *const pem = text_of(vector, "privateKeyPem");
	char *const certificate = certificate_for(pem);

	place_begin(&place);
	put_key(&place, text_of(content, "encryptionCertificateId"), pem, certificate);
	place_open(&place, now_ms);
	const struct envelope_item item = item_of(content);
	CHECK_INT(ENVELOPE_OTHER_KEY, verdict_of(&place, &item));
	json_object_del(content, "encryptionCertificateThumbprint");
	expect_open(&place, content, text_of(vector, "expectedPlaintextUtf8"));
	free(certificate);
	place_end(&place);
	json_decref(vector);
}

int main(void)
{
	RUN(test_vectors);
	RUN(test_vector_of_microsofts_library);
	return check_done();
}
