/* SPDX-License-Identifier: MIT */
#include "tests/check.h"

#include "daemon/common/text.h"
#include "daemon/wire/base64url.h"
#include "daemon/wire/token_hint.h"

#include <stdlib.h>
#include <string.h>

/* A token with these claims; nobody has signed it, and nobody looks. */
static int read_claims(const char *claims, struct token_hint *hint)
{
	struct text token = { 0 };

	text_addf(&token, "eyJhbGciOiJSUzI1NiJ9.");
	base64url_add(&token, claims, strlen(claims));
	text_addf(&token, ".c2ln");
	const int rc = token_hint_read(text_string(&token), hint);

	text_finish(&token);
	return rc;
}

static void test_what_it_says(void)
{
	struct token_hint hint;

	CHECK_INT(0, read_claims("{\"tid\":\"00000000-0000-0000-0000-0000000000aa\","
				 "\"appid\":\"app-1\",\"exp\":1795600000,\"roles\":["
				 "\"OnlineMeetings.Read.All\",\"Mail.Send\"]}",
				 &hint));
	CHECK_TEXT("00000000-0000-0000-0000-0000000000aa", hint.tenant);
	CHECK_TEXT("app-1", hint.application);
	CHECK_INT(1795600000, hint.expires_s);
	CHECK_INT(2, hint.role_count);
	CHECK_TEXT("Mail.Send", hint.roles[1]);
	CHECK(token_hint_has(&hint, "onlinemeetings.read.all"));
	CHECK(!token_hint_has(&hint, "OnlineMeetings.Read"));
	CHECK_INT(0, read_claims("{\"azp\":\"app-2\"}", &hint));
	CHECK_TEXT("app-2", hint.application);
	CHECK_TEXT("", hint.tenant);
	CHECK_INT(0, hint.role_count);
}

/* A token is opaque by contract: one that cannot be read is no fault. */
static void test_what_cannot_be_read(void)
{
	static const char *const tokens[] = { "",       "opaque", "a.b",
					      "a.!!.c", "a..c",   "a.W10.c" };
	struct token_hint hint = { .role_count = 7 };

	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++)
		CHECK_INT(-1, token_hint_read(tokens[i], &hint));
	CHECK_INT(7, hint.role_count);
}

static void test_strange_words_are_left_out(void)
{
	struct text claims = { 0 };
	struct token_hint hint;

	text_addf(&claims, "{\"tid\":\"a\\nb\",\"roles\":[\"<b>\",7,null,\"\"");
	for (int i = 0; i < TOKEN_HINT_ROLES + 2; i++)
		text_addf(&claims, ",\"Role.%d\"", i);
	text_addf(&claims, "]}");
	CHECK_INT(0, read_claims(text_string(&claims), &hint));
	text_finish(&claims);
	CHECK_TEXT("", hint.tenant);
	CHECK_INT(TOKEN_HINT_ROLES, hint.role_count);
	CHECK_INT(4 + 2, hint.left_out);
	CHECK_TEXT("Role.0", hint.roles[0]);
}

int main(void)
{
	RUN(test_what_it_says);
	RUN(test_what_cannot_be_read);
	RUN(test_strange_words_are_left_out);
	return check_done();
}
