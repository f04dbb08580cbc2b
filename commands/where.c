/* SPDX-License-Identifier: MIT */
#include "commands/where.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/settings/config.h"
#include "daemon/store/ledger.h"

bool where_option(struct where *where, int option, const char *argument)
{
	switch (option) {
	case 'D':
		where->database = argument;
		return true;
	case 'C':
		where->config = argument;
		return true;
	case 'Z':
		where->time_zone = argument;
		return true;
	case 'U':
		where->time_zone = "UTC";
		return true;
	default:
		return false;
	}
}

static void use_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

int where_config(const struct where *where, struct config **config)
{
	const char *const path = where->config != NULL ? where->config : WHERE_CONFIG;
	struct fault_list faults = { 0 };

	if (config_read(path, config, &faults) == 0)
		return 0;
	fault_print(stderr, path, &faults);
	return -1;
}

static int read_config(struct where *where)
{
	struct config *config = NULL;

	if (where_config(where, &config) < 0)
		return -1;
	text_add(&where->path, config->database, strlen(config->database));
	if (where->time_zone == NULL && config->time_zone != NULL)
		use_zone(config->time_zone);
	config_destroy(config);
	return 0;
}

int where_find(struct where *where, const char *command)
{
	use_zone(where->time_zone != NULL ? where->time_zone : WHERE_TIME_ZONE);
	if (where->database != NULL) {
		text_add(&where->path, where->database, strlen(where->database));
		return 0;
	}
	if (read_config(where) == 0)
		return 0;
	fprintf(stderr,
		"plenary %s: name the database with --database FILE, or its "
		"configuration with --config FILE\n",
		command);
	return -1;
}

void where_finish(struct where *where)
{
	text_finish(&where->path);
}

/* Asked before the database is, which would log that it cannot read the file. */
static bool is_database(const char *path)
{
	static const char sign[] = "SQLite format 3";
	char begin[sizeof(sign)];
	FILE *const file = fopen(path, "rbe");

	if (file == NULL)
		return true; /* why not, the database says better */
	const size_t count = fread(begin, 1, sizeof(begin), file);
	fclose(file);
	return count == 0 || (count == sizeof(sign) && memcmp(begin, sign, count) == 0);
}

int where_open(struct where *where, const char *command, struct ledger **ledger)
{
	if (where_find(where, command) < 0)
		return -1;
	const char *const path = text_string(&where->path);
	const int rc = is_database(path) ? ledger_open(ledger, path) : -EBADMSG;
	if (rc == 0)
		return 0;
	fprintf(stderr, "plenary %s: %s: %s\n", command, path,
		rc == -ENOENT    ? "there is no such database"
		: rc == -EBADMSG ? "this is no database of Plenary, or a damaged one"
				 : strerror(-rc));
	return -1;
}

int where_session(struct ledger *ledger, const char *command, const char *word,
		  uint32_t *session)
{
	const int rc = ledger_find(ledger, word, session);

	if (rc == -ENOENT)
		fprintf(stderr,
			"plenary %s: no session has the number or the name %s; "
			"plenary sessions lists them\n",
			command, word);
	return rc < 0 ? -1 : 0;
}

void where_add_time(struct text *text, const char *format, int64_t at_ms)
{
	const time_t seconds = (time_t)(at_ms / 1000);
	struct tm parts;
	char words[64];

	if (at_ms == 0)
		return;
	localtime_r(&seconds, &parts);
	text_add(text, words, strftime(words, sizeof(words), format, &parts));
}
