/* SPDX-License-Identifier: MIT */
/*
 * kinds - the limits of a session and the kinds of things in it.
 *
 * One more than a limit is refused, counted, and answered if a person asked.
 */
#ifndef PLENARY_KINDS_H
#define PLENARY_KINDS_H

#include <stdint.h>

enum {
	PEOPLE_MAX = 2048, /* in one session; one more is refused */
	ROOMS_MAX = 256,   /* rooms of one session, reused by all its rounds */
	PLACES_MAX = ROOMS_MAX + 1,
	BLOCKS_MAX = 64,
	POLLS_MAX = 32,
	CHOICES_MAX = 12,
	WARNINGS_MAX = 4,
	GAPS_MAX = 256, /* stretches in which a meeting was not heard */
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
	EVENT_PERSON_WITHDRAWN, /* is not expected any more: staying away is no absence */
	EVENT_SESSION_OPENED,   /* planning is complete: meetings are asked for */
	/* meetings and who is in them */
	EVENT_MEETING_STARTED,
	EVENT_MEETING_ENDED,
	EVENT_PERSON_JOINED,
	EVENT_PERSON_LEFT,
	EVENT_INTERVAL_REPORTED, /* one line of an attendance report or imported file */
	EVENT_REPORT_READ,       /* a report has been read to its end */
	EVENT_WITNESS_FOUND,     /* it can be asked who is in this meeting */
	EVENT_PRESENCE_CHECKED,  /* the answer to a question after one person */
	EVENT_MEETING_CHANGED,   /* something did, and nobody says what: look there */
	EVENT_HEARING_LOST,      /* nobody tells us live of this meeting any more */
	EVENT_HEARING_RESUMED,   /* somebody does: from the next call on, or this one */
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
	EVENT_DELIVERY_FAILED,
	EVENT_DELIVERY_UNRESOLVED, /* its answer was lost: it may have arrived */
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

#endif
