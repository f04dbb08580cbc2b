/* SPDX-License-Identifier: MIT */
/* Where to go, until when, and back. */
#include <stdio.h>

#include "daemon/common/utf8.h"
#include "daemon/encode/card.h"
#include "daemon/settings/programme.h"

static const char *block_words(const struct card *card, const char **prompt)
{
	*prompt = "";
	if (card->module == NULL || card->effect->block >= card->module->block_count)
		return "the round";
	*prompt = card_or_empty(card->module->blocks[card->effect->block].prompt);
	return card->module->blocks[card->effect->block].title;
}

static const char *join_url(const struct place_row *place)
{
	return place != NULL ? card_or_empty(place->join_url) : "";
}

json_t *card_room(const struct card *card)
{
	const unsigned number = card->effect->place;
	const char *prompt, *const title = block_words(card, &prompt);
	char until[CARD_TIME_BYTES], spoken[CARD_WORDS_BYTES], words[CARD_TIME_BYTES];
	json_t *const facts = card_facts(), *const actions = json_array();

	card_time(card->effect->to_ms, until);
	snprintf(words, sizeof(words), "You are in room %u", number);
	snprintf(spoken, sizeof(spoken), "%s for %.*s until %s", words,
		 utf8_fit(title, 200), title, until);
	card_fact(facts, card, "Round", title);
	card_fact(facts, card, "Until", until);
	json_t *const body = json_pack("[o,o]", card_heading(card, words), facts);

	if (prompt[0] != '\0')
		json_array_append_new(body, card_paragraph(card, prompt));
	snprintf(words, sizeof(words), "Join room %u", number);
	card_add_link(actions, words, join_url(card->place));
	snprintf(words, sizeof(words), "Call a facilitator to room %u", number);
	json_array_append_new(actions,
			      card_execute(words, "room.help",
					   json_pack("{s:s,s:i}", "session",
						     card->row->uid, "room", number)));
	return card_message(spoken, card_adaptive(spoken, body, actions));
}

static void mention(json_t *message, const char *name, const char *id, const char *words)
{
	char text[CARD_WORDS_BYTES];

	snprintf(text, sizeof(text), "<at>%s</at>%s", name, words);
	json_object_set_new(message, "text", json_string(text));
	snprintf(text, sizeof(text), "<at>%s</at>", name);
	json_object_set_new(message, "entities",
			    json_pack("[{s:s,s:s,s:{s:s,s:s}}]", "type", "mention",
				      "text", text, "mentioned", "id", id, "name", name));
}

/* For people to whom no card can be sent: in the main chat, by name. */
json_t *card_room_notice(const struct card *card)
{
	const char *const id = card->person ? card_or_empty(card->person->teams_id) : "";
	char until[CARD_TIME_BYTES], words[CARD_TIME_BYTES], spoken[CARD_WORDS_BYTES],
		room[CARD_TIME_BYTES], name[CARD_NAME_BYTES];
	json_t *const actions = json_array();

	card_name(card->person ? card_or_empty(card->person->name) : "", name);
	card_time(card->effect->to_ms, until);
	snprintf(words, sizeof(words), ": you are %s room %u until %.5s.",
		 card->effect->kind == DELIVER_ROOM_AGAIN ? "expected in" : "in",
		 card->effect->place, until);
	snprintf(spoken, sizeof(spoken), "%s%s", name, words);
	snprintf(room, sizeof(room), "%.*s: join room %u", utf8_fit(name, 30), name,
		 card->effect->place);
	card_add_link(actions, room, join_url(card->place));
	json_t *const message =
		card_message(spoken,
			     card_adaptive(spoken,
					   json_pack("[o]", card_heading(card, spoken)),
					   actions));

	if (id[0] != '\0')
		mention(message, name, id, words);
	else
		json_object_set_new(message, "text", json_string(spoken));
	return message;
}

json_t *card_back(const struct card *card, const char *text)
{
	json_t *const actions = json_array();

	card_add_link(actions, "Back to the main meeting", join_url(card->main));
	return card_message(text,
			    card_adaptive(text,
					  json_pack("[o]", card_heading(card, text)),
					  actions));
}

json_t *card_minutes_left(const struct card *card)
{
	const long long seconds = card->effect->amount_ms / 1000;
	char text[CARD_WORDS_BYTES];

	if (seconds >= 60)
		snprintf(text, sizeof(text), "%lld %s left.", seconds / 60,
			 seconds / 60 == 1 ? "minute" : "minutes");
	else
		snprintf(text, sizeof(text), "%lld seconds left.", seconds);
	return card_text(text);
}

json_t *card_more_time(const struct card *card)
{
	const long long minutes = (card->effect->amount_ms + 30000) / 60000;
	char text[CARD_WORDS_BYTES], until[CARD_TIME_BYTES];

	card_time(card->effect->to_ms, until);
	snprintf(text, sizeof(text), "%lld more %s: the round goes on until %s.", minutes,
		 minutes == 1 ? "minute" : "minutes", until);
	return card_text(text);
}

json_t *card_help_wanted(const struct card *card)
{
	char text[CARD_WORDS_BYTES], title[CARD_TIME_BYTES];
	json_t *const actions = json_array();

	snprintf(text, sizeof(text), "Room %u asks for a facilitator.",
		 card->effect->place);
	snprintf(title, sizeof(title), "Go to room %u", card->effect->place);
	card_add_link(actions, title, join_url(card->place));
	return card_message(text,
			    card_adaptive(text,
					  json_pack("[o]", card_heading(card, text)),
					  actions));
}
