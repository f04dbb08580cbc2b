/* SPDX-License-Identifier: MIT */
/*
 * words - the words transcripts have for numbers that stand for something.
 */
#ifndef PLENARY_WORDS_H
#define PLENARY_WORDS_H

#include <stdint.h>

struct words {
	const char *const *list;
	uint64_t count;
};

extern const struct words source_words, role_words, block_kind_words, way_words,
	effect_words, answer_words, session_state_words, block_state_words,
	poll_state_words, gap_state_words;

#endif
