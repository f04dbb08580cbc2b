/* SPDX-License-Identifier: MIT */
/* What token endpoints and challenges say, Microsoft's own examples among them. */
#include "daemon/wire/token_grant.h"

#include "tests/check.h"

#include <jansson.h>

static struct client_reply reply_of(int status, const char *body)
{
	return (struct client_reply){ .status = status,
				      .retry_after_ms = -1,
				      .date_ms = -1,
				      .content_type = "",
				      .challenge = "",
				      .body = body,
				      .body_bytes = strlen(body) };
}

static void refusal(int status, const char *body, bool final, const char *words)
{
	const struct client_reply reply = reply_of(status, body);
	struct text said = { 0 };

	CHECK_INT(final, token_refusal_read(&reply, &said));
	CHECK_TEXT(words, text_string(&said));
	text_finish(&said);
}

static void test_refusals(void)
{
	refusal(400, "{\"error\":\"invalid_scope\",\"error_codes\":[70011]}", true,
		"http 400 invalid_scope codes=70011");
	refusal(401, "{\"error\":\"invalid_client\"}", true, "http 401 invalid_client");
	/* The same word from a server that is itself in trouble decides nothing. */
	refusal(503, "{\"error\":\"invalid_client\"}", false, "http 503 invalid_client");
	refusal(502, "<html><body>Bad gateway</body></html>", false, "http 502");
	refusal(429, "Too Many Requests", false, "http 429");
}

static json_t *sample(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "../shared/protocols/samples/graph/%s", name);
	json_t *const root = json_load_file(path, 0, NULL);

	if (root == NULL)
		fprintf(stderr, "    skipped: %s is not there\n", path);
	return root;
}

static void test_samples(void)
{
	json_t *const refused = sample("token-error-400.json");
	json_t *const granted = sample("token-response.json");
	struct token_grant grant = { 0 };

	if (refused != NULL) {
		char *const body = json_dumps(refused, 0);

		refusal(400, body, true,
			"http 400 invalid_scope codes=70011"
			" correlation=fb3d2015-bc17-4bb9-bb85-30c5cf1aaaa7");
		free(body);
	}
	if (granted != NULL) {
		char *const body = json_dumps(granted, 0);
		const struct client_reply reply = reply_of(200, body);

		CHECK(token_grant_read(&reply, &grant));
		CHECK_INT(3599 * 1000, grant.lifetime_ms);
		CHECK_TEXT(json_string_value(json_object_get(granted, "access_token")),
			   grant.token);
		free(grant.token);
		free(body);
	}
	json_decref(refused);
	json_decref(granted);
}

static void clock_is(int64_t date_ms, int64_t now_ms, const char *words)
{
	struct client_reply reply = reply_of(401, "");
	struct text said = { 0 };

	reply.date_ms = date_ms;
	CHECK_INT(words[0] != '\0', token_clock_is_off(&reply, now_ms, &said));
	CHECK_TEXT(words, text_string(&said));
	text_finish(&said);
}

static void test_clock(void)
{
	const int64_t now_ms = 1795600000000;

	clock_is(-1, now_ms, "");
	clock_is(now_ms, now_ms, "");
	clock_is(now_ms - 300000, now_ms, "");
	clock_is(now_ms + 300000, now_ms, "");
	clock_is(now_ms - 301000, now_ms,
		 "; this machine's clock is 301 s ahead of the sign-in server's:"
		 " set it right");
	clock_is(now_ms + 7200000, now_ms,
		 "; this machine's clock is 7200 s behind the sign-in server's:"
		 " set it right");
}

static void wants(const char *header, const char *claims)
{
	char *const found = token_challenge_claims(header);

	if (claims == NULL)
		CHECK(found == NULL);
	else
		CHECK_TEXT(claims, found);
	free(found);
}

/* {"access_token":{"nbf":{"essential":true,"value":"1604106651"}}} */
#define CLAIMS \
	"eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwgInZhbHVlIjoiMTYwNDEwNj" \
	"Y1" \
	"MSJ9fX0="

static void test_claims_challenge(void)
{
	static const char wanted[] = "{\"access_token\":{\"nbf\":{\"essential\":true,"
				     "\"value\":\"1604106651\"}}}";

	wants("Bearer realm=\"\", authorization_uri=\"https://login.example.test/\","
	      " error=\"insufficient_claims\", claims=\"" CLAIMS "\"",
	      wanted);
	wants("Bearer claims=\"" CLAIMS "\",error=\"insufficient_claims\"", wanted);
	wants("Bearer error=\"invalid_token\", claims=\"" CLAIMS "\"", NULL);
	wants("Bearer error=\"insufficient_claims\"", NULL);
	wants("Bearer error=\"insufficient_claims\", claims=\"!!\"", NULL);
	wants("Bearer error=\"insufficient_claims\", claims=\"W10=\"", NULL);
	wants("Bearer error=\"insufficient_claims\", other_claims=\"" CLAIMS "\"", NULL);
	wants("", NULL);
}

int main(void)
{
	RUN(test_refusals);
	RUN(test_samples);
	RUN(test_clock);
	RUN(test_claims_challenge);
	return check_done();
}
