/* SPDX-License-Identifier: MIT */
/*
 * help - how a word is used: on standard output when it is asked for, on standard error when
 * the word was used wrongly.
 *
 * The functions that print answer the exit status.
 */
#ifndef PLENARY_HELP_H
#define PLENARY_HELP_H

#include <stdbool.h>

/* True when --help or -h is among the arguments before "--". */
bool help_asked(int argc, char **argv);
int help_print(const char *usage);
int help_refuse(const char *usage);

/* What is said of WHERE_OPTIONS. */
#define HELP_WHERE \
	"  --database FILE   the database itself\n" \
	"  --config FILE     or the configuration that names it " \
	"(/etc/plenary/plenary.yaml)\n" \
	"  --time-zone ZONE  the zone times are read in\n" \
	"  --utc             the same as --time-zone UTC\n"

#define HELP_HELP "  --help            this text\n"

#endif
