/* SPDX-License-Identifier: MIT */
#include "daemon/edge/selfsigned.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "tests/check.h"

static char directory[] = "/tmp/selfsigned-test-XXXXXX";
static char certificate_path[64], key_path[64];

static X509 *read_certificate(void)
{
	FILE *const file = fopen(certificate_path, "r");

	CHECK(file != NULL);
	X509 *const certificate = PEM_read_X509(file, NULL, NULL, NULL);
	fclose(file);
	CHECK(certificate != NULL);
	return certificate;
}

static EVP_PKEY *read_key(void)
{
	FILE *const file = fopen(key_path, "r");

	CHECK(file != NULL);
	EVP_PKEY *const key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	fclose(file);
	CHECK(key != NULL);
	return key;
}

static void test_names_and_time(void)
{
	int days, seconds;

	CHECK_INT(0, selfsigned_make(certificate_path, key_path));
	X509 *const certificate = read_certificate();
	EVP_PKEY *const key = read_key();

	CHECK_INT(1, X509_check_host(certificate, "localhost", 0, 0, NULL));
	CHECK_INT(1, X509_check_ip_asc(certificate, "127.0.0.1", 0));
	CHECK_INT(1, X509_check_ip_asc(certificate, "::1", 0));
	CHECK_INT(0, X509_check_host(certificate, "example.test", 0, 0, NULL));
	CHECK_INT(1, X509_check_private_key(certificate, key));
	CHECK_INT(1, X509_verify(certificate, key));
	CHECK(EVP_PKEY_is_a(key, "EC"));
	CHECK_INT(256, EVP_PKEY_get_bits(key));
	CHECK_INT(1, ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(certificate),
				    X509_get0_notAfter(certificate)));
	CHECK_INT(SELFSIGNED_DAYS, days);
	CHECK(X509_cmp_current_time(X509_get0_notBefore(certificate)) < 0);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

static void test_key_is_private(void)
{
	struct stat about;

	CHECK_INT(0, stat(key_path, &about));
	CHECK_INT(0600, about.st_mode & 07777);
}

static void test_made_again_is_another(void)
{
	X509 *const before = read_certificate();

	CHECK_INT(0, selfsigned_make(certificate_path, key_path));
	X509 *const after = read_certificate();

	CHECK(X509_cmp(before, after) != 0);
	CHECK(ASN1_INTEGER_cmp(X509_get0_serialNumber(before),
			       X509_get0_serialNumber(after)) != 0);
	X509_free(before);
	X509_free(after);
}

static void test_nowhere_to_write(void)
{
	X509 *const before = read_certificate();

	CHECK_INT(-ENOENT, selfsigned_make("/nonexistent/tls.pem", key_path));
	X509 *const after = read_certificate();
	EVP_PKEY *const key = read_key();

	CHECK_INT(0, X509_cmp(before, after));
	CHECK_INT(1, X509_check_private_key(after, key));
	X509_free(before);
	X509_free(after);
	EVP_PKEY_free(key);
}

int main(void)
{
	CHECK(mkdtemp(directory) != NULL);
	snprintf(certificate_path, sizeof(certificate_path), "%s/tls.pem", directory);
	snprintf(key_path, sizeof(key_path), "%s/tls.key", directory);
	RUN(test_names_and_time);
	RUN(test_key_is_private);
	RUN(test_made_again_is_another);
	RUN(test_nowhere_to_write);
	unlink(certificate_path);
	unlink(key_path);
	CHECK_INT(0, rmdir(directory)); /* so nothing half-made was left */
	return check_done();
}
