/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/encode.h"
#include "daemon/json.h"
#include "daemon/programmes.h"
#include "daemon/sessions.h"
#include "daemon/settings/config.h"
#include "daemon/settings/programme.h"
#include "daemon/store/directory.h"
#include "handlers/poll.h"

enum { PERSONAL_BYTES = 64, NAME_BYTES = 151, WORDS_BYTES = 512 };

/* What one card is made from. */
struct card {
	const struct words_source *words;
	const struct effect *effect;
	const struct session *session;
	const struct session_row *row;
	const struct module *module; /* NULL when the programme is unreadable */
	const struct place_row *main, *place;
	const struct person_row *person;
};

static struct card card_of(const struct words_source *words, uint32_t session,
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
	};
}

static const char *or_empty(const char *text)
{
	return text != NULL ? text : "";
}

/* "10:05", where the organisation is. */
static void local_time(int64_t at_ms, char text[PERSONAL_BYTES])
{
	const time_t seconds = (time_t)(at_ms / 1000);
	struct tm parts;

	localtime_r(&seconds, &parts);
	strftime(text, PERSONAL_BYTES, "%H:%M", &parts);
}

static json_t *heading(const char *text)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:b}", "type", "TextBlock", "style", "heading",
			 "weight", "Bolder", "text", text, "wrap", 1);
}

static json_t *paragraph(const char *text)
{
	return json_pack("{s:s,s:s,s:b}", "type", "TextBlock", "text", text, "wrap", 1);
}

static json_t *open_url(const char *title, const char *url)
{
	return json_pack("{s:s,s:s,s:s}", "type", "Action.OpenUrl", "title", title, "url",
			 url);
}

/* Action.Execute, and the same as Action.Submit for clients that do not know it. */
static json_t *execute(const char *title, const char *verb, json_t *data)
{
	json_t *const submitted = json_deep_copy(data);

	json_object_set_new(submitted, "verb", json_string(verb));
	return json_pack("{s:s,s:s,s:s,s:o,s:{s:s,s:s,s:o}}", "type", "Action.Execute",
			 "title", title, "verb", verb, "data", data, "fallback", "type",
			 "Action.Submit", "title", title, "data", submitted);
}

static json_t *adaptive_card(const char *spoken, json_t *body, json_t *actions)
{
	json_t *const card =
		json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:{s:s}}", "type", "AdaptiveCard",
			  "$schema", "http://adaptivecards.io/schemas/adaptive-card.json",
			  "version", "1.5", "lang", "en", "fallbackText", spoken, "speak",
			  spoken, "body", body, "msteams", "width", "Full");

	if (actions != NULL)
		json_object_set_new(card, "actions", actions);
	return card;
}

static json_t *message_with(const char *summary, json_t *card)
{
	return json_pack("{s:s,s:s,s:[{s:s,s:o}]}", "type", "message", "summary", summary,
			 "attachments", "contentType",
			 "application/vnd.microsoft.card.adaptive", "content", card);
}

static json_t *message_text(const char *text)
{
	return json_pack("{s:s,s:s,s:s}", "type", "message", "textFormat", "plain",
			 "text", text);
}

static const char *block_words(const struct card *card, const char **prompt)
{
	*prompt = "";
	if (card->module == NULL || card->effect->block >= card->module->block_count)
		return "the round";
	*prompt = or_empty(card->module->blocks[card->effect->block].prompt);
	return card->module->blocks[card->effect->block].title;
}

/* -- rooms ------------------------------------------------------------------------------- */

static json_t *room_card(const struct card *card)
{
	const char *prompt, *const title = block_words(card, &prompt);
	char until[PERSONAL_BYTES], spoken[WORDS_BYTES], room[PERSONAL_BYTES];

	local_time(card->effect->to_ms, until);
	snprintf(room, sizeof(room), "You are in room %u", card->effect->place);
	snprintf(spoken, sizeof(spoken), "%s for %.*s until %s", room,
		 encode_fit(title, 200), title, until);
	json_t *const body = json_pack("[o,{s:s,s:[{s:s,s:s},{s:s,s:s}]}]", heading(room),
				       "type", "FactSet", "facts", "title", "Round",
				       "value", title, "title", "Until", "value", until);
	if (prompt[0] != '\0')
		json_array_append_new(body, paragraph(prompt));
	snprintf(room, sizeof(room), "Join room %u", card->effect->place);
	json_t *const data = json_pack("{s:s,s:i}", "session", card->row->uid, "room",
				       card->effect->place);
	json_t *const actions =
		json_pack("[o,o]",
			  open_url(room,
				   card->place ? or_empty(card->place->join_url) : ""),
			  execute("Call for help", "room.help", data));
	return message_with(spoken, adaptive_card(spoken, body, actions));
}

/* Guests choose their names: what Teams would read as a mention or a link is blanked. */
static void shown_name(const char *name, char shown[NAME_BYTES])
{
	snprintf(shown, NAME_BYTES, "%.*s", encode_fit(name, NAME_BYTES - 1), name);
	for (char *at = shown; *at != '\0'; at++) {
		if ((unsigned char)*at < ' ' || strchr("<>[]*`\\", *at) != NULL)
			*at = ' ';
	}
}

static void mention(json_t *message, const char *name, const char *id, const char *words)
{
	char text[WORDS_BYTES];

	snprintf(text, sizeof(text), "<at>%s</at>%s", name, words);
	json_object_set_new(message, "text", json_string(text));
	snprintf(text, sizeof(text), "<at>%s</at>", name);
	json_object_set_new(message, "entities",
			    json_pack("[{s:s,s:s,s:{s:s,s:s}}]", "type", "mention",
				      "text", text, "mentioned", "id", id, "name", name));
}

/* For people to whom no card can be sent: in the main chat, by name. */
static json_t *room_notice(const struct card *card)
{
	const char *const id = card->person ? or_empty(card->person->teams_id) : "";
	char until[PERSONAL_BYTES], words[PERSONAL_BYTES], spoken[WORDS_BYTES],
		room[PERSONAL_BYTES], name[NAME_BYTES];

	shown_name(card->person ? or_empty(card->person->name) : "", name);
	local_time(card->effect->to_ms, until);
	snprintf(words, sizeof(words), ": you are in room %u until %.5s.",
		 card->effect->place, until);
	snprintf(spoken, sizeof(spoken), "%s%s", name, words);
	snprintf(room, sizeof(room), "%.*s: join room %u", encode_fit(name, 30), name,
		 card->effect->place);
	json_t *const actions =
		json_pack("[o]",
			  open_url(room,
				   card->place ? or_empty(card->place->join_url) : ""));
	json_t *const message =
		message_with(spoken,
			     adaptive_card(spoken, json_pack("[o]", heading(spoken)),
					   actions));
	if (id[0] != '\0')
		mention(message, name, id, words);
	else
		json_object_set_new(message, "text", json_string(spoken));
	return message;
}

static json_t *back_card(const struct card *card, const char *text)
{
	const char *const url = card->main ? or_empty(card->main->join_url) : "";

	return message_with(text,
			    adaptive_card(text, json_pack("[o]", heading(text)),
					  json_pack("[o]",
						    open_url("Back to the main meeting",
							     url))));
}

static json_t *minutes_left(const struct card *card)
{
	const long long seconds = card->effect->amount_ms / 1000;
	char text[WORDS_BYTES];

	if (seconds >= 60)
		snprintf(text, sizeof(text), "%lld %s left.", seconds / 60,
			 seconds / 60 == 1 ? "minute" : "minutes");
	else
		snprintf(text, sizeof(text), "%lld seconds left.", seconds);
	return message_text(text);
}

static json_t *more_time(const struct card *card)
{
	char text[WORDS_BYTES], until[PERSONAL_BYTES];

	local_time(card->effect->to_ms, until);
	snprintf(text, sizeof(text), "%lld more minutes: the round goes on until %s.",
		 (long long)(card->effect->amount_ms + 30000) / 60000, until);
	return message_text(text);
}

static json_t *help_wanted(const struct card *card)
{
	char text[WORDS_BYTES];

	snprintf(text, sizeof(text), "Room %u asks for a facilitator.",
		 card->effect->place);
	json_t *const actions =
		json_pack("[o]",
			  open_url("Go there",
				   card->place ? or_empty(card->place->join_url) : ""));
	return message_with(text, adaptive_card(text, json_pack("[o]", heading(text)),
						actions));
}

/* -- polls ------------------------------------------------------------------------------- */

static const struct planned_poll *poll_words(const struct card *card)
{
	if (card->module == NULL || card->effect->poll >= card->module->poll_count)
		return NULL;
	return &card->module->polls[card->effect->poll];
}

static json_t *choice_list(const struct planned_poll *poll)
{
	json_t *const choices = json_array();
	char text[PROGRAMME_TITLE_BYTES + 16], value[16];

	for (int i = 0; i < poll->choice_count; i++) {
		snprintf(value, sizeof(value), "%d", i);
		json_array_append_new(choices,
				      json_pack("{s:s,s:s}", "title",
						planned_poll_choice(poll, i, text,
								    sizeof(text)),
						"value", value));
	}
	return choices;
}

static json_t *poll_card(const struct card *card)
{
	const struct planned_poll *const poll = poll_words(card);
	char spoken[WORDS_BYTES];

	if (poll == NULL)
		return message_text("A poll is open, but its words cannot be read.");
	snprintf(spoken, sizeof(spoken), "Poll: %.*s", encode_fit(poll->question, 400),
		 poll->question);
	json_t *const data = json_pack("{s:s,s:i}", "session", card->row->uid, "poll",
				       card->effect->poll);
	json_t *const body =
		json_pack("[o,{s:s,s:s,s:s,s:s,s:b,s:s,s:o},{s:s,s:[o]}]",
			  heading(poll->question), "type", "Input.ChoiceSet", "id",
			  "choice", "style", "expanded", "label", "Your answer",
			  "isRequired", 1, "errorMessage", "Choose one answer", "choices",
			  choice_list(poll), "type", "ActionSet", "actions",
			  execute("Send answer", "poll.vote", data));
	return message_with(spoken, adaptive_card(spoken, body, NULL));
}

static json_t *result_facts(const struct planned_poll *words, const struct poll *poll)
{
	json_t *const facts = json_array();
	char text[PROGRAMME_TITLE_BYTES + 16], count[32];

	for (int i = 0; i < poll->choices && i < words->choice_count; i++) {
		snprintf(count, sizeof(count), "%u", poll->counts[i]);
		json_array_append_new(facts, json_pack("{s:s,s:s}", "title",
						       planned_poll_choice(words, i, text,
									   sizeof(text)),
						       "value", count));
	}
	return facts;
}

/* The card when nobody can answer any more: with results, or why there are none. */
static json_t *poll_closed_card(const struct card *card)
{
	const struct planned_poll *const words = poll_words(card);
	const struct poll *const poll = &card->session->poll[card->effect->poll];
	char spoken[WORDS_BYTES], said[WORDS_BYTES];

	if (poll->state == POLL_OPEN || words == NULL)
		return poll_card(card);
	snprintf(spoken, sizeof(spoken), "Poll closed: %.*s",
		 encode_fit(words->question, 400), words->question);
	snprintf(said, sizeof(said), "The poll is closed. %u answered.", poll->answers);
	json_t *const body =
		json_pack("[o,o]", heading(words->question), paragraph(said));
	if (poll->state == POLL_SHOWN && poll_may_tell(card->session, card->effect->poll))
		json_array_append_new(body,
				      json_pack("{s:s,s:o}", "type", "FactSet", "facts",
						result_facts(words, poll)));
	else if (poll->state == POLL_SHOWN)
		json_array_append_new(
			body,
			paragraph(
				"Too few people answered for the results to be shown."));
	return message_with(spoken, adaptive_card(spoken, body, NULL));
}

/* -- one activity per effect ---------------------------------------------------------------- */

static json_t *activity_of(const struct card *card)
{
	switch (card->effect->kind) {
	case DELIVER_ROOM_CARD:
		return room_card(card);
	case DELIVER_ROOM_NOTICE:
		return room_notice(card);
	case DELIVER_WARNING:
		return minutes_left(card);
	case DELIVER_EXTENSION:
		return more_time(card);
	case DELIVER_RECALL:
		return back_card(card,
				 "Time is up. Please come back to the main meeting.");
	case DELIVER_CARD_CLOSED:
		return back_card(card, "The round is over.");
	case DELIVER_POLL_CARD:
		return poll_card(card);
	case DELIVER_POLL_UPDATE:
		return poll_closed_card(card);
	case DELIVER_HELP:
		return help_wanted(card);
	default:
		return message_text("");
	}
}

static bool is_personal(uint16_t kind)
{
	return kind == DELIVER_ROOM_CARD || kind == DELIVER_CARD_CLOSED;
}

static bool is_in_room(uint16_t kind)
{
	return kind == DELIVER_WARNING || kind == DELIVER_EXTENSION ||
	       kind == DELIVER_RECALL;
}

static bool is_update(uint16_t kind)
{
	return kind == DELIVER_CARD_CLOSED || kind == DELIVER_POLL_UPDATE;
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
		const char *const thread = chat ? or_empty(chat->thread_id) : "";

		text_add_percent(&draft->path, thread, strlen(thread));
		snprintf(draft->lane, sizeof(draft->lane), "chat %u %u", session,
			 is_in_room(kind) ? card->effect->place : PLACE_MAIN);
	}
	text_addf(&draft->path, "/activities");
	if (is_update(kind)) {
		text_addf(&draft->path, "/{activity}");
		draft->delivery.method = "PUT";
	}
}

void encode_card_delivery(const struct words_source *words, uint32_t session,
			  const struct effect *effect, struct request_draft *draft)
{
	const struct card card = card_of(words, session, effect);
	json_t *const activity = activity_of(&card);
	char *const body = json_dumps(activity, JSON_COMPACT);

	text_add(&draft->body, body, strlen(body));
	address(&card, session, draft);
	free(body);
	json_decref(activity);
}

char *encode_conversation(const struct words_source *words, uint32_t session,
			  uint32_t person)
{
	const struct person_row *const row =
		directory_person(words->directory, session, person);
	const struct session_row *const of = directory_session(words->directory, session);
	const char *id = row != NULL ? or_empty(row->teams_id) : "";
	char bot[PERSONAL_BYTES];

	if (row != NULL && id[0] == '\0')
		id = or_empty(row->object_id);
	if (id[0] == '\0')
		return NULL;
	snprintf(bot, sizeof(bot), "28:%s", words->config->bot.app_id);
	json_t *const request =
		json_pack("{s:b,s:{s:s,s:s},s:[{s:s}],s:s,s:{s:{s:s}}}", "isGroup", 0,
			  "bot", "id", bot, "name", "Plenary", "members", "id", id,
			  "tenantId", or_empty(of->tenant_id), "channelData", "tenant",
			  "id", or_empty(of->tenant_id));
	char *const body = json_dumps(request, JSON_COMPACT);

	json_decref(request);
	return body;
}
