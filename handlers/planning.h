/* SPDX-License-Identifier: MIT */
/*
 * planning - before the day: what is scheduled, who is enrolled, and the opening.
 *
 * Everything here may be told twice: what is already there is not changed, except a
 * person's role, which may be told anew at any time, and who is expected: a person who has
 * withdrawn and did not come is in no register.  Blocks and polls come in the order
 * of their index and only until the session is opened.  BLOCK_LENGTH_MAX_MS and the
 * limits of event.h bind; beyond them an event is refused and counted.
 */
#ifndef PLENARY_PLANNING_H
#define PLENARY_PLANNING_H

#include "handlers/handlers.h"

enum { BLOCK_LENGTH_MAX_MS = 24 * 3600 * 1000 };
#define LATEST_START_MS INT64_C(253402300799999) /* the year 9999 */

handler_fn session_scheduled, block_planned, poll_planned, person_enrolled,
	person_withdrawn, session_opened;

#endif
