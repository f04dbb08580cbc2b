/* SPDX-License-Identifier: MIT */
/*
 * lost - deliveries whose answer was lost, until it shows what became of them.  Private to
 * outbox*.c.
 *
 *	outcome unknown ──button pressed──► done, and its update goes out
 *	       '──────────session closed──► given up: outcome unknown
 *
 * A bot cannot ask Teams whether a message is there, so the only evidence is that somebody
 * presses a button: only what carries one is waited for, everything else is given up as
 * unknown at once, like what another of its kind takes the place of, and what is more than
 * OUTBOX_UNKNOWN.  An update of a card that is waited for (the round is over, the poll is
 * closed) waits with it, and only the latest; without evidence it ends like its card, which
 * then stays as it is: whoever presses it is told that it is old.
 *
 * All of it is on disk, and goes on after a crash.
 */
#ifndef PLENARY_LOST_H
#define PLENARY_LOST_H

#include <stdbool.h>
#include <stdint.h>

struct outbox;
struct parcel;

/* That it is about to leave is written down; parcel_leaves() follows when it is durable. */
void parcel_note(struct parcel *parcel);
/* It is known not to have been taken: the next try is the first again. */
void parcel_unnote(struct parcel *parcel);
/* The answer was lost. */
void parcel_unknown(struct parcel *parcel);
/* The head of its lane updates a card that was lost: it waits for that one.  False: there is
 * no such card. */
bool parcel_awaits_card(struct parcel *parcel);

/* After a start: unknown before; in flight when we died; and: all is told. */
void lost_restore(struct parcel *parcel);
void lost_orphan(struct parcel *parcel);
void lost_resume(struct outbox *outbox);
void lost_finish(struct outbox *outbox);

#endif
