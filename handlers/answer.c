/* SPDX-License-Identifier: MIT */
#include "handlers/answer.h"

#include <assert.h>

uint32_t event_asker(const struct event *event)
{
	return event->by != PERSON_NONE ? event->by : event->person;
}

bool event_wants_answer(const struct event *event)
{
	switch (event->kind) {
	case EVENT_RUNSHEET_STARTED:
	case EVENT_RUNSHEET_HELD:
	case EVENT_RUNSHEET_RESUMED:
	case EVENT_RUNSHEET_EXTENDED:
	case EVENT_RUNSHEET_SKIPPED:
	case EVENT_BREAKOUT_RECALLED:
	case EVENT_HELP_CALLED:
	case EVENT_POLL_OPENED:
	case EVENT_POLL_VOTED:
	case EVENT_POLL_CLOSED:
	case EVENT_POLL_SHOWN:
		return true;
	default:
		return false;
	}
}

void answer(struct effects *effects, const struct event *event, enum answer answer)
{
	struct effect effect = effect_blank(ANSWER);

	effect.number = (uint32_t)answer;
	effect.person = event_asker(event);
	effect.place = event->place;
	effect.poll = event->poll;
	effect_add(effects, &effect);
}

void refuse(struct session *session, const struct event *event, struct effects *effects,
	    enum answer why)
{
	assert(answer_is_refusal(why));
	session->refused++;
	if (event_wants_answer(event) || event->by != PERSON_NONE)
		answer(effects, event, why);
}

enum answer may_lead(const struct session *session, const struct event *event)
{
	if (event->by == PERSON_NONE)
		return ANSWER_NONE;
	const struct member *const member = session_member(session, event->by);

	if (!member)
		return ANSWER_NOT_EXPECTED;
	if (member->role == ROLE_FACILITATOR || member->role == ROLE_PRODUCER)
		return ANSWER_NONE;
	return ANSWER_NOT_ALLOWED;
}

struct member *member_meet(struct session *session, const struct event *event,
			   struct effects *effects, unsigned known)
{
	if (event->person >= PEOPLE_MAX) {
		refuse(session, event, effects,
		       event->person == PERSON_NONE ? ANSWER_UNKNOWN : ANSWER_FULL);
		return NULL;
	}
	while (session->people <= event->person)
		session->member[session->people++].here = PLACE_NONE;

	struct member *const member = &session->member[event->person];
	member->known = (uint16_t)(member->known | known);
	return member;
}

struct place *place_use(struct session *session, const struct event *event,
			struct effects *effects)
{
	if (event->place >= PLACES_MAX) {
		refuse(session, event, effects, ANSWER_UNKNOWN);
		return NULL;
	}
	if (session->places <= event->place)
		session->places = event->place + 1u;
	return &session->place[event->place];
}
