/* SPDX-License-Identifier: MIT */
#include "imports/unicode.h"

#include <assert.h>

/* U+00C0 to U+017F without their marks; '*' stays as it is. */
static const char latin_bases[] = "aaaaaa*ceeeeiiii"
				  "dnooooo*ouuuuy**"
				  "aaaaaa*ceeeeiiii"
				  "dnooooo*ouuuuy*y"
				  "aaaaaaccccccccdd"
				  "ddeeeeeeeeeegggg"
				  "gggghhhhiiiiiiii"
				  "ii**jjkk*lllllll"
				  "lllnnnnnn***oooo"
				  "oo**rrrrrrssssss"
				  "ssttttttuuuuuuuu"
				  "uuuuwwyyyzzzzzz*";

enum { LATIN_FIRST = 0xc0, LATIN_LAST = 0x17f };

static_assert(sizeof(latin_bases) == LATIN_LAST - LATIN_FIRST + 2, "one base per letter");

uint32_t unicode_next(const char **cursor)
{
	const unsigned char *bytes = (const unsigned char *)*cursor;
	uint32_t character = bytes[0];
	int more = 0;

	if (character == 0)
		return 0;
	if (character >= 0xf0) {
		character &= 0x07;
		more = 3;
	} else if (character >= 0xe0) {
		character &= 0x0f;
		more = 2;
	} else if (character >= 0xc0) {
		character &= 0x1f;
		more = 1;
	}
	bytes++;
	for (; more > 0 && (*bytes & 0xc0) == 0x80; more--)
		character = character << 6 | (*bytes++ & 0x3f);
	*cursor = (const char *)bytes;
	return character;
}

void unicode_add(struct text *text, uint32_t character)
{
	char bytes[4];
	size_t count = 1;

	assert(character <= 0x10ffff);
	if (character < 0x80) {
		bytes[0] = (char)character;
	} else if (character < 0x800) {
		bytes[0] = (char)(0xc0 | character >> 6);
		count = 2;
	} else if (character < 0x10000) {
		bytes[0] = (char)(0xe0 | character >> 12);
		count = 3;
	} else {
		bytes[0] = (char)(0xf0 | character >> 18);
		count = 4;
	}
	for (size_t i = 1; i < count; i++)
		bytes[i] = (char)(0x80 | (character >> (6 * (count - 1 - i)) & 0x3f));
	text_add(text, bytes, count);
}

bool unicode_is_space(uint32_t character)
{
	return character == ' ' || (character >= '\t' && character <= '\r') ||
	       character == 0x85 || character == 0xa0 || character == 0x1680 ||
	       (character >= 0x2000 && character <= 0x200a) || character == 0x2028 ||
	       character == 0x2029 || character == 0x202f || character == 0x205f ||
	       character == 0x3000;
}

bool unicode_is_invisible(uint32_t character)
{
	return (character > 0 && character < ' ' && !unicode_is_space(character)) ||
	       character == 0x7f || (character >= 0x200b && character <= 0x200f) ||
	       (character >= 0x202a && character <= 0x202e) || character == 0x2060 ||
	       (character >= 0x2066 && character <= 0x2069) || character == 0xfeff;
}

uint32_t unicode_base(uint32_t character)
{
	if (character >= 'A' && character <= 'Z')
		return character + 32;
	if (character >= LATIN_FIRST && character <= LATIN_LAST) {
		const char base = latin_bases[character - LATIN_FIRST];

		return base == '*' ? character | 0x20 : (uint32_t)base;
	}
	if (character == 0x218 || character == 0x219)
		return 's';
	if (character == 0x21a || character == 0x21b)
		return 't';
	if ((character >= 0x391 && character <= 0x3a9) ||
	    (character >= 0x410 && character <= 0x42f))
		return character + 32;
	if (character >= 0x400 && character <= 0x40f)
		return character + 80;
	if (character >= 0xff01 && character <= 0xff5e)
		return unicode_base(character - 0xff01 + '!');
	return character;
}

uint32_t unicode_small(uint32_t character)
{
	if ((character >= 'A' && character <= 'Z') ||
	    (character >= 0xc0 && character <= 0xde && character != 0xd7))
		return character + 32;
	if ((character >= 0x100 && character <= 0x137) ||
	    (character >= 0x14a && character <= 0x177))
		return character | 1;
	if ((character >= 0x139 && character <= 0x148) ||
	    (character >= 0x179 && character <= 0x17e))
		return character + (character & 1);
	return character < 0x180 ? character : unicode_base(character);
}

static bool is_letter_or_digit(uint32_t base)
{
	if (base < 0x80)
		return (base >= 'a' && base <= 'z') || (base >= '0' && base <= '9');
	return base >= 0xc0 && !unicode_is_space(base) && !unicode_is_invisible(base) &&
	       !(base >= 0x300 && base <= 0x36f) && !(base >= 0x2010 && base <= 0x205e) &&
	       !(base >= 0x3001 && base <= 0x303f);
}

uint32_t unicode_fold_next(const char **cursor)
{
	for (;;) {
		const uint32_t character = unicode_next(cursor);

		if (character == 0)
			return 0;
		const uint32_t base = unicode_base(character);
		if (is_letter_or_digit(base))
			return base;
	}
}

bool unicode_same_folded(const char *left, const char *right)
{
	for (;;) {
		const uint32_t character = unicode_fold_next(&left);

		if (character != unicode_fold_next(&right))
			return false;
		if (character == 0)
			return true;
	}
}

static void collapse(struct text *text, const char *string, bool small)
{
	const size_t start = text->length;
	bool space = false;

	for (uint32_t character; (character = unicode_next(&string)) != 0;) {
		if (unicode_is_invisible(character))
			continue;
		if (unicode_is_space(character)) {
			space = true;
			continue;
		}
		if (space && text->length > start)
			text_add(text, " ", 1);
		space = false;
		unicode_add(text, small ? unicode_small(character) : character);
	}
}

void unicode_collapse(struct text *text, const char *string)
{
	collapse(text, string, false);
}

void unicode_collapse_small(struct text *text, const char *string)
{
	collapse(text, string, true);
}

bool unicode_is_blank(const char *string)
{
	for (uint32_t character; (character = unicode_next(&string)) != 0;) {
		if (!unicode_is_space(character) && !unicode_is_invisible(character))
			return false;
	}
	return true;
}
