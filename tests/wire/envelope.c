/* SPDX-License-Identifier: MIT */
#include "tests/check.h"
#include "tests/wire/key_folder.h"

#include "daemon/common/text.h"
#include "daemon/wire/base64url.h"
#include "daemon/wire/envelope.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

/* -- generations --------------------------------------------------------------------------- */

static mode_t mode_of(const char *folder, const char *id)
{
	char path[512];
	struct stat status;

	snprintf(path, sizeof(path), id != NULL ? "%s/%s.pem" : "%s", folder, id);
	CHECK_INT(0, stat(path, &status));
	return status.st_mode & 0777;
}

static void test_first_key_is_made(void)
{
	struct place place;
	char id[ENVELOPE_ID_BYTES];
	unsigned char der[4096];

	place_begin(&place);
	place_open(&place, now_ms);
	CHECK_INT(1, envelopes_count(place.envelopes));
	snprintf(id, sizeof(id), "%s", envelopes_id(place.envelopes));
	CHECK(envelopes_made_ms(place.envelopes) == now_ms);
	CHECK_INT(0700, mode_of(place.folder, NULL));
	CHECK_INT(0600, mode_of(place.folder, id));

	const char *const letters = envelopes_certificate(place.envelopes);
	const ssize_t bytes = base64_read(letters, strlen(letters), der);
	const unsigned char *at = der;
	X509 *const certificate = d2i_X509(NULL, &at, bytes);
	CHECK(certificate != NULL && at == der + bytes);
	CHECK_INT(ENVELOPE_KEY_BITS, EVP_PKEY_get_bits(X509_get0_pubkey(certificate)));
	CHECK_INT(1, X509_verify(certificate, X509_get0_pubkey(certificate)));
	X509_free(certificate);

	/* The next start finds it. */
	place_close(&place);
	place_open(&place, now_ms + day_ms);
	CHECK_TEXT(id, envelopes_id(place.envelopes));
	CHECK_INT(1, files_in(&place));
	place_end(&place);
}

static void seal_for(const struct place *place, struct envelope_sealed *sealed,
		     struct envelope_item *item, char id[ENVELOPE_ID_BYTES])
{
	static const char plain[] = "{\"eventType\":\"callEnded\"}";

	snprintf(id, ENVELOPE_ID_BYTES, "%s", envelopes_id(place->envelopes));
	CHECK_INT(0, envelope_seal(sealed, envelopes_certificate(place->envelopes), plain,
				   strlen(plain)));
	*item = (struct envelope_item){ .id = id,
					.thumbprint = sealed->thumbprint,
					.key = sealed->key,
					.data = sealed->data,
					.signature = sealed->signature };
}

static void test_old_keys_open_until_forgotten(void)
{
	struct place place;
	struct envelope_sealed sealed, other;
	struct envelope_item item, later;
	char id[ENVELOPE_ID_BYTES], next[ENVELOPE_ID_BYTES], copy[ENVELOPE_ID_BYTES];
	const int64_t then_ms = now_ms + (ENVELOPE_ROTATE_DAYS - 1) * day_ms;

	place_begin(&place);
	place_open(&place, now_ms);
	seal_for(&place, &sealed, &item, id);
	CHECK(!envelopes_rotation_due(place.envelopes, then_ms));
	CHECK(envelopes_rotation_due(place.envelopes, then_ms + day_ms));

	CHECK_INT(0, envelope_make(place.folder, then_ms, next));
	CHECK_TEXT(id, envelopes_id(place.envelopes)); /* until it is added */
	CHECK_INT(0, envelopes_add(place.envelopes, next));
	CHECK_INT(0, envelopes_add(place.envelopes, next));
	CHECK_INT(2, envelopes_count(place.envelopes));
	CHECK_TEXT(next, envelopes_id(place.envelopes));
	CHECK_INT(-EBADMSG, envelopes_add(place.envelopes, "no-such-file"));
	seal_for(&place, &other, &later, copy);
	CHECK_INT(ENVELOPE_OPENED, verdict_of(&place, &item));
	CHECK_INT(ENVELOPE_OPENED, verdict_of(&place, &later));

	/* Kept over a start, and as long as something may refer to it. */
	place_close(&place);
	place_open(&place, then_ms + ENVELOPE_KEPT_DAYS * day_ms);
	CHECK_TEXT(next, envelopes_id(place.envelopes));
	CHECK_INT(0, envelopes_forget(place.envelopes,
				      then_ms + ENVELOPE_KEPT_DAYS * day_ms));
	CHECK_INT(ENVELOPE_OPENED, verdict_of(&place, &item));
	CHECK_INT(1, envelopes_forget(place.envelopes,
				      then_ms + ENVELOPE_KEPT_DAYS * day_ms + 1));
	CHECK_INT(ENVELOPE_UNKNOWN_KEY, verdict_of(&place, &item));
	CHECK_INT(ENVELOPE_OPENED, verdict_of(&place, &later));
	/* The last one is never forgotten. */
	CHECK_INT(0, envelopes_forget(place.envelopes, then_ms + 9999 * day_ms));
	CHECK_INT(1, files_in(&place));
	envelope_sealed_finish(&sealed);
	envelope_sealed_finish(&other);
	place_end(&place);
}

static void test_start_makes_the_next_when_due(void)
{
	struct place place;
	char id[ENVELOPE_ID_BYTES];

	place_begin(&place);
	place_open(&place, now_ms);
	snprintf(id, sizeof(id), "%s", envelopes_id(place.envelopes));
	place_close(&place);
	place_open(&place, now_ms + ENVELOPE_ROTATE_DAYS * day_ms);
	CHECK_INT(2, envelopes_count(place.envelopes));
	CHECK(strcmp(id, envelopes_id(place.envelopes)) != 0);
	CHECK(envelopes_has(place.envelopes, id));
	place_end(&place);
}

static void test_damaged_files_do_not_stop_the_start(void)
{
	struct place place;

	place_begin(&place);
	put(&place, "torn.pem", "-----BEGIN PRIVATE KEY-----\nMIIE");
	put(&place, "half.new", "-----BEGIN PRIVATE KEY-----\n");
	put(&place, "empty.pem", "");
	put(&place, "notes.txt", "nothing of ours");
	place_open(&place, now_ms);
	CHECK_INT(1, envelopes_count(place.envelopes));
	/* Only what a crash left half done is gone. */
	CHECK_INT(4, files_in(&place));
	place_end(&place);
}

static void test_folder_that_cannot_be(void)
{
	struct envelopes *envelopes = NULL;
	struct place place;

	CHECK_INT(-ENOENT, envelopes_open(&envelopes, "/nonexistent/keys", now_ms));
	place_begin(&place);
	snprintf(place.folder, sizeof(place.folder), "%s/file", place.above);
	FILE *const file = fopen(place.folder, "w");
	CHECK(file != NULL);
	fclose(file);
	CHECK_INT(-ENOTDIR, envelopes_open(&envelopes, place.folder, now_ms));
	CHECK(envelopes == NULL);
	place_end(&place);
}

static void test_full_folder_keeps_what_it_has(void)
{
	struct place place;
	char id[ENVELOPE_ID_BYTES], name[32];

	place_begin(&place);
	place_open(&place, now_ms);
	snprintf(id, sizeof(id), "%s", envelopes_id(place.envelopes));
	place_close(&place);
	for (int i = 1; i < ENVELOPE_KEYS; i++) {
		char command[512];

		snprintf(name, sizeof(name), "copy-%d", i);
		snprintf(command, sizeof(command), "cp %s/%s.pem %s/%s.pem", place.folder,
			 id, place.folder, name);
		CHECK_INT(0, system(command));
	}
	place_open(&place, now_ms + 1000 * day_ms);
	CHECK_INT(ENVELOPE_KEYS, envelopes_count(place.envelopes));
	CHECK_INT(-ENOSPC, envelopes_add(place.envelopes, "one-more"));
	place_end(&place);
}

/* -- each kind of damage ------------------------------------------------------------------- */

enum { WHOLE_BYTES = 64 };

struct forgery {
	size_t key_bytes;  /* 0: 32 */
	size_t data_bytes; /* of the ciphertext, 0: WHOLE_BYTES */
	bool sha256;       /* OAEP with the wrong hash */
};

static char *letters_of(const unsigned char *bytes, size_t count)
{
	struct text text = { 0 };

	base64_add(&text, bytes, count);
	return text.data != NULL ? text.data : memory_string("");
}

/* Signed as it should be, and wrong in what is signed: random bytes have no padding. */
static struct envelope_sealed forge(const struct place *place,
				    const struct forgery *forgery)
{
	const char *const letters = envelopes_certificate(place->envelopes);
	const size_t key_bytes = forgery->key_bytes ? forgery->key_bytes : 32;
	unsigned char der[4096], key[64], data[256] = { 1, 2, 3 }, mac[32], wrapped[512];
	const unsigned char *at = der;
	size_t wrapped_bytes = sizeof(wrapped);
	X509 *const certificate =
		d2i_X509(NULL, &at, base64_read(letters, strlen(letters), der));
	EVP_PKEY_CTX *const context =
		EVP_PKEY_CTX_new(X509_get0_pubkey(certificate), NULL);

	memset(key, 7, sizeof(key));
	CHECK(HMAC(EVP_sha256(), key, (int)key_bytes, data, forgery->data_bytes, mac,
		   NULL) != NULL);
	CHECK_INT(1, EVP_PKEY_encrypt_init(context));
	CHECK_INT(1, EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING));
	if (forgery->sha256)
		CHECK_INT(1, EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()));
	CHECK_INT(1, EVP_PKEY_encrypt(context, wrapped, &wrapped_bytes, key, key_bytes));
	EVP_PKEY_CTX_free(context);
	X509_free(certificate);
	return (struct envelope_sealed){ .key = letters_of(wrapped, wrapped_bytes),
					 .data = letters_of(data, forgery->data_bytes),
					 .signature = letters_of(mac, sizeof(mac)) };
}

static enum envelope_verdict verdict_of_forgery(const struct place *place,
						const struct forgery *forgery)
{
	struct envelope_sealed sealed = forge(place, forgery);
	const struct envelope_item item = { .id = envelopes_id(place->envelopes),
					    .key = sealed.key,
					    .data = sealed.data,
					    .signature = sealed.signature };
	const enum envelope_verdict verdict = verdict_of(place, &item);

	envelope_sealed_finish(&sealed);
	return verdict;
}

static void test_wrong_inside(void)
{
	struct place place;

	place_begin(&place);
	place_open(&place, now_ms);
#define FORGED(...) verdict_of_forgery(&place, &(struct forgery){ __VA_ARGS__ })
	CHECK_INT(ENVELOPE_WRONG_PADDING, FORGED(.data_bytes = WHOLE_BYTES));
	CHECK_INT(ENVELOPE_WRONG_LENGTH, FORGED(.data_bytes = 0));
	CHECK_INT(ENVELOPE_WRONG_LENGTH, FORGED(.data_bytes = 15));
	CHECK_INT(ENVELOPE_WRONG_LENGTH, FORGED(.data_bytes = 17));
	CHECK_INT(ENVELOPE_WRONG_KEY_BYTES, FORGED(.data_bytes = 64, .key_bytes = 16));
	CHECK_INT(ENVELOPE_WRONG_KEY_BYTES, FORGED(.data_bytes = 64, .key_bytes = 31));
	CHECK_INT(ENVELOPE_WRONG_KEY_BYTES, FORGED(.data_bytes = 64, .key_bytes = 33));
	CHECK_INT(ENVELOPE_NOT_FOR_US, FORGED(.data_bytes = 64, .sha256 = true));
	place_end(&place);
}

struct letters {
	struct place place;
	struct envelope_sealed sealed, foreign;
	struct envelope_item good, other;
	char id[ENVELOPE_ID_BYTES], same[ENVELOPE_ID_BYTES];
};

static void letters_begin(struct letters *letters)
{
	place_begin(&letters->place);
	place_open(&letters->place, now_ms);
	seal_for(&letters->place, &letters->sealed, &letters->good, letters->id);
	seal_for(&letters->place, &letters->foreign, &letters->other, letters->same);
}

static void letters_end(struct letters *letters)
{
	envelope_sealed_finish(&letters->sealed);
	envelope_sealed_finish(&letters->foreign);
	place_end(&letters->place);
}

#define VERDICT(wanted, member, value) \
	do { \
		struct envelope_item item_ = letters.good; \
		item_.member = (value); \
		CHECK_INT(wanted, verdict_of(&letters.place, &item_)); \
	} while (0)

static void test_member_that_is_another(void)
{
	struct letters letters;

	letters_begin(&letters);
	VERDICT(ENVELOPE_OPENED, id, letters.id);
	VERDICT(ENVELOPE_OPENED, thumbprint, NULL);
	VERDICT(ENVELOPE_OTHER_KEY, thumbprint, "00");
	VERDICT(ENVELOPE_UNKNOWN_KEY, id, "no-such-id");
	VERDICT(ENVELOPE_NOT_FOR_US, key, "");
	VERDICT(ENVELOPE_NOT_FOR_US, key, "AAAA");
	VERDICT(ENVELOPE_WRONG_SIGNATURE, key, letters.other.key);
	VERDICT(ENVELOPE_WRONG_SIGNATURE, data, "");
	VERDICT(ENVELOPE_WRONG_SIGNATURE, data, letters.other.data);
	VERDICT(ENVELOPE_WRONG_SIGNATURE, signature, letters.other.signature);
	VERDICT(ENVELOPE_WRONG_SIGNATURE, signature, "");
	letters_end(&letters);
}

static void test_member_that_is_none(void)
{
	struct letters letters;
	const size_t bytes = ENVELOPE_DATA_BYTES / 3 * 4 + 64;
	char *const much = memory_zeroed(bytes + 1);

	letters_begin(&letters);
	memset(much, 'A', bytes);
	VERDICT(ENVELOPE_MALFORMED, id, NULL);
	VERDICT(ENVELOPE_MALFORMED, key, NULL);
	VERDICT(ENVELOPE_MALFORMED, data, NULL);
	VERDICT(ENVELOPE_MALFORMED, signature, NULL);
	VERDICT(ENVELOPE_MALFORMED, key, "*");
	VERDICT(ENVELOPE_MALFORMED, data, "***");
	VERDICT(ENVELOPE_MALFORMED, signature, "Zg");
	VERDICT(ENVELOPE_TOO_LONG, data, much);
	VERDICT(ENVELOPE_MALFORMED, key, much);
	VERDICT(ENVELOPE_MALFORMED, signature, much);
	free(much);
	letters_end(&letters);
}

/* letter: the first one of the member becomes this; '\0': any other one */
static void damage(const struct letters *letters, enum envelope_verdict wanted,
		   size_t member, char letter)
{
	struct envelope_item item = letters->good;
	const char **const text = (const char **)((char *)&item + member);
	char *const copy = memory_string(*text);
	const char other = copy[0] == 'A' ? 'B' : 'A';

	copy[0] = letter != '\0' ? letter : other;
	*text = copy;
	CHECK_INT(wanted, verdict_of(&letters->place, &item));
	free(copy);
}

static void test_letter_that_is_another(void)
{
	struct letters letters;

#define MEMBER(name) offsetof(struct envelope_item, name)
	letters_begin(&letters);
	damage(&letters, ENVELOPE_WRONG_SIGNATURE, MEMBER(data), '\0');
	damage(&letters, ENVELOPE_WRONG_SIGNATURE, MEMBER(signature), '\0');
	damage(&letters, ENVELOPE_NOT_FOR_US, MEMBER(key), '\0');
	damage(&letters, ENVELOPE_MALFORMED, MEMBER(key), '-');
	damage(&letters, ENVELOPE_MALFORMED, MEMBER(data), '_');
	letters_end(&letters);
}

/* A lower-case thumbprint is the same one; every length of plain text comes back. */
static void test_round_trip(void)
{
	struct place place;
	char plain[70] = "";

	place_begin(&place);
	place_open(&place, now_ms);
	for (size_t bytes = 0; bytes < sizeof(plain); bytes++) {
		struct envelope_sealed sealed;
		struct text read = { 0 };

		memset(plain, 'x', bytes);
		CHECK_INT(0,
			  envelope_seal(&sealed, envelopes_certificate(place.envelopes),
					plain, bytes));
		for (char *at = sealed.thumbprint; *at; at++)
			*at = (char)(*at >= 'A' ? *at | 0x20 : *at);
		const struct envelope_item item = { .id = envelopes_id(place.envelopes),
						    .thumbprint = sealed.thumbprint,
						    .key = sealed.key,
						    .data = sealed.data,
						    .signature = sealed.signature };
		CHECK_INT(ENVELOPE_OPENED, envelope_open(place.envelopes, &item, &read));
		CHECK_INT(bytes, read.length);
		CHECK(memcmp(plain, read.data, bytes) == 0 && read.data[bytes] == '\0');
		envelope_wipe(&read);
		envelope_sealed_finish(&sealed);
	}
	place_end(&place);
}

static void test_seal_wants_a_certificate(void)
{
	struct envelope_sealed sealed;

	CHECK_INT(-EINVAL, envelope_seal(&sealed, "", "{}", 2));
	CHECK_INT(-EINVAL, envelope_seal(&sealed, "****", "{}", 2));
	CHECK_INT(-EINVAL, envelope_seal(&sealed, "AAAA", "{}", 2));
}

struct worker {
	const struct place *place;
	const struct envelope_item *item;
	int opened;
};

static void *work(void *context)
{
	struct worker *const worker = context;

	for (int i = 0; i < 20; i++)
		worker->opened += verdict_of(worker->place, worker->item) == 0;
	return NULL;
}

static void test_threads_open_while_one_is_added(void)
{
	struct place place;
	struct envelope_sealed sealed;
	struct envelope_item item;
	char id[ENVELOPE_ID_BYTES], next[ENVELOPE_ID_BYTES];
	struct worker workers[3];
	pthread_t threads[3];

	place_begin(&place);
	place_open(&place, now_ms);
	seal_for(&place, &sealed, &item, id);
	for (int i = 0; i < 3; i++) {
		workers[i] = (struct worker){ .place = &place, .item = &item };
		CHECK_INT(0, pthread_create(&threads[i], NULL, work, &workers[i]));
	}
	CHECK_INT(0, envelope_make(place.folder, now_ms + 1, next));
	CHECK_INT(0, envelopes_add(place.envelopes, next));
	for (int i = 0; i < 3; i++) {
		CHECK_INT(0, pthread_join(threads[i], NULL));
		CHECK_INT(20, workers[i].opened);
	}
	envelope_sealed_finish(&sealed);
	place_end(&place);
}

int main(void)
{
	RUN(test_first_key_is_made);
	RUN(test_old_keys_open_until_forgotten);
	RUN(test_start_makes_the_next_when_due);
	RUN(test_damaged_files_do_not_stop_the_start);
	RUN(test_folder_that_cannot_be);
	RUN(test_full_folder_keeps_what_it_has);
	RUN(test_wrong_inside);
	RUN(test_member_that_is_another);
	RUN(test_member_that_is_none);
	RUN(test_letter_that_is_another);
	RUN(test_round_trip);
	RUN(test_seal_wants_a_certificate);
	RUN(test_threads_open_while_one_is_added);
	return check_done();
}
