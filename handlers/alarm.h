/* SPDX-License-Identifier: MIT */
/*
 * alarm - what comes due by itself, each thing at the instant it was planned for.
 *
 * Time passes before anything else happens: whatever event comes, all that fell due up to
 * its at_ms is done first, in order.  So a vote after a poll's end is refused although the
 * alarm that ends the poll is late, and EVENT_ALARM_RANG itself has nothing left to do.
 */
#ifndef PLENARY_ALARM_H
#define PLENARY_ALARM_H

#include <stdint.h>

#include "handlers/handlers.h"

/* Does all that is due at session.now_ms. */
handler_fn alarm_catch_up;
handler_fn alarm_rang;

/* When the next thing is due, 0: never. */
int64_t alarm_next_ms(const struct session *session);

#endif
