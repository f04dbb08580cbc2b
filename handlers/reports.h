/* SPDX-License-Identifier: MIT */
/*
 * reports - attendance reports are read until they stop changing.
 *
 * Teams makes a report some minutes after a meeting ends, and another when it is opened
 * again.  From the end of the session each meeting's reports are asked for after 1, 2, 5,
 * 10, 20 and 40 minutes, then every hour for a day, then every day for a week, until two
 * reads agree.  A report of nobody agrees with nothing where people were seen: it is not
 * there yet; nor does one of fewer people than were seen for five minutes, until a day has
 * gone by.  When all agree, or the last try is a day old, the session is CLOSED.  What
 * comes after that makes a new version of the register if any figure changes.
 *
 * A meeting that says it has changed is looked at again while the session is OVER: at once,
 * or when the fetch under way is done.  Where a meeting was not heard (hearing.h), a report
 * of nobody is believed after EMPTY_READS reads; reports that agree cover its gaps.
 */
#ifndef PLENARY_REPORTS_H
#define PLENARY_REPORTS_H

#include <stdbool.h>
#include <stdint.h>

#include "handlers/handlers.h"

enum { REPORT_TRIES = 6 + 24 + 7, EMPTY_READS = 6 };

handler_fn reports_read, reports_changed;
/* A fetch was given up. */
handler_fn reports_failed;

void reports_start(struct session *session);
void reports_stop(struct session *session);
void reports_due(struct session *session, const struct event *event,
		 struct effects *effects, int64_t moment);

/* A report of a call from then to then is of this event: it touches the time from three
 * hours before the start (or from when the meeting was first seen) to three hours after the
 * end.  Others are of a trial, or of another day of the same meeting. */
bool report_touches(const struct session *session, int64_t from_ms, int64_t to_ms);

#endif
