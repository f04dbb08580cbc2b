/* SPDX-License-Identifier: MIT */
#include "rehearsal/reading.h"

#include <stdio.h>
#include <string.h>

static void link_found(struct reading *reading, const char *from, size_t bytes)
{
	if (reading->links_count == READING_LINKS || bytes >= READING_LINK_BYTES)
		return;
	char *const link = reading->links[reading->links_count];

	memcpy(link, from, bytes);
	link[bytes] = '\0';
	for (size_t i = 0; i < reading->links_count; i++) {
		if (strcmp(reading->links[i], link) == 0)
			return;
	}
	reading->links_count++;
}

/* Links stand alone in a button's url, and inside text as Markdown or HTML. */
static void on_string(void *context, const char *string)
{
	struct reading *const reading = context;

	for (const char *at = string; (at = strstr(at, "https://")) != NULL;) {
		const size_t bytes = strcspn(at, " \t\r\n\"'<>()[]");

		link_found(reading, at, bytes);
		at += bytes;
	}
}

static void choices_found(struct reading *reading, const json_t *object)
{
	const json_t *const choices = json_object_get(object, "choices");

	for (size_t i = 0; i < json_array_size(choices); i++) {
		const char *const value =
			json_string_at(json_array_get(choices, i), "value");

		if (reading->choices_count < READING_CHOICES)
			reading->choices[reading->choices_count++] = value;
	}
}

static void on_object(void *context, const json_t *object)
{
	struct reading *const reading = context;
	const char *const type = json_string_at(object, "type");
	const char *const verb = json_string_at(object, "verb");

	if (strcmp(type, "mention") == 0 && reading->mentions_count < READING_MENTIONS)
		reading->mentions[reading->mentions_count++] =
			json_string_at(json_object_get(object, "mentioned"), "id");
	if (strcmp(type, "Input.ChoiceSet") == 0 &&
	    strcmp(json_string_at(object, "id"), "choice") == 0)
		choices_found(reading, object);
	if (strcmp(type, "Action.Execute") != 0)
		return;
	if (strcmp(verb, "poll.vote") == 0)
		reading->vote = object;
	if (strstr(verb, "help") != NULL)
		reading->help = object;
}

void reading_of(struct reading *reading, const json_t *activity)
{
	reading->links_count = 0;
	reading->mentions_count = 0;
	reading->choices_count = 0;
	reading->vote = NULL;
	reading->help = NULL;
	json_each_string(activity, on_string, reading);
	json_each_object(activity, on_object, reading);
}

static void one_value(const json_t *value, char *text, size_t bytes)
{
	if (json_is_integer(value))
		snprintf(text, bytes, "%lld", (long long)json_integer_value(value));
	else
		snprintf(text, bytes, "%s",
			 json_is_string(value) ? json_string_value(value) : "");
}

void reading_poll_key(const json_t *action, char *key, size_t bytes)
{
	const json_t *const data = json_object_get(action, "data");
	const json_t *poll = json_object_get(data, "poll");
	char part[128];

	if (poll == NULL)
		poll = json_object_get(data, "pollId");
	one_value(poll, part, sizeof(part));
	snprintf(key, bytes, "%s", part);
}

struct search {
	const char *words;
	bool found;
};

static void on_text(void *context, const char *string)
{
	struct search *const search = context;

	if (strstr(string, search->words) != NULL)
		search->found = true;
}

bool reading_says(const json_t *activity, const char *words)
{
	struct search search = { .words = words };

	json_each_string(activity, on_text, &search);
	return search.found;
}
