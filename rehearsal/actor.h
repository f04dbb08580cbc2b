/* SPDX-License-Identifier: MIT */
/*
 * actor - the cohort on the move: takes the acts of the agenda when their time has come,
 * changes the world accordingly and tells Plenary what Teams (or the relay) would tell.
 *
 * An act carries the moment it was meant for, and that moment is the truth, however late
 * the loop comes to it.  People are OUT, in MAIN or in a ROOM:
 *
 *   OUT --arrive, rejoin--> MAIN --enter room--> ROOM --return--> MAIN
 *    ^------------------ drop, leave, close ---------'--------------'
 */
#ifndef PLENARY_STAGE_ACTOR_H
#define PLENARY_STAGE_ACTOR_H

#include "rehearsal/agenda.h"

#include <stdint.h>

struct stage;

enum act_kind {
	ACT_ADD_BOT,       /* who: meeting */
	ACT_INSTALL,       /* who: person */
	ACT_ARRIVE,        /* who: person */
	ACT_SECOND_DEVICE, /* who: person */
	ACT_DROP,          /* who: person */
	ACT_REJOIN,        /* who: person */
	ACT_ROOM_DROP,     /* who: person; what: room */
	ACT_LEAVE,         /* who: person */
	ACT_ENTER_ROOM,    /* who: person; what: room */
	ACT_RETURN,        /* who: person; what: room */
	ACT_VOTE,          /* who: person; what: ask */
	ACT_VOTE_AGAIN,    /* the same, with another mind */
	ACT_CALL_HELP,     /* who: person; what: ask */
	ACT_CALL_ENDS,     /* who: meeting; version: of the call */
	ACT_SAY,           /* who: session; what: line of the script */
	ACT_START,         /* who: session: the facilitator says so */
	ACT_HOLD,          /* who: session */
	ACT_RESUME,        /* who: session */
	ACT_EXTEND,        /* who: session */
	ACT_CLOSE,         /* who: session: the organiser ends the meeting */
	ACT_REMIND,        /* who: subscription */
	ACT_NEW_KEYS,      /* what signs is replaced */
	ACT_FORGET,        /* a subscription is no more */
	ACT_CHANGES,       /* what Graph has noticed is due */
	ACTS
};

/* Puts what everybody is going to do of their own accord. */
void actor_begin(struct stage *stage);
void actor_take(struct stage *stage, const struct act *act);

void actor_meeting_made(struct stage *stage, uint32_t meeting);
void actor_round_opened(struct stage *stage, uint32_t session, int64_t at_ms);
void actor_subscription_expires(struct stage *stage, uint32_t number, int64_t at_ms);

#endif
