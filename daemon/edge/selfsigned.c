/* SPDX-License-Identifier: MIT */
#include "daemon/edge/selfsigned.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "daemon/common/text.h"

enum { KEY_MODE = 0600, CERTIFICATE_MODE = 0644, SECONDS_A_DAY = 24 * 60 * 60 };

static int add_extension(X509 *certificate, int kind, const char *value)
{
	X509V3_CTX context;

	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
	X509_EXTENSION *const extension =
		X509V3_EXT_conf_nid(NULL, &context, kind, value);
	const int added =
		extension != NULL && X509_add_ext(certificate, extension, -1) == 1;

	X509_EXTENSION_free(extension);
	return added ? 0 : -EIO;
}

static int set_serial(X509 *certificate)
{
	uint64_t serial;

	if (RAND_bytes((unsigned char *)&serial, sizeof(serial)) != 1)
		return -EIO;
	/* RFC 5280 §4.1.2.2: positive */
	return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate),
				       serial >> 1 | 1) == 1
		       ? 0
		       : -EIO;
}

static int set_names(X509 *certificate)
{
	X509_NAME *const name = X509_get_subject_name(certificate);

	if (X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
				       (const unsigned char *)"localhost", -1, -1,
				       0) != 1 ||
	    X509_set_issuer_name(certificate, name) != 1)
		return -EIO;
	int rc = add_extension(certificate, NID_subject_alt_name,
			       "DNS:localhost,IP:127.0.0.1,IP:::1");
	if (rc == 0)
		rc = add_extension(certificate, NID_basic_constraints,
				   "critical,CA:FALSE");
	if (rc == 0)
		rc = add_extension(certificate, NID_key_usage,
				   "critical,digitalSignature");
	if (rc == 0)
		rc = add_extension(certificate, NID_ext_key_usage, "serverAuth");
	return rc;
}

static int fill(X509 *certificate, EVP_PKEY *key)
{
	int rc = X509_set_version(certificate, X509_VERSION_3) == 1 ? 0 : -EIO;

	if (rc == 0)
		rc = set_serial(certificate);
	if (rc == 0)
		rc = set_names(certificate);
	if (rc == 0 &&
	    (X509_gmtime_adj(X509_getm_notBefore(certificate), -SECONDS_A_DAY) == NULL ||
	     X509_gmtime_adj(X509_getm_notAfter(certificate),
			     (long)(SELFSIGNED_DAYS - 1) * SECONDS_A_DAY) == NULL ||
	     X509_set_pubkey(certificate, key) != 1 ||
	     X509_sign(certificate, key, EVP_sha256()) == 0))
		rc = -EIO;
	return rc;
}

/* One of the two is written, whichever is not NULL. */
static int write_pem(const char *path, mode_t mode, X509 *certificate, EVP_PKEY *key)
{
	const int fd =
		open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	FILE *const file = fd >= 0 ? fdopen(fd, "w") : NULL;

	if (file == NULL) {
		const int rc = -errno;

		if (fd >= 0)
			close(fd);
		return rc;
	}
	const int written =
		certificate != NULL
			? PEM_write_X509(file, certificate)
			: PEM_write_PKCS8PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
	int rc = written == 1 && fflush(file) == 0 && fsync(fd) == 0 ? 0 : -EIO;

	if (fclose(file) != 0 && rc == 0)
		rc = -errno;
	return rc;
}

static int write_both(const char *certificate_path, const char *key_path,
		      X509 *certificate, EVP_PKEY *key)
{
	struct text new_certificate = { 0 }, new_key = { 0 };

	text_addf(&new_certificate, "%s.%ld.new", certificate_path, (long)getpid());
	text_addf(&new_key, "%s.%ld.new", key_path, (long)getpid());
	unlink(new_certificate.data);
	unlink(new_key.data);
	int rc = write_pem(new_key.data, KEY_MODE, NULL, key);
	if (rc == 0)
		rc = write_pem(new_certificate.data, CERTIFICATE_MODE, certificate, NULL);
	if (rc == 0 && rename(new_key.data, key_path) < 0)
		rc = -errno;
	if (rc == 0 && rename(new_certificate.data, certificate_path) < 0)
		rc = -errno;
	if (rc < 0) {
		unlink(new_certificate.data);
		unlink(new_key.data);
	}
	text_finish(&new_certificate);
	text_finish(&new_key);
	return rc;
}

int selfsigned_make(const char *certificate_path, const char *key_path)
{
	EVP_PKEY *const key = EVP_EC_gen("P-256");
	X509 *const certificate = X509_new();
	int rc = key != NULL && certificate != NULL ? fill(certificate, key) : -EIO;

	if (rc == 0)
		rc = write_both(certificate_path, key_path, certificate, key);
	X509_free(certificate);
	EVP_PKEY_free(key);
	return rc;
}
