/* SPDX-License-Identifier: MIT */
#include "tests/wire/credential.h"

#include "daemon/wire/base64url.h"
#include "tests/check.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

static void write_pair(const struct credential_files *files, X509 *certificate,
		       EVP_PKEY *key)
{
	FILE *file = fopen(files->certificate, "w");

	CHECK(file != NULL && PEM_write_X509(file, certificate) == 1);
	CHECK_INT(0, fclose(file));
	file = fopen(files->key, "w");
	CHECK(file != NULL &&
	      PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1);
	CHECK_INT(0, fclose(file));
	CHECK_INT(0, chmod(files->key, 0600));
}

void credential_make(struct credential_files *files, unsigned bits, long from_s,
		     long to_s)
{
	X509 *const made = X509_new();
	EVP_PKEY *const key = bits != 0 ? EVP_RSA_gen(bits) : EVP_EC_gen("P-256");

	strcpy(files->folder, "/tmp/plenary-credential-XXXXXX");
	CHECK(mkdtemp(files->folder) != NULL);
	snprintf(files->certificate, sizeof(files->certificate), "%s/app.crt",
		 files->folder);
	snprintf(files->key, sizeof(files->key), "%s/app.key", files->folder);
	X509_set_version(made, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(made), 7);
	X509_gmtime_adj(X509_getm_notBefore(made), from_s);
	X509_gmtime_adj(X509_getm_notAfter(made), to_s);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
				   (const unsigned char *)"plenary test", -1, -1, 0);
	X509_set_issuer_name(made, X509_get_subject_name(made));
	X509_set_pubkey(made, key);
	CHECK(X509_sign(made, key, EVP_sha256()) > 0);
	write_pair(files, made, key);
	X509_free(made);
	EVP_PKEY_free(key);
}

void credential_remove(const struct credential_files *files)
{
	unlink(files->certificate);
	unlink(files->key);
	CHECK_INT(0, rmdir(files->folder));
}

static X509 *certificate_of(const struct credential_files *files)
{
	FILE *const file = fopen(files->certificate, "r");
	X509 *const certificate =
		file != NULL ? PEM_read_X509(file, NULL, NULL, NULL) : NULL;

	CHECK(certificate != NULL);
	fclose(file);
	return certificate;
}

bool credential_signed(const struct credential_files *files, const char *token)
{
	const char *const dot = strrchr(token, '.');
	X509 *const certificate = certificate_of(files);
	EVP_MD_CTX *const context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *padding = NULL;
	unsigned char signature[1024];

	CHECK(dot != NULL && strlen(dot + 1) < 1024);
	const ssize_t bytes = base64url_read(dot + 1, strlen(dot + 1), signature);

	CHECK(bytes > 0);
	CHECK_INT(1, EVP_DigestVerifyInit(context, &padding, EVP_sha256(), NULL,
					  X509_get0_pubkey(certificate)));
	CHECK(EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1);
	CHECK(EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, 32) == 1);
	const int good =
		EVP_DigestVerify(context, signature, (size_t)bytes,
				 (const unsigned char *)token, (size_t)(dot - token));

	EVP_MD_CTX_free(context);
	X509_free(certificate);
	return good == 1;
}

void credential_thumbprint(const struct credential_files *files, char thumbprint[64])
{
	X509 *const certificate = certificate_of(files);
	unsigned char *der = NULL, hash[32];
	struct text text = { 0 };
	const int bytes = i2d_X509(certificate, &der);

	CHECK(bytes > 0);
	CHECK_INT(1, EVP_Digest(der, (size_t)bytes, hash, NULL, EVP_sha256(), NULL));
	base64url_add(&text, hash, sizeof(hash));
	snprintf(thumbprint, 64, "%s", text_string(&text));
	text_finish(&text);
	OPENSSL_free(der);
	X509_free(certificate);
}
