/* SPDX-License-Identifier: MIT */
#include "handlers/meeting.h"

#include "handlers/answer.h"
#include "handlers/attendance.h"
#include "handlers/hearing.h"
#include "handlers/poll.h"
#include "handlers/register.h"
#include "handlers/reports.h"
#include "handlers/runsheet.h"

enum { DAY_MS = 24 * 3600 * 1000 };

int64_t event_occurred_ms(const struct event *event)
{
	const int64_t told = event->presence.occurred_ms;

	if (told < event->at_ms - DAY_MS || told > event->at_ms + DAY_MS)
		return event->at_ms;
	return told;
}

void record_session(const struct session *session, struct effects *effects)
{
	struct effect effect = effect_blank(RECORD_SESSION);

	effect.number = session->state;
	effect.from_ms = session->opened_ms;
	effect.to_ms = session->ended_ms;
	effect_add(effects, &effect);
}

void main_meeting_runs(struct session *session, struct effects *effects)
{
	session_move(session, SESSION_RUNNING);
	record_session(session, effects);
	hearing_begins(session, effects);
	signal_clock(effects);
}

static void session_reopens(struct session *session, const struct event *event,
			    struct effects *effects)
{
	session->ended_ms = 0;
	reports_stop(session);
	main_meeting_runs(session, effects);
	polls_take_up(session, effects);
	runsheet_takes_up(session, event, effects);
}

void meeting_started(struct session *session, const struct event *event,
		     struct effects *effects)
{
	struct place *const place = place_use(session, event, effects);
	const int64_t occurred_ms = event_occurred_ms(event);

	if (!place)
		return;
	hearing_told(session, event, effects, occurred_ms);
	if (place->live)
		return;
	if (!place->started_ms)
		place->started_ms = occurred_ms;
	else if (occurred_ms <= place->resumed_ms)
		return;
	if (place->ended_ms && occurred_ms < place->ended_ms)
		return;
	place->resumed_ms = occurred_ms;
	place->live = 1;
	if (event->place != PLACE_MAIN)
		return;
	if (session->state == SESSION_OPEN)
		main_meeting_runs(session, effects);
	else if (session->state >= SESSION_OVER &&
		 occurred_ms - session->ended_ms <= REOPEN_MS)
		session_reopens(session, event, effects);
}

void session_ends(struct session *session, struct effects *effects, int64_t moment)
{
	session->ended_ms = moment;
	runsheet_breaks_off(session, effects, moment);
	polls_break_off(session, effects);
	session_move(session, SESSION_OVER);
	hearing_pauses(session, effects, moment);
	reports_start(session);
	register_write(session, effects);
	record_session(session, effects);
	signal_clock(effects);
}

static void main_meeting_ended(struct session *session, struct effects *effects,
			       int64_t occurred_ms)
{
	const bool was_a_trial =
		session->clock == CLOCK_WAITING && occurred_ms < session->starts_ms;

	if (session->state == SESSION_OPEN && !was_a_trial) {
		session_move(session, SESSION_RUNNING);
	} else if (session->state == SESSION_OVER && session->ended_ms < occurred_ms) {
		session->ended_ms = occurred_ms;
		reports_start(session);
		record_session(session, effects);
	}
	if (session->state != SESSION_RUNNING)
		return;
	if (was_a_trial) {
		session_move(session, SESSION_OPEN);
		hearing_pauses(session, effects, occurred_ms);
		record_session(session, effects);
	} else {
		session_ends(session, effects, occurred_ms);
	}
}

void meeting_ended(struct session *session, const struct event *event,
		   struct effects *effects)
{
	struct place *const place = place_use(session, event, effects);
	const int64_t occurred_ms = event_occurred_ms(event);

	if (!place)
		return;
	hearing_told(session, event, effects, occurred_ms);
	if (place->live ? occurred_ms < place->resumed_ms
			: occurred_ms <= place->ended_ms)
		return;
	place->live = 0;
	place->ended_ms = occurred_ms;
	spans_end(session, effects, event->place, occurred_ms);
	hearing_call_ended(session, effects, event->place, occurred_ms);
	if (event->place == PLACE_MAIN)
		main_meeting_ended(session, effects, occurred_ms);
}
