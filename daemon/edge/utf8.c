/* SPDX-License-Identifier: MIT */
#include "daemon/edge/utf8.h"

struct lead {
	unsigned char from, to;  /* first byte */
	unsigned char more;      /* bytes that follow */
	unsigned char low, high; /* bounds of the second byte; of any later one 80..BF */
};

/* The table of RFC 3629 §4, row by row. */
static const struct lead leads[] = {
	{ 0x00, 0x7f, 0, 0x00, 0x00 }, { 0xc2, 0xdf, 1, 0x80, 0xbf },
	{ 0xe0, 0xe0, 2, 0xa0, 0xbf }, { 0xe1, 0xec, 2, 0x80, 0xbf },
	{ 0xed, 0xed, 2, 0x80, 0x9f }, { 0xee, 0xef, 2, 0x80, 0xbf },
	{ 0xf0, 0xf0, 3, 0x90, 0xbf }, { 0xf1, 0xf3, 3, 0x80, 0xbf },
	{ 0xf4, 0xf4, 3, 0x80, 0x8f },
};

/* The length of the character that begins here, 0 when none does. */
static size_t character(const unsigned char *at, size_t left)
{
	const struct lead *lead = leads;
	const struct lead *const end = leads + sizeof(leads) / sizeof(leads[0]);

	while (lead < end && (at[0] < lead->from || at[0] > lead->to))
		lead++;
	if (lead == end || left <= lead->more)
		return 0;
	if (lead->more > 0 && (at[1] < lead->low || at[1] > lead->high))
		return 0;
	for (unsigned i = 2; i <= lead->more; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	}
	return 1U + lead->more;
}

bool utf8_is_valid(const char *text, size_t bytes)
{
	const unsigned char *const at = (const unsigned char *)text;

	for (size_t i = 0; i < bytes;) {
		const size_t length = character(at + i, bytes - i);

		if (length == 0)
			return false;
		i += length;
	}
	return true;
}
