/* SPDX-License-Identifier: MIT */
#include "commands/teams_manifest.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/settings/address.h"
#include "daemon/settings/config.h"
#include "daemon/wire/hosts.h"

#define SCHEMA \
	"https://developer.microsoft.com/json-schemas/teams/v1.30/" \
	"MicrosoftTeams.schema.json"

enum { COMMANDS_ALONE = 3, MANIFEST_LEVELS = 2, RESOURCE_BYTES = HOST_BYTES + 64 };

/* Teams limits: 16 permissions; 12 commands with titles of 128 characters. */
const struct teams_permission teams_permissions[] = {
	{ "OnlineMeeting.ReadBasic.Chat",
	  "tells the bot when the meeting starts and ends, and its details",
	  "the run-sheet is started by hand; nobody is seen to be there" },
	{ "OnlineMeetingParticipant.Read.Chat",
	  "tells the bot who joins and leaves while the meeting runs",
	  "presence is known from Graph's events or the report after the end only" },
	{ "OnlineMeetingNotification.Send.Chat",
	  "lets the bot show a notice inside the meeting to the people it is for",
	  "notices come in the meeting's chat only" },
	{ "ChannelMeeting.ReadBasic.Group",
	  "tells the bot when a meeting in a channel starts and ends",
	  "sessions in channel meetings are started by hand" },
	{ "ChannelMeetingParticipant.Read.Group",
	  "lets the bot ask whether a person is in a channel's meeting",
	  "presence in channel meetings comes from imported reports only" },
	{ "ChannelMeetingNotification.Send.Group",
	  "the notice inside the meeting, for meetings in channels",
	  "notices come in the channel only" },
};
const size_t teams_permission_count =
	sizeof(teams_permissions) / sizeof(teams_permissions[0]);

/* What decode/command.c understands, with numbers that show where one goes. */
const struct teams_command teams_commands[] = {
	{ "help", "What can be said here" },
	{ "status", "Where the session stands, who is here and where" },
	{ "my room", "Which room is yours, seen by you alone" },
	{ "start", "Facilitators: begin the run-sheet now" },
	{ "hold", "Facilitators: stop the clock of the current block" },
	{ "resume", "Facilitators: let the clock run again" },
	{ "skip", "Facilitators: end this block and begin the next" },
	{ "extend 5", "Facilitators: five minutes more for this block" },
	{ "recall", "Facilitators: call everybody back from the rooms" },
	{ "announce Five minutes left",
	  "Facilitators: tell everybody, each in a chat of their own" },
	{ "poll open 1", "Facilitators: ask poll 1" },
	{ "poll close 1", "Facilitators: end poll 1; poll show 1 shows its result" },
};
const size_t teams_command_count = sizeof(teams_commands) / sizeof(teams_commands[0]);

static json_t *commands(size_t count)
{
	json_t *const list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list,
				      json_pack("{s:s,s:s}", "title",
						teams_commands[i].title, "description",
						teams_commands[i].description));
	return list;
}

/* Alone with the bot people ask for themselves; sessions are led where others see it. */
static json_t *command_lists(void)
{
	return json_pack("[{s:[s,s],s:[s,s],s:o},{s:[s],s:o}]", "scopes", "groupChat",
			 "team", "triggers", "mention", "slash", "commands",
			 commands(teams_command_count), "scopes", "personal", "commands",
			 commands(COMMANDS_ALONE));
}

static json_t *bot(const struct config *config)
{
	return json_pack("{s:s,s:[s,s,s],s:b,s:b,s:b,s:o}", "botId", config->bot.app_id,
			 "scopes", "personal", "groupChat", "team", "isNotificationOnly",
			 0, "supportsFiles", 0, "supportsTargetedMessages", 1,
			 "commandLists", command_lists());
}

static json_t *permissions(void)
{
	json_t *const list = json_array();

	for (size_t i = 0; i < teams_permission_count; i++)
		json_array_append_new(list, json_pack("{s:s,s:s}", "name",
						      teams_permissions[i].name, "type",
						      "Application"));
	return json_pack("{s:{s:o}}", "permissions", "resourceSpecific", list);
}

/* Every member under the name the schema has for it; Teams refuses a member it does not know. */
static json_t *manifest(const struct config *config, const char *host)
{
	const struct config_app *const app = &config->app;
	json_t *const root = json_object();
	char version[32], resource[RESOURCE_BYTES];

	snprintf(version, sizeof(version), "%s.%d", app->version,
		 TEAMS_MANIFEST_REVISION);
	snprintf(resource, sizeof(resource), "api://%s/botid-%s", host,
		 config->bot.app_id);
	json_object_set_new(root, "$schema", json_string(SCHEMA));
	json_object_set_new(root, "manifestVersion", json_string("1.30"));
	json_object_set_new(root, "version", json_string(version));
	json_object_set_new(root, "id", json_string(config->bot.app_id));
	json_object_set_new(root, "developer",
			    json_pack("{s:s,s:s,s:s,s:s}", "name", app->developer,
				      "websiteUrl", app->website, "privacyUrl",
				      app->privacy, "termsOfUseUrl", app->terms));
	json_object_set_new(root, "name",
			    json_pack("{s:s,s:s}", "short", app->short_name, "full",
				      app->name));
	json_object_set_new(
		root, "description",
		json_pack("{s:s,s:s}", "short",
			  "Rooms, time, polls and attendance for live training sessions",
			  "full",
			  "Sits beside a live session like a good producer: keeps the "
			  "time of the run-sheet, places people in rooms and calls them "
			  "back, asks the polls, and writes down who was there for how "
			  "long.  Facilitators lead it by a few words in the meeting "
			  "chat."));
	json_object_set_new(root, "icons",
			    json_pack("{s:s,s:s}", "color", "color.png", "outline",
				      "outline.png"));
	json_object_set_new(root, "accentColor", json_string("#005EB8"));
	json_object_set_new(root, "bots", json_pack("[o]", bot(config)));
	json_object_set_new(root, "validDomains", json_pack("[s]", host));
	json_object_set_new(root, "webApplicationInfo",
			    json_pack("{s:s,s:s}", "id", config->bot.app_id, "resource",
				      resource));
	json_object_set_new(root, "defaultInstallScope", json_string("meetings"));
	json_object_set_new(root, "defaultGroupCapability",
			    json_pack("{s:s,s:s,s:s}", "meetings", "bot", "groupchat",
				      "bot", "team", "bot"));
	json_object_set_new(root, "authorization", permissions());
	return root;
}

static int refuse(struct text *words, const char *what)
{
	text_addf(words, "%s", what);
	return -EINVAL;
}

int teams_manifest_make(const struct config *config, struct text *out, struct text *words)
{
	char host[HOST_BYTES];

	if (config->bot.app_id == NULL)
		return refuse(words, "there is no `bot` section: the package is the "
				     "bot's, so its `app_id` is needed");
	if (!address_is_guid(config->bot.app_id))
		return refuse(words,
			      "`bot.app_id` is not what Teams needs, 8-4-4-4-12 "
			      "hexadecimal digits: copy the Application (client) ID of "
			      "the registration in Entra");
	if (config->public_url == NULL || !host_read(config->public_url, host))
		return refuse(words, "`public_url` is not set: Teams has to know which "
				     "domain belongs to the app");
	if (config->app.developer == NULL)
		return refuse(words,
			      "there is no `app` section: Teams shows people who is "
			      "behind an app; set app.developer, app.website, "
			      "app.privacy and app.terms");
	json_t *const root = manifest(config, host);
	char *const text = json_dumps(root, JSON_INDENT(MANIFEST_LEVELS));

	text_addf(out, "%s\n", text);
	free(text);
	json_decref(root);
	return 0;
}

int teams_version_compare(const char *a, const char *b)
{
	for (;;) {
		char *after_a, *after_b;
		const long left = strtol(a, &after_a, 10),
			   right = strtol(b, &after_b, 10);

		if (after_a == a || after_b == b)
			return (after_a != a) - (after_b != b);
		if (left != right)
			return left < right ? -1 : 1;
		a = after_a + (*after_a == '.');
		b = after_b + (*after_b == '.');
	}
}
