/* SPDX-License-Identifier: MIT */
/*
 * An import is a small daemon for one session: it reads the journal, tells it to the core,
 * adds what the files say, and commits all of it in one transaction or nothing.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands/commands.h"
#include "commands/help.h"
#include "commands/files.h"
#include "commands/importing.h"
#include "commands/where.h"
#include "daemon/common/clock.h"
#include "daemon/settings/config.h"
#include "daemon/store/ledger.h"

enum { DAY_SECONDS = 24 * 3600 };

struct wish {
	struct where where;
	const char *session;
	int64_t session_day; /* REPORT_NEVER: the day the session itself is on */
	uint16_t place;
	bool dry_run;
};

static const char usage[] =
	"usage: plenary import SESSION FILE... [--session-date YYYY-MM-DD]\n"
	"                      [--place main|ROOM] [--time-zone ZONE] [--dry-run]\n"
	"                      [--database FILE | --config FILE]\n"
	"\n"
	"Adds attendance files to the evidence of a session.  Times in them are in ZONE\n"
	"(Europe/London unless the configuration has another).  While the daemon runs "
	"the\n"
	"evidence is sent to it.\n"
	"\n"
	"  --session-date D  the files are of this day, if it is another than the "
	"session's\n"
	"  --place PLACE     where the people in the files were: main, or the number of "
	"a room\n"
	"  --dry-run         say what would be added, and add nothing\n" HELP_WHERE
		HELP_HELP;

static bool read_day(const char *word, int64_t *day)
{
	char text[48];
	int64_t at_ms;

	if (strlen(word) != 10)
		return false;
	snprintf(text, sizeof(text), "%sT00:00:00Z", word);
	if (clock_parse(text, &at_ms) < 0)
		return false;
	*day = at_ms / (DAY_SECONDS * INT64_C(1000));
	return true;
}

static bool read_place(const char *word, uint16_t *place)
{
	char *end;

	if (strcmp(word, "main") == 0) {
		*place = PLACE_MAIN;
		return true;
	}
	const long value = strtol(word, &end, 10);
	if (*word == '\0' || *end != '\0' || value < 1 || value > ROOMS_MAX)
		return false;
	*place = (uint16_t)value;
	return true;
}

static bool bad_value(const char *option, const char *value, const char *expected)
{
	fprintf(stderr, "plenary import: --%s: expected %s, not `%s`\n", option, expected,
		value);
	return false;
}

static bool take_option(struct wish *wish, int option, char *argument)
{
	switch (option) {
	case 's':
		return read_day(argument, &wish->session_day) ||
		       bad_value("session-date", argument, "a day such as 2026-03-10");
	case 'p':
		return read_place(argument, &wish->place) ||
		       bad_value("place", argument, "main or the number of a room");
	case 'n':
		wish->dry_run = true;
		return true;
	default:
		return where_option(&wish->where, option, argument);
	}
}

static bool read_arguments(int argc, char **argv, struct wish *wish)
{
	static const struct option options[] = {
		WHERE_OPTIONS,
		{ "session-date", required_argument, NULL, 's' },
		{ "place", required_argument, NULL, 'p' },
		{ "dry-run", no_argument, NULL, 'n' },
		{ NULL, 0, NULL, 0 },
	};

	optind = 0; /* argv is not the one main was given: begin anew */
	for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (!take_option(wish, option, optarg))
			return false;
	}
	if (argc - optind < 2)
		return false;
	wish->session = argv[optind];
	return true;
}

/* The session that is sought, and on which day it is where its people are. */
struct sought {
	uint32_t session;
	int64_t day;
};

static void see_session(void *context, const struct ledger_session *session)
{
	struct sought *const sought = context;
	const time_t starts = (time_t)(session->starts_ms / 1000);
	struct tm parts;

	if (session->number != sought->session || session->starts_ms == 0)
		return;
	localtime_r(&starts, &parts);
	sought->day = ((int64_t)starts + parts.tm_gmtoff) / DAY_SECONDS;
}

static int find_session(struct wish *wish, struct sought *sought)
{
	struct ledger *ledger = NULL;
	int rc = where_open(&wish->where, "import", &ledger);

	if (rc == 0)
		rc = where_session(ledger, "import", wish->session, &sought->session);
	if (rc == 0)
		rc = ledger_sessions(ledger, see_session, sought);
	ledger_close(ledger);
	return rc < 0 ? -1 : 0;
}

/* Whoever gives no date means the session's: evidence of another day is a mistake. */
static int refuse_other_days(const struct files *files)
{
	int rc = 0;

	for (size_t i = 0; i < files->count; i++) {
		const struct report *const report = files->list[i].report;

		if (report == NULL || !report->dates.other_day)
			continue;
		fprintf(stderr,
			"%s: %s: is it the file of another session?  If not, give its "
			"date with --session-date\n",
			files->list[i].path,
			report->contradictions.items[report->contradictions.count - 1]);
		rc = -1;
	}
	return rc;
}

static int take_files(struct importing *importing, const struct wish *wish,
		      const struct files *files, const struct posting_to *to)
{
	for (size_t i = 0; i < files->count; i++)
		importing_take(importing, &files->list[i], wish->place);
	return importing_commit(importing, to) < 0 || importing->unclear > 0 ? 1 : 0;
}

/* The daemon owns the database: it is asked to take the evidence itself. */
static int post_files(struct wish *wish, const struct files *files, uint32_t session)
{
	struct importing importing = { 0 };
	struct posting_to to = { 0 };
	struct config *config = NULL;
	int status = 1;

	if (wish->where.config == NULL && wish->where.database != NULL) {
		fputs("plenary import: the daemon is running.  Name its configuration "
		      "with --config FILE to send\nthe evidence to it, or stop it for a "
		      "moment.  Nothing was changed.\n",
		      stderr);
		return 1;
	}
	if (where_config(&wish->where, &config) < 0)
		return 1;
	if (posting_to_read(&to, config) == 0) {
		if (importing_begin(&importing, text_string(&wish->where.path), session,
				    IMPORTING_POSTS) == 0)
			status = take_files(&importing, wish, files, &to);
		importing_finish(&importing);
	}
	posting_to_finish(&to);
	config_destroy(config);
	return status;
}

static int import_files(struct wish *wish, const struct files *files, uint32_t session)
{
	struct importing importing = { 0 };
	int status = 1;

	const int rc =
		importing_begin(&importing, text_string(&wish->where.path), session,
				wish->dry_run ? IMPORTING_DRY : IMPORTING_WRITES);
	if (rc == 0)
		status = take_files(&importing, wish, files, NULL);
	importing_finish(&importing);
	return rc == -EBUSY ? post_files(wish, files, session) : status;
}

int command_import(int argc, char **argv)
{
	struct wish wish = { .session_day = REPORT_NEVER, .place = PLACE_MAIN };
	struct sought sought = { .day = REPORT_NEVER };
	struct files files = { 0 };
	int status = 1;

	if (help_asked(argc, argv))
		return help_print(usage);
	if (!read_arguments(argc, argv, &wish))
		return help_refuse(usage);
	const bool dated = wish.session_day != REPORT_NEVER;
	const size_t count = (size_t)(argc - optind - 1);
	if (find_session(&wish, &sought) == 0 &&
	    files_read(&files, argv + optind + 1, count,
		       dated ? wish.session_day : sought.day) == 0 &&
	    (dated || refuse_other_days(&files) == 0))
		status = import_files(&wish, &files, sought.session);
	files_finish(&files);
	where_finish(&wish.where);
	return status;
}
