/* SPDX-License-Identifier: MIT */
/*
 * session - everything known about one dated delivery of a module.
 *
 * A session holds no pointer, handle or clock: two sessions are equal when their bytes
 * are, and replaying a journal makes the same bytes.  It lives in zeroed memory of its own
 * (session_create) whose untouched pages cost nothing.  Structs have no padding.
 */
#ifndef PLENARY_SESSION_H
#define PLENARY_SESSION_H

#include <stddef.h>

#include "handlers/event.h"
#include "handlers/people.h"
#include "handlers/states.h"

struct place {
	int64_t started_ms,
		ended_ms;   /* of the meeting, first and last; 0 when it has not */
	int64_t resumed_ms; /* its latest start */
	int64_t helped_ms;  /* the latest call for help that was passed on */
	int64_t doubt_ms;   /* as a member's, for its recall */
	uint64_t report_digest;
	uint16_t state;
	uint16_t here;          /* people in it now */
	uint16_t live;          /* 1: the meeting is on */
	uint16_t round;         /* block + 1 of the open round that uses it, 0 for none */
	uint16_t report_reads;  /* reports read since the session was last over */
	uint16_t report_agrees; /* 1: the last two were the same */
	uint32_t kept;          /* block + 1 of the round that was broken off here */
	uint32_t witnessed;     /* 1: it can be asked who is in it */
	uint32_t helped_by;     /* person + 1 whose call stands in the chat; 0: none */
	int64_t hearing_ms;     /* when hearing last became what it is */
	uint16_t hearing;       /* enum hearing_state */
	uint16_t report_asked;  /* fetches of its reports that are under way */
	uint16_t report_again;  /* 1: it has changed since, look once more */
	uint16_t hearing_reserved;
};

struct block {
	int64_t started_ms, ended_ms; /* real; 0 when not yet */
	int32_t length_ms;            /* with extensions and holds */
	int32_t planned_ms;           /* as scheduled */
	int32_t fixed_ms;
	int32_t warnings_ms[WARNINGS_MAX];
	uint16_t kind, creditable, room_size, room_count, way;
	uint16_t state, round; /* enum block_state, enum round_state */
	uint16_t rooms;        /* used by this round */
	uint16_t warned;       /* bit i: warnings_ms[i] has been given or was skipped */
	uint16_t hurried;      /* 1: rooms were waited for long enough */
};

struct poll {
	int64_t doubt_ms; /* as a member's, for its card */
	uint16_t block, choices, likert, changeable, may_show, state;
	uint32_t
		broken_off; /* 1: closed by the end of the main meeting, not by anybody */
	uint32_t counts[CHOICES_MAX];
	uint32_t answers; /* people who have answered */
	uint32_t card;    /* 1: a card has been asked for */
};

/* A stretch in which nobody told us live of what happened at a place. */
struct gap {
	int64_t from_ms, to_ms; /* OPEN_END while it is open */
	uint32_t state;         /* enum gap_state */
	uint16_t place, reserved;
};

struct session {
	uint64_t seed;
	int64_t starts_ms, opened_ms, ended_ms;
	int64_t now_ms;   /* the latest at_ms seen: time never runs back */
	int64_t alarm_ms; /* wake me then with EVENT_ALARM_RANG; 0: never */
	int64_t held_since_ms;
	int64_t creditable_ms; /* |creditable window|, known from SESSION_OVER on */
	int64_t reports_from_ms, next_report_ms;
	int64_t witness_ms; /* when people are asked after next; 0: never */
	int32_t grace_ms, transfer_ms;
	uint32_t number, minimum_answers, presume;
	uint32_t people, blocks, polls, places, spans; /* how many of each are in use */
	uint32_t gaps, gaps_reserved;
	uint32_t register_version, report_tries, events, refused;
	uint16_t state, clock, current; /* current: block index */
	uint16_t clock_before;          /* the clock when the main meeting ended */
	uint32_t cut_short;             /* 1: its end was the current block's end too */
	uint32_t doubts;                /* how many doubt_ms are set */
	uint32_t witness_next;          /* whom to ask after next */
	uint32_t reserved;
	struct block block[BLOCKS_MAX];
	struct poll poll[POLLS_MAX];
	struct place place[PLACES_MAX];
	struct member member[PEOPLE_MAX];
	struct result results[PEOPLE_MAX];
	struct gap gap[GAPS_MAX];
	struct span span[SPANS_MAX];
};

/* Zeroed; aborts when there is no memory.  session_destroy(NULL) does nothing. */
struct session *session_create(uint32_t number);
void session_destroy(struct session *session);
/* All bytes after these are zero: two sessions are equal when these are. */
size_t session_bytes(const struct session *session);
/* NULL when this session has no such person. */
const struct member *session_member(const struct session *session, uint32_t person);

#endif
