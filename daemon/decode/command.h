/* SPDX-License-Identifier: MIT */
/*
 * command - what people type at the bot, and the event it asks for.
 *
 * In a chat of several only a message that mentions the bot is for it: with consent to read
 * the chat, Teams sends every message.  In a chat of two every message is.  Mentions are
 * taken out by their entity, not by the bot's name (Microsoft Learn: Channel and group chat
 * conversations with a bot).
 */
#ifndef PLENARY_DECODE_COMMAND_H
#define PLENARY_DECODE_COMMAND_H

#include "daemon/decode/activity.h"

enum { COMMAND_BYTES = 256, COMMAND_WORDS = 4 };

struct words {
	char *word[COMMAND_WORDS]; /* in lower case; more words are not told apart */
	size_t count;
	char text[COMMAND_BYTES];
};

/* False when the message is not for us. */
bool command_read(const struct activity *activity, struct words *words);
/* What it asks for: MEANS_EVENTS, MEANS_HELP, MEANS_STATUS, MEANS_MY_ROOM,
 * MEANS_ANNOUNCE or MEANS_NOT_UNDERSTOOD; the event is written for MEANS_EVENTS. */
enum meaning_kind command_means(const struct words *words, struct event *event);
/* What follows the first word, as it was typed, without mentions of the bot; appends. */
void command_rest(const struct activity *activity, struct text *rest);

#endif
