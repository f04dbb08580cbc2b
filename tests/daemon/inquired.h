/* SPDX-License-Identifier: MIT */
/*
 * inquired - a shell with one session, and a connector that answers its questions as the
 * test has planned.
 */
#ifndef PLENARY_TESTS_INQUIRED_H
#define PLENARY_TESTS_INQUIRED_H

#include "tests/daemon/world.h"
#include "tests/wire/script.h"

enum { ANSWERS_MAX = 16 };

#define MEETING "MCMxOTptZWV0aW5nIzA="
#define EVENT(name) ",\"name\":\"application/vnd.microsoft." name "\""

struct pretended_connector {
	struct world world;
	uv_loop_t loop;
	struct script script;
	struct text asked; /* one line for each question */
	uint32_t session;
};

extern struct pretended_connector connector;

void inquired_begin(void);
void inquired_end(void);

/* What is answered to a path; the first that fits and has turns left. */
void plan(const char *path, int status, const char *body, int turns);
/* No plans, and nothing asked. */
void forget(void);
/* An activity of the main meeting, with further members; until all it brings is done. */
void hears(const char *type, const char *more);
void wait_done(void);

const struct person_row *person(uint32_t number);

#endif
