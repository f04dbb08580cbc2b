/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands/commands.h"
#include "commands/help.h"
#include "commands/rehearse_house.h"
#include "commands/rehearse_judge.h"
#include "commands/rehearse_plan.h"
#include "commands/rehearse_play.h"
#include "commands/where.h"
#include "daemon/common/log.h"
#include "daemon/settings/programme.h"
#include "daemon/wire/auth.h"
#include "rehearsal/plan_write.h"
#include "rehearsal/trouble.h"

enum { NOT_STARTED = 3, NINE_S = 9 * 3600, ATTEMPTS = 4 };

static const char usage[] =
	"usage: plenary rehearse PROGRAMME --module N [--people 36] [--sessions 1]\n"
	"                        [--speed 120] [--seed S] [--kills K] [--trouble NAMES]\n"
	"                        [--witness both] [--directory DIR] [--quiet]\n"
	"       plenary rehearse --judge DIR\n"
	"\n"
	"Plays a module with a synthetic cohort and a stand-in for Teams, then holds\n"
	"the register and everything else against what the cohort really did.\n"
	"\n"
	"  --module N        the module that is played\n"
	"  --people N        participants of one session, 2 to 1900\n"
	"  --sessions N      sessions at once, 1 to 1000\n"
	"  --speed N         how many times as fast as life, 1 to 10000\n"
	"  --seed S          the chance of the cohort: the same seed, the same people\n"
	"  --kills K         end the daemon the hard way that often, and start it again\n"
	"  --trouble NAMES   what goes wrong on purpose, with commas between:\n"
	"      cut           connections close before a call is read, or while idle\n"
	"      disorder      what one person does may be told in any order\n"
	"      fail          calls are answered 500, 502, 503 and 504, some with HTML\n"
	"      forget        Graph forgets subscriptions, with a word or without\n"
	"      keys          what signs tokens for us is replaced every 25 minutes\n"
	"      lost-answers  calls are done, and the connection closes without an "
	"answer\n"
	"      reports       attendance reports are empty, then half there, in short "
	"pages\n"
	"      throttle      calls are answered 429, with and without a time to wait\n"
	"      all           all of these\n"
	"  --witness NAME    who sees people come and go: bot, graph, both, or mixed\n"
	"  --directory DIR   where everything is written; it must not be there yet\n"
	"  --quiet           say only what was found\n"
	"  --judge DIR       play nothing: hold what is in DIR against itself once "
	"more\n" HELP_HELP "\n"
	"Exit status: 0 all is as it should be, 1 something is not, 3 not started,\n"
	"4 something is not, and the machine was too slow for this speed.\n";

/* What a number may be, and what is said when it is not. */
struct range {
	const char *name;
	uint64_t least, most;
	const char *why; /* the least is what it is, or "" */
};

static bool read_number(const struct range *range, const char *text, uint64_t *number)
{
	char *end;

	errno = 0;
	const uint64_t value = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 ||
	    value < range->least || value > range->most) {
		fprintf(stderr,
			"plenary rehearse: --%s: expected a whole number from %" PRIu64
			" to %" PRIu64 ", not `%s`%s\n",
			range->name, range->least, range->most, text, range->why);
		return false;
	}
	*number = value;
	return true;
}

static const struct option options[] = {
	{ "module", required_argument, NULL, 'm' },
	{ "people", required_argument, NULL, 'p' },
	{ "sessions", required_argument, NULL, 'n' },
	{ "speed", required_argument, NULL, 's' },
	{ "seed", required_argument, NULL, 'r' },
	{ "kills", required_argument, NULL, 'k' },
	{ "directory", required_argument, NULL, 'd' },
	{ "trouble", required_argument, NULL, 't' },
	{ "witness", required_argument, NULL, 'w' },
	{ "judge", required_argument, NULL, 'j' },
	{ "quiet", no_argument, NULL, 'q' },
	{ NULL, 0, NULL, 0 },
};

static const struct range *range_of(int option)
{
	static const struct range module = { "module", 1, PROGRAMME_MODULES, "" };
	static const struct range people = { "people", 2, REHEARSE_PEOPLE,
					     ": one alone can be in no round" };
	static const struct range sessions = { "sessions", 1, REHEARSE_SESSIONS, "" };
	static const struct range speed = { "speed", 1, REHEARSE_SPEED, "" };
	static const struct range kills = { "kills", 0, REHEARSE_KILLS, "" };
	static const struct range seed = { "seed", 0, INT64_MAX, "" };

	switch (option) {
	case 'm':
		return &module;
	case 'p':
		return &people;
	case 'n':
		return &sessions;
	case 's':
		return &speed;
	case 'k':
		return &kills;
	case 'r':
		return &seed;
	default:
		return NULL;
	}
}

static bool take_number(struct rehearse_wish *wish, int option, const char *argument)
{
	const struct range *const range = range_of(option);
	uint64_t number = 0;

	if (range == NULL || !read_number(range, argument, &number))
		return false;
	if (option == 'm')
		wish->module = (int)number;
	else if (option == 'p')
		wish->people = (uint32_t)number;
	else if (option == 'n')
		wish->sessions = (uint32_t)number;
	else if (option == 's')
		wish->speed = (int32_t)number;
	else if (option == 'k')
		wish->kills = (uint32_t)number;
	else
		wish->seed = number;
	return true;
}

static bool take_words(struct rehearse_wish *wish, int option, const char *words)
{
	if (option == 'w') {
		if (plan_witness_read(words, &wish->witness))
			return true;
		fprintf(stderr,
			"plenary rehearse: --witness: `%s` is none of both, bot, graph "
			"and mixed\n",
			words);
		return false;
	}
	if (trouble_read(&wish->trouble, words))
		return true;
	fprintf(stderr,
		"plenary rehearse: --trouble: `%s` names something else than those of "
		"--help\n",
		words);
	return false;
}

static bool read_arguments(int argc, char **argv, struct rehearse_wish *wish)
{
	optind = 0; /* argv is not the one main was given: begin anew */
	for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (option == 'd')
			wish->directory = optarg;
		else if (option == 'j')
			wish->judge = optarg;
		else if (option == 'q')
			wish->quiet = true;
		else if (option == 't' || option == 'w') {
			if (!take_words(wish, option, optarg))
				return false;
		} else if (!take_number(wish, option, optarg))
			return false;
	}
	if (wish->judge != NULL)
		return optind == argc;
	if (optind != argc - 1 || wish->module == 0)
		return false;
	wish->programme = argv[optind];
	return true;
}

/* Today, at the hour the module begins: the stand-in's tokens are good around today. */
static int64_t planned_start(const struct module *module)
{
	const time_t now = time(NULL);
	struct tm parts;

	localtime_r(&now, &parts);
	parts.tm_hour = 0;
	parts.tm_min = 0;
	parts.tm_sec = module->starts_s >= 0 ? module->starts_s : NINE_S;
	parts.tm_isdst = -1;
	return mktime(&parts) * INT64_C(1000);
}

static void announce(const struct rehearse_wish *wish, const struct module *module,
		     const struct rehearse_house *house)
{
	if (wish->quiet)
		return;
	printf("Rehearsing module %d, %s: %u participants", wish->module, module->title,
	       wish->people);
	if (wish->sessions > 1)
		printf(" in each of %u sessions", wish->sessions);
	printf(", %d times as fast, seed %" PRIu64 "\n%s\n\n", wish->speed, wish->seed,
	       house->directory);
	fflush(stdout);
}

static int judge(const struct rehearse_house *house, const struct rehearse_wish *wish,
		 const struct rehearse_played *played)
{
	const struct rehearse_judging judging = {
		.directory = house->directory,
		.database = house->database,
		.played = played,
		.quiet = wish->quiet,
	};

	return rehearse_judge(&judging);
}

static struct rehearse_played attempt(const struct rehearse_house *house,
				      const struct rehearse_wish *wish,
				      const struct programme *programme, unsigned number)
{
	const struct module *const module = programme_module(programme, wish->module);
	const int64_t starts_ms = planned_start(module);
	const struct clock clock = rehearse_clock(wish, starts_ms, number);
	const struct rehearse_meeting_point point = {
		.port = house->port,
		.ca_file = house->certificate,
		.client_secret = text_string(&house->client_secret),
		.events_secret = text_string(&house->events_secret),
		.live_key = text_string(&house->live_key),
	};
	char *const path = rehearse_house_path(house, "stage.json");
	struct rehearse_played played = { .end = REHEARSE_NOT_STARTED };
	struct plan plan;

	rehearse_plan_make(&plan, wish, programme, &point, &clock, starts_ms);
	const int rc = plan_write(&plan, path);
	if (rc < 0)
		fprintf(stderr, "plenary rehearse: %s: %s\n", path, strerror(-rc));
	else
		rehearse_play(house, &plan, wish, module, &played);
	plan_finish(&plan);
	free(path);
	return played;
}

static int play(const struct rehearse_house *house, const struct rehearse_wish *wish,
		const struct programme *programme)
{
	struct rehearse_played played = attempt(house, wish, programme, 0);

	for (unsigned i = 1; played.end == REHEARSE_LATE && i < ATTEMPTS; i++) {
		rehearse_house_clear(house);
		played = attempt(house, wish, programme, i);
	}
	if (played.end == REHEARSE_LATE)
		fputs("plenary rehearse: this machine is not ready in time; choose a "
		      "lower --speed\n",
		      stderr);
	if (played.end == REHEARSE_LATE || played.end == REHEARSE_NOT_STARTED)
		return NOT_STARTED;
	if (played.end == REHEARSE_INTERRUPTED) {
		fputs("plenary rehearse: broken off\n", stderr);
		return 1;
	}
	return judge(house, wish, &played);
}

static int rehearse(struct rehearse_wish *wish)
{
	struct fault_list faults = { 0 };
	struct programme *programme = NULL;
	struct rehearse_house house = { 0 };
	const int rc = programme_read_file(wish->programme, &programme, &faults);
	int status = NOT_STARTED;

	fault_print(stderr, wish->programme, &faults);
	if (rc < 0)
		return NOT_STARTED;
	if (programme_module(programme, wish->module) == NULL)
		fprintf(stderr, "plenary rehearse: %s has no module %d\n",
			wish->programme, wish->module);
	else if (rehearse_house_make(&house, wish) == 0) {
		announce(wish, programme_module(programme, wish->module), &house);
		status = play(&house, wish, programme);
	}
	rehearse_house_finish(&house);
	programme_destroy(programme);
	return status;
}

static int judge_again(const struct rehearse_wish *wish)
{
	struct rehearse_house house = { 0 };
	int status = NOT_STARTED;

	if (rehearse_house_find(&house, wish->judge) == 0)
		status = judge(&house, wish, NULL);
	rehearse_house_finish(&house);
	return status;
}

int command_rehearse(int argc, char **argv)
{
	struct rehearse_wish wish = { .people = 36, .sessions = 1, .speed = 120 };
	uint16_t chance;

	auth_random(&chance, sizeof(chance));
	wish.seed = chance;
	if (help_asked(argc, argv))
		return help_print(usage);
	if (!read_arguments(argc, argv, &wish))
		return help_refuse(usage);
	log_threshold(LOG_LEVEL_ERROR); /* until the daemon listens nobody answers */
	setenv("TZ", WHERE_TIME_ZONE, 1);
	tzset();
	return wish.judge != NULL ? judge_again(&wish) : rehearse(&wish);
}
