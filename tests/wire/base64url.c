/* SPDX-License-Identifier: MIT */
#include "tests/check.h"

#include "daemon/common/text.h"
#include "daemon/wire/base64url.h"

/* RFC 4648 §10, without its padding; and spellings that are not the one. */
static void test_base64url(void)
{
	static const char *const plain[] = { "", "f", "fo", "foo", "foob", "\xfb\xff" };
	static const char *const spelt[] = { "", "Zg", "Zm8", "Zm9v", "Zm9vYg", "-_8" };
	static const char *const wrong[] = { "Z",   "Zm9vY", "Zh",  "Zm9",   "Zg==",
					     "Zg=", "+_8",   "-/8", "Zm 9v", "Zm9v\n" };
	char bytes[16];

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		struct text text = { 0 };

		base64url_add(&text, plain[i], strlen(plain[i]));
		CHECK_TEXT(spelt[i], text_string(&text));
		CHECK_INT(strlen(plain[i]),
			  base64url_read(spelt[i], strlen(spelt[i]), bytes));
		CHECK(memcmp(plain[i], bytes, strlen(plain[i])) == 0);
		text_finish(&text);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CHECK_INT(-1, base64url_read(wrong[i], strlen(wrong[i]), bytes));
}

static void test_base64(void)
{
	static const char *const plain[] = { "",     "f",     "fo",      "foo",
					     "foob", "fooba", "\xfb\xff" };
	static const char *const spelt[] = { "",         "Zg==",     "Zm8=", "Zm9v",
					     "Zm9vYg==", "Zm9vYmE=", "+/8=" };
	static const char *const wrong[] = { "Z",        "Zg",   "Zg=",    "Zh==",
					     "Zm9=",     "====", "Z===",   "-_8=",
					     "Zg==Zg==", "=Zg=", "Zm9v\n", "Zm 9" };
	char bytes[16];

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		struct text text = { 0 };

		base64_add(&text, plain[i], strlen(plain[i]));
		CHECK_TEXT(spelt[i], text_string(&text));
		CHECK_INT(strlen(plain[i]),
			  base64_read(spelt[i], strlen(spelt[i]), bytes));
		CHECK(memcmp(plain[i], bytes, strlen(plain[i])) == 0);
		text_finish(&text);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CHECK_INT(-1, base64_read(wrong[i], strlen(wrong[i]), bytes));
}

int main(void)
{
	RUN(test_base64);
	RUN(test_base64url);
	return check_done();
}
