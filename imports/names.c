/* SPDX-License-Identifier: MIT */
#include "imports/names.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "imports/report.h"
#include "imports/unicode.h"

enum { PHONE_DIGITS = 7, LONG_PHONE_DIGITS = 10, MARK_BYTES = 64 };

/* A mark does not speak for a language: "(Guest)" stands in files of any. */
static unsigned mark_of(const char *word)
{
	switch (words_find(word, MARK_GUEST, MARK_EXTERNAL, NULL)) {
	case MARK_GUEST:
		return REPORT_GUEST;
	case MARK_UNVERIFIED:
		return REPORT_UNVERIFIED;
	case MARK_EXTERNAL:
		return REPORT_EXTERNAL;
	default:
		return 0;
	}
}

/* The last opening bracket of a name that ends in a closing one; brackets may be wide. */
static char *last_bracket(char *name, size_t length, size_t *close)
{
	static const char wide_open[] = "\xef\xbc\x88", wide_close[] = "\xef\xbc\x89";

	if (length > 0 && name[length - 1] == ')')
		*close = 1;
	else if (length >= 3 && strcmp(name + length - 3, wide_close) == 0)
		*close = 3;
	else
		return NULL;
	for (size_t at = length - *close; at > 0; at--) {
		if (name[at - 1] == '(' || strncmp(name + at - 1, wide_open, 3) == 0)
			return name + at - 1;
	}
	return NULL;
}

/* Takes one mark off the end; false when there is none. */
static bool strip_mark(char *name, unsigned *marks)
{
	const size_t length = strlen(name);
	char word[MARK_BYTES];
	size_t close = 0;
	char *const open = last_bracket(name, length, &close);

	if (open == NULL)
		return false;
	const size_t opening = *open == '(' ? 1 : 3;
	const size_t inside = length - (size_t)(open - name);
	if (inside < opening + close || inside - opening - close >= sizeof(word))
		return false;
	memcpy(word, open + opening, inside - opening - close);
	word[inside - opening - close] = '\0';
	const unsigned mark = mark_of(word);
	if (mark == 0)
		return false;
	*marks |= mark;
	char *end = open;
	while (end > name && end[-1] == ' ')
		end--;
	*end = '\0';
	return true;
}

/* A number for a name: dialled in, with a plus or the space that is left of it. */
static bool is_phone(const char *raw, const char *name, unsigned marks)
{
	const bool prefixed =
		*raw == ' ' || *raw == '+' || strncmp(raw, "\xc2\xa0", 2) == 0;
	size_t digits = 0;

	for (; *name; name++) {
		if (strchr("0123456789*", *name))
			digits++;
		else if (!strchr("+-() .", *name))
			return false;
	}
	return prefixed ? digits >= PHONE_DIGITS
			: digits >= LONG_PHONE_DIGITS &&
				  (marks & (REPORT_UNVERIFIED | REPORT_GUEST));
}

const char *name_clean(const char *raw, unsigned *marks, struct pool *pool)
{
	struct text text = { 0 };

	unicode_collapse(&text, raw);
	char *const name = pool_string(pool, text_string(&text), text.length);
	text_finish(&text);
	*marks = 0;
	while (strip_mark(name, marks))
		;
	if (is_phone(raw, name, *marks))
		*marks |= REPORT_PHONE;
	return name;
}

const char *name_likeness(const char *raw, struct pool *pool)
{
	struct text text = { 0 };
	unsigned ignored;

	unicode_collapse_small(&text, name_clean(raw, &ignored, pool));
	const char *const likeness = pool_string(pool, text_string(&text), text.length);
	text_finish(&text);
	return likeness;
}

bool address_is_valid(const char *address)
{
	const char *const at = strchr(address, '@');
	const char *const dot = at ? strrchr(at, '.') : NULL;

	return at && at > address && strchr(at + 1, '@') == NULL && dot && dot > at + 1 &&
	       dot[1] != '\0' && strpbrk(address, " \t\r\n<>(),;:\"") == NULL;
}

const char *address_trim(const char *address, struct pool *pool)
{
	struct text text = { 0 };

	unicode_collapse(&text, address);
	const char *const trimmed = pool_string(pool, text_string(&text), text.length);
	text_finish(&text);
	return trimmed;
}

const char *address_key(char prefix, const char *address, struct pool *pool)
{
	const size_t length = strlen(address);
	char *const key = pool_take(pool, length + 3);

	key[0] = prefix;
	key[1] = ':';
	for (size_t i = 0; i < length; i++)
		key[i + 2] = address[i] >= 'A' && address[i] <= 'Z'
				     ? (char)(address[i] | 0x20)
				     : address[i];
	return key;
}
