/* SPDX-License-Identifier: MIT */
#include "handlers/alarm.h"

#include <assert.h>

#include "handlers/answer.h"
#include "handlers/breakout.h"
#include "handlers/hearing.h"
#include "handlers/ladder.h"
#include "handlers/meeting.h"
#include "handlers/reports.h"
#include "handlers/runsheet.h"
#include "handlers/timeline.h"
#include "handlers/witness.h"

/* Each block, warning and report comes due once; more than this is a bug. */
enum { DUE_MAX = 1024 };

typedef void due_fn(struct session *session, const struct event *event,
		    struct effects *effects, int64_t moment);

struct due {
	int64_t at_ms;
	due_fn *act;
};

static void earlier(struct due *due, int64_t at_ms, due_fn *act)
{
	if (at_ms > 0 && (!due->act || at_ms < due->at_ms)) {
		due->at_ms = at_ms;
		due->act = act;
	}
}

static void session_runs_out(struct session *session, const struct event *event,
			     struct effects *effects, int64_t moment)
{
	(void)event;
	session_ends(session, effects, moment - RUN_OUT_MS);
}

/* Nobody told of the end, and nobody has touched the clock for half a day. */
static void session_is_forgotten(struct session *session, const struct event *event,
				 struct effects *effects, int64_t moment)
{
	(void)event;
	session_ends(session, effects,
		     session->clock == CLOCK_HELD ? session->held_since_ms : moment);
}

/* No session is left running for ever because an end was not told. */
static void due_at_last(const struct session *session, struct due *due)
{
	const int64_t resumed_ms = session->place[PLACE_MAIN].resumed_ms;

	if (session->clock == CLOCK_HELD)
		earlier(due, session->held_since_ms + FORGOTTEN_MS, session_is_forgotten);
	else if (session->clock == CLOCK_WAITING)
		earlier(due,
			(resumed_ms > session->starts_ms ? resumed_ms
							 : session->starts_ms) +
				FORGOTTEN_MS,
			session_is_forgotten);
	else if (session->clock == CLOCK_ENDED)
		earlier(due, session->block[session->blocks - 1].ended_ms + RUN_OUT_MS,
			session_runs_out);
}

static void due_in_block(const struct session *session, struct due *due)
{
	const struct block *const block = &session->block[session->current];

	if (block->state == BLOCK_CURRENT && block->round == ROUND_WAITING &&
	    !block->hurried)
		earlier(due, block->started_ms + ROOMS_WAIT_MS, round_waited);
	if (session->clock == CLOCK_HELD)
		return;
	if (block->state != BLOCK_CURRENT) {
		earlier(due, session_block_starts(session, session->current + 1u),
			block_start_came);
		return;
	}
	if (block->round == ROUND_OPEN)
		earlier(due, block_next_warning_ms(block), warning_came);
	earlier(due, session_block_ends(session, session->current), block_end_came);
}

static struct due next_due(const struct session *session)
{
	struct due due = { 0, NULL };

	if (session->clock == CLOCK_RUNNING || session->clock == CLOCK_HELD)
		due_in_block(session, &due);
	if (session->state == SESSION_RUNNING)
		due_at_last(session, &due);
	if (session->state == SESSION_OVER)
		earlier(&due, session->next_report_ms, reports_due);
	earlier(&due, hearing_ends_ms(session), hearing_ends);
	earlier(&due, doubt_next_ms(session), doubt_ends);
	earlier(&due, witness_next_ms(session), witness_due);
	return due;
}

int64_t alarm_next_ms(const struct session *session)
{
	return next_due(session).at_ms;
}

void alarm_catch_up(struct session *session, const struct event *event,
		    struct effects *effects)
{
	struct due due = next_due(session);

	for (int done = 0; due.act && due.at_ms <= session->now_ms; done++) {
		assert(done < DUE_MAX);
		due.act(session, event, effects, due.at_ms);
		due = next_due(session);
	}
}

void alarm_rang(struct session *session, const struct event *event,
		struct effects *effects)
{
	/* alarm_catch_up() has done it: see the header. */
	(void)session;
	(void)event;
	(void)effects;
}
