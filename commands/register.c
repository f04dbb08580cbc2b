/* SPDX-License-Identifier: MIT */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "commands/commands.h"
#include "commands/help.h"
#include "commands/register_list.h"
#include "commands/where.h"
#include "daemon/store/ledger.h"

typedef void format_fn(const struct register_list *list, struct text *out);

struct wish {
	struct where where;
	format_fn *format;
	const char *session;
};

static const char usage[] =
	"usage: plenary register SESSION [--format table|csv|json] [--utc]\n"
	"                        [--database FILE | --config FILE] [--time-zone ZONE]\n"
	"\n"
	"Writes the newest register of a session, given by number or uid.\n"
	"\n"
	"  --format FORMAT   table (unless said), csv or json\n" HELP_WHERE HELP_HELP;

static format_fn *format_of(const char *name)
{
	if (strcmp(name, "table") == 0)
		return register_list_table;
	if (strcmp(name, "csv") == 0)
		return register_list_csv;
	return strcmp(name, "json") == 0 ? register_list_json : NULL;
}

static bool read_arguments(int argc, char **argv, struct wish *wish)
{
	static const struct option options[] = {
		WHERE_OPTIONS,
		{ "format", required_argument, NULL, 'f' },
		{ NULL, 0, NULL, 0 },
	};

	optind = 0; /* argv is not the one main was given: begin anew */
	for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (option == 'f')
			wish->format = format_of(optarg);
		else if (!where_option(&wish->where, option, optarg))
			return false;
	}
	if (wish->format == NULL || optind != argc - 1)
		return false;
	wish->session = argv[optind];
	return true;
}

static int write_register(struct ledger *ledger, const struct wish *wish)
{
	struct register_list list = { 0 };
	struct text out = { 0 };
	uint32_t session = 0;

	if (where_session(ledger, "register", wish->session, &session) < 0)
		return 1;
	const int rc = ledger_register(ledger, session, register_list_add, &list);
	if (rc == 0) {
		register_list_sort(&list);
		wish->format(&list, &out);
		fwrite(text_string(&out), 1, out.length, stdout);
	}
	if (rc == 0 && list.count == 0)
		fputs("The register is made when the session is over.\n", stderr);
	register_list_finish(&list);
	text_finish(&out);
	return rc < 0 ? 1 : 0;
}

int command_register(int argc, char **argv)
{
	struct wish wish = { .format = register_list_table };
	struct ledger *ledger = NULL;
	int status = 1;

	if (help_asked(argc, argv))
		return help_print(usage);
	if (!read_arguments(argc, argv, &wish))
		return help_refuse(usage);
	if (where_open(&wish.where, "register", &ledger) == 0)
		status = write_register(ledger, &wish);
	ledger_close(ledger);
	where_finish(&wish.where);
	return status;
}
