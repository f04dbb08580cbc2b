/* SPDX-License-Identifier: MIT */
/* What whoever typed at the bot, or pressed a button of an old client, is told in the chat. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/decode/activity.h"
#include "daemon/door/door_parts.h"
#include "daemon/encode/live.h"
#include "daemon/outbox/outbox.h"
#include "daemon/programmes.h"
#include "daemon/sessions.h"
#include "daemon/settings/programme.h"
#include "daemon/turn.h"
#include "handlers/session.h"
#include "handlers/timeline.h"

static const char help[] = "You can say: status, my room. Who leads can also say: start, "
			   "hold, resume, extend 3, skip, recall, poll open 1, "
			   "poll close 1, poll show 1, announce and then the words.";
static const char greeting_chat[] =
	"Hello, I am Plenary. I look after rooms, polls and attendance of this meeting. "
	"Mention me and say help to see what I understand.";
static const char greeting_person[] = "Hello, I am Plenary. During a session I tell you "
				      "here which room is yours. Say help "
				      "to see what I understand.";

static void add_minutes(struct text *said, const char *lead, int64_t ms)
{
	text_addf(said, "%s%lld:%02lld", lead, (long long)(ms / 60000),
		  (long long)(ms / 1000 % 60));
}

static void say_status(const struct door *door, uint32_t number, struct text *said)
{
	const struct session *const session = sessions_get(door->sessions, number);
	const struct module *const module =
		programmes_module(door->words->programmes, door->words->directory,
				  number);
	const int64_t now_ms = clock_now_ms(door->turn->clock);
	struct text late = { 0 };

	if (session == NULL || module == NULL)
		return;
	const char *const state = live_clock_state(session);

	text_addf(said, "%c%s. %u here.", toupper((unsigned char)state[0]), state + 1,
		  session->place[PLACE_MAIN].here);
	if (session->clock == CLOCK_RUNNING || session->clock == CLOCK_HELD) {
		text_addf(said, " Now: %s", module->blocks[session->current].title);
		add_minutes(said, ", left ",
			    session_block_ends(session, session->current) - now_ms);
		live_late_said(door->words, session, &late);
		text_addf(said, "%s%s", late.length > 0 ? ". " : "", text_string(&late));
		text_finish(&late);
	}
}

/* The link lets in whoever has it: it is for the person alone. */
static void say_room(const struct door *door, const struct meaning *meaning, bool alone,
		     struct text *said)
{
	const struct session *const session =
		sessions_get(door->sessions, meaning->session);
	const struct member *const member =
		session != NULL ? session_member(session, meaning->by) : NULL;

	if (member == NULL || member->room == 0) {
		text_addf(said, "There is no room for you at the moment.");
		return;
	}
	const struct place_row *const place =
		directory_place(door->words->directory, meaning->session, member->room);

	text_addf(said, "You are in room %u.", member->room);
	if (alone && place != NULL && place->join_url[0] != '\0')
		text_addf(said, " Join it here: %s", place->join_url);
}

static void say(struct door *door, const struct activity *activity,
		const struct meaning *meaning, enum answer answer, struct text *said)
{
	const bool alone = activity->is_personal || meaning->reply != REPLY_IN_CHAT;

	switch (meaning->kind) {
	case MEANS_STATUS:
		say_status(door, meaning->session, said);
		break;
	case MEANS_MY_ROOM:
		say_room(door, meaning, alone, said);
		break;
	case MEANS_ANNOUNCE:
		door_announce(door, activity, meaning, said);
		break;
	case MEANS_HELP:
		text_addf(said, "%s", help);
		break;
	case MEANS_GREETING:
		text_addf(said, "%s",
			  meaning->place == PLACE_NONE ? greeting_person : greeting_chat);
		break;
	case MEANS_NOT_UNDERSTOOD:
		text_addf(said,
			  "I did not understand that. Say help for what I understand.");
		break;
	case MEANS_STRANGER:
		text_addf(said, "%s", answer_sentence(ANSWER_NOT_EXPECTED));
		break;
	case MEANS_OTHER_CARD:
		text_addf(said, "This card is not from a session I know.");
		break;
	default:
		if (answer != ANSWER_NONE)
			text_addf(said, "%s", answer_sentence(answer));
	}
}

static bool is_wanted(const struct meaning *meaning, enum answer answer)
{
	if (meaning->session == 0 || meaning->reply == REPLY_NOT)
		return false;
	return meaning->reply != REPLY_REFUSAL_ALONE || meaning->kind != MEANS_EVENTS ||
	       answer_is_refusal(answer);
}

void door_reply(struct door *door, const struct activity *activity,
		const struct meaning *meaning, enum answer answer)
{
	const bool alone = activity->is_personal || meaning->reply != REPLY_IN_CHAT;
	const struct reply_target target = {
		.session = meaning->session,
		.conversation_id = activity->conversation_id,
		.activity_id = meaning->kind == MEANS_GREETING ? "" : activity->id,
		.only = alone && !activity->is_personal ? activity->from_id : NULL,
	};
	struct request_draft draft;
	struct text said = { 0 };

	if (is_wanted(meaning, answer))
		say(door, activity, meaning, answer, &said);
	if (said.length > 0) {
		if (encode_reply(door->words, &target, text_string(&said), &draft) == 0)
			outbox_post(door->outbox, &draft);
		else
			request_draft_finish(&draft);
	}
	text_finish(&said);
}
