/* SPDX-License-Identifier: MIT */
#include "daemon/teams/shown.h"

#include <string.h>

#include "daemon/decode/activity.h"
#include "daemon/decode/json.h"
#include "daemon/store/directory.h"
#include "handlers/effect.h"

/* The chat of their own, or the main chat, where it was a whisper. */
static uint16_t room_card_kind(const struct activity *activity,
			       const struct directory *directory,
			       const struct event *event)
{
	const struct person_row *const person =
		directory_person(directory, event->session, event->person);

	return person != NULL && person->conversation_id != NULL &&
			       strcmp(person->conversation_id,
				      activity->conversation_id) == 0
		       ? DELIVER_ROOM_CARD
		       : DELIVER_ROOM_WHISPER;
}

/* An action wraps its data once more than a submitted card does. */
static int block_of(const struct activity *activity, uint16_t *block)
{
	int64_t number;

	if (json_number(activity->root, "value.action.data.block", &number) < 0 &&
	    json_number(activity->root, "value.block", &number) < 0)
		return -1;
	if (number < 0 || number >= BLOCKS_MAX)
		return -1;
	*block = (uint16_t)number;
	return 0;
}

bool shown_card(const struct activity *activity, const struct directory *directory,
		const struct event *event, struct delivery *card,
		const char **activity_id)
{
	*activity_id = json_text(activity->root, "replyToId");
	*card = (struct delivery){ .session = event->session,
				   .person = PERSON_NONE,
				   .poll = event->poll };
	if ((*activity_id)[0] == '\0')
		return false;
	if (event->kind == EVENT_POLL_VOTED) {
		card->what = DELIVER_POLL_CARD;
		return true;
	}
	card->what = room_card_kind(activity, directory, event);
	card->person = event->person;
	return event->kind == EVENT_HELP_CALLED && block_of(activity, &card->block) == 0;
}
