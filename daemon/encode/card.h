/* SPDX-License-Identifier: MIT */
/*
 * card - the pieces that messages and Adaptive Cards are made of, and one function
 * for each.  Private to encode_card*.c.
 *
 * Cards are schema 1.5 and pass what Teams and screen readers ask for: one heading, labels,
 * titles that make sense alone, a fallback for what old clients do not know, words beside
 * every chart (Microsoft Learn: Cards reference; Adaptive Cards for bots).
 *
 * A card is at most CARD_BYTES in UTF-16, the unit in which Teams counts.  Words that come
 * from a programme are cut at `longest` bytes, and a card that is still too large is made
 * again with half of that.
 */
#ifndef PLENARY_ENCODE_CARD_H
#define PLENARY_ENCODE_CARD_H

#include <jansson.h>

#include "daemon/encode/encode.h"

enum {
	CARD_TIME_BYTES = 64,
	CARD_NAME_BYTES = 151,
	CARD_WORDS_BYTES = 512,
	CARD_LONGEST = 4000, /* bytes of one text at first */
	CARD_SHORTEST = 60,  /* and at last */
};

/* What one card is made from. */
struct card {
	const struct words_source *words;
	const struct effect *effect;
	const struct session *session;
	const struct session_row *row;
	const struct module *module; /* NULL when the programme is unreadable */
	const struct place_row *main, *place;
	const struct person_row *person;
	int longest;
};

struct card card_of(const struct words_source *words, uint32_t session,
		    const struct effect *effect);

/* -- card_parts.c: every json_t is new, and the caller's ----------------------------- */

const char *card_or_empty(const char *text);
/* "10:05", where the organisation is. */
void card_time(int64_t at_ms, char text[CARD_TIME_BYTES]);
/* Guests choose their names: what Teams would read as a mention, as Markdown, as a function
 * of the card, as a link, or as another direction of writing is blanked. */
void card_name(const char *name, char shown[CARD_NAME_BYTES]);
/* The text, at most card->longest bytes of it. */
json_t *card_words(const struct card *card, const char *text);

json_t *card_heading(const struct card *card, const char *text);
json_t *card_paragraph(const struct card *card, const char *text);
json_t *card_facts(void);
void card_fact(json_t *facts, const struct card *card, const char *title,
	       const char *value);
/* Nothing when there is no such link: a button that leads nowhere is no button. */
void card_add_link(json_t *actions, const char *title, const char *url);
/* Action.Execute, and the same as Action.Submit for clients that do not know it; takes
 * the data. */
json_t *card_execute(const char *title, const char *verb, json_t *data);
/* Takes body and actions (NULL or empty: none). */
json_t *card_adaptive(const char *spoken, json_t *body, json_t *actions);
/* A message that is this card; takes it. */
json_t *card_message(const char *summary, json_t *card);
json_t *card_text(const char *text);
/* Bytes of the text in UTF-16. */
size_t card_utf16_bytes(const char *utf8);

/* -- card_room.c --------------------------------------------------------------------- */

json_t *card_room(const struct card *card);
json_t *card_room_notice(const struct card *card);
json_t *card_back(const struct card *card, const char *text);
json_t *card_minutes_left(const struct card *card);
json_t *card_more_time(const struct card *card);
json_t *card_help_wanted(const struct card *card);

/* -- card_poll.c --------------------------------------------------------------------- */

json_t *card_poll(const struct card *card);
/* When nobody can answer any more: with results, or why there are none. */
json_t *card_poll_closed(const struct card *card);
/* For the one who has just answered: what was counted; NULL when they have not. */
json_t *card_poll_answered(const struct card *card);

#endif
