/* SPDX-License-Identifier: MIT */
/* What is no activity, and by what two of them are the same one. */
#include "daemon/common/text.h"
#include "daemon/decode/activity.h"
#include "tests/check.h"

static void refused(const char *body, const char *detail)
{
	struct problem problem = { 0 };
	struct activity activity = { 0 };

	CHECK_INT(-1, activity_read(body, strlen(body), &activity, &problem));
	CHECK_INT(400, problem.status);
	if (strstr(problem.detail, detail) == NULL)
		CHECK_TEXT(detail, problem.detail);
}

static void test_no_activity(void)
{
	struct text deep = { 0 };

	refused("", "not JSON");
	refused("{", "not JSON");
	refused("{}", "no type");
	refused("[]", "no type");
	refused("[{\"type\":\"message\"}]", "no type");
	refused("\"message\"", "not JSON");
	refused("{\"type\":null}", "no type");
	refused("{\"type\":7}", "no type");
	refused("{\"type\":\"\"}", "no type");
	refused("{\"type\":\"a\",\"type\":\"b\"}", "not JSON");
	refused("{\"type\":\"\xc3\"}", "not JSON");
	refused("{\"type\":\"a\\u0000b\"}", "not JSON");
	for (int i = 0; i < 40; i++)
		text_addf(&deep, "{\"type\":");
	refused(text_string(&deep), "nested");
	text_finish(&deep);
}

static void key_of(const char *body, char key[ACTIVITY_KEY_BYTES])
{
	struct problem problem = { 0 };
	struct activity activity;

	CHECK_INT(0, activity_read(body, strlen(body), &activity, &problem));
	memcpy(key, activity.key, ACTIVITY_KEY_BYTES);
	activity_finish(&activity);
}

static void keys_differ(const char *body, const char *other)
{
	char key[ACTIVITY_KEY_BYTES], other_key[ACTIVITY_KEY_BYTES];

	key_of(body, key);
	key_of(other, other_key);
	CHECK(strcmp(key, other_key) != 0);
	key_of(body, other_key);
	CHECK_TEXT(key, other_key);
}

/* bot.md: conversation, id and type; edits repeat the id with another timestamp. */
static void test_keys(void)
{
#define ACTIVITY(type, id, conversation, time) \
	"{\"type\":\"" type "\",\"id\":\"" id \
	"\",\"conversation\":{\"id\":\"" conversation "\"},\"timestamp\":\"" time "\"}"
	const char *const one = ACTIVITY("message", "1", "c", "2026-11-24T09:00:00Z");

	keys_differ(one, ACTIVITY("message", "2", "c", "2026-11-24T09:00:00Z"));
	keys_differ(one, ACTIVITY("message", "1", "d", "2026-11-24T09:00:00Z"));
	keys_differ(one, ACTIVITY("messageUpdate", "1", "c", "2026-11-24T09:00:00Z"));
	keys_differ(one, ACTIVITY("message", "1", "c", "2026-11-24T09:00:01Z"));
	keys_differ("{\"type\":\"message\",\"text\":\"start\"}",
		    "{\"type\":\"message\",\"text\":\"hold\"}");
}

int main(void)
{
	RUN(test_no_activity);
	RUN(test_keys);
	return check_done();
}
