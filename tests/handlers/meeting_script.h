/* SPDX-License-Identifier: MIT */
/*
 * meeting_script - a test tells the meeting what happens and reads what it did.
 *
 * There is one session at a time.  It is due at 10:00:00 of a day whose midnight is
 * SCRIPT_MIDNIGHT, and every event happens at the script's own clock, which moves only by
 * at() and wait_ms().  The transcript has the sender's words and below them the effects,
 * indented, times of the day as hh:mm:ss (.mmm where there are any).
 */
#ifndef PLENARY_MEETING_SCRIPT_H
#define PLENARY_MEETING_SCRIPT_H

#include "handlers/event.h"
#include "handlers/reconcile.h"
#include "handlers/session.h"

#define SCRIPT_MIDNIGHT INT64_C(1795564800000)

enum {
	SCRIPT_SECOND = 1000,
	SCRIPT_MINUTE = 60 * SCRIPT_SECOND,
	SCRIPT_HOUR = 60 * SCRIPT_MINUTE
};

/* The session as it is now, for what no effect says. */
struct session *the_session(void);

/* -- planning: a new session, its blocks, its people, the opening --------------------- */
void session_is_planned(void);
struct event *block(enum block_kind kind, int minutes); /* creditable unless a break */
struct event *round_of(int room_size, int minutes);     /* room meetings */
struct event *poll(int block, int choices);             /* changeable, may be shown */
void block_is_kept(void); /* sends the block or poll being described */
void people_enrol(int first, int count, enum role role);
void session_opens(void); /* the rooms asked for are made at once */
void session_opens_without_rooms(void);

/* -- time ------------------------------------------------------------------------------- */
void at(int hour, int minute, int second);
void wait_ms(int64_t ms); /* the alarm rings on the way, as often as it should */

/* -- what happens ----------------------------------------------------------------------- */
struct event *
something(enum event_kind kind); /* described further, sent by it_happens() */
void it_happens(void);
void meeting_starts(void);
void meeting_ends(void);
void joins(int person, int place);
void leaves(int person, int place);
void all_join(int first, int count);
void reports(int person, int place, int64_t from_ms, int64_t to_ms);
void facilitator(enum event_kind kind); /* person 0, who is one */
void somebody(int person, enum event_kind kind);
void extends_by(int64_t ms);
void votes(int person, int poll, int choice);

/* -- reading ---------------------------------------------------------------------------- */
void so_far(void); /* what was said until here is of no interest */
/* The sentence that goes with a person's result. */
void sentence_of(uint32_t person, char sentence[RECONCILE_SENTENCE_BYTES]);
/* What was said since, all of it; then it is forgotten. */
void expect_all(const char *file, int line, const char *transcript);
/* The same, only the effects with this verb ("deliver_room_card"); nothing is forgotten. */
void expect_only(const char *file, int line, const char *verb, const char *transcript);
#define EXPECT(transcript) expect_all(__FILE__, __LINE__, transcript)
#define EXPECT_ONLY(verb, transcript) expect_only(__FILE__, __LINE__, verb, transcript)
int count_of(const char *verb); /* effects with this verb since so_far() */
int64_t clock_time(int hour, int minute, int second);

#endif
