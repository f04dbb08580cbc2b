/* SPDX-License-Identifier: MIT */
/* What the app's package promises: every word in its menu is understood, and what is in it
 * rises in version when it changes. */
#include "commands/teams_manifest.h"

#include "daemon/decode/activity.h"
#include "daemon/settings/config.h"
#include "daemon/wire/auth.h"
#include "tests/check.h"
#include "tests/daemon/world.h"

static struct world world;

static enum meaning_kind meaning_of(const char *words)
{
	struct plenary *const plenary = world.plenary;
	struct meaning *const meaning = memory_zeroed(sizeof(*meaning));
	struct problem problem = { 0 };
	struct activity activity;
	struct text body = { 0 };

	text_addf(&body,
		  "{\"type\":\"message\",\"id\":\"1\",\"channelId\":\"msteams\","
		  "\"conversation\":{\"id\":\"" WORLD_THREAD "\"},"
		  "\"from\":{\"id\":\"29:u3\"},\"recipient\":{\"id\":\"28:bot\"},"
		  "\"text\":\"<at>P</at> %s\",\"entities\":[{\"type\":\"mention\","
		  "\"mentioned\":{\"id\":\"28:bot\"},\"text\":\"<at>P</at>\"}]}",
		  words);
	CHECK_INT(0, activity_read(text_string(&body), body.length, &activity, &problem));
	activity_means(&activity,
		       &(struct activity_of){ plenary->directory,
					      journal_batch(plenary->journal),
					      &plenary->sessions },
		       meaning);
	activity_finish(&activity);
	const enum meaning_kind kind = meaning->kind;

	free(meaning);
	text_finish(&body);
	return kind;
}

static void test_every_word_is_understood(void)
{
	json_t *plan;

	world_begin(&world);
	world_open(&world, 0);
	plan = world_plan(&world);
	world_schedule(&world, plan);
	json_decref(plan);
	CHECK_INT(MEANS_NOT_UNDERSTOOD, meaning_of("dance"));
	for (size_t i = 0; i < teams_command_count; i++) {
		const enum meaning_kind kind = meaning_of(teams_commands[i].title);

		fprintf(stderr, "    %s\n", teams_commands[i].title);
		CHECK(kind == MEANS_EVENTS || kind == MEANS_STATUS ||
		      kind == MEANS_HELP || kind == MEANS_MY_ROOM ||
		      kind == MEANS_ANNOUNCE);
	}
	world_close(&world);
	world_end(&world);
}

static void test_limits(void)
{
	CHECK(teams_permission_count > 0 && teams_permission_count <= 16);
	CHECK(teams_command_count > 0 && teams_command_count <= 12);
	for (size_t i = 0; i < teams_command_count; i++) {
		CHECK(strlen(teams_commands[i].title) <= 128);
		CHECK(strlen(teams_commands[i].description) <= 4000);
	}
	for (size_t i = 0; i < teams_permission_count; i++) {
		CHECK(strlen(teams_permissions[i].name) <= 128);
		CHECK(teams_permissions[i].gives[0] != '\0');
		CHECK(teams_permissions[i].without[0] != '\0');
	}
}

/*
 * When this fails, what the package says has changed: raise TEAMS_MANIFEST_REVISION, then
 * write both new values here.  Teams would refuse the new package under the old version.
 */
static void test_revision_rises_with_what_is_said(void)
{
	static const struct config config = {
		.public_url = "https://plenary.example.test",
		.bot = { .app_id = "11112222-3333-4444-5555-666677778888" },
		.app = { .developer = "d",
			 .website = "https://example.test",
			 .privacy = "https://example.test",
			 .terms = "https://example.test",
			 .name = "n",
			 .short_name = "s",
			 .version = "1.0" },
	};
	struct text manifest = { 0 }, words = { 0 };
	uint8_t digest[32];
	char told[48];

	CHECK_INT(0, teams_manifest_make(&config, &manifest, &words));
	auth_sha256(manifest.data, manifest.length, digest);
	snprintf(told, sizeof(told), "%d %02x%02x%02x%02x", TEAMS_MANIFEST_REVISION,
		 digest[0], digest[1], digest[2], digest[3]);
	CHECK_TEXT("1 3e44e106", told);
	text_finish(&manifest);
	text_finish(&words);
}

static void test_versions_compare(void)
{
	CHECK(teams_version_compare("1.0.0", "1.0.0") == 0);
	CHECK(teams_version_compare("1.0.10", "1.0.9") > 0);
	CHECK(teams_version_compare("1.9.0", "1.10.0") < 0);
	CHECK(teams_version_compare("2.0.0", "1.99.99") > 0);
	CHECK(teams_version_compare("1.0.0", "") > 0);
	CHECK(teams_version_compare("", "1.0") < 0);
	CHECK(teams_version_compare("", "") == 0);
}

int main(void)
{
	RUN(test_every_word_is_understood);
	RUN(test_limits);
	RUN(test_revision_rises_with_what_is_said);
	RUN(test_versions_compare);
	return check_done();
}
