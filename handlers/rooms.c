/* SPDX-License-Identifier: MIT */
/* What the world says of the rooms, and what the rooms say to us. */
#include "handlers/answer.h"
#include "handlers/breakout.h"

void room_ready(struct session *session, const struct event *event,
		struct effects *effects)
{
	struct place *const place = place_use(session, event, effects);

	if (!place || place->state == PLACE_READY)
		return;
	place_move(place, PLACE_READY);
	if (event->place == PLACE_MAIN)
		return;

	struct effect effect = effect_blank(DELIVER_SUBSCRIPTION);
	effect.place = event->place;
	effect_add(effects, &effect);
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

/* Whom no card can reach is told in the main chat, if there is still anything to tell. */
static void card_failed(struct session *session, const struct event *event,
			struct effects *effects)
{
	const struct member *const member = session_member(session, event->person);

	if (!member || event->block >= session->blocks)
		return;
	if (session->block[event->block].round != ROUND_OPEN ||
	    member->room != event->place || member->card != CARD_ASKED)
		return;
	session->member[event->person].card = CARD_FAILED;

	struct effect effect = effect_blank(DELIVER_ROOM_NOTICE);
	effect.person = event->person;
	effect.place = event->place;
	effect.block = event->block;
	effect.to_ms = session->block[event->block].started_ms +
		       session->block[event->block].length_ms;
	effect_add(effects, &effect);
}

void delivery_failed(struct session *session, const struct event *event,
		     struct effects *effects)
{
	if (event->delivery.what == DELIVER_ROOM_MEETING)
		room_failed(session, event, effects);
	else if (event->delivery.what == DELIVER_ROOM_CARD)
		card_failed(session, event, effects);
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
	struct place *const place = &session->place[member->room];
	if (place->helped_ms && session->now_ms - place->helped_ms < HELP_AGAIN_MS)
		return;
	place->helped_ms = session->now_ms;

	struct effect effect = effect_blank(DELIVER_HELP);
	effect.person = person;
	effect.place = member->room;
	effect_add(effects, &effect);
}
