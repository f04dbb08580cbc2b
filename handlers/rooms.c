/* SPDX-License-Identifier: MIT */
/* What the world says of the rooms, and what the rooms say to us. */
#include "handlers/answer.h"
#include "handlers/breakout.h"
#include "handlers/hearing.h"
#include "handlers/ladder.h"
#include "handlers/reports.h"

void room_ready(struct session *session, const struct event *event,
		struct effects *effects)
{
	struct place *const place = place_use(session, event, effects);

	if (!place || place->state == PLACE_READY)
		return;
	place_move(place, PLACE_READY);
	if (event->place == PLACE_MAIN)
		return;
	hearing_ask(session, effects, event->place);
	round_consider(session, event, effects);
}

static void room_failed(struct session *session, const struct event *event,
			struct effects *effects)
{
	struct place *const place = place_use(session, event, effects);

	if (!place || place->state != PLACE_ASKED)
		return;
	place_move(place, PLACE_FAILED);
	round_consider(session, event, effects);
}

void help_unheard(struct session *session, const struct event *event)
{
	if (event->place < session->places)
		session->place[event->place].helped_ms = 0;
}

void delivery_failed(struct session *session, const struct event *event,
		     struct effects *effects)
{
	if (event->delivery.what == DELIVER_ROOM_MEETING)
		room_failed(session, event, effects);
	else if (event->delivery.what == DELIVER_SUBSCRIPTION)
		hearing_refused(session, event, effects);
	else if (event->delivery.what == DELIVER_REPORT_FETCH)
		reports_failed(session, event, effects);
	else if (event->delivery.what == DELIVER_HELP)
		help_unheard(session, event);
	else
		ladder_failed(session, event, effects);
}

void help_over(struct session *session, struct effects *effects, uint16_t place)
{
	struct effect effect = effect_blank(DELIVER_HELP_OVER);

	if (place == PLACE_MAIN || place >= PLACES_MAX ||
	    session->place[place].helped_by == 0)
		return;
	effect.person = session->place[place].helped_by - 1;
	effect.place = place;
	effect_add(effects, &effect);
	session->place[place].helped_by = 0;
}

void help_called(struct session *session, const struct event *event,
		 struct effects *effects)
{
	const uint32_t person = event_asker(event);
	const struct member *const member = session_member(session, person);

	if (!member) {
		answer(effects, event, ANSWER_NOT_EXPECTED);
		return;
	}
	if (member->room == 0) {
		answer(effects, event, ANSWER_NO_ROUND);
		return;
	}
	answer(effects, event, ANSWER_HELP_ON_ITS_WAY);
	ladder_reached(session, effects, person);
	struct place *const place = &session->place[member->room];
	if (place->helped_ms && session->now_ms - place->helped_ms < HELP_AGAIN_MS)
		return;
	place->helped_ms = session->now_ms;
	help_over(session, effects, member->room);
	place->helped_by = person + 1;

	struct effect effect = effect_blank(DELIVER_HELP);
	effect.person = person;
	effect.place = member->room;
	effect_add(effects, &effect);
}
