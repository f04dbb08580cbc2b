/* SPDX-License-Identifier: MIT */
/*
 * visit - strangers at the doors of the real program, and what they must not leave behind.
 *
 * A program of this room has a table of attempts, each with the words that
 * docs/strangers.md has for it.  Asked with --list it prints the table as lines of that
 * page; without it every attempt is made, and afterwards nothing is in the journal that
 * was not there before.
 */
#ifndef PLENARY_TESTS_VISIT_H
#define PLENARY_TESTS_VISIT_H

#include "tests/daemon/house.h"
#include "tests/wire/forge.h"

struct visit {
	struct house house;
	unsigned activities; /* each has an id of its own */
};

/* A session "leep-1" is scheduled; then the journal is counted. */
void visit_begin(struct visit *visit);
/* The program with these limits of descriptors. */
void visit_begin_with(struct visit *visit, const struct rlimit *descriptors);
/* Nothing was journalled since, and the program still serves. */
void visit_end(struct visit *visit);
/* Events taken so far. */
long long visit_events(struct visit *visit);

/* The claims of a good token, for now and this world outside; malloc'd.  Members of more
 * ("\"iss\":\"x\"", or NULL) come last and replace those of the same name; a member that
 * is null in more is left out. */
char *visit_claims(struct visit *visit, const char *more);
char *visit_token(struct visit *visit); /* a good one; malloc'd */
/* A typing activity as the channel sends it; more as above; malloc'd. */
char *visit_activity(struct visit *visit, const char *more);

/* POST with these bytes; the status. */
int visit_post(struct visit *visit, const char *path, const char *headers,
	       const char *body, size_t bytes);
int visit_message(struct visit *visit, const char *token, const char *body, size_t bytes);

/* "| what | status |" */
void visit_row(const char *what, int status);

#endif
