/* SPDX-License-Identifier: MIT */
#include "daemon/decode/command.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/decode/json.h"
#include "handlers/transcript.h"

enum { EXTENSION_MINUTES = 240 };

/* A blank in its place: "poll<nbsp>open" stays two words. */
static void blank_out(char *text, const char *part)
{
	const size_t length = strlen(part);

	for (char *at = length ? strstr(text, part) : NULL; at != NULL;
	     at = strstr(at + 1, part)) {
		*at = ' ';
		memmove(at + 1, at + length, strlen(at + length) + 1);
	}
}

/* Blanks out mentions of the bot; false when there are none. */
static bool without_mentions(const struct activity *activity, char *text)
{
	const json_t *const root = (json_t *)activity->root;
	const char *const bot = json_text(root, "recipient.id");
	const json_t *entity;
	bool any = false;
	size_t i;

	json_array_foreach (json_member(root, "entities"), i, entity) {
		if (strcasecmp(json_text(entity, "type"), "mention") != 0 ||
		    strcmp(json_text(entity, "mentioned.id"), bot) != 0)
			continue;
		blank_out(text, json_text(entity, "text"));
		any = true;
	}
	blank_out(text, "\xc2\xa0");
	return any;
}

static void split(struct words *words)
{
	char *rest = NULL;

	words->count = 0;
	for (char *word = strtok_r(words->text, " \t\r\n", &rest);
	     word != NULL && words->count < COMMAND_WORDS;
	     word = strtok_r(NULL, " \t\r\n", &rest))
		words->word[words->count++] = word;
}

bool command_read(const struct activity *activity, struct words *words)
{
	const char *const text = json_text((json_t *)activity->root, "text");

	snprintf(words->text, sizeof(words->text), "%s", text);
	if (!without_mentions(activity, words->text) &&
	    !(activity->is_personal && text[0] != '\0'))
		return false;
	for (char *at = words->text; *at != '\0'; at++)
		*at = (char)tolower((unsigned char)*at);
	split(words);
	return true;
}

void command_rest(const struct activity *activity, struct text *rest)
{
	char *const text = memory_string(json_text((json_t *)activity->root, "text"));

	without_mentions(activity, text);
	const char *at = text + strspn(text, " \t\r\n");

	at += strcspn(at, " \t\r\n");
	at += strspn(at, " \t\r\n");
	size_t length = strlen(at);

	while (length > 0 && isspace((unsigned char)at[length - 1]))
		length--;
	text_add(rest, at, length);
	free(text);
}

/* A whole number from 1 to most, or 0. */
static long counted(const struct words *words, size_t at, long most)
{
	char *end;

	if (at >= words->count)
		return 0;
	const long number = strtol(words->word[at], &end, 10);
	return *end == '\0' && number >= 1 && number <= most ? number : 0;
}

static enum event_kind poll_command(const struct words *words)
{
	static const struct {
		const char *word;
		enum event_kind kind;
	} commands[] = { { "open", EVENT_POLL_OPENED },
			 { "close", EVENT_POLL_CLOSED },
			 { "show", EVENT_POLL_SHOWN } };

	if (words->count != 3 || counted(words, 2, POLLS_MAX) == 0)
		return EVENT_NONE;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(words->word[1], commands[i].word) == 0)
			return commands[i].kind;
	}
	return EVENT_NONE;
}

static enum event_kind plain_command(const struct words *words)
{
	static const struct {
		const char *word;
		enum event_kind kind;
	} commands[] = { { "start", EVENT_RUNSHEET_STARTED },
			 { "hold", EVENT_RUNSHEET_HELD },
			 { "resume", EVENT_RUNSHEET_RESUMED },
			 { "skip", EVENT_RUNSHEET_SKIPPED },
			 { "next", EVENT_RUNSHEET_SKIPPED },
			 { "recall", EVENT_BREAKOUT_RECALLED } };

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (words->count == 1 && strcmp(words->word[0], commands[i].word) == 0)
			return commands[i].kind;
	}
	return EVENT_NONE;
}

static bool is_my_room(const struct words *words)
{
	return (words->count == 1 && strcmp(words->word[0], "room") == 0) ||
	       (words->count == 2 && strcmp(words->word[0], "my") == 0 &&
		strcmp(words->word[1], "room") == 0);
}

static enum event_kind event_kind_meant(const struct words *words)
{
	if (strcmp(words->word[0], "poll") == 0)
		return poll_command(words);
	if (strcmp(words->word[0], "extend") == 0)
		return counted(words, 1, EXTENSION_MINUTES) > 0 ? EVENT_RUNSHEET_EXTENDED
								: EVENT_NONE;
	return plain_command(words);
}

enum meaning_kind command_means(const struct words *words, struct event *event)
{
	if (words->count == 0 || strcmp(words->word[0], "help") == 0)
		return MEANS_HELP;
	if (strcmp(words->word[0], "status") == 0)
		return MEANS_STATUS;
	if (is_my_room(words))
		return MEANS_MY_ROOM;
	if (strcmp(words->word[0], "announce") == 0 && words->count > 1)
		return MEANS_ANNOUNCE;
	const enum event_kind kind = event_kind_meant(words);

	if (kind == EVENT_NONE)
		return MEANS_NOT_UNDERSTOOD;
	*event = event_blank(kind);
	if (kind == EVENT_RUNSHEET_EXTENDED)
		event->extended.by_ms = counted(words, 1, EXTENSION_MINUTES) * 60 * 1000;
	if (strcmp(words->word[0], "poll") == 0)
		event->poll = (uint16_t)(counted(words, 2, POLLS_MAX) - 1);
	return MEANS_EVENTS;
}
