/* SPDX-License-Identifier: MIT */
/* "announce Lunch is at noon": to everybody who can be reached, each in a chat of their own;
 * in a large cohort as one request for many, whose end is told later. */
#include <stdlib.h>
#include <strings.h>

#include "daemon/decode/activity.h"
#include "daemon/decode/command.h"
#include "daemon/door/door_parts.h"
#include "daemon/teams/inquiry.h"
#include "daemon/outbox/outbox.h"
#include "daemon/sessions.h"
#include "daemon/encode/announce.h"
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

static void to_each(struct door *door, const struct announcement *announcement)
{
	struct request_draft draft;

	for (size_t i = 0; i < announcement->count; i++) {
		encode_announcement(announcement, announcement->people[i], &draft);
		outbox_post(door->outbox, &draft);
	}
}

static void to_many(struct door *door, const struct announcement *announcement)
{
	struct announcement part = *announcement;
	struct request_draft draft;
	size_t left = announcement->count;

	for (; left > 0; left -= part.count, part.people += part.count) {
		part.count = left < ANNOUNCEMENT_BATCH ? left : ANNOUNCEMENT_BATCH;
		encode_announcement_batch(door->words, &part, &draft);
		outbox_post(door->outbox, &draft);
	}
}

/* "announce cancel": of a batch that is under way; what was sent one by one is sent. */
static void cancel(struct door *door, uint32_t session, struct text *answer)
{
	const char *const operation = inquiries_batch(door->inquiries, session);
	struct request_draft draft;

	if (operation[0] == '\0') {
		text_addf(answer, "There is no announcement under way.");
		return;
	}
	encode_batch_cancel(session, operation, &draft);
	outbox_post(door->outbox, &draft);
	text_addf(answer, "I have asked for the announcement to be stopped.");
}

static void announce(struct door *door, const struct session *session, uint32_t by,
		     const char *said, struct text *answer)
{
	uint32_t *const people = memory_zeroed(PEOPLE_MAX * sizeof(*people));
	const struct announcement announcement = { .session = session->number,
						   .by = by,
						   .people = people,
						   .count = listeners_of(door, session,
									 by, people),
						   .said = said };

	if (announcement.count <= ANNOUNCEMENT_PLAIN)
		to_each(door, &announcement);
	else
		to_many(door, &announcement);
	text_addf(answer, "Your announcement goes to %zu %s.", announcement.count,
		  announcement.count == 1 ? "person" : "people");
	free(people);
}

void door_announce(struct door *door, const struct activity *activity,
		   const struct meaning *meaning, struct text *answer)
{
	const struct session *const session =
		sessions_get(door->sessions, meaning->session);
	struct event event = event_blank(EVENT_NONE);
	struct text said = { 0 };

	event.by = meaning->by;
	if (session == NULL || may_lead(session, &event) != ANSWER_NONE) {
		text_addf(answer, "%s", answer_sentence(ANSWER_NOT_ALLOWED));
		return;
	}
	command_rest(activity, &said);
	if (strcasecmp(text_string(&said), "cancel") == 0)
		cancel(door, meaning->session, answer);
	else
		announce(door, session, meaning->by, text_string(&said), answer);
	text_finish(&said);
}
