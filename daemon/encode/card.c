/* SPDX-License-Identifier: MIT */
#include "daemon/encode/card.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/log.h"
#include "daemon/programmes.h"
#include "daemon/sessions.h"
#include "daemon/settings/config.h"
#include "daemon/store/directory.h"
#include "handlers/effect.h"

struct card card_of(const struct words_source *words, uint32_t session,
		    const struct effect *effect)
{
	struct directory *const directory = words->directory;

	return (struct card){
		.words = words,
		.effect = effect,
		.session = sessions_get(words->sessions, session),
		.row = directory_session(directory, session),
		.module = programmes_module(words->programmes, directory, session),
		.main = directory_place(directory, session, PLACE_MAIN),
		.place = directory_place(directory, session, effect->place),
		.person = directory_person(directory, session, effect->person),
		.longest = CARD_LONGEST,
	};
}

/* -- one activity per effect ---------------------------------------------------------------- */

/* For this person's eyes alone: the wire form is that of a targeted message. */
static json_t *whispered(const struct card *card, json_t *message)
{
	const char *const id = card->person ? card_or_empty(card->person->teams_id) : "";

	json_object_set_new(message, "recipient", json_pack("{s:s}", "id", id));
	return message;
}

/* The same question, and why it stands there twice for whom it does. */
static json_t *said_again(json_t *message)
{
	json_object_set_new(message, "text",
			    json_string("Once more, for everybody who did not get to "
					"see this poll. Answering one card is enough."));
	return message;
}

static json_t *activity_of(const struct card *card)
{
	switch (card->effect->kind) {
	case DELIVER_ROOM_CARD:
		return card_room(card);
	case DELIVER_ROOM_WHISPER:
		return whispered(card, card_room(card));
	case DELIVER_WHISPER_CLOSED:
		return whispered(card, card_back(card, "The round is over."));
	case DELIVER_ROOM_NOTICE:
	case DELIVER_ROOM_AGAIN:
		return card_room_notice(card);
	case DELIVER_WARNING:
		return card_minutes_left(card);
	case DELIVER_EXTENSION:
		return card_more_time(card);
	case DELIVER_RECALL:
		return card_back(card,
				 "Time is up. Please come back to the main meeting.");
	case DELIVER_REMINDER:
		return card_back(card, "The others are back in the main meeting. "
				       "Please come back too.");
	case DELIVER_CARD_CLOSED:
		return card_back(card, "The round is over.");
	case DELIVER_POLL_CARD:
		return card_poll(card);
	case DELIVER_POLL_AGAIN:
		return said_again(card_poll(card));
	case DELIVER_POLL_UPDATE:
		return card_poll_closed(card);
	case DELIVER_HELP:
		return card_help_wanted(card);
	default:
		return card_text("");
	}
}

static bool is_personal(uint16_t kind)
{
	return kind == DELIVER_ROOM_CARD || kind == DELIVER_CARD_CLOSED;
}

static bool is_in_room(uint16_t kind)
{
	return kind == DELIVER_WARNING || kind == DELIVER_EXTENSION ||
	       kind == DELIVER_RECALL || kind == DELIVER_REMINDER;
}

static bool is_update(uint16_t kind)
{
	return kind == DELIVER_CARD_CLOSED || kind == DELIVER_POLL_UPDATE ||
	       kind == DELIVER_WHISPER_CLOSED;
}

static bool is_whisper(uint16_t kind)
{
	return kind == DELIVER_ROOM_WHISPER || kind == DELIVER_WHISPER_CLOSED;
}

/* A guest who came by name alone has no id that a message could be targeted at. */
static bool can_be_whispered_to(const struct card *card)
{
	return card->person != NULL && card_or_empty(card->person->teams_id)[0] != '\0';
}

static bool is_unsaid(uint16_t kind)
{
	return kind == DELIVER_HELP_OVER;
}

static void address(const struct card *card, uint32_t session,
		    struct request_draft *draft)
{
	const uint16_t kind = card->effect->kind;
	const struct place_row *const chat = is_in_room(kind) ? card->place : card->main;

	text_addf(&draft->path, "/v3/conversations/");
	if (is_personal(kind)) {
		text_addf(&draft->path, "{conversation}");
		snprintf(draft->lane, sizeof(draft->lane), "person %u %u", session,
			 card->effect->person);
	} else {
		const char *const thread = chat ? card_or_empty(chat->thread_id) : "";

		text_add_percent(&draft->path, thread, strlen(thread));
		snprintf(draft->lane, sizeof(draft->lane), "chat %u %u", session,
			 is_in_room(kind) ? card->effect->place : PLACE_MAIN);
	}
	text_addf(&draft->path, "/activities");
	if (is_update(kind) || is_unsaid(kind)) {
		text_addf(&draft->path, "/{activity}");
		draft->delivery.method = is_unsaid(kind) ? "DELETE" : "PUT";
	}
	if (is_whisper(kind))
		text_addf(&draft->path, "?isTargetedActivity=true");
}

/* The activity in CARD_BYTES of UTF-16 where that can be had by cutting words; malloc'd. */
static char *fitted(struct card *card)
{
	for (card->longest = CARD_LONGEST;; card->longest /= 2) {
		json_t *const activity = activity_of(card);
		char *const body = json_dumps(activity, JSON_COMPACT);

		json_decref(activity);
		if (card_utf16_bytes(body) <= CARD_BYTES ||
		    card->longest / 2 < CARD_SHORTEST)
			return body;
		free(body);
	}
}

int encode_card_delivery(const struct words_source *words, uint32_t session,
			 const struct effect *effect, struct request_draft *draft)
{
	struct card card = card_of(words, session, effect);

	if (is_whisper(effect->kind) && !can_be_whispered_to(&card))
		return -1;
	if (is_unsaid(effect->kind)) {
		address(&card, session, draft);
		return 0;
	}
	char *const body = fitted(&card);
	const int rc = card_utf16_bytes(body) <= CARD_MOST_BYTES ? 0 : -1;

	text_add(&draft->body, body, strlen(body));
	address(&card, session, draft);
	free(body);
	return rc;
}

char *encode_conversation(const struct words_source *words, uint32_t session,
			  uint32_t person)
{
	const struct person_row *const row =
		directory_person(words->directory, session, person);
	const struct session_row *const of = directory_session(words->directory, session);
	const char *id = row != NULL ? card_or_empty(row->teams_id) : "";
	char bot[CARD_TIME_BYTES];

	if (row != NULL && id[0] == '\0')
		id = card_or_empty(row->object_id);
	if (id[0] == '\0')
		return NULL;
	snprintf(bot, sizeof(bot), "28:%s", words->config->bot.app_id);
	json_t *const request =
		json_pack("{s:b,s:{s:s,s:s},s:[{s:s}],s:s,s:{s:{s:s}}}", "isGroup", 0,
			  "bot", "id", bot, "name", "Plenary", "members", "id", id,
			  "tenantId", card_or_empty(of->tenant_id), "channelData",
			  "tenant", "id", card_or_empty(of->tenant_id));
	char *const body = json_dumps(request, JSON_COMPACT);

	json_decref(request);
	return body;
}
