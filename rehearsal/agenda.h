/* SPDX-License-Identifier: MIT */
/*
 * agenda - what is to happen and when, earliest first; of what happens at the same
 * moment, what was put first.  Plain numbers: whoever takes an act looks its subject up
 * again and may find that it no longer applies.
 */
#ifndef PLENARY_STAGE_AGENDA_H
#define PLENARY_STAGE_AGENDA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct act {
	int64_t at_ms;
	uint64_t order;
	uint32_t kind;    /* enum act_kind of actor.h */
	uint32_t who;     /* person, meeting or session, as the kind says */
	uint32_t what;    /* meeting, card, line … */
	uint32_t version; /* of the subject when this was put */
};

struct agenda {
	struct act *acts; /* a binary heap */
	size_t count, room;
	uint64_t order;
};

void agenda_put(struct agenda *agenda, const struct act *act);
/* False when it is empty. */
bool agenda_first(const struct agenda *agenda, struct act *act);
bool agenda_take(struct agenda *agenda, struct act *act);
void agenda_finish(struct agenda *agenda);

#endif
