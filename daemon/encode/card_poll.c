/* SPDX-License-Identifier: MIT */
/* A question, an answer, and what came out. */
#include <stdio.h>

#include "daemon/common/utf8.h"
#include "daemon/encode/card.h"
#include "daemon/settings/programme.h"
#include "handlers/poll.h"
#include "handlers/session.h"

enum { CHOICE_BYTES = PROGRAMME_TITLE_BYTES + 16 };

static const struct planned_poll *poll_words(const struct card *card)
{
	if (card->module == NULL || card->effect->poll >= card->module->poll_count)
		return NULL;
	return &card->module->polls[card->effect->poll];
}

static json_t *choice_list(const struct card *card, const struct planned_poll *poll)
{
	json_t *const choices = json_array();
	char text[CHOICE_BYTES], value[16];

	for (int i = 0; i < poll->choice_count; i++) {
		planned_poll_choice(poll, i, text, sizeof(text));
		snprintf(value, sizeof(value), "%d", i);
		json_array_append_new(choices,
				      json_pack("{s:o,s:s}", "title",
						card_words(card, text), "value", value));
	}
	return choices;
}

static json_t *choice_set(const struct card *card, const struct planned_poll *poll)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:b,s:b,s:s,s:o}", "type", "Input.ChoiceSet",
			 "id", "choice", "style", "expanded", "label", "Your answer",
			 "isRequired", 1, "wrap", 1, "errorMessage", "Choose one answer",
			 "choices", choice_list(card, poll));
}

static json_t *vote_button(const struct card *card, const char *title)
{
	json_t *const data = json_pack("{s:s,s:i}", "session", card->row->uid, "poll",
				       card->effect->poll);

	return json_pack("{s:s,s:[o]}", "type", "ActionSet", "actions",
			 card_execute(title, "poll.vote", data));
}

static bool is_changeable(const struct card *card)
{
	return card->session != NULL && card->effect->poll < card->session->polls &&
	       card->session->poll[card->effect->poll].changeable;
}

json_t *card_poll(const struct card *card)
{
	const struct planned_poll *const poll = poll_words(card);
	char spoken[CARD_WORDS_BYTES];

	if (poll == NULL)
		return card_text("A poll is open, but its words cannot be read.");
	snprintf(spoken, sizeof(spoken), "Poll: %.*s", utf8_fit(poll->question, 400),
		 poll->question);
	json_t *const body = json_pack("[o,o]", card_heading(card, poll->question),
				       choice_set(card, poll));

	if (is_changeable(card))
		json_array_append_new(
			body, card_paragraph(card, "You can change your answer until the "
						   "poll closes."));
	json_array_append_new(body, vote_button(card, "Send answer"));
	return card_message(spoken, card_adaptive(spoken, body, NULL));
}

/* -- results ----------------------------------------------------------------------------- */

static unsigned percent(uint32_t part, uint32_t whole)
{
	return whole == 0 ? 0 : (unsigned)((200ull * part + whole) / (2ull * whole));
}

/* Teams draws bars; whoever cannot see them, or has a client that cannot draw, has every
 * number in the words below. */
static json_t *result_chart(const struct card *card, const struct planned_poll *words,
			    const struct poll *poll)
{
	json_t *const bars = json_array();
	char text[CHOICE_BYTES];

	for (int i = 0; i < poll->choices && i < words->choice_count; i++) {
		planned_poll_choice(words, i, text, sizeof(text));
		json_array_append_new(bars,
				      json_pack("{s:o,s:i}", "x", card_words(card, text),
						"y", (int)poll->counts[i]));
	}
	return json_pack("{s:s,s:s,s:b,s:o,s:s}", "type", "Chart.HorizontalBar", "title",
			 "Answers", "showTitle", 1, "data", bars, "fallback", "drop");
}

static json_t *result_facts(const struct card *card, const struct planned_poll *words,
			    const struct poll *poll)
{
	json_t *const facts = card_facts();
	char text[CHOICE_BYTES], count[64];

	for (int i = 0; i < poll->choices && i < words->choice_count; i++) {
		planned_poll_choice(words, i, text, sizeof(text));
		snprintf(count, sizeof(count), "%u of %u (%u %%)", poll->counts[i],
			 poll->answers, percent(poll->counts[i], poll->answers));
		card_fact(facts, card, text, count);
	}
	return facts;
}

/* Of a scale: "Median 4.5, mean 4.1, 72 % at the two highest points." */
static json_t *scale_summary(const struct card *card, const struct poll *poll)
{
	const struct poll_summary summary = poll_summary(poll);
	const uint32_t mean_tenths = (summary.mean_thousandths + 50) / 100;
	char said[CARD_WORDS_BYTES];

	snprintf(said, sizeof(said),
		 "Median %u%s, mean %u.%u, %u %% at the two highest points.",
		 summary.median_twice / 2, summary.median_twice % 2 != 0 ? ".5" : "",
		 mean_tenths / 10, mean_tenths % 10,
		 (summary.top_two_per_mille + 5) / 10);
	return card_paragraph(card, said);
}

static void add_results(const struct card *card, const struct planned_poll *words,
			const struct poll *poll, json_t *body)
{
	if (poll->state != POLL_SHOWN)
		return;
	if (!poll_may_tell(card->session, card->effect->poll)) {
		json_array_append_new(body,
				      card_paragraph(card,
						     "Too few people answered for the "
						     "results to be shown."));
		return;
	}
	json_array_append_new(body, result_chart(card, words, poll));
	json_array_append_new(body, result_facts(card, words, poll));
	if (poll->likert)
		json_array_append_new(body, scale_summary(card, poll));
}

json_t *card_poll_closed(const struct card *card)
{
	const struct planned_poll *const words = poll_words(card);
	const struct poll *const poll = &card->session->poll[card->effect->poll];
	char spoken[CARD_WORDS_BYTES], said[CARD_WORDS_BYTES];

	if (poll->state == POLL_OPEN || words == NULL)
		return card_poll(card);
	snprintf(spoken, sizeof(spoken), "Poll closed: %.*s",
		 utf8_fit(words->question, 400), words->question);
	snprintf(said, sizeof(said), "The poll is closed. %u answered.", poll->answers);
	json_t *const body = json_pack("[o,o]", card_heading(card, words->question),
				       card_paragraph(card, said));

	add_results(card, words, poll, body);
	return card_message(spoken, card_adaptive(spoken, body, NULL));
}

/* -- for one person ---------------------------------------------------------------------- */

json_t *card_poll_answered(const struct card *card)
{
	const struct planned_poll *const words = poll_words(card);
	const struct member *const member =
		card->session != NULL
			? session_member(card->session, card->effect->person)
			: NULL;
	char text[CHOICE_BYTES], spoken[CARD_WORDS_BYTES], value[16];

	if (words == NULL || member == NULL || member->votes[card->effect->poll] == 0)
		return NULL;
	const int choice = member->votes[card->effect->poll] - 1;

	planned_poll_choice(words, choice, text, sizeof(text));
	snprintf(spoken, sizeof(spoken), "You answered: %s", text);
	json_t *const body = json_pack("[o,o]", card_heading(card, words->question),
				       card_paragraph(card, spoken));

	if (is_changeable(card)) {
		json_t *const set = choice_set(card, words);

		snprintf(value, sizeof(value), "%d", choice);
		json_object_set_new(set, "value", json_string(value));
		json_array_append_new(body, set);
		json_array_append_new(body, vote_button(card, "Change answer"));
	}
	return card_adaptive(spoken, body, NULL);
}
