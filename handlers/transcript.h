/* SPDX-License-Identifier: MIT */
/*
 * transcript - a turn as text: for the journal, logs, replay and tests.
 *
 * An event is one line, its kind and then the fields that kind has, in the order of one
 * table, unused ones left out:
 *
 *	person_joined at=1795600000000 source=bot person=7 place=0 occurred=1795599999870
 *
 * What event_write() writes, event_read() reads back to the same bytes.
 */
#ifndef PLENARY_TRANSCRIPT_H
#define PLENARY_TRANSCRIPT_H

#include <stddef.h>

#include "handlers/effect.h"
#include "handlers/event.h"

enum { EVENT_LINE_BYTES = 512, EFFECT_LINE_BYTES = 256 };

const char *event_name(enum event_kind kind);
/* EVENT_NONE when there is no such name. */
enum event_kind event_kind_of(const char *name);

/* An event of this kind with every field unset, as event_write() leaves them out. */
struct event event_blank(enum event_kind kind);

/* Returns the length, always below EVENT_LINE_BYTES. */
size_t event_write(const struct event *event, char line[EVENT_LINE_BYTES]);

/* 0, or -1 with *wrong pointing at the word that could not be read; *event is then untouched. */
int event_read(const char *line, struct event *event, const char **wrong);

/*
 * One field by the name event_write() gives it ("person", "by_ms", …): for CloudEvents,
 * whose data carry the same names.  Fields written as words take the number of their enum.
 * 0; -1 when this kind has no such field, or when it is ours alone to set ("at", "session",
 * "seed", "source"); -2 when the value does not fit it.
 */
int event_set(struct event *event, const char *field, int64_t value);

/* "  deliver_room_card person=7 place=3 block=4 until=…", without the end of line. */
size_t effect_write(const struct effect *effect, char line[EFFECT_LINE_BYTES]);

#endif
