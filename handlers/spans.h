/* SPDX-License-Identifier: MIT */
/*
 * spans - a person's spans, for the files that keep them: attendance, legs, balance.
 */
#ifndef PLENARY_SPANS_H
#define PLENARY_SPANS_H

#include <stdbool.h>

#include "handlers/effect.h"
#include "handlers/session.h"

/* A person's spans, the newest first; NULL at the end. */
struct span *span_last(struct session *session, uint32_t person);
struct span *span_before(struct session *session, const struct span *span);

/* A new one of the event's person, place and leg, open from this moment; when the meeting
 * has ended since, it ends with that.  NULL when there is no room: refused. */
struct span *span_open(struct session *session, const struct event *event,
		       struct effects *effects, int64_t from_ms);
/* The same, of which only the end is known. */
struct span *span_end_alone(struct session *session, const struct event *event,
			    struct effects *effects, int64_t to_ms);
/* One that is written by whoever asks. */
struct span *span_add(struct session *session, const struct event *event,
		      struct effects *effects);
/* Goes on, or ends with the meeting when that has ended since. */
void span_reopen(struct session *session, struct span *span);
void span_record(const struct session *session, struct effects *effects,
		 const struct span *span);

/* Reports and files tell intervals, and tell them afterwards. */
bool source_reports(uint16_t source);

#endif
