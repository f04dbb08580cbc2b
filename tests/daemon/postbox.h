/* SPDX-License-Identifier: MIT */
/*
 * postbox - a world (world.h) and, outside of it, a server that takes what the outbox
 * sends, writes it down, and answers as planned: 201 when nothing is.
 *
 * Session 1 is there, with the people of world_plan() and rooms 2 to 5.
 */
#ifndef PLENARY_TESTS_POSTBOX_H
#define PLENARY_TESTS_POSTBOX_H

#include "handlers/effect.h"
#include "tests/daemon/world.h"
#include "tests/wire/script.h"

#define POSTBOX_CHAT "/bot/v3/conversations/19%3Ameeting_MDAw%40thread.v2/activities"
#define POSTBOX_ROOM "/bot/v3/conversations/19%3Aroom-2%40thread.v2/activities"

enum { HEARD = 256, PLANNED = 8, POSTBOX_SESSION = 1 };

struct heard {
	char line[2 * SCRIPT_WORD_BYTES + 2]; /* "POST /bot/…" */
	char token[64];
	char *head, *body;
	int64_t at_ms;
};

struct postbox {
	struct world world;
	uv_loop_t loop; /* the server's */
	struct script script;
	struct heard heard[HEARD];
	size_t heard_count;
	struct script_reply planned[PLANNED];
	size_t planned_count, planned_at;
	unsigned tokens, ids;
};

extern struct postbox postbox;

/* more: lines of the configuration. */
void postbox_open(const char *more);
void postbox_close(void);

/* The next so many requests are answered so. */
void plan(const struct script_reply *replies, size_t count);
void forget(void);
void turn_once(void);
void wait_heard(size_t count);
/* Until every delivery has come to its end, and that is on disk. */
void wait_done(void);

void deliver(enum effect_kind kind, uint16_t place, uint32_t person);
void say(uint16_t place, const char *words);
bool said(size_t at, const char *words);

#endif
