/* SPDX-License-Identifier: MIT */
#include "daemon/wire/base64url.h"

#include <stdint.h>

/* last: the two letters in which the alphabets differ */
static int value_of(char letter, const char last[2])
{
	if (letter >= 'A' && letter <= 'Z')
		return letter - 'A';
	if (letter >= 'a' && letter <= 'z')
		return letter - 'a' + 26;
	if (letter >= '0' && letter <= '9')
		return letter - '0' + 52;
	if (letter == last[0])
		return 62;
	return letter == last[1] ? 63 : -1;
}

static ssize_t read_letters(const char *letters, size_t count, const char last[2],
			    void *bytes)
{
	uint8_t *out = bytes;
	uint32_t held = 0;
	unsigned bits = 0;

	if (count % 4 == 1)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const int value = value_of(letters[i], last);

		if (value < 0)
			return -1;
		held = held << 6 | (uint32_t)value;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			*out++ = (uint8_t)(held >> bits);
		}
		held &= (1u << bits) - 1;
	}
	return held == 0 ? out - (uint8_t *)bytes : -1;
}

static void add_letters(struct text *text, const char alphabet[64], const void *bytes,
			size_t count)
{
	const uint8_t *in = bytes;
	uint32_t held = 0;
	unsigned bits = 0;

	for (size_t i = 0; i < count; i++) {
		held = held << 8 | in[i];
		for (bits += 8; bits >= 6; bits -= 6)
			text_add(text, &alphabet[held >> (bits - 6) & 63], 1);
	}
	if (bits > 0)
		text_add(text, &alphabet[held << (6 - bits) & 63], 1);
}

ssize_t base64url_read(const char *letters, size_t count, void *bytes)
{
	return read_letters(letters, count, "-_", bytes);
}

void base64url_add(struct text *text, const void *bytes, size_t count)
{
	add_letters(text,
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
		    bytes, count);
}

ssize_t base64_read(const char *letters, size_t count, void *bytes)
{
	size_t padding = 0;

	if (count % 4 != 0)
		return -1;
	while (padding < 2 && padding < count && letters[count - 1 - padding] == '=')
		padding++;
	return read_letters(letters, count - padding, "+/", bytes);
}

void base64_add(struct text *text, const void *bytes, size_t count)
{
	add_letters(text,
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
		    bytes, count);
	if (count % 3 != 0)
		text_add(text, "==", 3 - count % 3);
}
