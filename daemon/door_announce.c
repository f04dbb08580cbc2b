/* SPDX-License-Identifier: MIT */
/* "announce Lunch is at noon": to everybody who can be reached, each in a chat of their own;
 * in a large cohort as one request for many, whose end is told later. */
#include <stdlib.h>

#include "daemon/decode_activity.h"
#include "daemon/decode_command.h"
#include "daemon/door.h"
#include "daemon/outbox.h"
#include "daemon/sessions.h"
#include "handlers/answer.h"
#include "handlers/transcript.h"

static size_t listeners_of(const struct door *door, const struct session *session,
			   uint32_t by, uint32_t *people)
{
	size_t count = 0;

	for (uint32_t i = 0; i < session->people; i++) {
		if (i != by && session->member[i].known &&
		    encode_can_reach(door->words, session->number, i))
			people[count++] = i;
	}
	return count;
}

static void announce(struct door *door, uint32_t session, uint32_t by,
		     const uint32_t *people, size_t count, const char *said)
{
	struct request_draft draft;

	for (size_t i = 0; i < count && count <= ANNOUNCEMENT_PLAIN; i++) {
		encode_announcement(session, people[i], said, &draft);
		outbox_post(door->outbox, &draft);
	}
	for (size_t i = 0; i < count && count > ANNOUNCEMENT_PLAIN;
	     i += ANNOUNCEMENT_BATCH) {
		const size_t left = count - i;

		encode_announcement_batch(door->words, session, by, people + i,
					  left < ANNOUNCEMENT_BATCH ? left
								    : ANNOUNCEMENT_BATCH,
					  said, &draft);
		outbox_post(door->outbox, &draft);
	}
}

void door_announce(struct door *door, const struct activity *activity,
		   const struct meaning *meaning, struct text *answer)
{
	const struct session *const session =
		sessions_get(door->sessions, meaning->session);
	struct event event = event_blank(EVENT_NONE);
	struct text said = { 0 };
	uint32_t *people;

	event.by = meaning->by;
	if (session == NULL || may_lead(session, &event) != ANSWER_NONE) {
		text_addf(answer, "%s", answer_sentence(ANSWER_NOT_ALLOWED));
		return;
	}
	people = memory_zeroed(PEOPLE_MAX * sizeof(*people));
	const size_t count = listeners_of(door, session, meaning->by, people);

	command_rest(activity, &said);
	announce(door, meaning->session, meaning->by, people, count, text_string(&said));
	text_addf(answer, "Your announcement goes to %zu %s.", count,
		  count == 1 ? "person" : "people");
	text_finish(&said);
	free(people);
}
