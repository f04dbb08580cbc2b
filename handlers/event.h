/* SPDX-License-Identifier: MIT */
/*
 * event - what can happen to a session.
 *
 * An event is plain numbers: no pointer, no name, no text.  People, places and programmes
 * have their names elsewhere, so a journal of events holds no personal data.  The wire
 * form (transcript.h) is one line of text per event, and is what the journal stores.
 *
 * All times are UTC milliseconds since 1970.  at_ms is the one reading of the clock, taken
 * when Plenary heard of the event; occurred_ms is what the sender says of its own.
 */
#ifndef PLENARY_EVENT_H
#define PLENARY_EVENT_H

#include <stdint.h>

#include "handlers/kinds.h"

struct event {
	int64_t at_ms;
	uint64_t seed; /* the only chance a handler has */
	uint32_t session;
	uint32_t by;     /* the person who caused it; PERSON_NONE for the world */
	uint16_t kind;   /* enum event_kind */
	uint16_t source; /* enum source */
	uint32_t person; /* whom it is about; PERSON_NONE when nobody */
	uint16_t place;  /* PLACE_NONE when nowhere */
	uint16_t block;  /* index; also names the round of that block */
	uint16_t poll;   /* index */
	uint16_t reserved;
	union {
		struct {
			int64_t starts_ms;
			int32_t grace_ms;    /* reconnect grace, domain rule: 120 s */
			int32_t transfer_ms; /* allowance around a round: 180 s */
			uint32_t minimum_answers; /* k: results of fewer are withheld */
			uint32_t presume; /* 1: a hole in a round counts as presence */
		} scheduled;
		struct {
			int32_t length_ms;
			int32_t fixed_ms; /* after starts_ms; -1 when it may move */
			int32_t warnings_ms[WARNINGS_MAX]; /* before the end, 0: none */
			uint16_t kind;                     /* enum block_kind */
			uint16_t creditable;               /* 0 or 1 */
			uint16_t room_size; /* exactly one of these two, for rounds */
			uint16_t room_count;
			uint16_t way; /* enum delivery_way */
			uint16_t reserved;
			uint32_t reserved2;
		} block_planned;
		struct {
			uint16_t choices;    /* 2 to CHOICES_MAX */
			uint16_t likert;     /* 1: choices are points of a scale */
			uint16_t changeable; /* 1: a later vote replaces the earlier */
			uint16_t shown;      /* 1: results may be shown */
		} poll_planned;
		struct {
			uint32_t role; /* enum role */
		} enrolled;
		struct {
			uint32_t
				spare; /* room meetings beyond those the programme needs */
		} opened;
		struct {
			int64_t occurred_ms;
			uint64_t leg; /* one device in the call; 0: not told */
		} presence;
		struct {
			int64_t occurred_ms;
			uint64_t inside; /* 1: is in the meeting of the place */
		} checked;
		struct {
			int64_t from_ms, to_ms; /* half open */
		} interval;
		struct {
			uint64_t digest; /* of what was read: equal means nothing new */
			uint32_t people;
			uint32_t final; /* 1: brought by hand, no more will come */
		} report;
		struct {
			/* lost: since when, as far as is known; resumed: when what tells us
			 * was made, 0 when it was there all along */
			int64_t since_ms;
		} hearing;
		struct {
			int64_t by_ms;
		} extended;
		struct {
			uint32_t choice; /* from 0 */
		} vote;
		struct {
			uint32_t what;   /* enum effect_kind of the delivery */
			uint32_t status; /* HTTP status, 0 when there was none */
		} delivery;
	};
};

#endif
