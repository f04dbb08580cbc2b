/* SPDX-License-Identifier: MIT */
/* The package as Teams gets it: what is in the zip, and when none is written. */
#include <jansson.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include "daemon/common/text.h"
#include "tests/check.h"
#include "tests/commands/run.h"

enum { PATH_BYTES = 128, PNG_HEAD = 26 };

#define BOT \
	"public_url: https://plenary.example.test:8443/\n" \
	"bot:\n  app_id: 11112222-3333-4444-5555-666677778888\n" \
	"  tenant_id: 00000000-0000-0000-0000-0000000000aa\n  secret_file: ./secret\n"
#define APP \
	"app:\n  developer: Example Training\n  website: https://example.test/about\n" \
	"  privacy: https://example.test/privacy\n  terms: https://example.test/terms\n"

static char folder[] = "/tmp/plenary-teams-app-XXXXXX";
static struct text said;

static const char *path(const char *name)
{
	static char paths[4][PATH_BYTES];
	static unsigned next;
	char *const made = paths[next++ % 4];

	snprintf(made, PATH_BYTES, "%s/%s", folder, name);
	return made;
}

static void write_file(const char *name, const char *text)
{
	FILE *const file = fopen(path(name), "w");

	CHECK(file != NULL && fputs(text, file) >= 0);
	CHECK_INT(0, fclose(file));
}

/* Its exit status; what it said is in `said`. */
static int run(const char *const words[])
{
	const char *list[RUN_WORDS] = { "teams-app" };

	for (int i = 0; words[i] != NULL; i++)
		list[i + 1] = words[i];
	return run_program(list, &said);
}

static int make(const char *config, const char *out, const char *more)
{
	return run((const char *const[]){ path(config), "--out", path(out), more, NULL });
}

static bool says(const char *words)
{
	if (strstr(text_string(&said), words) != NULL)
		return true;
	fprintf(stderr, "it said: %s\n", text_string(&said));
	return false;
}

/* The member's bytes, malloc'd. */
static char *member(const char *archive, const char *name, size_t *bytes)
{
	zip_t *const zip = zip_open(path(archive), ZIP_RDONLY, NULL);
	zip_stat_t status;

	CHECK(zip != NULL);
	CHECK_INT(0, zip_stat(zip, name, 0, &status));
	zip_file_t *const file = zip_fopen(zip, name, 0);
	char *const made = memory_zeroed(status.size + 1);
	CHECK_INT(status.size, zip_fread(file, made, status.size));
	zip_fclose(file);
	zip_discard(zip);
	*bytes = status.size;
	return made;
}

static unsigned number_at(const char *bytes)
{
	const unsigned char *const at = (const unsigned char *)bytes;

	return (unsigned)at[0] << 24 | (unsigned)at[1] << 16 | (unsigned)at[2] << 8 |
	       at[3];
}

/* RFC 2083: signature, then IHDR with width, height, depth and kind of colour. */
static void is_png(const char *name, unsigned size, bool transparent)
{
	size_t count = 0;
	char *const bytes = member("app.zip", name, &count);

	CHECK(count > PNG_HEAD);
	CHECK_INT(0, memcmp(bytes, "\x89PNG\r\n\x1a\n", 8));
	CHECK_INT(0, memcmp(bytes + 12, "IHDR", 4));
	CHECK_INT(size, number_at(bytes + 16));
	CHECK_INT(size, number_at(bytes + 20));
	CHECK_INT(8, bytes[24]);
	CHECK_INT(transparent ? 6 : 2, bytes[25]); /* RGBA or RGB */
	free(bytes);
}

static void text_at(const json_t *root, const char *first, const char *second,
		    const char *expected)
{
	const json_t *value = json_object_get(root, first);

	if (second != NULL)
		value = json_object_get(value, second);
	CHECK_TEXT(expected, json_string_value(value));
}

static void test_what_is_in_it(void)
{
	size_t bytes;

	CHECK_INT(0, make("good.yaml", "app.zip", NULL));
	CHECK(says("Upload it in the Teams admin centre"));
	zip_t *const zip = zip_open(path("app.zip"), ZIP_RDONLY, NULL);
	CHECK(zip != NULL);
	CHECK_INT(3, zip_get_num_entries(zip, 0));
	zip_discard(zip);
	is_png("color.png", 192, false);
	is_png("outline.png", 32, true);
	char *const text = member("app.zip", "manifest.json", &bytes);
	json_t *const root = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, NULL);
	CHECK(root != NULL);
	text_at(root, "manifestVersion", NULL, "1.30");
	text_at(root, "id", NULL, "11112222-3333-4444-5555-666677778888");
	text_at(root, "developer", "name", "Example Training");
	text_at(root, "developer", "termsOfUseUrl", "https://example.test/terms");
	text_at(root, "name", "short", "Plenary");
	text_at(root, "icons", "outline", "outline.png");
	text_at(root, "defaultInstallScope", NULL, "meetings");
	text_at(root, "defaultGroupCapability", "meetings", "bot");
	text_at(root, "webApplicationInfo", "resource",
		"api://plenary.example.test/botid-11112222-3333-4444-5555-666677778888");
	CHECK_TEXT("plenary.example.test",
		   json_string_value(
			   json_array_get(json_object_get(root, "validDomains"), 0)));
	const json_t *const bot = json_array_get(json_object_get(root, "bots"), 0);
	CHECK_INT(3, json_array_size(json_object_get(bot, "scopes")));
	CHECK(json_is_true(json_object_get(bot, "supportsTargetedMessages")));
	json_decref(root);
	free(text);
}

static void copy_of(const char *name, struct text *bytes)
{
	FILE *const file = fopen(path(name), "r");
	char chunk[4096];

	CHECK(file != NULL);
	for (size_t count; (count = fread(chunk, 1, sizeof(chunk), file)) > 0;)
		text_add(bytes, chunk, count);
	fclose(file);
}

/* Whenever, wherever: no time and no zone is in the bytes. */
static void test_same_bytes_again(void)
{
	struct text one = { 0 }, two = { 0 };

	setenv("TZ", "Pacific/Auckland", 1);
	CHECK_INT(0, make("good.yaml", "again.zip", NULL));
	unsetenv("TZ");
	copy_of("app.zip", &one);
	copy_of("again.zip", &two);
	CHECK_INT(one.length, two.length);
	CHECK_INT(0, memcmp(one.data, two.data, one.length));
	text_finish(&one);
	text_finish(&two);
}

static void test_never_over_a_file(void)
{
	CHECK_INT(1, make("good.yaml", "app.zip", NULL));
	CHECK(says("--force"));
	CHECK_INT(0, make("good.yaml", "app.zip", "--force"));
	CHECK(says("unchanged"));
	CHECK_INT(1, make("other.yaml", "app.zip", "--force"));
	CHECK(says("holds version 1.0.1 with other contents"));
	CHECK(says("raise app.version"));
	CHECK_INT(0, make("raised.yaml", "app.zip", "--force"));
	CHECK_INT(1, make("good.yaml", "app.zip", "--force"));
	CHECK(says("holds version 1.1.1"));
	CHECK_INT(1, make("good.yaml", "good.yaml", "--force"));
	CHECK(says("no package of an app"));
	CHECK_INT(1, make("good.yaml", "nowhere/app.zip", NULL));
	CHECK(says("No such file"));
	CHECK(access(path("nowhere"), F_OK) < 0);
}

/* The same manifest with another icon is another package. */
static void test_other_icons(void)
{
	static const char bytes[] = "another icon";

	CHECK_INT(0, make("good.yaml", "icons.zip", NULL));
	zip_t *const zip = zip_open(path("icons.zip"), 0, NULL);
	CHECK(zip != NULL);
	CHECK(zip_file_add(zip, "color.png",
			   zip_source_buffer(zip, bytes, sizeof(bytes), 0),
			   ZIP_FL_OVERWRITE) >= 0);
	CHECK_INT(0, zip_close(zip));
	CHECK_INT(1, run((const char *const[]){ path("good.yaml"), "--out",
						path("icons.zip"), "--force", NULL }));
	CHECK(says("with other contents"));
}

static void refuses(const char *config, const char *words)
{
	write_file("bad.yaml", config);
	CHECK_INT(1, make("bad.yaml", "bad.zip", NULL));
	CHECK(says(words));
	CHECK(access(path("bad.zip"), F_OK) < 0);
}

static void test_what_is_missing(void)
{
	refuses(APP, "there is no `bot` section");
	refuses(BOT, "there is no `app` section");
	refuses(APP "bot: {app_id: 11112222-3333-4444-5555-666677778888, tenant_id: "
		    "t.test, secret_file: ./s}\n",
		"`public_url` is not set");
	refuses("public_url: https://example.test\n" APP
		"bot: {app_id: bot, tenant_id: t.test, secret_file: ./s}\n",
		"`bot.app_id` is not what Teams needs");
	refuses(BOT APP "  short_name: 0123456789012345678901234567890\n",
		"bad.yaml:11:15: error: `short_name`: expected 1 to 30 characters");
	CHECK_INT(1, run((const char *const[]){ path("none.yaml"), NULL }));
	CHECK_INT(2, run((const char *const[]){ "a", "b", NULL }));
}

static void test_explained(void)
{
	CHECK_INT(0, run((const char *const[]){ "--explain", NULL }));
	CHECK(says("OnlineMeetingParticipant.Read.Chat"));
	CHECK(says("Without it:"));
	CHECK_INT(0, run((const char *const[]){ path("good.yaml"), "--manifest", NULL }));
	json_t *const root = json_loads(text_string(&said), 0, NULL);
	CHECK(json_is_object(root));
	const json_t *const asked =
		json_object_get(json_object_get(json_object_get(root, "authorization"),
						"permissions"),
				"resourceSpecific");
	CHECK(json_array_size(asked) > 0);
	json_decref(root);
}

static void clear(void)
{
	static const char *const names[] = { "good.yaml", "other.yaml", "raised.yaml",
					     "bad.yaml",  "app.zip",    "again.zip",
					     "icons.zip" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(path(names[i]));
	/* Nothing half written was left beside them. */
	CHECK_INT(0, rmdir(folder));
}

int main(void)
{
	CHECK(mkdtemp(folder) != NULL);
	write_file("good.yaml", BOT APP);
	write_file("other.yaml", BOT APP "  name: Another name\n");
	write_file("raised.yaml", BOT APP "  name: Another name\n  version: 1.1\n");
	RUN(test_what_is_in_it);
	RUN(test_same_bytes_again);
	RUN(test_never_over_a_file);
	RUN(test_other_icons);
	RUN(test_what_is_missing);
	RUN(test_explained);
	clear();
	text_finish(&said);
	return check_done();
}
