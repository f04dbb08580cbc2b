/* SPDX-License-Identifier: MIT */
/* What whoever pressed a button sees: a sentence, or the card as it is for them now. */
#include <stdlib.h>
#include <string.h>

#include "daemon/encode/card.h"
#include "handlers/session.h"

void encode_invoke_answer(struct text *body, int status, const char *sentence)
{
	if (status == 200) {
		text_addf(body,
			  "{\"statusCode\":200,\"type\":"
			  "\"application/vnd.microsoft.activity.message\",\"value\":");
		text_add_json(body, sentence);
	} else {
		text_addf(
			body,
			"{\"statusCode\":%d,\"type\":\"application/vnd.microsoft.error\","
			"\"value\":{\"code\":\"BadRequest\",\"message\":",
			status);
		text_add_json(body, sentence);
		text_addf(body, "}");
	}
	text_addf(body, "}");
}

static json_t *content_of(json_t *message)
{
	json_t *const attachment =
		json_array_get(json_object_get(message, "attachments"), 0);
	json_t *const card = json_incref(json_object_get(attachment, "content"));

	json_decref(message);
	return card;
}

static bool was_open(const struct card *card)
{
	return card->session != NULL && card->effect->poll < card->session->polls &&
	       card->session->poll[card->effect->poll].state >= POLL_CLOSED;
}

/* NULL: a sentence says all there is to say. */
static json_t *card_for(const struct card *card, enum answer answer)
{
	switch (answer) {
	case ANSWER_VOTE_COUNTED:
	case ANSWER_VOTE_CHANGED:
	case ANSWER_ALREADY_VOTED:
		return card_poll_answered(card);
	case ANSWER_POLL_CLOSED:
		return was_open(card) ? content_of(card_poll_closed(card)) : NULL;
	case ANSWER_NO_ROUND:
		return content_of(card_back(card, "The round is over."));
	default:
		return NULL;
	}
}

bool encode_invoke_card(const struct words_source *words, const struct event *event,
			enum answer answer, struct text *body)
{
	struct effect effect = effect_blank(ANSWER);

	effect.person = event->person;
	effect.place = PLACE_MAIN;
	effect.poll = event->poll;
	struct card card = card_of(words, event->session, &effect);

	for (; card.longest >= CARD_SHORTEST; card.longest /= 2) {
		json_t *const shown = card_for(&card, answer);
		char *const text = json_dumps(shown, JSON_COMPACT);
		const bool fits = text != NULL && card_utf16_bytes(text) <= CARD_BYTES;

		if (fits)
			text_addf(body,
				  "{\"statusCode\":200,\"type\":"
				  "\"application/vnd.microsoft.card.adaptive\","
				  "\"value\":%s}",
				  text);
		free(text);
		json_decref(shown);
		if (fits || shown == NULL)
			return fits;
	}
	return false;
}
