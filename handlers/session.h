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

#include <stdbool.h>

#include "handlers/event.h"

enum { SPANS_MAX = 32768, REPORT_TRIES = 48 };
#define OPEN_END INT64_MAX
#define UNKNOWN_START INT64_MIN

enum session_state {
	SESSION_ABSENT,
	SESSION_PLANNED,
	SESSION_OPEN,
	SESSION_RUNNING,
	SESSION_OVER,
	SESSION_CLOSED,
	SESSION_STATES
};
enum clock_state { CLOCK_WAITING, CLOCK_RUNNING, CLOCK_HELD, CLOCK_ENDED, CLOCK_STATES };
enum block_state { BLOCK_AHEAD, BLOCK_CURRENT, BLOCK_DONE, BLOCK_SKIPPED, BLOCK_STATES };
enum round_state { ROUND_NONE, ROUND_WAITING, ROUND_OPEN, ROUND_RECALLED, ROUND_STATES };
enum poll_state {
	POLL_ABSENT,
	POLL_DRAFT,
	POLL_OPEN,
	POLL_CLOSED,
	POLL_SHOWN,
	POLL_STATES
};
enum place_state { PLACE_ABSENT, PLACE_ASKED, PLACE_READY, PLACE_FAILED, PLACE_STATES };
enum verdict {
	VERDICT_NONE,
	VERDICT_ATTENDED,
	VERDICT_PARTLY,
	VERDICT_ABSENT,
	VERDICT_UNCLEAR,
	VERDICTS
};

/* One stretch of presence from one source.  from_ms UNKNOWN_START: left was told first. */
struct span {
	int64_t from_ms, to_ms;
	uint64_t leg;
	uint32_t person;
	uint32_t previous; /* the same person's span before: index + 1, 0 for none */
	uint16_t place;
	uint16_t source;
	uint32_t reserved;
};

struct member {
	uint32_t last_span; /* index + 1 into spans, 0 for none */
	uint16_t role;
	uint16_t known; /* 1 enrolled, 2 seen, 3 both; 0: no such person */
	uint16_t here;  /* the place they are in now, rooms before main; PLACE_NONE */
	uint16_t room;  /* given in the current or last round; 0 for none */
	uint8_t votes[POLLS_MAX]; /* choice + 1; 0 for none */
};

struct place {
	int64_t started_ms, ended_ms; /* of the meeting; 0 when it has not */
	uint64_t report_digest;
	uint16_t state;
	uint16_t here;          /* people in it now */
	uint16_t report_reads;  /* reports read so far */
	uint16_t report_agrees; /* 1: the last two were the same */
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
	uint16_t reserved;
};

struct poll {
	uint16_t block, choices, likert, changeable, may_show, state;
	uint32_t reserved;
	uint32_t counts[CHOICES_MAX];
	uint32_t answers; /* people who have answered */
	uint32_t card;    /* 1: a card has been asked for */
};

/* What reconcile says of one person; all in milliseconds. */
struct result {
	int64_t attended_ms, presumed_ms, absent_ms, longest_absence_ms;
	int64_t first_ms, last_ms; /* first and last seen, 0 when never */
	uint32_t verdict;
	uint32_t version;
};

struct session {
	uint64_t seed;
	int64_t starts_ms, opened_ms, ended_ms;
	int64_t alarm_ms; /* wake me then with EVENT_ALARM_RANG; 0: never */
	int64_t held_since_ms;
	int64_t creditable_ms; /* |creditable window|, known from SESSION_OVER on */
	int64_t next_report_ms;
	int32_t grace_ms, transfer_ms;
	uint32_t number, minimum_answers, presume;
	uint32_t people, blocks, polls, places, spans; /* how many of each are in use */
	uint32_t register_version, report_tries, events, refused;
	uint16_t state, clock, current, reserved; /* current: block index */
	uint32_t reserved2;
	struct block block[BLOCKS_MAX];
	struct poll poll[POLLS_MAX];
	struct place place[PLACES_MAX];
	struct member member[PEOPLE_MAX];
	struct result results[PEOPLE_MAX];
	struct span span[SPANS_MAX];
};

/* Zeroed; aborts when there is no memory.  session_destroy(NULL) does nothing. */
struct session *session_create(uint32_t number);
void session_destroy(struct session *session);

/* Planned start of a block as things stand now (re-flow); actual when it has started. */
int64_t session_block_starts(const struct session *session, uint32_t block);
int64_t session_block_ends(const struct session *session, uint32_t block);
/* > 0 behind the plan.  Negative slack before a fixed block is part of it. */
int64_t session_behind_ms(const struct session *session, int64_t now_ms);
/* By how much the blocks before the next fixed one no longer fit; 0 when they do. */
int64_t session_overrun_ms(const struct session *session, uint32_t *fixed_block);
/* The round that is open or waiting; BLOCKS_MAX for none. */
uint32_t session_round(const struct session *session);

#endif
