/* SPDX-License-Identifier: MIT */
/*
 * script - what the facilitator of each session says to Plenary in the main chat.
 *
 * With a script in the plan: its lines at their times.  Without: "start" three minutes
 * late, one "hold" of two minutes while nobody is in a room, one "extend 3" in the second
 * round.  People leave at the end as these words have moved it.
 */
#ifndef PLENARY_STAGE_SCRIPT_H
#define PLENARY_STAGE_SCRIPT_H

#include "rehearsal/agenda.h"

#include <stdint.h>

struct stage;

void script_begin(struct stage *stage, uint32_t session);
void script_round_opened(struct stage *stage, uint32_t session, int64_t at_ms);
void script_take(struct stage *stage, const struct act *act);

#endif
