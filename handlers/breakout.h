/* SPDX-License-Identifier: MIT */
/*
 * breakout - one round: people into rooms, told where to go, warned, called back.
 *
 *   NONE ──────────────► OPEN ──► RECALLED      rooms are there
 *     └──► WAITING ──────►┘          ▲          rooms are being made
 *             └──────────────────────┘          none could be made: all stay in plenary
 *
 * A round begins with its block, for the participants who are in the meeting then.  Rooms
 * that are missing are asked for and waited for at most ROOMS_WAIT_MS (longer only while
 * there is none at all); rooms that failed are done without.  Too few people for a room
 * stay in plenary; the round begins when there are enough.  While it is open, whoever
 * comes late gets the smallest room and nobody else moves.  A recall before time ends the
 * block as well.  Of warnings that were missed only the last is given.
 *
 * An open round that the end of the main meeting broke off keeps its rooms: taken up again,
 * it is OPEN at once, and whoever is there or comes is told anew of the room they had.  One
 * that had no rooms yet is considered anew.
 */
#ifndef PLENARY_BREAKOUT_H
#define PLENARY_BREAKOUT_H

#include <stdint.h>

#include "handlers/handlers.h"

struct block;

enum {
	ROOMS_WAIT_MS = 60 * 1000,
	WARNING_LATE_MS = 15 * 1000, /* later than this, a warning says what is left */
	HELP_AGAIN_MS = 60 * 1000,   /* one call for help per room in this time */
	CALL_IN_PEOPLE = 50,         /* of one in-meeting notification, as Teams has it */
};

handler_fn room_ready, help_called, delivery_failed;
/* Somebody who leads has come, or the round is over: nobody needs to go there any more. */
void help_over(struct session *session, struct effects *effects, uint16_t place);

/* A call for help may not have been heard: the next one is passed on at once. */
void help_unheard(struct session *session, const struct event *event);

/* Asks for so many room meetings in all, counting those that are there or asked for. */
void rooms_ask(struct session *session, struct effects *effects, uint32_t needed);

/* Does what the current block's round can do now: begin, open, place who came late. */
handler_fn round_consider;
void round_recall(struct session *session, struct effects *effects, uint32_t block);
/* The main meeting ended; it was opened again, and the block with the round goes on. */
void round_breaks_off(struct session *session, struct effects *effects, uint32_t block);
handler_fn round_takes_up;
/* The end of the current block has moved: the rooms are told, warnings planned anew. */
void round_end_moves(struct session *session, struct effects *effects, int64_t by_ms);

/* What the alarm brings. */
void round_waited(struct session *session, const struct event *event,
		  struct effects *effects, int64_t moment);
void warning_came(struct session *session, const struct event *event,
		  struct effects *effects, int64_t moment);

/* The next warning of a block that is current, 0 for none. */
int64_t block_next_warning_ms(const struct block *block);
/* Marks as given those whose moment is not ahead of now; the others are ahead again. */
void warnings_plan(struct block *block, int64_t now_ms);

#endif
