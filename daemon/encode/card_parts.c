/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "daemon/common/utf8.h"
#include "daemon/encode/card.h"

const char *card_or_empty(const char *text)
{
	return text != NULL ? text : "";
}

void card_time(int64_t at_ms, char text[CARD_TIME_BYTES])
{
	const time_t seconds = (time_t)(at_ms / 1000);
	struct tm parts;

	localtime_r(&seconds, &parts);
	strftime(text, CARD_TIME_BYTES, "%H:%M", &parts);
}

/* Bytes of a character that is not to be seen in a name: 0 for one that may be.  Controls,
 * and the marks that turn the direction of writing (U+200E, U+200F, U+202A to U+202E,
 * U+2066 to U+2069). */
static size_t unseen(const char *at)
{
	const unsigned char *const byte = (const unsigned char *)at;

	if (byte[0] < ' ' || byte[0] == 0x7f)
		return 1;
	if (byte[0] == 0xc2 && byte[1] >= 0x80 && byte[1] < 0xa0)
		return 2;
	if (byte[0] != 0xe2)
		return 0;
	if (byte[1] == 0x80 &&
	    ((byte[2] >= 0xaa && byte[2] <= 0xae) || byte[2] == 0x8e || byte[2] == 0x8f))
		return 3;
	return byte[1] == 0x81 && byte[2] >= 0xa6 && byte[2] <= 0xa9 ? 3 : 0;
}

void card_name(const char *name, char shown[CARD_NAME_BYTES])
{
	snprintf(shown, CARD_NAME_BYTES, "%.*s", utf8_fit(name, CARD_NAME_BYTES - 1),
		 name);
	for (char *at = shown; *at != '\0'; at++) {
		const size_t bytes = unseen(at);

		if (bytes > 0)
			memset(at, ' ', bytes);
		else if (strchr("<>[]{}*_~`\\/#|!=", *at) != NULL)
			*at = ' ';
		else if (strncmp(at, "www.", 4) == 0)
			at[3] = ' ';
	}
}

json_t *card_words(const struct card *card, const char *text)
{
	const int fit = utf8_fit(text, card->longest);

	if (text[fit] == '\0')
		return json_string(text);
	return json_sprintf("%.*s…", fit, text);
}

json_t *card_heading(const struct card *card, const char *text)
{
	return json_pack("{s:s,s:s,s:s,s:o,s:b}", "type", "TextBlock", "style", "heading",
			 "weight", "Bolder", "text", card_words(card, text), "wrap", 1);
}

json_t *card_paragraph(const struct card *card, const char *text)
{
	return json_pack("{s:s,s:o,s:b}", "type", "TextBlock", "text",
			 card_words(card, text), "wrap", 1);
}

json_t *card_facts(void)
{
	return json_pack("{s:s,s:[]}", "type", "FactSet", "facts");
}

void card_fact(json_t *facts, const struct card *card, const char *title,
	       const char *value)
{
	json_array_append_new(json_object_get(facts, "facts"),
			      json_pack("{s:o,s:o}", "title", card_words(card, title),
					"value", card_words(card, value)));
}

void card_add_link(json_t *actions, const char *title, const char *url)
{
	if (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0)
		return;
	json_array_append_new(actions,
			      json_pack("{s:s,s:s,s:s}", "type", "Action.OpenUrl",
					"title", title, "url", url));
}

json_t *card_execute(const char *title, const char *verb, json_t *data)
{
	json_t *const submitted = json_deep_copy(data);

	json_object_set_new(submitted, "verb", json_string(verb));
	return json_pack("{s:s,s:s,s:s,s:o,s:{s:s,s:s,s:o}}", "type", "Action.Execute",
			 "title", title, "verb", verb, "data", data, "fallback", "type",
			 "Action.Submit", "title", title, "data", submitted);
}

json_t *card_adaptive(const char *spoken, json_t *body, json_t *actions)
{
	json_t *const card =
		json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:{s:s}}", "type", "AdaptiveCard",
			  "$schema", "http://adaptivecards.io/schemas/adaptive-card.json",
			  "version", "1.5", "lang", "en", "fallbackText", spoken, "speak",
			  spoken, "body", body, "msteams", "width", "Full");

	if (json_array_size(actions) > 0)
		json_object_set(card, "actions", actions);
	json_decref(actions);
	return card;
}

json_t *card_message(const char *summary, json_t *card)
{
	return json_pack("{s:s,s:s,s:[{s:s,s:o}]}", "type", "message", "summary", summary,
			 "attachments", "contentType",
			 "application/vnd.microsoft.card.adaptive", "content", card);
}

json_t *card_text(const char *text)
{
	return json_pack("{s:s,s:s,s:s}", "type", "message", "textFormat", "plain",
			 "text", text);
}

/* A character above U+FFFF, four bytes of UTF-8, is two units of UTF-16. */
size_t card_utf16_bytes(const char *utf8)
{
	size_t units = 0;

	for (; *utf8 != '\0'; utf8++) {
		const unsigned char byte = (unsigned char)*utf8;

		if ((byte & 0xc0) != 0x80)
			units += byte >= 0xf0 ? 2 : 1;
	}
	return units * 2;
}
