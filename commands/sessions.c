/* SPDX-License-Identifier: MIT */
#include <getopt.h>
#include <stdio.h>

#include "commands/commands.h"
#include "commands/table.h"
#include "commands/where.h"
#include "daemon/store/ledger.h"
#include "handlers/session.h"

static int usage(void)
{
	fputs("usage: plenary sessions [--database FILE | --config FILE] [--utc]\n"
	      "Lists the sessions of a database.\n",
	      stderr);
	return 2;
}

static const char *const states[] = {
	[SESSION_ABSENT] = "not planned yet",
	[SESSION_PLANNED] = "planned",
	[SESSION_OPEN] = "open",
	[SESSION_RUNNING] = "running",
	[SESSION_OVER] = "over",
	[SESSION_CLOSED] = "closed",
};

static void list_session(void *context, const struct ledger_session *session)
{
	struct table *const table = context;
	struct text start = { 0 };

	where_add_time(&start, "%Y-%m-%d %H:%M", session->starts_ms);
	table_cellf(table, "%u", session->number);
	table_cell(table, session->uid);
	table_cell(table, session->title);
	table_cellf(table, "%u", session->module);
	table_cell(table, text_string(&start));
	table_cell(table, session->state < SESSION_STATES ? states[session->state] : "?");
	table_cellf(table, "%u", session->people);
	text_finish(&start);
}

static int list(struct ledger *ledger)
{
	static const char *const headings[] = { "number|", "uid",   "title",  "module|",
						"start",   "state", "people|" };
	struct table table;
	struct text out = { 0 };

	table_begin(&table, 7, headings);
	const int rc = ledger_sessions(ledger, list_session, &table);
	if (rc == 0) {
		table_write(&table, &out);
		fputs(text_string(&out), stdout);
	}
	table_finish(&table);
	text_finish(&out);
	return rc < 0 ? 1 : 0;
}

int command_sessions(int argc, char **argv)
{
	static const struct option options[] = { WHERE_OPTIONS, { NULL, 0, NULL, 0 } };
	struct where where = { 0 };
	struct ledger *ledger = NULL;
	int status = 1;

	optind = 0; /* argv is not the one main was given: begin anew */
	for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (!where_option(&where, option, optarg))
			return usage();
	}
	if (optind != argc)
		return usage();
	if (where_open(&where, "sessions", &ledger) == 0)
		status = list(ledger);
	ledger_close(ledger);
	where_finish(&where);
	return status;
}
