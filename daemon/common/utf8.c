/* SPDX-License-Identifier: MIT */
#include "daemon/common/utf8.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

static bool continues(const char *text, size_t bytes, size_t at)
{
	return at < bytes && ((unsigned char)text[at] & 0xc0) == 0x80;
}

/* Bytes of the character that begins here; 0 when none does. */
static size_t character_bytes(const char *text, size_t bytes)
{
	assert(bytes > 0);
	const unsigned char first = (unsigned char)text[0];
	const size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	if (length == 1)
		return 1;
	if (first < 0xc2 || first > 0xf4)
		return 0;
	uint32_t value = first & (0xffu >> (length + 1));
	for (size_t i = 1; i < length; i++) {
		if (!continues(text, bytes, i))
			return 0;
		value = value << 6 | ((unsigned char)text[i] & 0x3f);
	}
	if (value < least[length] || value > 0x10ffff ||
	    (value >= 0xd800 && value <= 0xdfff))
		return 0;
	return length;
}

bool utf8_is_valid(const char *text, size_t bytes, size_t *wrong)
{
	for (size_t at = 0; at < bytes;) {
		const size_t length = character_bytes(text + at, bytes - at);

		if (length == 0) {
			if (wrong != NULL)
				*wrong = at;
			return false;
		}
		at += length;
	}
	return true;
}

void utf8_place(const char *text, size_t offset, int *line, int *column)
{
	*line = 1;
	*column = 1;
	for (size_t at = 0; at < offset; at++) {
		if (text[at] == '\n') {
			(*line)++;
			*column = 1;
		} else if (((unsigned char)text[at] & 0xc0) != 0x80) {
			(*column)++;
		}
	}
}

int utf8_length(const char *text)
{
	int length = 0;

	for (; *text != '\0'; text++)
		length += ((unsigned char)*text & 0xc0) != 0x80;
	return length;
}

const char *utf8_shown(const char *text, char shown[UTF8_SHOWN_BYTES])
{
	static const char ellipsis[] = "…";
	const size_t length = strlen(text);

	if (length < UTF8_SHOWN_BYTES) {
		memcpy(shown, text, length + 1);
		return shown;
	}
	size_t end = UTF8_SHOWN_BYTES - sizeof(ellipsis);
	while (end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80)
		end--;
	assert(end + sizeof(ellipsis) <= UTF8_SHOWN_BYTES);
	memcpy(shown, text, end);
	memcpy(shown + end, ellipsis, sizeof(ellipsis));
	return shown;
}

int utf8_fit(const char *text, int most)
{
	const int length = (int)strnlen(text, (size_t)most + 1);
	int fit = length < most ? length : most;

	while (fit > 0 && ((unsigned char)text[fit] & 0xc0) == 0x80)
		fit--;
	return fit;
}
