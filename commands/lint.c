/* SPDX-License-Identifier: MIT */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "commands/help.h"
#include "daemon/settings/programme.h"

struct wish {
	const char *file;
	int module; /* 0: all of them */
	const char *start;
};

static const char usage[] =
	"usage: plenary lint FILE [--module N] [--start HH:MM]\n"
	"\n"
	"Says what is wrong with a programme and prints its run-sheets.\n"
	"\n"
	"  --module N        only this module\n"
	"  --start HH:MM     when the module begins, if not as planned\n" HELP_HELP;

static bool read_number(const char *text, int *number)
{
	char *end;
	const long value = strtol(text, &end, 10);

	if (*text == '\0' || *end != '\0' || value < 1 || value > PROGRAMME_MODULES)
		return false;
	*number = (int)value;
	return true;
}

static bool read_arguments(int argc, char **argv, struct wish *wish)
{
	static const struct option options[] = {
		{ "module", required_argument, NULL, 'm' },
		{ "start", required_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 },
	};

	optind = 0; /* argv is not the one main was given: begin anew */
	for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (option == 'm' && read_number(optarg, &wish->module))
			continue;
		if (option == 's' && hhmm_read(optarg) >= 0) {
			wish->start = optarg;
			continue;
		}
		if (option != '?')
			fprintf(stderr, "plenary lint: --%s: %s is not a good value\n",
				option == 'm' ? "module" : "start", optarg);
		return false;
	}
	if (optind != argc - 1)
		return false;
	wish->file = argv[optind];
	return true;
}

static int print_modules(const struct programme *programme, const struct wish *wish)
{
	if (wish->module != 0 && programme_module(programme, wish->module) == NULL) {
		fprintf(stderr, "plenary lint: %s has no module %d\n", wish->file,
			wish->module);
		return 1;
	}
	printf("%s (%s)\n", programme->title, programme->id);
	for (int i = 0; i < programme->module_count; i++) {
		const struct module *module = &programme->modules[i];

		if (wish->module != 0 && wish->module != module->number)
			continue;
		putchar('\n');
		programme_print(stdout, module, wish->start);
	}
	return 0;
}

int command_lint(int argc, char **argv)
{
	struct wish wish = { 0 };
	struct fault_list faults = { 0 };
	struct programme *programme;

	if (help_asked(argc, argv))
		return help_print(usage);
	if (!read_arguments(argc, argv, &wish))
		return help_refuse(usage);
	int rc = programme_read_file(wish.file, &programme, &faults);
	fault_print(stderr, wish.file, &faults);
	if (rc < 0)
		return 1;
	rc = print_modules(programme, &wish);
	programme_destroy(programme);
	return rc;
}
