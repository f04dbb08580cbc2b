/* SPDX-License-Identifier: MIT */
/*
 * effect - what a handler may ask for.
 *
 * The verb is the promise: record commits with the event, answer replies to the sender,
 * deliver must reach the world (a room that is made comes back as EVENT_ROOM_READY, what
 * was given up as EVENT_DELIVERY_FAILED, what may have come as EVENT_DELIVERY_UNRESOLVED),
 * signal may be lost.  The list grows in the turn's arena and dies with it.
 */
#ifndef PLENARY_EFFECT_H
#define PLENARY_EFFECT_H

#include <stddef.h>
#include <stdint.h>

#include "handlers/event.h"

struct arena;

/* The outbox keeps the numbers of deliveries: a new one comes after those there are. */
enum effect_kind {
	EFFECT_NONE,
	ANSWER, /* number: enum answer; poll, place where it helps */

	RECORD_SESSION, /* number: enum session_state; from_ms, to_ms as known */
	RECORD_BLOCK, /* block; number: enum block_state; from_ms, to_ms real or planned */
	RECORD_SPAN,  /* number: span index; person, place, from_ms, to_ms (OPEN_END) */
	RECORD_ALLOCATION, /* block, person, place: this person in this room */
	RECORD_POLL,       /* poll; number: enum poll_state */
	RECORD_VOTE,       /* poll, person; number: choice; replaces an earlier one */
	RECORD_REGISTER, /* person; number: version; the figures are in session->results */

	DELIVER_ROOM_MEETING, /* place: an online meeting for this room */
	DELIVER_SUBSCRIPTION, /* place: hear of changes in this meeting */
	DELIVER_ROOM_CARD,    /* person, place, block, to_ms: where to go, until when */
	DELIVER_ROOM_NOTICE,  /* the same in the main chat, by name */
	DELIVER_WARNING,      /* place, amount_ms left */
	DELIVER_EXTENSION,    /* place, amount_ms more, to_ms the new end */
	DELIVER_RECALL,       /* place: come back */
	DELIVER_CARD_CLOSED,  /* person, block: their room card says the round is over */
	DELIVER_POLL_CARD,    /* poll, into the main chat */
	DELIVER_POLL_UPDATE,  /* poll: the card as it now stands, with results if shown */
	DELIVER_HELP,         /* person, place: a room asks for a facilitator */
	DELIVER_REPORT_FETCH, /* place: read its attendance reports */
	DELIVER_ROOM_WHISPER, /* as a card, in the main chat for this person's eyes alone */
	DELIVER_WHISPER_CLOSED,   /* person, block: that one says the round is over */
	DELIVER_ROOM_MAIL,        /* as a card, to their address */
	DELIVER_REMINDER,         /* place: come back, said again to who is still there */
	DELIVER_POLL_AGAIN,       /* poll: its card once more, said to be so */
	DELIVER_SUBSCRIPTION_END, /* place: hear no more of it */
	DELIVER_RENEWAL,          /* place: the shell's own, what we hear by lives on */
	DELIVER_HELP_OVER, /* person, place: takes that call for help out of the chat */
	DELIVER_CALL_IN, /* place, block, number: come back, to the next CALL_IN_PEOPLE there */
	DELIVER_ANNOUNCEMENT, /* the shell's own: a facilitator's words to everybody */
	DELIVER_ROOM_AGAIN,   /* as a notice, whose answer was lost; said to be so */

	SIGNAL_CLOCK,
	SIGNAL_PRESENCE, /* person */
	SIGNAL_POLL,     /* poll */
	SIGNAL_ROUND,    /* block */
	SIGNAL_WITNESS,  /* person, place: ask whether they are in it */
	SIGNAL_HEARING,  /* place: a gap has opened or ended there */

	RECORD_GAP, /* place, from_ms, to_ms (OPEN_END); number: enum gap_state */
	EFFECT_KINDS
};

enum answer {
	ANSWER_NONE,
	ANSWER_DONE,
	ANSWER_VOTE_COUNTED,
	ANSWER_VOTE_CHANGED,
	ANSWER_HELP_ON_ITS_WAY,
	ANSWER_ROOM, /* place: you are in room n */
	/* refusals */
	ANSWER_POLL_CLOSED,
	ANSWER_POLL_UNKNOWN,
	ANSWER_CHOICE_UNKNOWN,
	ANSWER_ALREADY_VOTED,
	ANSWER_NOT_NOW,      /* the run-sheet is not in a state where this can be done */
	ANSWER_NOT_ALLOWED,  /* only a facilitator or the producer may */
	ANSWER_NOT_EXPECTED, /* this person is not in the session */
	ANSWER_NO_ROUND,
	ANSWER_FULL, /* a limit of the session was reached */
	ANSWER_UNKNOWN,
	ANSWERS
};

struct effect {
	uint16_t kind; /* enum effect_kind */
	uint16_t place;
	uint16_t block;
	uint16_t poll;
	uint32_t person;
	uint32_t number;
	int64_t from_ms, to_ms, amount_ms;
};

struct effects {
	struct arena *arena;
	struct effect *list;
	size_t count, room;
};

enum effect_verb { VERB_ANSWER, VERB_RECORD, VERB_DELIVER, VERB_SIGNAL };
enum effect_verb effect_verb(enum effect_kind kind);

/* Fields that an effect does not use are PERSON_NONE, PLACE_NONE and 0. */
struct effect effect_blank(enum effect_kind kind);
void effect_add(struct effects *effects, const struct effect *effect);

/* The name as transcripts and tables write it: "deliver_room_card". */
const char *effect_name(enum effect_kind kind);
/* One plain sentence for the person who asked, "The poll is closed." */
const char *answer_sentence(enum answer answer);
int answer_is_refusal(enum answer answer);

#endif
