/* SPDX-License-Identifier: MIT */
#include "imports/words.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "imports/unicode.h"

static const char *const tags[LANGUAGES] = {
	[LANGUAGE_EN] = "en", [LANGUAGE_ES] = "es", [LANGUAGE_PT_BR] = "pt-BR",
	[LANGUAGE_PL] = "pl", [LANGUAGE_JA] = "ja", [LANGUAGE_TR] = "tr",
	[LANGUAGE_FR] = "fr", [LANGUAGE_DE] = "de", [LANGUAGE_IT] = "it",
	[LANGUAGE_NL] = "nl", [LANGUAGE_SV] = "sv", [LANGUAGE_CS] = "cs",
};

/* One spelling ends at '|' or the end of the entry. */
static bool is_spelling(const char *spelling, const char *text)
{
	for (;;) {
		const char *ahead = spelling;
		uint32_t expected = 0;

		while (*ahead && *ahead != '|' && expected == 0) {
			const char *const here = ahead;
			const uint32_t character = unicode_next(&ahead);
			char alone[8] = { 0 };

			assert(character != 0 && ahead - here < (ptrdiff_t)sizeof(alone));
			memcpy(alone, here, (size_t)(ahead - here));
			const char *cursor = alone;
			expected = unicode_fold_next(&cursor);
		}
		spelling = ahead;
		if (expected != unicode_fold_next(&text))
			return false;
		if (expected == 0)
			return true;
	}
}

static bool has_spelling(const struct word *word, const char *text)
{
	for (const char *at = word->spellings; at;) {
		if (is_spelling(at, text))
			return true;
		at = strchr(at, '|');
		if (at)
			at++;
	}
	return false;
}

enum meaning words_find(const char *text, enum meaning first, enum meaning last,
			struct word_tally *tally)
{
	const char *cursor = text;
	enum meaning meaning = MEANING_NONE;

	assert(first <= last && last < MEANINGS);
	if (unicode_fold_next(&cursor) == 0)
		return MEANING_NONE;
	for (unsigned i = 0; i < words_count; i++) {
		const struct word *const word = &words_table[i];

		if (word->meaning < first || word->meaning > last ||
		    (meaning != MEANING_NONE && word->meaning != meaning) ||
		    !has_spelling(word, text))
			continue;
		meaning = word->meaning;
		if (tally == NULL)
			return meaning;
		if (word->language != LANGUAGES)
			tally->counts[word->language]++;
	}
	if (tally && meaning == ROLE_ORGANIZER && unicode_same_folded(text, "organiser"))
		tally->british++;
	return meaning;
}

const char *words_language(const struct word_tally *tally)
{
	unsigned best = LANGUAGE_EN;

	for (unsigned i = 0; i < LANGUAGES; i++) {
		if (tally->counts[i] > tally->counts[best])
			best = i;
	}
	if (tally->counts[best] == 0)
		return NULL;
	return best == LANGUAGE_EN && tally->british ? "en-GB" : tags[best];
}

static bool is_marked(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text >= 0x80)
			return true;
	}
	return false;
}

/* In small letters, marks kept: "Imię" is not "Imiê". */
static bool is_exact_spelling(const char *spelling, const char *cell)
{
	while (*spelling && *spelling != '|') {
		if (*cell == '\0' || unicode_small(unicode_next(&spelling)) !=
					     unicode_small(unicode_next(&cell)))
			return false;
	}
	return *cell == '\0';
}

static bool is_exact_word(const char *cell)
{
	for (unsigned i = 0; i < words_count; i++) {
		for (const char *at = words_table[i].spellings; at;) {
			if (is_exact_spelling(at, cell))
				return true;
			at = strchr(at, '|');
			if (at)
				at++;
		}
	}
	return false;
}

uint32_t words_marked_known(const char *text)
{
	enum { CELLS_TRIED = 200 };
	uint32_t known = 0;

	for (unsigned tried = 0; *text && tried < CELLS_TRIED;) {
		const size_t length = strcspn(text, "\t;,\r\n\"()");
		struct text cell = { 0 }, small = { 0 };

		text_add(&cell, text, length);
		const char *label = text_string(&cell);
		if (is_marked(label)) {
			if (label[0] >= '0' && label[0] <= '9' && label[1] == '.')
				label += 2;
			unicode_collapse_small(&small, label);
			known += is_exact_word(text_string(&small));
			tried++;
		}
		text_finish(&cell);
		text_finish(&small);
		text += length;
		if (*text)
			text++;
	}
	return known;
}
