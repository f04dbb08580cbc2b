/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "commands/commands.h"

typedef int command_fn(int argc, char **argv);

struct word {
	const char *name;
	command_fn *run;
	const char *does; /* NULL: not for people, so not listed */
};

static command_fn say_help, say_version;

/* Sorted by name. */
static const struct word words[] = {
	{ "attendance", command_attendance, "read attendance files into a register" },
	{ "check-config", command_check_config,
	  "say what is wrong with a configuration" },
	{ "doctor", command_doctor, "say what would fail in a session, and what to do" },
	{ "help", say_help, "say this" },
	{ "import", command_import, "add attendance files to a session's evidence" },
	{ "lint", command_lint, "check a programme and print its run-sheets" },
	{ "register", command_register, "write the register of a session" },
	{ "rehearse", command_rehearse, "play a module with a synthetic cohort" },
	{ "replay", command_replay, "retell a session and prove its state" },
	{ "schedule", command_schedule, "plan a session with a running daemon" },
	{ "serve", command_serve, "run the daemon" },
	{ "sessions", command_sessions, "list the sessions of a database" },
	{ "stage", command_stage, NULL },
	{ "teams-app", command_teams_app, "write the package of the Teams app" },
	{ "version", say_version, "say which version this is" },
};

enum { WORDS = sizeof(words) / sizeof(words[0]), WORD_BYTES = 24, FAR_MOST = 2 };

static void print_help(FILE *out)
{
	fputs("Plenary sits beside a live session: rooms, time, polls, register.\n\n"
	      "usage: plenary WORD ...\n\n",
	      out);
	for (size_t i = 0; i < WORDS; i++) {
		if (words[i].does != NULL)
			fprintf(out, "  %-14s%s\n", words[i].name, words[i].does);
	}
	fputs("\n`plenary WORD --help` says how a word is used.  To see it all at work:\n"
	      "  plenary rehearse config/programmes/leep.yaml --module 1\n",
	      out);
}

static int say_help(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	print_help(stdout);
	return 0;
}

static int say_version(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	puts("plenary " PLENARY_VERSION);
	return 0;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* How many letters have to be changed, put in or left out (Levenshtein). */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[WORD_BYTES + 1];
	const size_t columns = strlen(b);

	for (size_t j = 0; j <= columns; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= columns; j++) {
			const unsigned above = row[j];

			row[j] = least(diagonal + (a[i - 1] != b[j - 1]),
				       least(above, row[j - 1]) + 1);
			diagonal = above;
		}
	}
	return row[columns];
}

/* NULL when nothing is near. */
static const char *nearest(const char *asked)
{
	const char *best = NULL;
	unsigned best_distance = FAR_MOST + 1;

	if (strlen(asked) > WORD_BYTES)
		return NULL;
	for (size_t i = 0; i < WORDS; i++) {
		const bool begins = asked[0] != '\0' &&
				    strncmp(words[i].name, asked, strlen(asked)) == 0;
		const unsigned far = begins ? 1 : distance(asked, words[i].name);

		if (words[i].does != NULL && far < best_distance) {
			best = words[i].name;
			best_distance = far;
		}
	}
	return best;
}

static int unknown(const char *asked)
{
	const char *const meant = nearest(asked);

	fprintf(stderr, "plenary: there is no word `%s`", asked);
	if (meant != NULL)
		fprintf(stderr, "; did you mean `%s`?\n", meant);
	else
		fputs("; `plenary help` lists those there are.\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	const char *asked = argc > 1 ? argv[1] : "help";

	if (strcmp(asked, "--help") == 0 || strcmp(asked, "-h") == 0)
		asked = "help";
	if (strcmp(asked, "--version") == 0)
		asked = "version";
	for (size_t i = 0; i < WORDS; i++) {
		if (strcmp(asked, words[i].name) == 0)
			return words[i].run(argc > 1 ? argc - 1 : argc,
					    argc > 1 ? argv + 1 : argv);
	}
	return unknown(asked);
}
