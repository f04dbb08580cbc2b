/* SPDX-License-Identifier: MIT */
/*
 * plenary teams-app [CONFIG]: the package of the Teams app.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/archive.h"
#include "commands/commands.h"
#include "commands/help.h"
#include "commands/teams_manifest.h"
#include "commands/where.h"
#include "daemon/settings/config.h"
#include "web/web.h"

#define OUT_FILE "plenary-teams-app.zip"

/* color.png and outline.png, built in (cmake/embed.cmake). */
extern const struct web_file teams_app_files[];
extern const size_t teams_app_file_count;

static const char usage[] =
	"usage: plenary teams-app [CONFIG] [--out FILE.zip] [--force]\n"
	"       plenary teams-app --explain\n"
	"       plenary teams-app [CONFIG] --manifest\n"
	"\n"
	"Writes the package of the Teams app: its manifest and its icons, for the bot "
	"and the\n"
	"organisation that the configuration names (" WHERE_CONFIG ").\n"
	"\n"
	"  --out FILE.zip    where to (" OUT_FILE ")\n"
	"  --force           also over an earlier package, if the version has risen\n"
	"  --explain         say what the app asks to be allowed, and why\n"
	"  --manifest        print manifest.json and write nothing\n" HELP_HELP;

struct asked {
	const char *config, *out;
	bool force, explain, manifest;
};

static int fail(const char *file, const char *words)
{
	fprintf(stderr, "plenary teams-app: %s: %s\n", file, words);
	return 1;
}

/* -- why --------------------------------------------------------------------------------- */

static int explain(void)
{
	puts("The bot lives in meeting and group chats and in channels, where sessions "
	     "are\n"
	     "led, and writes to a person alone what is for them alone (their room).\n\n"
	     "Whoever adds the app to a meeting, chat or team consents there, and for "
	     "there\n"
	     "only, to these permissions:\n");
	for (size_t i = 0; i < teams_permission_count; i++)
		printf("%s\n  %s.\n  Without it: %s.\n", teams_permissions[i].name,
		       teams_permissions[i].gives, teams_permissions[i].without);
	puts("\nNot asked for: ChatMessage.Read.Chat (the bot reads what mentions it "
	     "and\n"
	     "nothing else), ChatMember.Read.Chat (it may list the members of chats it "
	     "is in\n"
	     "without), anything that writes in a person's name, tabs, and the meeting's "
	     "stage.\n"
	     "docs/tenant-setup.md has the permissions of Microsoft Graph.");
	return 0;
}

/* -- what is in it ------------------------------------------------------------------------- */

enum { MEMBERS = 3 };

/* Names and bytes are borrowed. */
static void fill(struct archive_member members[MEMBERS], const struct text *manifest)
{
	members[0] = (struct archive_member){ "manifest.json", manifest->data,
					      manifest->length };
	members[1] = (struct archive_member){ .name = "color.png" };
	members[2] = (struct archive_member){ .name = "outline.png" };
	for (size_t i = 0; i < teams_app_file_count; i++) {
		for (size_t j = 1; j < MEMBERS; j++) {
			if (strcmp(members[j].name, teams_app_files[i].name) != 0)
				continue;
			members[j].bytes = teams_app_files[i].bytes;
			members[j].count = teams_app_files[i].count;
		}
	}
}

/* -- an earlier package -------------------------------------------------------------------- */

static const char *version_of(const json_t *manifest)
{
	const char *const version =
		json_string_value(json_object_get(manifest, "version"));

	return version != NULL ? version : "";
}

/* The manifest is compared by its meaning elsewhere. */
static bool same_icons(const char *out, const struct archive_member members[MEMBERS])
{
	bool same = true;

	for (size_t i = 1; same && i < MEMBERS; i++) {
		struct text earlier = { 0 };

		same = members[i].bytes != NULL &&
		       archive_read(out, members[i].name, &earlier) == 0 &&
		       earlier.length == members[i].count &&
		       memcmp(text_string(&earlier), members[i].bytes,
			      members[i].count) == 0;
		text_finish(&earlier);
	}
	return same;
}

/* 1: may be replaced, 0: nothing would change, -1 said on standard error. */
static int may_replace(const char *out, const struct archive_member members[MEMBERS])
{
	struct text earlier = { 0 }, words = { 0 };
	int answer = -1;

	if (archive_read(out, "manifest.json", &earlier) < 0) {
		fail(out, "this is no package of an app, so --force does not replace it; "
			  "name another file with --out");
		text_finish(&earlier);
		return -1;
	}
	json_t *const old = json_loads(text_string(&earlier), 0, NULL);
	json_t *const new = json_loadb(members[0].bytes, members[0].count, 0, NULL);

	if (json_equal(old, new) && same_icons(out, members)) {
		answer = 0;
	} else if (teams_version_compare(version_of(new), version_of(old)) > 0) {
		answer = 1;
	} else {
		text_addf(&words,
			  "it holds version %s with other contents, and Teams takes a "
			  "changed package only with a higher version than before: raise "
			  "app.version in the configuration",
			  version_of(old));
		fail(out, text_string(&words));
	}
	json_decref(old);
	json_decref(new);
	text_finish(&earlier);
	text_finish(&words);
	return answer;
}

/* -- the file -------------------------------------------------------------------------------- */

static int write_all(int file, const char *bytes, size_t count)
{
	while (count > 0) {
		const ssize_t written = write(file, bytes, count);

		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0) {
			bytes += written;
			count -= (size_t)written;
		}
	}
	return fsync(file) < 0 ? -errno : 0;
}

/* Whole or not at all: written beside its place, then given its name. */
static int put_file(const char *path, const struct text *bytes, bool replace)
{
	struct text beside = { 0 };

	text_addf(&beside, "%s.XXXXXX", path);
	const int file = mkostemp(beside.data, O_CLOEXEC);
	if (file < 0) {
		text_finish(&beside);
		return -errno;
	}
	int rc = write_all(file, bytes->data, bytes->length);

	if (rc == 0 && fchmod(file, 0644) < 0)
		rc = -errno;
	if (close(file) < 0 && rc == 0)
		rc = -errno;
	if (rc == 0 && replace && rename(beside.data, path) < 0)
		rc = -errno;
	if (rc == 0 && !replace && link(beside.data, path) < 0)
		rc = -errno;
	if (rc < 0 || !replace)
		unlink(beside.data);
	text_finish(&beside);
	return rc;
}

static int put_package(const struct asked *asked, const struct text *manifest)
{
	const bool exists = access(asked->out, F_OK) == 0;
	struct archive_member members[MEMBERS];
	struct text archive = { 0 };

	fill(members, manifest);
	if (exists && !asked->force)
		return fail(asked->out, "it exists; --force replaces an earlier package");
	if (exists) {
		const int may = may_replace(asked->out, members);

		if (may == 0)
			printf("%s: unchanged\n", asked->out);
		if (may <= 0)
			return may < 0 ? 1 : 0;
	}
	int rc = archive_make(members, MEMBERS, &archive);
	if (rc == 0)
		rc = put_file(asked->out, &archive, exists);
	text_finish(&archive);
	if (rc < 0)
		return fail(asked->out, strerror(-rc));
	printf("%s: written.  Upload it in the Teams admin centre (Teams apps > Manage "
	       "apps > Upload new app) and allow it.\n"
	       "Then add the app to each session's meeting before it starts; `plenary "
	       "doctor` says what is still missing.\n",
	       asked->out);
	return 0;
}

static int make(const struct asked *asked)
{
	const struct where where = { .config = asked->config };
	struct text manifest = { 0 }, words = { 0 };
	struct config *config = NULL;
	int status = 0;

	if (where_config(&where, &config) < 0)
		return 1;
	if (teams_manifest_make(config, &manifest, &words) < 0)
		status = fail(asked->config != NULL ? asked->config : WHERE_CONFIG,
			      text_string(&words));
	else if (asked->manifest)
		fputs(text_string(&manifest), stdout);
	else
		status = put_package(asked, &manifest);
	config_destroy(config);
	text_finish(&manifest);
	text_finish(&words);
	return status;
}

int command_teams_app(int argc, char **argv)
{
	static const struct option options[] = { { "out", required_argument, NULL, 'o' },
						 { "force", no_argument, NULL, 'f' },
						 { "explain", no_argument, NULL, 'e' },
						 { "manifest", no_argument, NULL, 'm' },
						 { NULL, 0, NULL, 0 } };
	struct asked asked = { .out = OUT_FILE };

	if (help_asked(argc, argv))
		return help_print(usage);
	optind = 0; /* argv is not the one main was given: begin anew */
	for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (option == '?')
			return help_refuse(usage);
		asked.force |= option == 'f';
		asked.explain |= option == 'e';
		asked.manifest |= option == 'm';
		if (option == 'o')
			asked.out = optarg;
	}
	if (optind + 1 < argc)
		return help_refuse(usage);
	asked.config = argv[optind];
	return asked.explain ? explain() : make(&asked);
}
