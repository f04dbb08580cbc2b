/* SPDX-License-Identifier: MIT */
/*
 * people - what a session knows of its people: what became of each, every stretch of
 * presence that a source told of, and what these amount to.
 *
 * They are parts of struct session and obey its rules: no pointers, no padding, zero says
 * nothing.
 */
#ifndef PLENARY_PEOPLE_H
#define PLENARY_PEOPLE_H

#include <stdint.h>

#include "handlers/kinds.h"

enum { SPANS_MAX = 32768 };
#define OPEN_END INT64_MAX
#define UNKNOWN_START INT64_MIN

/* One stretch of presence from one source.  from_ms UNKNOWN_START: left was told first. */
struct span {
	int64_t from_ms, to_ms;
	int64_t told_ms; /* the latest moment in it at which they were told to be in */
	uint64_t leg;
	uint32_t person;
	uint32_t previous; /* the same person's span before: index + 1, 0 for none */
	uint16_t place;
	uint16_t source;
	uint32_t closed; /* enum span_end: why to_ms is what it is */
};

struct member {
	uint64_t rounds;    /* bit i: was given a room in the round of block i */
	int64_t doubt_ms;   /* until when a lost answer may still prove good; 0: none */
	uint32_t last_span; /* index + 1 into spans, 0 for none */
	uint16_t role;
	uint16_t known;  /* 1 enrolled, 2 seen, 3 both; 0: no such person */
	uint16_t here;   /* the place they are in now, rooms before main; PLACE_NONE */
	uint16_t room;   /* given in the round that is open; 0 for none */
	uint16_t card;   /* enum card_state of the round that is open */
	uint16_t kept;   /* the room in the round that was broken off; 0 for none */
	uint16_t rung;   /* the lowest that has not refused this person */
	uint16_t asked;  /* enum rung: by which they were last told of their room */
	uint16_t told;   /* bit i: by rung i they were told, or may have been */
	uint16_t missed; /* 1: a witness said they are gone */
	uint8_t votes[POLLS_MAX]; /* choice + 1; 0 for none */
};

/* What reconcile says of one person; all in milliseconds. */
struct result {
	int64_t attended_ms, presumed_ms, absent_ms, longest_absence_ms;
	int64_t first_ms, last_ms; /* first and last seen, 0 when never */
	int64_t unheard_ms;        /* creditable time in gaps that nobody covered */
	uint32_t verdict;
	uint32_t version; /* of the register when these figures last changed */
};

#endif
