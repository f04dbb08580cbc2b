/* SPDX-License-Identifier: MIT */
/*
 * register - what the session's evidence amounts to for each person, in versions.
 *
 * Everybody known to the session is judged by reconcile.h with the session's own policy.
 * Evidence that is weighed before: a stretch that only a meeting's end has closed, or
 * nothing has, gives way to a report of the same place; a leave without its join counts
 * for nothing but is a doubt; the page open in a browser is no presence.
 */
#ifndef PLENARY_REGISTER_H
#define PLENARY_REGISTER_H

#include <stddef.h>
#include <stdint.h>

#include "handlers/reconcile.h"

struct arena;
struct effects;
struct session;

/* Fills session->results; a new version, recorded for whom it is new, if any changed. */
void register_write(struct session *session, struct effects *effects);

#endif
