/* SPDX-License-Identifier: MIT */
/* Effects as text: read by people and tests, never read back. */
#include <assert.h>
#include <stdio.h>

#include "handlers/session.h"
#include "handlers/transcript.h"
#include "handlers/words.h"

struct line {
	char *text;
	size_t length;
};

/* What the number of an effect means, and which of its fields say something. */
enum {
	PERSON = 1,
	PLACE = 2,
	BLOCK = 4,
	POLL = 8,
	NUMBER = 16,
	FROM = 32,
	TO = 64,
	AMOUNT = 128
};

static const struct {
	uint64_t fields;
	const char *number;
	const struct words *words;
} shapes[EFFECT_KINDS] = {
	[ANSWER] = { PERSON | NUMBER, "says", &answer_words },
	[RECORD_SESSION] = { NUMBER | FROM | TO, "state", &session_state_words },
	[RECORD_BLOCK] = { BLOCK | NUMBER | FROM | TO, "state", &block_state_words },
	[RECORD_SPAN] = { PERSON | PLACE | NUMBER | FROM | TO, "span", NULL },
	[RECORD_ALLOCATION] = { PERSON | PLACE | BLOCK, NULL, NULL },
	[RECORD_POLL] = { POLL | NUMBER, "state", &poll_state_words },
	[RECORD_VOTE] = { PERSON | POLL | NUMBER, "choice", NULL },
	[RECORD_REGISTER] = { PERSON | NUMBER, "version", NULL },
	[RECORD_GAP] = { PLACE | NUMBER | FROM | TO, "state", &gap_state_words },
	[DELIVER_ROOM_MEETING] = { PLACE, NULL, NULL },
	[DELIVER_SUBSCRIPTION] = { PLACE, NULL, NULL },
	[DELIVER_SUBSCRIPTION_END] = { PLACE, NULL, NULL },
	[DELIVER_RENEWAL] = { PLACE, NULL, NULL },
	[DELIVER_ROOM_CARD] = { PERSON | PLACE | BLOCK | TO, NULL, NULL },
	[DELIVER_ROOM_NOTICE] = { PERSON | PLACE | BLOCK | TO, NULL, NULL },
	[DELIVER_ROOM_AGAIN] = { PERSON | PLACE | BLOCK | TO, NULL, NULL },
	[DELIVER_WARNING] = { PLACE | BLOCK | AMOUNT, NULL, NULL },
	[DELIVER_EXTENSION] = { PLACE | BLOCK | AMOUNT | TO, NULL, NULL },
	[DELIVER_RECALL] = { PLACE | BLOCK, NULL, NULL },
	[DELIVER_CARD_CLOSED] = { PERSON | BLOCK, NULL, NULL },
	[DELIVER_POLL_CARD] = { POLL, NULL, NULL },
	[DELIVER_POLL_UPDATE] = { POLL, NULL, NULL },
	[DELIVER_HELP] = { PERSON | PLACE, NULL, NULL },
	[DELIVER_REPORT_FETCH] = { PLACE, NULL, NULL },
	[DELIVER_ROOM_WHISPER] = { PERSON | PLACE | BLOCK | TO, NULL, NULL },
	[DELIVER_WHISPER_CLOSED] = { PERSON | BLOCK, NULL, NULL },
	[DELIVER_ROOM_MAIL] = { PERSON | PLACE | BLOCK | TO, NULL, NULL },
	[DELIVER_REMINDER] = { PLACE, NULL, NULL },
	[DELIVER_POLL_AGAIN] = { POLL, NULL, NULL },
	[DELIVER_HELP_OVER] = { PERSON | PLACE, NULL, NULL },
	[DELIVER_CALL_IN] = { PLACE | BLOCK | NUMBER, "part", NULL },
	[DELIVER_ANNOUNCEMENT] = { PERSON, NULL, NULL },
	[SIGNAL_PRESENCE] = { PERSON | PLACE, NULL, NULL },
	[SIGNAL_POLL] = { POLL, NULL, NULL },
	[SIGNAL_ROUND] = { BLOCK, NULL, NULL },
	[SIGNAL_WITNESS] = { PERSON | PLACE, NULL, NULL },
	[SIGNAL_HEARING] = { PLACE, NULL, NULL },
};

static void say(struct line *line, const char *name, const char *word)
{
	const size_t room = EFFECT_LINE_BYTES - line->length;
	const int written =
		snprintf(line->text + line->length, room, " %s=%s", name, word);

	assert(written > 0 && (size_t)written < room);
	line->length += (size_t)written;
}

static void say_number(struct line *line, const char *name, int64_t number)
{
	char word[24];

	snprintf(word, sizeof(word), "%lld", (long long)number);
	say(line, name, word);
}

static void say_place(struct line *line, uint16_t place)
{
	if (place == PLACE_PAGE)
		say(line, "place", "page");
	else if (place == PLACE_NONE)
		say(line, "place", "none");
	else
		say_number(line, "place", place);
}

static void say_time(struct line *line, const char *name, int64_t ms)
{
	if (ms == OPEN_END)
		say(line, name, "open");
	else if (ms == UNKNOWN_START)
		say(line, name, "unknown");
	else
		say_number(line, name, ms);
}

size_t effect_write(const struct effect *effect, char text[EFFECT_LINE_BYTES])
{
	assert(effect->kind < EFFECT_KINDS);
	const uint64_t fields = shapes[effect->kind].fields;
	const struct words *const words = shapes[effect->kind].words;
	struct line line = { text, 0 };

	line.length = (size_t)snprintf(text, EFFECT_LINE_BYTES, "  %s",
				       effect_name((enum effect_kind)effect->kind));
	if (fields & PERSON && effect->person != PERSON_NONE)
		say_number(&line, "person", effect->person);
	if (fields & PLACE)
		say_place(&line, effect->place);
	if (fields & BLOCK)
		say_number(&line, "block", effect->block);
	if (fields & POLL)
		say_number(&line, "poll", effect->poll);
	if (fields & NUMBER && words)
		say(&line, shapes[effect->kind].number, words->list[effect->number]);
	else if (fields & NUMBER)
		say_number(&line, shapes[effect->kind].number, effect->number);
	if (fields & AMOUNT)
		say_number(&line, "amount", effect->amount_ms);
	if (fields & FROM && effect->from_ms)
		say_time(&line, "from", effect->from_ms);
	if (fields & TO && effect->to_ms)
		say_time(&line, fields & FROM ? "to" : "until", effect->to_ms);
	return line.length;
}
