/* SPDX-License-Identifier: MIT */
/*
 * words - what a label, an action, a role or a mark means, in the languages we know.
 *
 * Wording changes between versions of one language, so each meaning has a set of words;
 * they are compared folded (unicode.h).  A language that is not here is read by the shape of
 * its table (columns.h), so a missing word is never an error.  Every word found is tallied
 * for its language; the tally answers which language a file is written in.
 */
#ifndef PLENARY_IMPORTS_WORDS_H
#define PLENARY_IMPORTS_WORDS_H

#include <stdint.h>

enum language {
	LANGUAGE_EN,
	LANGUAGE_ES,
	LANGUAGE_PT_BR,
	LANGUAGE_PL,
	LANGUAGE_JA,
	LANGUAGE_TR,
	LANGUAGE_FR,
	LANGUAGE_DE,
	LANGUAGE_IT,
	LANGUAGE_NL,
	LANGUAGE_SV,
	LANGUAGE_CS,
	LANGUAGES
};

enum meaning {
	MEANING_NONE,
	COLUMN_NAME,
	COLUMN_ACTION,
	COLUMN_TIMESTAMP,
	COLUMN_JOIN,
	COLUMN_FIRST_JOIN,
	COLUMN_LEAVE,
	COLUMN_LAST_LEAVE,
	COLUMN_DURATION,
	COLUMN_EMAIL,
	COLUMN_UPN,
	COLUMN_ROLE,
	COLUMN_REGISTRATION,
	COLUMN_OTHER,
	SUMMARY_TITLE,
	SUMMARY_PARTICIPANTS,
	SUMMARY_REGISTERED,
	SUMMARY_START,
	SUMMARY_END,
	SUMMARY_DURATION,
	SUMMARY_AVERAGE,
	SUMMARY_ID,
	TITLE_2021,
	TITLE_SUMMARY,
	TITLE_PEOPLE,
	TITLE_VISITS,
	TITLE_ENGAGEMENT,
	ACTION_JOINED,
	ACTION_JOINED_BEFORE,
	ACTION_LEFT,
	ROLE_ORGANIZER,
	ROLE_PRESENTER,
	ROLE_ATTENDEE,
	MARK_GUEST,
	MARK_UNVERIFIED,
	MARK_EXTERNAL,
	MEANINGS
};

/* How many words of each language a file has shown. */
struct word_tally {
	uint32_t counts[LANGUAGES];
	uint32_t british; /* "Organiser" */
};

struct word {
	enum meaning meaning;
	enum language language; /* LANGUAGES: in files of any language */
	const char *spellings;  /* separated by '|' */
};

extern const struct word words_table[];
extern const unsigned words_count;

/* The meaning between first and last (inclusive), or MEANING_NONE; tally may be NULL. */
enum meaning words_find(const char *text, enum meaning first, enum meaning last,
			struct word_tally *tally);
/* The language with most words, NULL when no word was known: "en", "en-GB", "pt-BR". */
const char *words_language(const struct word_tally *tally);
/* How many labels with marked letters stand in the text, spelled exactly. */
uint32_t words_marked_known(const char *text);

#endif
