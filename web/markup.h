/* SPDX-License-Identifier: MIT */
/*
 * markup - the repeated parts of the pages as HTML, and the pages that are made of nothing
 * else.  web/live.js makes the same elements; what one of them changes, the other follows.
 *
 * Strings are plain text and are escaped here.  Every function appends to *out.
 */
#ifndef PLENARY_MARKUP_H
#define PLENARY_MARKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/common/text.h"

struct markup_person {
	uint32_t number;
	const char *name;
	const char *role;  /* "participant" */
	const char *place; /* "Room 3"; not looked at unless the person is here */
	bool here;
};

struct markup_poll {
	uint32_t poll;
	const char *question;
	const char *state; /* "open", "closed" or "shown" */
	uint32_t answers;
	bool withheld; /* answers are not told: it is open, or too few answered */
};

struct markup_choice {
	const char *text;
	uint32_t count;
};

/* One row of the table of people. */
void markup_person(struct text *out, const struct markup_person *person);

/* One poll; choices are left out when there are none to show or the poll withholds them. */
void markup_poll(struct text *out, const struct markup_poll *poll,
		 const struct markup_choice *choices, uint32_t count);

/* One row of the table of rooms; names: everybody in it, as they are read. */
void markup_room(struct text *out, const char *room, const char *const *names,
		 uint32_t count);

/* One item of the list of other sessions; state: "running". */
void markup_session(struct text *out, uint64_t number, const char *title,
		    const char *state);

/* What loads the page again where there is no script. */
void markup_refresh(struct text *out);

/* The whole page that asks for the key; error: why the last one was refused, or NULL. */
void markup_login(struct text *out, const char *error);

/* The whole page that is shown inside a meeting: "Time is up", a sentence. */
void markup_notice(struct text *out, const char *title, const char *words);

/* The whole page for what went wrong: "Page not found", "Check the address." */
void markup_problem(struct text *out, const char *title, const char *problem);

#endif
