/* SPDX-License-Identifier: MIT */
/*
 * card_rules - what must be so of every card, whatever it says: Adaptive Cards 1.5, one
 * heading, at most six buttons whose titles say what they do, texts that wrap, inputs with
 * labels and errors, charts whose numbers are said in words too, an Action.Submit beneath
 * every Action.Execute, and nothing that is not known to be shown everywhere.
 */
#ifndef PLENARY_TESTS_CARD_RULES_H
#define PLENARY_TESTS_CARD_RULES_H

#include <jansson.h>

enum { CARD_CHOICES = 12 }; /* as many as a programme may give a poll */

/* How many it has of each. */
struct census {
	int headings, inputs, executes, charts, facts, links;
};

/* The first rule that is broken ends the test. */
struct census card_rules_check(const json_t *card);

#endif
