/* SPDX-License-Identifier: MIT */
/* The proof that Entra is shown instead of a secret, judged by OpenSSL's own verification. */
#include "daemon/wire/assertion.h"

#include "daemon/wire/base64url.h"
#include "tests/check.h"
#include "tests/wire/credential.h"

#include <errno.h>
#include <jansson.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { DAY_S = 24 * 60 * 60 };

#define TOKEN_URL "https://login.example.test/tenant-7/oauth2/v2.0/token"

static struct credential_files files;

static int make(struct text *token)
{
	const struct assertion assertion = {
		.certificate_path = files.certificate,
		.key_path = files.key,
		.client_id = "app-1",
		.token_url = TOKEN_URL,
		.now_s = time(NULL),
	};

	return assertion_make(&assertion, token);
}

static json_t *part(const char *letters, size_t count)
{
	char bytes[4096];
	const ssize_t length = base64url_read(letters, count, bytes);

	CHECK(length > 0);
	json_t *const object = json_loadb(bytes, (size_t)length, 0, NULL);

	CHECK(json_is_object(object));
	return object;
}

static json_t *header_of(const char *token)
{
	return part(token, strcspn(token, "."));
}

static json_t *claims_of(const char *token)
{
	const char *const from = strchr(token, '.') + 1;

	return part(from, strcspn(from, "."));
}

static const char *string_of(const json_t *object, const char *name)
{
	const char *const string = json_string_value(json_object_get(object, name));

	return string != NULL ? string : "";
}

static void test_header_and_claims(void)
{
	struct text token = { 0 };
	char thumbprint[64];

	CHECK_INT(0, make(&token));
	json_t *const header = header_of(token.data), *const claims =
							      claims_of(token.data);
	const json_int_t nbf = json_integer_value(json_object_get(claims, "nbf"));

	credential_thumbprint(&files, thumbprint);
	CHECK_INT(3, json_object_size(header));
	CHECK_TEXT("PS256", string_of(header, "alg"));
	CHECK_TEXT("JWT", string_of(header, "typ"));
	CHECK_TEXT(thumbprint, string_of(header, "x5t#S256"));
	CHECK_INT(7, json_object_size(claims));
	CHECK_TEXT(TOKEN_URL, string_of(claims, "aud"));
	CHECK_TEXT("app-1", string_of(claims, "iss"));
	CHECK_TEXT("app-1", string_of(claims, "sub"));
	CHECK(nbf <= time(NULL) && nbf > time(NULL) - 60);
	CHECK_INT(nbf, json_integer_value(json_object_get(claims, "iat")));
	CHECK_INT(nbf + 600, json_integer_value(json_object_get(claims, "exp")));
	json_decref(header);
	json_decref(claims);
	text_finish(&token);
}

static void test_signature(void)
{
	struct credential_files others;
	struct text token = { 0 };

	CHECK_INT(0, make(&token));
	CHECK(credential_signed(&files, token.data));
	credential_make(&others, 2048, -DAY_S, DAY_S);
	CHECK(!credential_signed(&others, token.data));
	credential_remove(&others);
	token.data[strcspn(token.data, ".") + 3] ^= 1;
	CHECK(!credential_signed(&files, token.data));
	text_finish(&token);
}

/* A jti used twice would be a replay. */
static void test_every_one_is_new(void)
{
	struct text one = { 0 }, two = { 0 };

	CHECK_INT(0, make(&one));
	CHECK_INT(0, make(&two));
	json_t *const first = claims_of(one.data), *const second = claims_of(two.data);
	const char *const jti = string_of(first, "jti");

	CHECK_INT(36, strlen(jti));
	CHECK(jti[14] == '4' && strchr("89ab", jti[19]) != NULL);
	CHECK(strcmp(jti, string_of(second, "jti")) != 0);
	json_decref(first);
	json_decref(second);
	text_finish(&one);
	text_finish(&two);
}

/* The members of the page's own example, no more and no fewer. */
static void test_shape_of_the_sample(void)
{
	static const char sample[] =
		"../shared/protocols/samples/graph/client-assertion.json";
	json_t *const wanted = json_load_file(sample, 0, NULL);
	struct text token = { 0 };
	const char *name;
	json_t *value;

	if (wanted == NULL) {
		fprintf(stderr, "    skipped: %s is not there\n", sample);
		return;
	}
	CHECK_INT(0, make(&token));
	json_t *const header = header_of(token.data), *const claims =
							      claims_of(token.data);

	json_object_foreach (json_object_get(wanted, "header"), name, value) {
		CHECK_INT(json_typeof(value), json_typeof(json_object_get(header, name)));
	}
	json_object_foreach (json_object_get(wanted, "claims"), name, value) {
		CHECK_INT(json_typeof(value), json_typeof(json_object_get(claims, name)));
	}
	CHECK_TEXT(string_of(json_object_get(wanted, "header"), "alg"),
		   string_of(header, "alg"));
	CHECK_INT(json_object_size(json_object_get(wanted, "header")),
		  json_object_size(header));
	CHECK_INT(json_object_size(json_object_get(wanted, "claims")),
		  json_object_size(claims));
	json_decref(header);
	json_decref(claims);
	json_decref(wanted);
	text_finish(&token);
}

static void refuses(int error)
{
	struct text token = { 0 };

	CHECK_INT(error, make(&token));
	CHECK_TEXT("", text_string(&token));
	CHECK(assertion_problem(error)[0] != '\0');
}

static void with_credential(unsigned bits, long from_s, long to_s, int error)
{
	const struct credential_files before = files;

	credential_make(&files, bits, from_s, to_s);
	refuses(error);
	credential_remove(&files);
	files = before;
}

static void overwrite(const char *path, const char *text)
{
	FILE *const file = fopen(path, "w");

	CHECK(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

static void test_what_cannot_prove_anything(void)
{
	struct credential_files others, before;

	with_credential(1024, -DAY_S, DAY_S, -EKEYREJECTED);
	with_credential(0, -DAY_S, DAY_S, -EKEYREJECTED);
	with_credential(2048, -2 * DAY_S, -DAY_S, -EKEYEXPIRED);
	with_credential(2048, DAY_S, 2 * DAY_S, -EKEYEXPIRED);
	credential_make(&others, 2048, -DAY_S, DAY_S);
	before = files;
	snprintf(files.key, sizeof(files.key), "%s", others.key);
	refuses(-EKEYREJECTED);
	CHECK_INT(0, chmod(others.key, 0604));
	refuses(-EACCES);
	CHECK_INT(0, chmod(others.key, 0600));
	overwrite(others.key, "no key at all\n");
	refuses(-EBADMSG);
	files.certificate[0] = '\0';
	refuses(-ENOENT);
	files = before;
	snprintf(files.certificate, sizeof(files.certificate), "/tmp");
	refuses(-EBADMSG);
	files = before;
	credential_remove(&others);
}

int main(void)
{
	credential_make(&files, 3072, -DAY_S, DAY_S);
	RUN(test_header_and_claims);
	RUN(test_signature);
	RUN(test_every_one_is_new);
	RUN(test_shape_of_the_sample);
	RUN(test_what_cannot_prove_anything);
	credential_remove(&files);
	return check_done();
}
