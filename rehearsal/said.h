/* SPDX-License-Identifier: MIT */
/*
 * said - DIR/said.jsonl, a line for each word of Plenary's that reached somebody, and
 * DIR/wire.jsonl, a line for each call and each activity, when the plan wants it recorded:
 *
 *   {"at_ms":…,"way":"call","method":"POST","path":…,"query":…,"status":201,
 *    "request":…,"response":…}
 *   {"at_ms":…,"way":"told","url":…,"request":…}
 *
 * No token is recorded; bodies that are not JSON are strings.
 */
#ifndef PLENARY_STAGE_SAID_H
#define PLENARY_STAGE_SAID_H

#include <stdint.h>

struct stage;

/* text: the activity or message as JSON, or "null" when it was taken back. */
void said_keep(const struct stage *stage, const char *method, uint32_t post,
	       const char *text);

#endif
