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

enum {
	PEOPLE_MAX = 1024, /* in one session; one more is refused */
	ROOMS_MAX = 256,   /* rooms of one session, reused by all its rounds */
	PLACES_MAX = ROOMS_MAX + 1,
	BLOCKS_MAX = 64,
	POLLS_MAX = 32,
	CHOICES_MAX = 12,
	WARNINGS_MAX = 4,
};

/* A person is a number given by the directory when first met in this session. */
#define PERSON_NONE UINT32_MAX

/* Places: the main meeting, rooms 1 to ROOMS_MAX, and the participant's page. */
enum { PLACE_MAIN = 0, PLACE_PAGE = 0xfffe, PLACE_NONE = 0xffff };

enum event_kind {
	EVENT_NONE,
	/* before the day */
	EVENT_SESSION_SCHEDULED,
	EVENT_BLOCK_PLANNED,
	EVENT_POLL_PLANNED,
	EVENT_PERSON_ENROLLED,
	EVENT_SESSION_OPENED, /* planning is complete: meetings are asked for */
	/* meetings and who is in them */
	EVENT_MEETING_STARTED,
	EVENT_MEETING_ENDED,
	EVENT_PERSON_JOINED,
	EVENT_PERSON_LEFT,
	EVENT_INTERVAL_REPORTED, /* one line of an attendance report or imported file */
	EVENT_REPORT_READ,       /* a report has been read to its end */
	/* the run-sheet */
	EVENT_RUNSHEET_STARTED,
	EVENT_RUNSHEET_HELD,
	EVENT_RUNSHEET_RESUMED,
	EVENT_RUNSHEET_EXTENDED,
	EVENT_RUNSHEET_SKIPPED,
	EVENT_ALARM_RANG, /* session.alarm_ms has come */
	/* rounds */
	EVENT_ROOM_READY,
	EVENT_BREAKOUT_RECALLED,
	EVENT_HELP_CALLED,
	/* polls */
	EVENT_POLL_OPENED,
	EVENT_POLL_VOTED,
	EVENT_POLL_CLOSED,
	EVENT_POLL_SHOWN,
	/* the world's answers to what we asked of it */
	EVENT_DELIVERY_MADE,
	EVENT_DELIVERY_FAILED,
	EVENT_KINDS
};

enum source {
	SOURCE_NONE,
	SOURCE_BOT,    /* Teams bot activity */
	SOURCE_GRAPH,  /* Graph change notification */
	SOURCE_RELAY,  /* CloudEvents */
	SOURCE_REPORT, /* Graph attendance report */
	SOURCE_IMPORT, /* file brought by a person */
	SOURCE_PAGE,   /* our own page */
	SOURCE_CLOCK,  /* the run-sheet itself */
	SOURCES
};

enum role { ROLE_PARTICIPANT, ROLE_FACILITATOR, ROLE_PRODUCER, ROLE_OBSERVER, ROLES };

enum block_kind {
	BLOCK_PLENARY,
	BLOCK_ROUND,
	BLOCK_POLL,
	BLOCK_BREAK,
	BLOCK_INDIVIDUAL,
	BLOCK_ADMIN,
	BLOCK_KINDS
};

enum delivery_way {
	DELIVERY_ROOM_MEETING,
	DELIVERY_PRODUCER_SHEET,
	DELIVERY_TABLE,
	DELIVERY_WAYS
};

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
			int64_t occurred_ms;
			uint64_t leg; /* one device in the call; 0: not told */
		} presence;
		struct {
			int64_t from_ms, to_ms; /* half open */
		} interval;
		struct {
			uint64_t digest; /* of what was read: equal means nothing new */
			uint32_t people;
			uint32_t final; /* 1: brought by hand, no more will come */
		} report;
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
