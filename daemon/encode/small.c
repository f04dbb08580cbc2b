/* SPDX-License-Identifier: MIT */
#include "daemon/common/utf8.h"
#include "daemon/encode/small.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/encode/encode.h"
#include "daemon/decode/json.h"

static bool is_needed(const json_t *element, size_t index)
{
	const char *const type = json_text(element, "type");

	return index == 0 || strncmp(type, "Input.", 6) == 0 ||
	       strcmp(type, "ActionSet") == 0;
}

static void keep_what_is_needed(json_t *elements)
{
	size_t index = 0;

	for (size_t at = 0; at < json_array_size(elements); index++) {
		if (is_needed(json_array_get(elements, at), index))
			at++;
		else
			json_array_remove(elements, at);
	}
}

/* Words are cut; links, ids and verbs are not words. */
static void cut_words(json_t *value)
{
	static const char *const names[] = { "text",    "title",        "label", "speak",
					     "summary", "fallbackText", "prompt" };
	const char *name;
	json_t *member, *element;
	size_t index;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *const words =
			json_string_value(json_object_get(value, names[i]));

		if (words != NULL && strlen(words) > SMALL_TEXT_BYTES)
			json_object_set_new(
				value, names[i],
				json_stringn(words,
					     (size_t)utf8_fit(words, SMALL_TEXT_BYTES)));
	}
	json_object_foreach (value, name, member)
		cut_words(member);
	json_array_foreach (value, index, element)
		cut_words(element);
}

char *encode_small(const char *body)
{
	char fault[JSON_FAULT_BYTES];
	json_t *const message = json_read(body, strlen(body), fault);
	json_t *const attachment =
		json_array_get(json_object_get(message, "attachments"), 0);

	keep_what_is_needed(
		json_object_get(json_object_get(attachment, "content"), "body"));
	cut_words(message);
	char *const small = message != NULL ? json_dumps(message, JSON_COMPACT) : NULL;

	json_decref(message);
	if (small != NULL && strlen(small) < strlen(body))
		return small;
	free(small);
	return NULL;
}
