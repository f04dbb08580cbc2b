/* SPDX-License-Identifier: MIT */
#include "handlers/handlers.h"

#include <assert.h>

#include "handlers/alarm.h"
#include "handlers/answer.h"
#include "handlers/attendance.h"
#include "handlers/breakout.h"
#include "handlers/hearing.h"
#include "handlers/ladder.h"
#include "handlers/meeting.h"
#include "handlers/planning.h"
#include "handlers/poll.h"
#include "handlers/reports.h"
#include "handlers/runsheet.h"
#include "handlers/witness.h"

#define IN(state) (1u << (state))

enum {
	ANY = IN(SESSION_STATES) - 1,
	PLANNED = ANY & ~IN(SESSION_ABSENT),
	OPENED = IN(SESSION_OPEN) | IN(SESSION_RUNNING),
};

struct row {
	handler_fn *handler;
	unsigned states; /* in which the event means something */
	unsigned leads;  /* 1: a facilitator's or producer's command */
};

static const struct row rows[EVENT_KINDS] = {
	[EVENT_SESSION_SCHEDULED] = { session_scheduled, ANY, 0 },
	[EVENT_BLOCK_PLANNED] = { block_planned, PLANNED, 0 },
	[EVENT_POLL_PLANNED] = { poll_planned, PLANNED, 0 },
	[EVENT_PERSON_ENROLLED] = { person_enrolled, PLANNED, 0 },
	[EVENT_PERSON_WITHDRAWN] = { person_withdrawn, PLANNED, 0 },
	[EVENT_SESSION_OPENED] = { session_opened, PLANNED, 0 },
	[EVENT_MEETING_STARTED] = { meeting_started, PLANNED, 0 },
	[EVENT_MEETING_ENDED] = { meeting_ended, PLANNED, 0 },
	[EVENT_PERSON_JOINED] = { person_joined, PLANNED, 0 },
	[EVENT_PERSON_LEFT] = { person_left, PLANNED, 0 },
	[EVENT_INTERVAL_REPORTED] = { interval_reported, PLANNED, 0 },
	[EVENT_WITNESS_FOUND] = { witness_found, PLANNED, 0 },
	[EVENT_PRESENCE_CHECKED] = { presence_checked, PLANNED, 0 },
	[EVENT_REPORT_READ] = { reports_read, PLANNED, 0 },
	[EVENT_MEETING_CHANGED] = { reports_changed, PLANNED, 0 },
	[EVENT_HEARING_LOST] = { hearing_lost, PLANNED, 0 },
	[EVENT_HEARING_RESUMED] = { hearing_resumed, PLANNED, 0 },
	[EVENT_RUNSHEET_STARTED] = { runsheet_started, OPENED, 1 },
	[EVENT_RUNSHEET_HELD] = { runsheet_held, OPENED, 1 },
	[EVENT_RUNSHEET_RESUMED] = { runsheet_resumed, OPENED, 1 },
	[EVENT_RUNSHEET_EXTENDED] = { runsheet_extended, OPENED, 1 },
	[EVENT_RUNSHEET_SKIPPED] = { runsheet_skipped, OPENED, 1 },
	[EVENT_ALARM_RANG] = { alarm_rang, PLANNED, 0 },
	[EVENT_ROOM_READY] = { room_ready, PLANNED, 0 },
	[EVENT_BREAKOUT_RECALLED] = { breakout_recalled, OPENED, 1 },
	[EVENT_HELP_CALLED] = { help_called, PLANNED, 0 },
	[EVENT_POLL_OPENED] = { poll_opened, OPENED, 1 },
	[EVENT_POLL_VOTED] = { poll_voted, PLANNED, 0 },
	[EVENT_POLL_CLOSED] = { poll_closed, OPENED, 1 },
	[EVENT_POLL_SHOWN] = { poll_shown, PLANNED, 1 },
	[EVENT_DELIVERY_FAILED] = { delivery_failed, PLANNED, 0 },
	[EVENT_DELIVERY_UNRESOLVED] = { delivery_unresolved, PLANNED, 0 },
};

static void dispatch(struct session *session, const struct event *event,
		     struct effects *effects, const struct row *row)
{
	const enum answer leader = row->leads ? may_lead(session, event) : ANSWER_NONE;

	if (!(row->states & IN(session->state)))
		refuse(session, event, effects, ANSWER_NOT_NOW);
	else if (leader != ANSWER_NONE)
		answer(effects, event, leader);
	else
		row->handler(session, event, effects);
}

void handle(struct session *session, const struct event *event, struct effects *effects)
{
	assert(session->state < SESSION_STATES);
	session->events++;
	if (event->kind >= EVENT_KINDS || !rows[event->kind].handler) {
		refuse(session, event, effects, ANSWER_UNKNOWN);
		return;
	}
	if (event->at_ms > session->now_ms)
		session->now_ms = event->at_ms;
	alarm_catch_up(session, event, effects);
	dispatch(session, event, effects, &rows[event->kind]);
	alarm_catch_up(session, event, effects);
	session->alarm_ms = alarm_next_ms(session);
}
