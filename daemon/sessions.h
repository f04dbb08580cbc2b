/* SPDX-License-Identifier: MIT */
/*
 * sessions - the live sessions by number, and when the next of them wants to be woken.
 */
#ifndef PLENARY_SESSIONS_H
#define PLENARY_SESSIONS_H

#include <stdint.h>

#include "daemon/store/directory.h"
#include "handlers/session.h"

struct sessions {
	struct session *list[DIRECTORY_SESSIONS + 1]; /* by number; 0 is never used */
	uint32_t highest;
};

/* NULL when there is none of that number. */
struct session *sessions_get(const struct sessions *sessions, uint32_t number);
/* The same, made when it is missing; NULL when the number is out of range. */
struct session *sessions_need(struct sessions *sessions, uint32_t number);
/* The earliest alarm of all; 0 when nobody wants to be woken. */
int64_t sessions_alarm_ms(const struct sessions *sessions);
void sessions_finish(struct sessions *sessions);

#endif
