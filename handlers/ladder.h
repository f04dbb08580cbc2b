/* SPDX-License-Identifier: MIT */
/*
 * ladder - a word for one person ("you are in room 3"), by the way that reaches them.
 *
 *   WHISPER ──► CARD ──► NOTICE ──► MAIL ──► AGAIN ──► their page, which shows it from
 *   targeted    1:1      by name    to their   a notice          the start
 *   message     chat     in the     address    whose answer
 *   in the      with     main chat             was lost, in
 *   main chat   the bot                        other words
 *
 * The next rung is taken when a delivery is given up, and after DOUBT_MS when its answer
 * was lost and nothing shows that it arrived: they came to the room, or pressed a button
 * of it.  The same word is never sent twice by the same rung in one round.  A refusal is
 * remembered, and the next round starts above it, or where all have refused, at the foot
 * again; a lost answer or a busy service is not remembered.
 * A main chat takes sixty messages in half a minute: more people than WHISPERS_MAX start at
 * CARD, each in a chat of their own.
 *
 * What else an answer was lost for: help may be called again at once; a recall is reminded
 * of if people are still in the room (DELIVER_REMINDER), a poll that nobody answers is asked
 * again in other words (DELIVER_POLL_AGAIN), each once.
 *
 * Rules: Microsoft Learn, "Rate limiting for bots", "Targeted messages".
 */
#ifndef PLENARY_LADDER_H
#define PLENARY_LADDER_H

#include <stdint.h>

#include "handlers/handlers.h"

enum {
	WHISPERS_MAX = 48,
	DOUBT_MS = 20 * 1000,        /* for a word to one person */
	RECALL_DOUBT_MS = 45 * 1000, /* people finish their sentence */
	POLL_DOUBT_MS = 60 * 1000,
};

/* Tells this person of the room they have just been given; crowded: too many to whisper. */
void ladder_tell(struct session *session, struct effects *effects, uint32_t person,
		 uint32_t crowded);
/* The room is no longer theirs: what told them of it says so. */
void ladder_close(struct session *session, struct effects *effects, uint32_t person,
		  uint32_t block);
/* They know: they are there, or have pressed a button of the card. */
void ladder_reached(struct session *session, struct effects *effects, uint32_t person);

/* A delivery of a rung was given up. */
handler_fn ladder_failed;
/* EVENT_DELIVERY_UNRESOLVED: the answer was lost. */
handler_fn delivery_unresolved;

/* When the next doubt ends, 0: there is none. */
int64_t doubt_next_ms(const struct session *session);
/* What the alarm brings. */
void doubt_ends(struct session *session, const struct event *event,
		struct effects *effects, int64_t moment);

#endif
