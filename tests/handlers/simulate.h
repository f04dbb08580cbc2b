/* SPDX-License-Identifier: MIT */
/*
 * simulate - random sessions from a seed, and what must hold after every event of them.
 *
 * A world makes one event at a time: people come and go, twice, late and in the wrong
 * order, the wrong people give commands, rooms fail, meetings end and start again, and
 * now and then an event is made of nothing but chance.  The same seed makes the same world.
 */
#ifndef PLENARY_SIMULATE_H
#define PLENARY_SIMULATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "handlers/effect.h"
#include "handlers/event.h"
#include "handlers/session.h"

enum { WORLD_KEPT = 64, WORLD_LATER = 32 };

struct world {
	uint64_t chance;
	int64_t now_ms;
	uint32_t people, planned, steps; /* planned: events of the plan already made */
	uint32_t blocks, polls;
	uint32_t kept_count, later_count;
	struct event kept[WORLD_KEPT];   /* evidence to repeat */
	struct event later[WORLD_LATER]; /* evidence held back */
};

void world_begins(struct world *world, uint64_t seed);
/* False when nothing more happens. */
bool world_goes_on(struct world *world, const struct session *session,
		   struct event *event);

/* Ends the program with a word when one of them does not hold. */
void claims_hold(const struct session *before, const struct session *session,
		 const struct event *event, const struct effects *effects);
/* Whether telling this event twice must change nothing. */
bool claims_repeat_harmless(const struct event *event);

_Noreturn void claim_broken(const char *file, int line, const char *claim);
#define CLAIM(claim) ((claim) ? (void)0 : claim_broken(__FILE__, __LINE__, #claim))

#endif
