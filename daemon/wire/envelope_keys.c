/* SPDX-License-Identifier: MIT */
#include "daemon/wire/envelope_keys.h"

#include "daemon/common/log.h"
#include "daemon/wire/base64url.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char suffix[] = ".pem", unfinished[] = ".new";

enum { DAY_S = 24 * 60 * 60, FOLDER_MODE = 0700, KEY_MODE = 0600 };

struct envelopes {
	char *folder;
	pthread_mutex_t lock; /* of the list; what it points to does not change */
	size_t count;
	struct envelope_key *each[ENVELOPE_KEYS]; /* oldest first */
};

bool envelope_key_fits(const EVP_PKEY *key)
{
	return key != NULL && EVP_PKEY_is_a(key, "RSA") &&
	       EVP_PKEY_get_bits(key) >= ENVELOPE_KEY_BITS_LEAST &&
	       EVP_PKEY_get_bits(key) <= ENVELOPE_KEY_BITS_MOST;
}

void envelope_thumbprint(char thumbprint[ENVELOPE_THUMBPRINT_BYTES],
			 const X509 *certificate)
{
	unsigned char digest[20];
	unsigned bytes = sizeof(digest);

	if (X509_digest(certificate, EVP_sha1(), digest, &bytes) != 1 ||
	    bytes != sizeof(digest))
		abort();
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(thumbprint + 2 * i, 3, "%02X", digest[i]);
}

static void key_free(struct envelope_key *key)
{
	text_finish(&key->certificate);
	EVP_PKEY_free(key->key);
	free(key);
}

/* -- reading ------------------------------------------------------------------------------- */

static int64_t seconds_of(const ASN1_TIME *time)
{
	struct tm fields;

	return ASN1_TIME_to_tm(time, &fields) == 1 ? (int64_t)timegm(&fields) : 0;
}

static struct envelope_key *key_of(const char *id, EVP_PKEY *pair, X509 *certificate)
{
	unsigned char *der = NULL;
	struct envelope_key *const key = memory_zeroed(sizeof(*key));
	const int bytes = i2d_X509(certificate, &der);

	if (bytes <= 0 || EVP_PKEY_up_ref(pair) != 1)
		abort();
	snprintf(key->id, sizeof(key->id), "%s", id);
	envelope_thumbprint(key->thumbprint, certificate);
	base64_add(&key->certificate, der, (size_t)bytes);
	key->made_ms = (seconds_of(X509_get0_notBefore(certificate)) + DAY_S) * 1000;
	key->key = pair;
	OPENSSL_free(der);
	return key;
}

static struct envelope_key *key_read(const char *folder, const char *id)
{
	struct text path = { 0 };
	struct envelope_key *key = NULL;
	char none[] = ""; /* without a password OpenSSL would ask the terminal */

	text_addf(&path, "%s/%s%s", folder, id, suffix);
	FILE *const file = fopen(text_string(&path), "re");
	EVP_PKEY *const pair =
		file != NULL ? PEM_read_PrivateKey(file, NULL, NULL, none) : NULL;
	X509 *const certificate =
		pair != NULL ? PEM_read_X509(file, NULL, NULL, none) : NULL;

	if (certificate != NULL && envelope_key_fits(pair) &&
	    X509_check_private_key(certificate, pair) == 1)
		key = key_of(id, pair, certificate);
	X509_free(certificate);
	EVP_PKEY_free(pair);
	if (file != NULL)
		fclose(file);
	ERR_clear_error();
	text_finish(&path);
	return key;
}

static bool ends_in(const char *name, const char *end)
{
	const size_t bytes = strlen(name), end_bytes = strlen(end);

	return bytes > end_bytes && strcmp(name + bytes - end_bytes, end) == 0;
}

static void insert(struct envelopes *envelopes, struct envelope_key *key)
{
	pthread_mutex_lock(&envelopes->lock);
	size_t at = envelopes->count++;

	assert(envelopes->count <= ENVELOPE_KEYS);
	for (; at > 0 && envelopes->each[at - 1]->made_ms > key->made_ms; at--)
		envelopes->each[at] = envelopes->each[at - 1];
	envelopes->each[at] = key;
	pthread_mutex_unlock(&envelopes->lock);
}

int envelopes_add(struct envelopes *envelopes, const char *id)
{
	if (envelopes_has(envelopes, id))
		return 0;
	if (envelopes->count == ENVELOPE_KEYS)
		return -ENOSPC;
	struct envelope_key *const key = key_read(envelopes->folder, id);
	if (key == NULL)
		return -EBADMSG;
	insert(envelopes, key);
	return 0;
}

/* What a crash left half done is removed; a file that is no key must not stop the start. */
static int read_file(struct envelopes *envelopes, const char *name)
{
	char id[ENVELOPE_ID_BYTES + sizeof(suffix)];
	struct text path = { 0 };

	if (ends_in(name, unfinished)) {
		text_addf(&path, "%s/%s", envelopes->folder, name);
		unlink(text_string(&path));
		text_finish(&path);
		return 0;
	}
	if (!ends_in(name, suffix) || strlen(name) >= sizeof(id))
		return 0;
	snprintf(id, sizeof(id), "%.*s", (int)(strlen(name) - strlen(suffix)), name);
	const int rc = envelopes_add(envelopes, id);
	if (rc == -EBADMSG)
		log_warning("envelope",
			    "left_out file=%s/%s: not a key and its certificate",
			    envelopes->folder, name);
	return rc == -EBADMSG ? 0 : rc;
}

static int read_folder(struct envelopes *envelopes)
{
	DIR *const folder = opendir(envelopes->folder);
	const struct dirent *entry;
	int rc = 0;

	if (folder == NULL)
		return -errno;
	while (rc == 0 && (entry = readdir(folder)) != NULL)
		rc = read_file(envelopes, entry->d_name);
	closedir(folder);
	return rc;
}

/* -- making -------------------------------------------------------------------------------- */

/* Valid from a day back, for clocks that are not ours. */
static X509 *certify(EVP_PKEY *key, int64_t now_s)
{
	X509 *const certificate = X509_new();
	uint64_t serial;

	if (certificate == NULL || RAND_bytes((unsigned char *)&serial, 8) != 1)
		abort();
	X509_NAME *const name = X509_get_subject_name(certificate);
	if (X509_set_version(certificate, X509_VERSION_3) != 1 ||
	    /* RFC 5280 §4.1.2.2: positive */
	    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate),
				    serial >> 1 | 1) != 1 ||
	    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
				       (const unsigned char *)"Plenary notifications", -1,
				       -1, 0) != 1 ||
	    X509_set_issuer_name(certificate, name) != 1 ||
	    ASN1_TIME_set(X509_getm_notBefore(certificate), now_s - DAY_S) == NULL ||
	    ASN1_TIME_set(X509_getm_notAfter(certificate),
			  now_s + (int64_t)ENVELOPE_VALID_DAYS * DAY_S) == NULL ||
	    X509_set_pubkey(certificate, key) != 1 ||
	    X509_sign(certificate, key, EVP_sha256()) == 0)
		abort();
	return certificate;
}

static int write_file(const char *path, EVP_PKEY *key, X509 *certificate)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
			    KEY_MODE);
	FILE *const file = fd >= 0 ? fdopen(fd, "w") : NULL;

	if (file == NULL)
		return -errno;
	const bool written =
		PEM_write_PKCS8PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1 &&
		PEM_write_X509(file, certificate) == 1 && fflush(file) == 0 &&
		fsync(fd) == 0;
	int rc = written ? 0 : errno != 0 ? -errno : -EIO;

	if (fclose(file) != 0 && rc == 0)
		rc = -errno;
	return rc;
}

static int sync_folder(const char *path)
{
	const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	const int rc = fsync(fd) < 0 ? -errno : 0;
	close(fd);
	return rc;
}

static int put_file(const char *folder, const char *id, EVP_PKEY *key, X509 *certificate)
{
	struct text path = { 0 }, beside = { 0 };

	text_addf(&path, "%s/%s%s", folder, id, suffix);
	text_addf(&beside, "%s/%s%s", folder, id, unfinished);
	int rc = write_file(text_string(&beside), key, certificate);
	if (rc == 0 && rename(text_string(&beside), text_string(&path)) < 0)
		rc = -errno;
	if (rc < 0)
		unlink(text_string(&beside));
	else
		rc = sync_folder(folder);
	text_finish(&path);
	text_finish(&beside);
	return rc;
}

int envelope_make(const char *folder, int64_t now_ms, char id[ENVELOPE_ID_BYTES])
{
	const int64_t now_s = now_ms / 1000;
	uint32_t chance;
	char name[ENVELOPE_ID_BYTES];
	EVP_PKEY *const key = EVP_RSA_gen(ENVELOPE_KEY_BITS);

	if (key == NULL || RAND_bytes((unsigned char *)&chance, sizeof(chance)) != 1)
		abort();
	X509 *const certificate = certify(key, now_s);

	snprintf(name, sizeof(name), "plenary-%lld-%08x", (long long)now_s, chance);
	const int rc = put_file(folder, name, key, certificate);
	if (rc == 0)
		memcpy(id, name, sizeof(name));
	X509_free(certificate);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return rc;
}

/* -- the list ------------------------------------------------------------------------------ */

static int open_folder(const char *folder)
{
	struct stat status;

	if (mkdir(folder, FOLDER_MODE) < 0 && errno != EEXIST)
		return -errno;
	if (lstat(folder, &status) < 0)
		return -errno;
	if (!S_ISDIR(status.st_mode))
		return -ENOTDIR;
	return (status.st_mode & 077) != 0 && chmod(folder, FOLDER_MODE) < 0 ? -errno : 0;
}

int envelopes_open(struct envelopes **envelopes, const char *folder, int64_t now_ms)
{
	struct envelopes *const made = memory_zeroed(sizeof(*made));
	char id[ENVELOPE_ID_BYTES];
	int rc = open_folder(folder);

	made->folder = memory_string(folder);
	if (pthread_mutex_init(&made->lock, NULL) != 0)
		abort();
	if (rc == 0)
		rc = read_folder(made);
	if (rc == 0 && (made->count == 0 || envelopes_rotation_due(made, now_ms))) {
		rc = made->count == ENVELOPE_KEYS ? -ENOSPC
						  : envelope_make(folder, now_ms, id);
		if (rc == 0)
			rc = envelopes_add(made, id);
		/* An old key is better than no start. */
		if (rc < 0 && made->count > 0)
			rc = 0;
	}
	if (rc < 0)
		envelopes_destroy(made);
	else
		*envelopes = made;
	return rc;
}

void envelopes_destroy(struct envelopes *envelopes)
{
	if (envelopes == NULL)
		return;
	for (size_t i = 0; i < envelopes->count; i++)
		key_free(envelopes->each[i]);
	pthread_mutex_destroy(&envelopes->lock);
	free(envelopes->folder);
	free(envelopes);
}

static const struct envelope_key *current(const struct envelopes *envelopes)
{
	assert(envelopes->count > 0);
	return envelopes->each[envelopes->count - 1];
}

size_t envelopes_count(const struct envelopes *envelopes)
{
	return envelopes->count;
}

const char *envelopes_id(const struct envelopes *envelopes)
{
	return current(envelopes)->id;
}

const char *envelopes_certificate(const struct envelopes *envelopes)
{
	return text_string(&current(envelopes)->certificate);
}

int64_t envelopes_made_ms(const struct envelopes *envelopes)
{
	return current(envelopes)->made_ms;
}

bool envelopes_rotation_due(const struct envelopes *envelopes, int64_t now_ms)
{
	return now_ms - envelopes_made_ms(envelopes) >=
	       (int64_t)ENVELOPE_ROTATE_DAYS * DAY_S * 1000;
}

const struct envelope_key *envelopes_find(const struct envelopes *envelopes,
					  const char *id)
{
	/* The lock is no part of what is promised not to change. */
	pthread_mutex_t *const lock = (pthread_mutex_t *)&envelopes->lock;
	const struct envelope_key *found = NULL;

	pthread_mutex_lock(lock);
	for (size_t i = 0; i < envelopes->count && found == NULL; i++) {
		if (strcmp(envelopes->each[i]->id, id) == 0)
			found = envelopes->each[i];
	}
	pthread_mutex_unlock(lock);
	return found;
}

bool envelopes_has(const struct envelopes *envelopes, const char *id)
{
	return envelopes_find(envelopes, id) != NULL;
}

size_t envelopes_forget(struct envelopes *envelopes, int64_t now_ms)
{
	const int64_t kept_ms = (int64_t)ENVELOPE_KEPT_DAYS * DAY_S * 1000;
	struct text path = { 0 };
	size_t forgotten = 0;

	pthread_mutex_lock(&envelopes->lock);
	while (envelopes->count > 1 && now_ms - envelopes->each[1]->made_ms > kept_ms) {
		text_clear(&path);
		text_addf(&path, "%s/%s%s", envelopes->folder, envelopes->each[0]->id,
			  suffix);
		if (unlink(text_string(&path)) < 0 && errno != ENOENT)
			break;
		key_free(envelopes->each[0]);
		envelopes->count--;
		for (size_t i = 0; i < envelopes->count; i++)
			envelopes->each[i] = envelopes->each[i + 1];
		forgotten++;
	}
	pthread_mutex_unlock(&envelopes->lock);
	text_finish(&path);
	return forgotten;
}
