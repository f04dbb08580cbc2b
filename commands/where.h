/* SPDX-License-Identifier: MIT */
/*
 * where - which database a command is about, and in which time zone people read it.
 *
 * Either the database itself is named, or a configuration that names it; without both the
 * configuration of an installed Plenary counts.
 */
#ifndef PLENARY_WHERE_H
#define PLENARY_WHERE_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/common/text.h"

#define WHERE_CONFIG "/etc/plenary/plenary.yaml"
#define WHERE_TIME_ZONE "Europe/London"

/* For getopt_long(): the names every such command shares. */
#define WHERE_OPTIONS \
	{ "database", required_argument, NULL, 'D' }, \
		{ "config", required_argument, NULL, 'C' }, \
		{ "time-zone", required_argument, NULL, 'Z' }, \
	{ \
		"utc", no_argument, NULL, 'U' \
	}

struct where {
	const char *database, *config, *time_zone; /* NULL: not said */
	struct text path;                          /* found by where_find() */
};

/* True when the option was one of WHERE_OPTIONS. */
bool where_option(struct where *where, int option, const char *argument);
/* 0, or -1 with the reason on standard error.  Sets the program's time zone. */
int where_find(struct where *where, const char *command);
void where_finish(struct where *where);

struct config;
/* The configuration itself; -1 with the reason on standard error. */
int where_config(const struct where *where, struct config **config);

struct ledger;
/* Opens the ledger and finds the session; -1 with the reason on standard error. */
int where_open(struct where *where, const char *command, struct ledger **ledger);
int where_session(struct ledger *ledger, const char *command, const char *word,
		  uint32_t *session);

/* As strftime() has it, in the zone of where_find(); nothing for 0. */
void where_add_time(struct text *text, const char *format, int64_t at_ms);

#endif
