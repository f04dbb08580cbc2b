/* SPDX-License-Identifier: MIT */
#include "handlers/effect.h"

#include <assert.h>
#include <string.h>

#include "handlers/arena.h"
#include "handlers/words.h"

static_assert(sizeof(struct effect) == 40, "an effect has no padding");

enum { FIRST_ROOM = 32 };

struct effect effect_blank(enum effect_kind kind)
{
	struct effect effect;

	memset(&effect, 0, sizeof(effect));
	effect.kind = (uint16_t)kind;
	effect.person = PERSON_NONE;
	effect.place = PLACE_NONE;
	return effect;
}

enum effect_verb effect_verb(enum effect_kind kind)
{
	assert(kind > EFFECT_NONE);
	assert(kind < EFFECT_KINDS);
	if (kind == ANSWER)
		return VERB_ANSWER;
	if (kind < DELIVER_ROOM_MEETING || kind == RECORD_GAP)
		return VERB_RECORD;
	return kind < SIGNAL_CLOCK ? VERB_DELIVER : VERB_SIGNAL;
}

void effect_add(struct effects *effects, const struct effect *effect)
{
	assert(effect->kind > EFFECT_NONE);
	assert(effect->kind < EFFECT_KINDS);
	if (effects->count == effects->room) {
		const size_t room = effects->room ? effects->room * 2 : FIRST_ROOM;
		struct effect *const list =
			arena_take(effects->arena, room * sizeof(*list));
		if (effects->count > 0)
			memcpy(list, effects->list, effects->count * sizeof(*list));
		effects->list = list;
		effects->room = room;
	}
	effects->list[effects->count++] = *effect;
}

static const char *const sentences[ANSWERS] = {
	[ANSWER_NONE] = "",
	[ANSWER_DONE] = "Done.",
	[ANSWER_VOTE_COUNTED] = "Your answer is counted.",
	[ANSWER_VOTE_CHANGED] = "Your answer is changed.",
	[ANSWER_HELP_ON_ITS_WAY] = "A facilitator has been called.",
	[ANSWER_ROOM] = "You have a room.",
	[ANSWER_POLL_CLOSED] = "The poll is closed.",
	[ANSWER_POLL_UNKNOWN] = "There is no such poll.",
	[ANSWER_CHOICE_UNKNOWN] = "There is no such choice.",
	[ANSWER_ALREADY_VOTED] = "You have answered this already.",
	[ANSWER_NOT_NOW] = "This cannot be done now.",
	[ANSWER_NOT_ALLOWED] = "Your role in this session does not allow this.",
	[ANSWER_NOT_EXPECTED] = "You are not in this session.",
	[ANSWER_NO_ROUND] = "There is no breakout round open for you.",
	[ANSWER_FULL] = "A limit of the session was reached.",
	[ANSWER_UNKNOWN] = "Plenary does not know what is meant.",
};

const char *effect_name(enum effect_kind kind)
{
	assert(kind < EFFECT_KINDS);
	return effect_words.list[kind];
}

const char *answer_sentence(enum answer answer)
{
	assert(answer < ANSWERS);
	return sentences[answer];
}

int answer_is_refusal(enum answer answer)
{
	return answer >= ANSWER_POLL_CLOSED;
}
