/* SPDX-License-Identifier: MIT */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "commands/help.h"
#include "commands/roster.h"
#include "commands/schedule_event.h"
#include "daemon/common/clock.h"
#include "daemon/settings/config.h"
#include "daemon/settings/secret.h"
#include "daemon/settings/programme.h"
#include "daemon/settings/yaml.h"

struct wish {
	struct schedule_event event;
	struct schedule_to to;
	const char *programme, *roster, *secret_file;
};

static const char usage[] =
	"usage: plenary schedule PROGRAMME --module N --uid UID --starts "
	"2026-11-24T09:00:00Z\n"
	"                        --organiser OBJECT-ID --thread THREAD-ID --join-url "
	"URL\n"
	"                        --to https://HOST:PORT --secret-file FILE [--ca-file "
	"FILE]\n"
	"                        [--title TITLE] [--meeting-id ID] [--tenant ID]\n"
	"                        [--webinar ID [--webinar-session ID]]\n"
	"                        [--service-url URL] [--people ROSTER.csv]\n"
	"\n"
	"Plans a session with a running daemon.\n"
	"\n"
	"  --module N         the module that is played\n"
	"  --uid UID          what the session is called by programs; planning it again "
	"changes it\n"
	"  --starts TIME      when it begins, with a zone or Z\n"
	"  --organiser ID     the object id of the meeting's organiser\n"
	"  --thread ID        the thread of the meeting's chat\n"
	"  --join-url URL     the link people join by\n"
	"  --to URL           the daemon\n"
	"  --secret-file FILE the secret the daemon knows events by\n"
	"  --ca-file FILE     the authority of the daemon's certificate\n"
	"  --title TITLE      the module's, unless said\n"
	"  --meeting-id ID    the meeting's id, where it is known\n"
	"  --webinar ID       instead of --thread and --join-url: a Teams webinar, whose "
	"link,\n"
	"                     chat and registrations are read from Microsoft\n"
	"  --webinar-session ID  which of its sessions, if it has several\n"
	"  --tenant ID        the tenant of the meeting\n"
	"  --service-url URL  where the bot's messages go\n"
	"  --people ROSTER    columns name, email, object_id, teams_id, role, "
	"profession\n"
	"  --help             this text\n";

static bool bad_value(const char *option, const char *value)
{
	fprintf(stderr, "plenary schedule: --%s: %s is not a good value\n", option,
		value);
	return false;
}

static bool read_module(const char *text, int *number)
{
	char *end;
	const long value = strtol(text, &end, 10);

	if (*text == '\0' || *end != '\0' || value < 1 || value > 1000)
		return bad_value("module", text);
	*number = (int)value;
	return true;
}

static bool read_starts(const char *text, int64_t *starts_ms)
{
	return clock_parse(text, starts_ms) == 0 || bad_value("starts", text);
}

/* Options that are strings and nothing more. */
static const char **place_of(struct wish *wish, int option)
{
	switch (option) {
	case 'u':
		return &wish->event.uid;
	case 'n':
		return &wish->event.title;
	case 'o':
		return &wish->event.organiser_id;
	case 't':
		return &wish->event.thread_id;
	case 'j':
		return &wish->event.join_url;
	case 'i':
		return &wish->event.meeting_id;
	case 'w':
		return &wish->event.webinar_id;
	case 'W':
		return &wish->event.webinar_session_id;
	case 'T':
		return &wish->event.tenant_id;
	case 'S':
		return &wish->event.service_url;
	case 'p':
		return &wish->roster;
	case 'a':
		return &wish->to.base;
	case 'f':
		return &wish->secret_file;
	case 'c':
		return &wish->to.ca_file;
	default:
		return NULL;
	}
}

static const struct option options[] = {
	{ "module", required_argument, NULL, 'm' },
	{ "uid", required_argument, NULL, 'u' },
	{ "title", required_argument, NULL, 'n' },
	{ "starts", required_argument, NULL, 's' },
	{ "organiser", required_argument, NULL, 'o' },
	{ "thread", required_argument, NULL, 't' },
	{ "join-url", required_argument, NULL, 'j' },
	{ "meeting-id", required_argument, NULL, 'i' },
	{ "webinar", required_argument, NULL, 'w' },
	{ "webinar-session", required_argument, NULL, 'W' },
	{ "tenant", required_argument, NULL, 'T' },
	{ "service-url", required_argument, NULL, 'S' },
	{ "people", required_argument, NULL, 'p' },
	{ "to", required_argument, NULL, 'a' },
	{ "secret-file", required_argument, NULL, 'f' },
	{ "ca-file", required_argument, NULL, 'c' },
	{ NULL, 0, NULL, 0 },
};

static bool has_all(const struct wish *wish)
{
	const struct schedule_event *const event = &wish->event;
	const struct {
		const char *name;
		bool there;
	} needed[] = {
		{ "module", event->module != 0 },
		{ "uid", event->uid != NULL },
		{ "starts", event->starts_ms != 0 },
		{ "organiser", event->organiser_id != NULL },
		{ "thread", event->thread_id != NULL || event->webinar_id != NULL },
		{ "join-url", event->join_url != NULL || event->webinar_id != NULL },
		{ "to", wish->to.base != NULL },
		{ "secret-file", wish->secret_file != NULL },
	};

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (needed[i].there)
			continue;
		fprintf(stderr, "plenary schedule: --%s is needed\n", needed[i].name);
		return false;
	}
	return true;
}

static bool read_arguments(int argc, char **argv, struct wish *wish)
{
	optind = 0; /* argv is not the one main was given: begin anew */
	for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		const char **const place = place_of(wish, option);

		if (place != NULL)
			*place = optarg;
		else if (option == 'm' && read_module(optarg, &wish->event.module))
			continue;
		else if (option == 's' && read_starts(optarg, &wish->event.starts_ms))
			continue;
		else
			return false;
	}
	if (optind != argc - 1)
		return false;
	wish->programme = argv[optind];
	return has_all(wish);
}

/* The daemon would say the same, but not with the file's name. */
static int lint(const char *path, int module)
{
	struct fault_list faults = { 0 };
	struct programme *programme = NULL;
	int rc = programme_read_file(path, &programme, &faults);

	fault_print(stderr, path, &faults);
	if (rc == 0 && programme_module(programme, module) == NULL) {
		fprintf(stderr, "plenary schedule: %s has no module %d\n", path, module);
		rc = -1;
	}
	programme_destroy(programme);
	return rc;
}

static int read_secret(const char *path, struct text *secret)
{
	struct text words = { 0 }, absolute = { 0 };
	char *const real = path[0] != '/' ? realpath(path, NULL) : NULL;

	text_addf(&absolute, "%s", real != NULL ? real : path);
	free(real);
	const int rc = config_secret(text_string(&absolute), secret);
	if (rc < 0) {
		config_secret_problem(text_string(&absolute), rc, &words);
		fprintf(stderr, "plenary schedule: %s\n", text_string(&words));
	}
	text_finish(&words);
	text_finish(&absolute);
	return rc;
}

/* Everything is known: the programme is good, the roster read. */
static int post(struct wish *wish)
{
	struct fault_list faults = { 0 };
	struct text secret = { 0 };
	char *programme = NULL;
	size_t bytes = 0;
	int rc = yaml_file(wish->programme, &programme, &bytes, &faults);

	if (rc == 0)
		rc = read_secret(wish->secret_file, &secret);
	if (rc == 0) {
		wish->event.programme = programme;
		wish->to.secret = text_string(&secret);
		rc = schedule_event_post(&wish->event, &wish->to, "schedule");
	}
	if (secret.data != NULL)
		explicit_bzero(secret.data, secret.room);
	text_finish(&secret);
	free(programme);
	return rc;
}

int command_schedule(int argc, char **argv)
{
	struct roster_file roster = { 0 };
	struct wish wish = { 0 };

	if (help_asked(argc, argv))
		return help_print(usage);
	if (!read_arguments(argc, argv, &wish))
		return help_refuse(usage);
	int rc = lint(wish.programme, wish.event.module);
	if (rc == 0 && wish.roster != NULL)
		rc = roster_read(&roster, wish.roster, "schedule");
	wish.event.people = roster.people;
	wish.event.people_count = roster.count;
	if (rc == 0)
		rc = post(&wish);
	if (rc == 0)
		printf("%s is planned: module %d, %zu %s enrolled\n", wish.event.uid,
		       wish.event.module, roster.count,
		       roster.count == 1 ? "person" : "people");
	roster_finish(&roster);
	return rc == 0 ? 0 : 1;
}
