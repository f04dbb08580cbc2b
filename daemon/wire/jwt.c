/* SPDX-License-Identifier: MIT */
#include "daemon/wire/jwt.h"

#include "daemon/common/text.h"
#include "daemon/wire/base64url.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static json_t *read_object(const char *letters, size_t count)
{
	char *const bytes = memory_zeroed(count + 1);
	const ssize_t length = base64url_read(letters, count, bytes);
	json_t *object = NULL;

	/* Two claims of one name could be read differently by two readers. */
	if (length > 0)
		object = json_loadb(bytes, (size_t)length, JSON_REJECT_DUPLICATES, NULL);
	free(bytes);
	if (json_is_object(object))
		return object;
	json_decref(object);
	return NULL;
}

static enum auth_verdict judge_header(const json_t *header)
{
	const char *const algorithm = json_string_value(json_object_get(header, "alg"));

	if (algorithm == NULL || json_object_get(header, "crit"))
		return AUTH_MALFORMED;
	return strcmp(algorithm, "RS256") == 0 ? AUTH_GOOD : AUTH_WRONG_ALGORITHM;
}

enum auth_verdict jwt_read(struct jwt *jwt, const char *token)
{
	*jwt = (struct jwt){ 0 };
	if (strnlen(token, AUTH_TOKEN_BYTES + 1) > AUTH_TOKEN_BYTES)
		return AUTH_MALFORMED;

	const char *const first = strchr(token, '.');
	const char *const second = first ? strchr(first + 1, '.') : NULL;
	const size_t letters = second ? strlen(second + 1) : 0;
	if (second == NULL || letters > JWT_SIGNATURE_BYTES)
		return AUTH_MALFORMED;

	jwt->header = read_object(token, (size_t)(first - token));
	jwt->payload = read_object(first + 1, (size_t)(second - first - 1));
	if (jwt->header == NULL || jwt->payload == NULL)
		return AUTH_MALFORMED;
	const enum auth_verdict verdict = judge_header(jwt->header);
	if (verdict != AUTH_GOOD)
		return verdict;

	const ssize_t bytes = base64url_read(second + 1, letters, jwt->signature);
	if (bytes <= 0)
		return AUTH_MALFORMED;
	jwt->signed_text = token;
	jwt->signed_bytes = (size_t)(second - token);
	jwt->signature_bytes = (size_t)bytes;
	return AUTH_GOOD;
}

void jwt_finish(struct jwt *jwt)
{
	json_decref(jwt->header);
	json_decref(jwt->payload);
	*jwt = (struct jwt){ 0 };
}

const char *jwt_key_id(const struct jwt *jwt)
{
	return json_string_value(json_object_get(jwt->header, "kid"));
}

static bool is_text(const json_t *value, const char *wanted)
{
	return json_is_string(value) && strcmp(json_string_value(value), wanted) == 0;
}

static bool is_audience(const json_t *value, const char *wanted)
{
	return json_is_string(value) && strcasecmp(json_string_value(value), wanted) == 0;
}

static bool audience_fits(const json_t *value, const char *wanted)
{
	size_t i;
	const json_t *each;

	if (!json_is_array(value))
		return is_audience(value, wanted);
	json_array_foreach (value, i, each) {
		if (is_audience(each, wanted))
			return true;
	}
	return false;
}

/* NumericDate (RFC 7519 §2) may have a fraction.  Beyond the year 9999 is no date. */
static bool read_date(const json_t *value, int64_t *seconds)
{
	const double number = json_number_value(value);

	if (!json_is_number(value) || !(number >= 0 && number < 253402300800.0))
		return false;
	*seconds = (int64_t)number;
	return true;
}

static enum auth_verdict judge_times(const json_t *payload, int64_t now_s,
				     int64_t *expires_s)
{
	const json_t *const start = json_object_get(payload, "nbf");
	int64_t start_s = 0;

	if (!read_date(json_object_get(payload, "exp"), expires_s))
		return AUTH_MALFORMED;
	if (start && !read_date(start, &start_s))
		return AUTH_MALFORMED;
	if (*expires_s <= now_s - AUTH_SKEW_SECONDS)
		return AUTH_EXPIRED;
	return start_s < now_s + AUTH_SKEW_SECONDS ? AUTH_GOOD : AUTH_NOT_YET_VALID;
}

/* One that does not fit is left empty: half a URL or id is worse than none. */
static void copy_claim(char claim[AUTH_CLAIM_BYTES], const json_t *payload,
		       const char *name, const char *other)
{
	const json_t *value = json_object_get(payload, name);

	if (value == NULL && other)
		value = json_object_get(payload, other);
	const char *const string = json_is_string(value) ? json_string_value(value) : "";
	if (strlen(string) < AUTH_CLAIM_BYTES)
		snprintf(claim, AUTH_CLAIM_BYTES, "%s", string);
}

static bool is_guid_like(const char *text)
{
	return text[0] != '\0' && strspn(text, "0123456789abcdefABCDEF-") == strlen(text);
}

/* "{tenantid}" stands for the tenant that the token itself names. */
static bool issuer_fits(const json_t *payload, const char *wanted)
{
	const json_t *const value = json_object_get(payload, "iss");
	const char *const issuer = json_string_value(value);
	const char *const tenant = json_string_value(json_object_get(payload, "tid"));
	const char *const hole = strstr(wanted, JWT_TENANT_HOLE);

	if (hole == NULL)
		return is_text(value, wanted);
	if (issuer == NULL || tenant == NULL || !is_guid_like(tenant))
		return false;
	const size_t before = (size_t)(hole - wanted), length = strlen(tenant);

	return strncmp(issuer, wanted, before) == 0 &&
	       strncmp(issuer + before, tenant, length) == 0 &&
	       strcmp(issuer + before + length, hole + strlen(JWT_TENANT_HOLE)) == 0;
}

enum auth_verdict jwt_judge(const struct jwt *jwt, const struct auth_expected *expected,
			    struct auth_claims *claims)
{
	struct auth_claims read = { 0 };

	if (!issuer_fits(jwt->payload, expected->issuer))
		return AUTH_WRONG_ISSUER;
	if (!audience_fits(json_object_get(jwt->payload, "aud"), expected->audience))
		return AUTH_WRONG_AUDIENCE;
	const enum auth_verdict verdict =
		judge_times(jwt->payload, expected->now_s, &read.expires_s);
	if (verdict != AUTH_GOOD)
		return verdict;

	copy_claim(read.service_url, jwt->payload, "serviceurl", "serviceUrl");
	copy_claim(read.tenant, jwt->payload, "tid", NULL);
	copy_claim(read.subject, jwt->payload, "sub", "oid");
	if (is_text(json_object_get(jwt->payload, "ver"), "2.0"))
		copy_claim(read.publisher, jwt->payload, "azp", NULL);
	else if (is_text(json_object_get(jwt->payload, "ver"), "1.0"))
		copy_claim(read.publisher, jwt->payload, "appid", NULL);
	*claims = read;
	return AUTH_GOOD;
}

bool jwt_is_version_2(const struct jwt *jwt)
{
	return is_text(json_object_get(jwt->payload, "ver"), "2.0");
}
