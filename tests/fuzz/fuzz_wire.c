/* SPDX-License-Identifier: MIT */
/*
 * What comes back from those we call, and what they say of themselves: errors, headers,
 * addresses, key sets, tokens.  None is good by chance: nobody can sign here.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/common/clock.h"
#include "daemon/common/text.h"
#include "daemon/wire/auth.h"
#include "daemon/wire/backoff.h"
#include "daemon/wire/base64url.h"
#include "daemon/wire/hosts.h"
#include "daemon/wire/jwt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const int statuses[] = { 200, 400, 401, 403, 404, 409, 412, 413, 429, 500, 502 };

static void as_reply(const char *body, size_t bytes)
{
	char code[REPLY_CODE_BYTES];

	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		for (int party = 0; party < REPLY_PARTIES; party++) {
			const enum reply_class class =
				reply_judge((enum reply_party)party, statuses[i], 0, body,
					    bytes, code);

			assert(class < REPLY_CLASSES);
			assert((class == REPLY_DONE) == (statuses[i] == 200));
			assert(strlen(code) < sizeof(code));
			assert(strpbrk(code, "\r\n\"<>") == NULL);
		}
	}
}

static void as_header(const char *value)
{
	const int64_t wait_ms = retry_after_read(value, -1, 1795600000);
	int64_t at_ms;

	assert(wait_ms >= -1 && wait_ms <= RETRY_AFTER_LONGEST_MS);
	if (wait_ms >= 0)
		assert(backoff_ms(3, 7, wait_ms) >= wait_ms);
	if (clock_parse(value, &at_ms) == 0) {
		char iso[32];
		int64_t again_ms;

		clock_iso(at_ms, iso);
		const int rc = clock_parse(iso, &again_ms);

		assert(rc == 0);
		assert(again_ms == at_ms);
	}
}

static void as_address(const char *url)
{
	static const char *const suffixes[] = { "example.test", NULL };
	char host[HOST_BYTES];

	if (host_may_receive(url, suffixes, false)) {
		const bool is_sound = host_read(url, host);
		const size_t length = strlen(host), tail = strlen(suffixes[0]);

		assert(is_sound);
		assert(length >= tail);
		assert(strcmp(host + length - tail, suffixes[0]) == 0);
		assert(length == tail || host[length - tail - 1] == '.');
		assert(strncasecmp(url, "https://", 8) == 0);
		assert(!host_is_loopback(url));
	}
}

/* One value has one spelling. */
static void as_letters(const char *letters, size_t count)
{
	char *const bytes = memory_zeroed(count + 1);
	const ssize_t read = base64url_read(letters, count, bytes);
	struct text again = { 0 };

	if (read >= 0) {
		base64url_add(&again, bytes, (size_t)read);
		assert(again.length == count);
		assert(memcmp(text_string(&again), letters, count) == 0);
	}
	text_finish(&again);
	free(bytes);
}

static void as_token(const char *token)
{
	static struct auth_signer *signer;
	static struct auth_keys *keys;
	const struct auth_expected expected = { .issuer = "i",
						.audience = "a",
						.now_s = 1795600000 };
	struct auth_claims claims;

	if (signer == NULL) {
		signer = auth_signer_create("k");
		char *const set = auth_signer_keys(signer);

		keys = auth_keys_read(set, strlen(set));
		free(set);
	}
	const enum auth_verdict verdict = auth_verify(keys, token, &expected, &claims);

	assert(verdict != AUTH_GOOD && verdict < AUTH_VERDICTS);
}

static void as_keys(const char *text, size_t bytes)
{
	struct auth_keys *const keys = auth_keys_read(text, bytes);

	if (keys != NULL) {
		assert(auth_keys_count(keys) <= AUTH_KEYS);
		auth_keys_destroy(keys);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text text = { 0 };

	text_add(&text, (const char *)data, size);
	text_string(&text);
	as_reply(text_string(&text), size);
	as_header(text_string(&text));
	as_address(text_string(&text));
	as_letters(text_string(&text), size);
	as_token(text_string(&text));
	as_keys(text_string(&text), size);
	text_finish(&text);
	return 0;
}
