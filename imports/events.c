/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"
#include "imports/visits.h"

enum { WORDS_MAX = 8 };

/* One word of the action column, and how often it was somebody's first. */
struct action_word {
	const char *text;
	enum meaning meaning;
	size_t total, first;
};

struct action_words {
	struct action_word items[WORDS_MAX];
	size_t count;
};

struct timed {
	int64_t at;
	struct sheet_row *row;
	size_t place;
};

static int compare(const void *left, const void *right)
{
	const struct timed *const a = left, *const b = right;
	const int names = strcmp(a->row->name, b->row->name);

	if (names)
		return names;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

static struct action_word *find(struct action_words *words, const struct sheet_row *row)
{
	for (size_t i = 0; i < words->count; i++) {
		if (strcmp(words->items[i].text, row->action_text) == 0)
			return &words->items[i];
	}
	if (words->count == WORDS_MAX)
		return NULL;
	words->items[words->count] =
		(struct action_word){ .text = row->action_text, .meaning = row->action };
	return &words->items[words->count++];
}

static void count_words(const struct sheet *sheet, enum order order,
			struct action_words *words)
{
	struct timed *const timed =
		memory_zeroed((sheet->people.count + 1) * sizeof(*timed));
	size_t count = 0;

	for (size_t i = 0; i < sheet->people.count; i++) {
		struct sheet_row *const row = &sheet->people.items[i];

		if (moment_seconds(&row->join, order, &timed[count].at)) {
			timed[count].place = i;
			timed[count++].row = row;
		}
	}
	qsort(timed, count, sizeof(*timed), compare);
	for (size_t i = 0; i < count; i++) {
		struct action_word *const word = find(words, timed[i].row);

		if (word == NULL)
			continue;
		word->total++;
		word->first +=
			i == 0 || strcmp(timed[i - 1].row->name, timed[i].row->name) != 0;
	}
	free(timed);
}

static bool has(const struct action_words *words, enum meaning meaning)
{
	for (size_t i = 0; i < words->count; i++) {
		if (words->items[i].meaning == meaning)
			return true;
	}
	return false;
}

/* Nobody can leave before joining: the unknown word that is first least often is "left". */
static void choose_left(struct action_words *words)
{
	struct action_word *least = NULL;

	for (size_t i = 0; i < words->count; i++) {
		struct action_word *const word = &words->items[i];

		if (word->meaning == MEANING_NONE && word->first < word->total &&
		    (least == NULL ||
		     word->first * least->total < least->first * word->total))
			least = word;
	}
	if (least && (words->count > 1 || least->first == 0))
		least->meaning = ACTION_LEFT;
}

void events_infer(struct sheet *sheet, enum order order)
{
	struct action_words words = { 0 };

	assert(sheet->means == ROW_IS_EVENT);
	count_words(sheet, order, &words);
	if (!has(&words, MEANING_NONE))
		return;
	if (!has(&words, ACTION_LEFT))
		choose_left(&words);
	/* The rest is some "joined"; which of them means "before" only known words say. */
	for (size_t i = 0; i < sheet->people.count; i++) {
		struct sheet_row *const row = &sheet->people.items[i];
		const struct action_word *const word = find(&words, row);

		if (row->action == MEANING_NONE)
			row->action = word && word->meaning != MEANING_NONE
					      ? word->meaning
					      : ACTION_JOINED;
	}
}
