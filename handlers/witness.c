/* SPDX-License-Identifier: MIT */
#include "handlers/witness.h"

#include "handlers/answer.h"
#include "handlers/attendance.h"

int64_t witness_next_ms(const struct session *session)
{
	if (session->state != SESSION_RUNNING || session->people > WITNESS_ROSTER)
		return 0;
	return session->witness_ms;
}

void witness_found(struct session *session, const struct event *event,
		   struct effects *effects)
{
	struct place *const place = place_use(session, event, effects);

	if (!place)
		return;
	place->witnessed = 1;
	if (session->witness_ms == 0)
		session->witness_ms = session->now_ms + WITNESS_MS;
}

static int can_be_asked(const struct session *session, uint32_t person)
{
	const struct member *const member = &session->member[person];

	return member->here < PLACES_MAX && session->place[member->here].witnessed &&
	       session->place[member->here].live;
}

static void ask(const struct session *session, struct effects *effects, uint32_t person)
{
	struct effect effect = effect_blank(SIGNAL_WITNESS);

	effect.person = person;
	effect.place = session->member[person].here;
	effect_add(effects, &effect);
}

/* Whoever was said to be gone, then the others in turn. */
void witness_due(struct session *session, const struct event *event,
		 struct effects *effects, int64_t moment)
{
	uint32_t asked = 0;

	(void)event;
	(void)moment;
	session->witness_ms = session->now_ms + WITNESS_MS;
	for (uint32_t i = 0; i < session->people && asked < WITNESS_AT_ONCE; i++) {
		if (!session->member[i].missed || !can_be_asked(session, i))
			continue;
		ask(session, effects, i);
		asked++;
	}
	for (uint32_t i = 0; i < session->people && asked < WITNESS_AT_ONCE; i++) {
		const uint32_t person = session->witness_next++ % session->people;

		if (session->member[person].missed || !can_be_asked(session, person))
			continue;
		ask(session, effects, person);
		asked++;
	}
	if (session->people > 0)
		session->witness_next %= session->people;
}

void presence_checked(struct session *session, const struct event *event,
		      struct effects *effects)
{
	if (!session_member(session, event->person) || event->place >= PLACES_MAX)
		return;
	struct member *const member = &session->member[event->person];

	if (event->checked.inside || member->here != event->place) {
		member->missed = 0;
	} else if (!member->missed) {
		member->missed = 1;
	} else {
		member->missed = 0;
		presence_ends(session, event, effects);
	}
}
