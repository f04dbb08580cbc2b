/* SPDX-License-Identifier: MIT */
/*
 * moves - one person's way into and out of a call: the world changes, and whoever would
 * tell Plenary of it does.
 */
#ifndef PLENARY_STAGE_MOVES_H
#define PLENARY_STAGE_MOVES_H

#include <stdbool.h>
#include <stdint.h>

struct stage;

enum { ROOM_EMPTY_MS = 30 * 1000 }; /* a call ends when nobody came back for so long */

/* The device is out of any call and comes into this one; starts the call if need be. */
void moves_in(struct stage *stage, uint32_t person, uint32_t device, uint32_t meeting,
	      int64_t at_ms);
/* All devices of the person leave the call they are in, if they are. */
void moves_out(struct stage *stage, uint32_t person, int64_t at_ms);
/* From one call to another, on one device. */
void moves_to(struct stage *stage, uint32_t person, uint32_t meeting, int64_t at_ms);

/* The call of a meeting begins or ends: whoever witnesses it says so. */
void moves_call(struct stage *stage, uint32_t meeting, bool started, int64_t at_ms);

#endif
