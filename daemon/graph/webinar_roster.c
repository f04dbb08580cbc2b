/* SPDX-License-Identifier: MIT */
/* What Graph says of a webinar, held against what is known: the differences are events. */
#include <string.h>

#include "daemon/common/log.h"
#include "daemon/decode/json.h"
#include "daemon/outbox/outbox.h"
#include "daemon/sessions.h"
#include "daemon/settings/config.h"
#include "daemon/graph/subscription.h"
#include "daemon/turn.h"
#include "daemon/graph/webinar_parts.h"
#include "handlers/transcript.h"

static struct batch *batch_of(const struct webinar_life *life)
{
	return journal_batch(life->webinars->turn->journal);
}

static struct event event_of(const struct webinar_life *life, enum event_kind kind)
{
	struct event event = event_blank(kind);

	event.session = life->session;
	event.source = SOURCE_GRAPH;
	return event;
}

/* -- link and chat --------------------------------------------------------------------------------- */

/* True when people have to go elsewhere than we knew. */
static bool learn_place(const struct webinar_life *life,
			const struct webinar_session *session)
{
	const struct words_source *const words = life->webinars->words;
	const struct place_row *const known =
		directory_place(words->directory, life->session, PLACE_MAIN);
	const struct place_row row = { .session = life->session,
				       .place = PLACE_MAIN,
				       .name = "Main meeting",
				       .thread_id = session->thread_id,
				       .join_url = session->join_url };

	if (known != NULL && known->join_url != NULL && known->thread_id != NULL &&
	    strcmp(known->join_url, session->join_url) == 0 &&
	    strcmp(known->thread_id, session->thread_id) == 0)
		return false;
	directory_set_place(words->directory, batch_of(life), &row);
	return true;
}

static void open_session(const struct webinar_life *life)
{
	struct event event = event_of(life, EVENT_SESSION_OPENED);

	event.opened.spare = (uint32_t)life->webinars->words->config->rooms.spare;
	turn_take(life->webinars->turn, &event);
}

void webinar_take_sessions(struct webinar_life *life, const json_t *list)
{
	struct webinars *const webinars = life->webinars;
	const struct session *const state =
		sessions_get(webinars->sessions, life->session);
	const struct webinar_row *const row = webinar_row_of(life);
	const json_t *const chosen =
		webinar_session_choose(list, row->session_id, state->starts_ms);
	struct webinar_session session;

	if (chosen == NULL || webinar_session_read(chosen, &session) < 0) {
		log_warning("webinar", "no_session session=%u: is the webinar published?",
			    life->session);
		return;
	}
	const struct webinar_row learned = { .session = life->session,
					     .event_id = row->event_id,
					     .session_id = session.id };
	const bool moved = learn_place(life, &session);

	if (session.starts_ms != 0 && session.starts_ms != state->starts_ms)
		log_warning("webinar",
			    "moved session=%u: it starts at another time than planned: "
			    "plan it again",
			    life->session);
	webinar_book_set(webinars->words->book, batch_of(life), &learned);
	if (state->state == SESSION_PLANNED)
		open_session(life);
	else if (moved && state->state <= SESSION_RUNNING)
		subscription_make(webinars->outbox->subscriptions, life->session,
				  PLACE_MAIN);
}

/* -- who is expected --------------------------------------------------------------------------------- */

static const struct member *member_of(const struct webinar_life *life, uint32_t person)
{
	const struct session *const session =
		sessions_get(life->webinars->sessions, life->session);

	return person == PERSON_NONE ? NULL : session_member(session, person);
}

static void is_expected(const struct webinar_life *life, uint32_t person)
{
	const struct member *const member = member_of(life, person);
	struct event event = event_of(life, EVENT_PERSON_ENROLLED);

	if (member != NULL && member->known & 1)
		return;
	event.person = person;
	event.enrolled.role = member != NULL ? member->role : ROLE_PARTICIPANT;
	turn_take(life->webinars->turn, &event);
}

static void is_not_expected(const struct webinar_life *life, uint32_t person)
{
	const struct member *const member = member_of(life, person);
	struct event event = event_of(life, EVENT_PERSON_WITHDRAWN);

	if (member == NULL || !(member->known & 1))
		return;
	event.person = person;
	turn_take(life->webinars->turn, &event);
}

/* Somebody who never was expected here is made nobody of. */
static uint32_t person_of(const struct webinar_life *life,
			  const struct webinar_registration *registration,
			  const struct registration_row *known)
{
	struct directory *const directory = life->webinars->words->directory;
	const struct identity identity = { .name = registration->name,
					   .object_id = registration->object_id,
					   .email = registration->email };

	if (known != NULL && known->person != PERSON_NONE)
		return known->person;
	if (registration->status != REGISTRATION_REGISTERED)
		return PERSON_NONE;
	return directory_meet(directory, batch_of(life), life->session, &identity);
}

static void take_registration(const struct webinar_life *life,
			      const struct webinar_registration *registration)
{
	const struct words_source *const words = life->webinars->words;
	const struct registration_row *const known =
		webinar_book_registration(words->book, life->session, registration->id);
	const bool was_registered =
		known != NULL && known->status == REGISTRATION_REGISTERED;
	const struct registration_row row = {
		.session = life->session,
		.person = person_of(life, registration, known),
		.status = registration->status,
		.registration_id = registration->id,
		.employer = registration->employer,
	};

	if (registration->status == REGISTRATION_UNKNOWN)
		return;
	webinar_book_register(words->book, batch_of(life), &row);
	if (row.person == PERSON_NONE)
		return;
	if (registration->profession[0] != '\0')
		directory_set_profession(words->directory, batch_of(life), life->session,
					 row.person, registration->profession);
	if (registration->status == REGISTRATION_REGISTERED)
		is_expected(life, row.person);
	else if (was_registered)
		is_not_expected(life, row.person);
}

void webinar_take_registrations(struct webinar_life *life, const json_t *list)
{
	struct webinar_registration registration;
	const json_t *item;
	size_t i;

	/* Who canceled and registered again has two: the one that counts comes last. */
	for (int registered = 0; registered <= 1; registered++) {
		json_array_foreach (list, i, item) {
			if (webinar_registration_read(item, life->questions,
						      &registration) == 0 &&
			    (registration.status == REGISTRATION_REGISTERED) ==
				    (registered == 1))
				take_registration(life, &registration);
		}
	}
}
