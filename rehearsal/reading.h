/* SPDX-License-Identifier: MIT */
/*
 * reading - what a person sees in something Plenary sent: where a button leads, who is
 * meant, what is asked.  Pure; strings are borrowed from the activity.
 */
#ifndef PLENARY_STAGE_READING_H
#define PLENARY_STAGE_READING_H

#include "rehearsal/json.h"

#include <stdbool.h>
#include <stddef.h>

enum {
	READING_LINKS = 32,    /* more are not looked at */
	READING_MENTIONS = 64, /* likewise */
	READING_CHOICES = 16,
	READING_LINK_BYTES = 1024,
};

struct reading {
	char links[READING_LINKS][READING_LINK_BYTES];
	size_t links_count;
	const char *mentions[READING_MENTIONS]; /* mentioned.id */
	size_t mentions_count;
	const json_t *vote; /* the Action.Execute of a poll; NULL: none */
	const json_t *help; /* the one that calls for help; NULL: none */
	const char *choices[READING_CHOICES]; /* values, when something is asked */
	size_t choices_count;
};

void reading_of(struct reading *reading, const json_t *activity);

/* The poll that an action names ("poll" of its data); "" when it names none. */
void reading_poll_key(const json_t *action, char *key, size_t bytes);

/* Does any text of the activity contain this? */
bool reading_says(const json_t *activity, const char *words);

#endif
