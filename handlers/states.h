/* SPDX-License-Identifier: MIT */
/*
 * states - the machines of a session, and which move each may make.
 *
 *   session  ABSENT ─► PLANNED ─► OPEN ◄─► RUNNING ◄─► OVER ─► CLOSED ─► RUNNING (re-opened)
 *   clock    WAITING ─► RUNNING ◄─► HELD,  both ─► ENDED ─► either (meeting re-opened)
 *   block    AHEAD ─► CURRENT ─► DONE or SKIPPED,  DONE ─► CURRENT (meeting re-opened)
 *   round    NONE ─► WAITING (for rooms) ─► OPEN ─► RECALLED ─► NONE or OPEN (re-opened)
 *   poll     ABSENT ─► DRAFT ─► OPEN ◄─► CLOSED ─► SHOWN
 *   place    ABSENT ─► ASKED ─► READY or FAILED,  FAILED ─► ASKED
 *   hearing  see hearing.h
 *
 * Nothing but the functions here assigns a state; a move that is not drawn is a bug.
 */
#ifndef PLENARY_STATES_H
#define PLENARY_STATES_H

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

enum span_end {
	SPAN_OPEN,
	SPAN_LEFT, /* as they were told */
	SPAN_MEETING_ENDED,
	SPAN_BY_OTHER, /* another witness told of a leave, this one did not; see balance.h */
	SPAN_CHECKED, /* they were asked after and were not there; see witness.h */
	SPAN_ENDS
};
enum hearing_state {
	HEARING_NONE,
	HEARING_ASKED,
	HEARING_HEARD,
	HEARING_LATE,
	HEARING_LOST,
	HEARING_STATES
};
enum gap_state { GAP_OPEN, GAP_OVER, GAP_COVERED, GAP_STATES };
enum card_state { CARD_NONE, CARD_ASKED, CARD_DOUBT, CARD_FAILED, CARD_STATES };
enum rung { RUNG_WHISPER, RUNG_CARD, RUNG_NOTICE, RUNG_MAIL, RUNG_AGAIN, RUNGS };

struct session;
struct block;
struct poll;
struct place;

void session_move(struct session *session, enum session_state next);
void clock_move(struct session *session, enum clock_state next);
void block_move(struct block *block, enum block_state next);
void round_move(struct block *block, enum round_state next);
void poll_move(struct poll *poll, enum poll_state next);
void place_move(struct place *place, enum place_state next);
void hearing_move(struct place *place, enum hearing_state next);

#endif
