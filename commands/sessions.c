/* SPDX-License-Identifier: MIT */
#include <getopt.h>
#include <stdio.h>

#include "commands/commands.h"
#include "commands/help.h"
#include "commands/listing.h"
#include "commands/where.h"
#include "daemon/store/ledger.h"
#include "handlers/session.h"

static const char usage[] = "usage: plenary sessions [--database FILE | --config FILE] "
			    "[--time-zone ZONE] [--utc]\n"
			    "\n"
			    "Lists the sessions of a database.\n"
			    "\n" HELP_WHERE HELP_HELP;

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
	struct listing *const listing = context;
	struct text start = { 0 };

	where_add_time(&start, "%Y-%m-%d %H:%M", session->starts_ms);
	listing_cellf(listing, "%u", session->number);
	listing_cell(listing, session->uid);
	listing_cell(listing, session->title);
	listing_cellf(listing, "%u", session->module);
	listing_cell(listing, text_string(&start));
	listing_cell(listing,
		     session->state < SESSION_STATES ? states[session->state] : "?");
	listing_cellf(listing, "%u", session->people);
	text_finish(&start);
}

static int list(struct ledger *ledger)
{
	static const char *const headings[] = { "number|", "uid",   "title",  "module|",
						"start",   "state", "people|" };
	struct listing listing;
	struct text out = { 0 };

	listing_begin(&listing, 7, headings);
	const int rc = ledger_sessions(ledger, list_session, &listing);
	if (rc == 0) {
		listing_write(&listing, &out);
		fputs(text_string(&out), stdout);
	}
	listing_finish(&listing);
	text_finish(&out);
	return rc < 0 ? 1 : 0;
}

int command_sessions(int argc, char **argv)
{
	static const struct option options[] = { WHERE_OPTIONS, { NULL, 0, NULL, 0 } };
	struct where where = { 0 };
	struct ledger *ledger = NULL;
	int status = 1;

	if (help_asked(argc, argv))
		return help_print(usage);
	optind = 0; /* argv is not the one main was given: begin anew */
	for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (!where_option(&where, option, optarg))
			return help_refuse(usage);
	}
	if (optind != argc)
		return help_refuse(usage);
	if (where_open(&where, "sessions", &ledger) == 0)
		status = list(ledger);
	ledger_close(ledger);
	where_finish(&where);
	return status;
}
