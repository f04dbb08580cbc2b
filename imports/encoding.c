/* SPDX-License-Identifier: MIT */
#include "imports/encoding.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "imports/unicode.h"
#include "imports/words.h"

enum {
	REPLACEMENT = 0xfffd,
	CODEPAGE_FIRST = 0x80,
	SAMPLE_BYTES = 64 * 1024, /* what the choice of a code page looks at */
	KNOWN_WORD_WORTH = 100,   /* one label outweighs any letter statistics */
};

/* The upper half of the Windows code pages, from the Unicode consortium's mappings. */
static const uint16_t codepages[][128] = {
	[ENCODING_CP1250] = {
		0x20ac, 0xfffd, 0x201a, 0xfffd, 0x201e, 0x2026, 0x2020, 0x2021,
		0xfffd, 0x2030, 0x0160, 0x2039, 0x015a, 0x0164, 0x017d, 0x0179,
		0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
		0xfffd, 0x2122, 0x0161, 0x203a, 0x015b, 0x0165, 0x017e, 0x017a,
		0x00a0, 0x02c7, 0x02d8, 0x0141, 0x00a4, 0x0104, 0x00a6, 0x00a7,
		0x00a8, 0x00a9, 0x015e, 0x00ab, 0x00ac, 0x00ad, 0x00ae, 0x017b,
		0x00b0, 0x00b1, 0x02db, 0x0142, 0x00b4, 0x00b5, 0x00b6, 0x00b7,
		0x00b8, 0x0105, 0x015f, 0x00bb, 0x013d, 0x02dd, 0x013e, 0x017c,
		0x0154, 0x00c1, 0x00c2, 0x0102, 0x00c4, 0x0139, 0x0106, 0x00c7,
		0x010c, 0x00c9, 0x0118, 0x00cb, 0x011a, 0x00cd, 0x00ce, 0x010e,
		0x0110, 0x0143, 0x0147, 0x00d3, 0x00d4, 0x0150, 0x00d6, 0x00d7,
		0x0158, 0x016e, 0x00da, 0x0170, 0x00dc, 0x00dd, 0x0162, 0x00df,
		0x0155, 0x00e1, 0x00e2, 0x0103, 0x00e4, 0x013a, 0x0107, 0x00e7,
		0x010d, 0x00e9, 0x0119, 0x00eb, 0x011b, 0x00ed, 0x00ee, 0x010f,
		0x0111, 0x0144, 0x0148, 0x00f3, 0x00f4, 0x0151, 0x00f6, 0x00f7,
		0x0159, 0x016f, 0x00fa, 0x0171, 0x00fc, 0x00fd, 0x0163, 0x02d9,
	},
	[ENCODING_CP1252] = {
		0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
		0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd,
		0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
		0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178,
		0x00a0, 0x00a1, 0x00a2, 0x00a3, 0x00a4, 0x00a5, 0x00a6, 0x00a7,
		0x00a8, 0x00a9, 0x00aa, 0x00ab, 0x00ac, 0x00ad, 0x00ae, 0x00af,
		0x00b0, 0x00b1, 0x00b2, 0x00b3, 0x00b4, 0x00b5, 0x00b6, 0x00b7,
		0x00b8, 0x00b9, 0x00ba, 0x00bb, 0x00bc, 0x00bd, 0x00be, 0x00bf,
		0x00c0, 0x00c1, 0x00c2, 0x00c3, 0x00c4, 0x00c5, 0x00c6, 0x00c7,
		0x00c8, 0x00c9, 0x00ca, 0x00cb, 0x00cc, 0x00cd, 0x00ce, 0x00cf,
		0x00d0, 0x00d1, 0x00d2, 0x00d3, 0x00d4, 0x00d5, 0x00d6, 0x00d7,
		0x00d8, 0x00d9, 0x00da, 0x00db, 0x00dc, 0x00dd, 0x00de, 0x00df,
		0x00e0, 0x00e1, 0x00e2, 0x00e3, 0x00e4, 0x00e5, 0x00e6, 0x00e7,
		0x00e8, 0x00e9, 0x00ea, 0x00eb, 0x00ec, 0x00ed, 0x00ee, 0x00ef,
		0x00f0, 0x00f1, 0x00f2, 0x00f3, 0x00f4, 0x00f5, 0x00f6, 0x00f7,
		0x00f8, 0x00f9, 0x00fa, 0x00fb, 0x00fc, 0x00fd, 0x00fe, 0x00ff,
	},
	[ENCODING_CP1254] = {
		0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
		0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd, 0xfffd, 0xfffd,
		0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
		0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0xfffd, 0x0178,
		0x00a0, 0x00a1, 0x00a2, 0x00a3, 0x00a4, 0x00a5, 0x00a6, 0x00a7,
		0x00a8, 0x00a9, 0x00aa, 0x00ab, 0x00ac, 0x00ad, 0x00ae, 0x00af,
		0x00b0, 0x00b1, 0x00b2, 0x00b3, 0x00b4, 0x00b5, 0x00b6, 0x00b7,
		0x00b8, 0x00b9, 0x00ba, 0x00bb, 0x00bc, 0x00bd, 0x00be, 0x00bf,
		0x00c0, 0x00c1, 0x00c2, 0x00c3, 0x00c4, 0x00c5, 0x00c6, 0x00c7,
		0x00c8, 0x00c9, 0x00ca, 0x00cb, 0x00cc, 0x00cd, 0x00ce, 0x00cf,
		0x011e, 0x00d1, 0x00d2, 0x00d3, 0x00d4, 0x00d5, 0x00d6, 0x00d7,
		0x00d8, 0x00d9, 0x00da, 0x00db, 0x00dc, 0x0130, 0x015e, 0x00df,
		0x00e0, 0x00e1, 0x00e2, 0x00e3, 0x00e4, 0x00e5, 0x00e6, 0x00e7,
		0x00e8, 0x00e9, 0x00ea, 0x00eb, 0x00ec, 0x00ed, 0x00ee, 0x00ef,
		0x011f, 0x00f1, 0x00f2, 0x00f3, 0x00f4, 0x00f5, 0x00f6, 0x00f7,
		0x00f8, 0x00f9, 0x00fa, 0x00fb, 0x00fc, 0x0131, 0x015f, 0x00ff,
	},
};

static const char *const names[ENCODINGS] = {
	[ENCODING_UTF8] = "utf-8",       [ENCODING_UTF8_BOM] = "utf-8-bom",
	[ENCODING_UTF16LE] = "utf-16le", [ENCODING_UTF16LE_BOM] = "utf-16le-bom",
	[ENCODING_UTF16BE] = "utf-16be", [ENCODING_UTF16BE_BOM] = "utf-16be-bom",
	[ENCODING_CP1250] = "cp1250",    [ENCODING_CP1252] = "cp1252",
	[ENCODING_CP1254] = "cp1254",
};

const char *encoding_name(enum encoding encoding)
{
	assert(encoding < ENCODINGS);
	return names[encoding];
}

/* The length of the well-formed sequence at bytes (RFC 3629 table), 0 if there is none. */
static size_t sequence_length(const unsigned char *bytes, size_t count)
{
	const unsigned char lead = bytes[0];
	unsigned char least = 0x80, most = 0xbf;
	size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;

	if (lead < 0x80)
		return 1;
	if (lead < 0xc2 || lead > 0xf4 || length > count)
		return 0;
	if (lead == 0xe0)
		least = 0xa0;
	else if (lead == 0xed)
		most = 0x9f;
	else if (lead == 0xf0)
		least = 0x90;
	else if (lead == 0xf4)
		most = 0x8f;
	if (bytes[1] < least || bytes[1] > most)
		return 0;
	for (size_t i = 2; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
	}
	return length;
}

/* A file cut off inside its last character is still UTF-8. */
static bool is_utf8(const unsigned char *bytes, size_t count)
{
	for (size_t at = 0; at < count;) {
		const size_t length = sequence_length(bytes + at, count - at);

		if (length == 0)
			return count - at < 4 && at > 0 && bytes[at] >= 0xc2 &&
			       count - at < (bytes[at] >= 0xf0   ? 4u
					     : bytes[at] >= 0xe0 ? 3u
								 : 2u);
		at += length;
	}
	return true;
}

void encoding_repair(const char *string, size_t count, struct text *text)
{
	const unsigned char *const bytes = (const unsigned char *)string;

	for (size_t at = 0; at < count;) {
		const size_t length = sequence_length(bytes + at, count - at);

		if (length == 0)
			unicode_add(text, REPLACEMENT);
		else if (bytes[at] != 0)
			text_add(text, string + at, length);
		at += length ? length : 1;
	}
}

static void decode_utf16(const unsigned char *bytes, size_t count, bool big,
			 struct text *text)
{
	uint32_t high = 0;

	for (size_t at = 0; at + 1 < count; at += 2) {
		const uint32_t unit = (uint32_t)(big ? bytes[at] << 8 | bytes[at + 1]
						     : bytes[at + 1] << 8 | bytes[at]);
		const bool low = unit >= 0xdc00 && unit <= 0xdfff;

		if (high && low) {
			unicode_add(text,
				    0x10000 + (high - 0xd800) * 0x400 + unit - 0xdc00);
			high = 0;
			continue;
		}
		if (high)
			unicode_add(text, REPLACEMENT);
		high = unit >= 0xd800 && unit <= 0xdbff ? unit : 0;
		if (low)
			unicode_add(text, REPLACEMENT);
		else if (!high && unit != 0)
			unicode_add(text, unit);
	}
	if (high)
		unicode_add(text, REPLACEMENT);
}

static void decode_codepage(const unsigned char *bytes, size_t count,
			    enum encoding encoding, struct text *text)
{
	for (size_t i = 0; i < count; i++) {
		if (bytes[i] >= CODEPAGE_FIRST)
			unicode_add(text, codepages[encoding][bytes[i] - CODEPAGE_FIRST]);
		else if (bytes[i] != 0)
			text_add(text, (const char *)bytes + i, 1);
	}
}

static bool is_letter(unsigned char byte, enum encoding encoding)
{
	if (byte < CODEPAGE_FIRST)
		return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
	const uint32_t character = codepages[encoding][byte - CODEPAGE_FIRST];
	return character >= 0xc0 && character != 0xd7 && character != 0xf7 &&
	       character < 0x180;
}

/*
 * Letters that settle a doubt.  Bytes of the western page are more often French, Spanish or
 * Portuguese than the rare Slovak or Romanian letters the other page has there.
 */
static bool is_typical(unsigned char byte, enum encoding encoding)
{
	static const char western[] = "\xe3\xe0\xf5\xe8\xea\xf1\xe5";
	static const char central[] = "\x9a\x9e\xf9\xec\xf8";
	static const char turkish[] = "\xfd\xfe\xf0\xdd\xde\xd0";
	const char *const letters = encoding == ENCODING_CP1252   ? western
				    : encoding == ENCODING_CP1250 ? central
								  : turkish;

	return byte != 0 && strchr(letters, byte) != NULL;
}

/* Letters inside a word speak for a code page, signs inside a word against it. */
static long letters_score(const unsigned char *bytes, size_t count,
			  enum encoding encoding)
{
	long score = 0;

	for (size_t i = 1; i < count; i++) {
		if (bytes[i] < CODEPAGE_FIRST || !is_letter(bytes[i - 1], encoding))
			continue;
		score += is_letter(bytes[i], encoding) ? 2 : -4;
		score += is_typical(bytes[i], encoding);
	}
	return score;
}

static enum encoding choose_codepage(const unsigned char *bytes, size_t count)
{
	static const enum encoding candidates[] = { ENCODING_CP1252, ENCODING_CP1250,
						    ENCODING_CP1254 };
	const size_t sample = count < SAMPLE_BYTES ? count : SAMPLE_BYTES;
	enum encoding best = candidates[0];
	long best_score = 0;

	for (size_t i = 0; i < sizeof(candidates) / sizeof(*candidates); i++) {
		struct text text = { 0 };

		decode_codepage(bytes, sample, candidates[i], &text);
		const long score =
			letters_score(bytes, sample, candidates[i]) +
			KNOWN_WORD_WORTH * (long)words_marked_known(text_string(&text));
		text_finish(&text);
		if (i == 0 || score > best_score) {
			best_score = score;
			best = candidates[i];
		}
	}
	return best;
}

/* Text of western scripts in UTF-16 has a zero in every second byte. */
static int find_zeros(const unsigned char *bytes, size_t count, enum encoding *encoding)
{
	const size_t sample = count < SAMPLE_BYTES ? count : SAMPLE_BYTES;
	size_t even = 0, odd = 0;

	for (size_t i = 0; i < sample; i++) {
		if (bytes[i] == 0)
			*(i % 2 ? &odd : &even) += 1;
	}
	if ((even + odd) * 100 <= sample)
		return 0; /* none, or stray ones: they are dropped */
	if (odd > even * 4 && odd * 20 >= sample)
		*encoding = ENCODING_UTF16LE;
	else if (even > odd * 4 && even * 20 >= sample)
		*encoding = ENCODING_UTF16BE;
	else
		return -EILSEQ;
	return 0;
}

/* Text has tabs and line ends, and hardly any other control character. */
static bool has_controls(const unsigned char *bytes, size_t count)
{
	const size_t sample = count < SAMPLE_BYTES ? count : SAMPLE_BYTES;
	size_t controls = 0;

	for (size_t i = 0; i < sample; i++)
		controls += bytes[i] < ' ' && !(bytes[i] >= '\t' && bytes[i] <= '\r');
	return controls * 50 > sample;
}

static int detect(const unsigned char *bytes, size_t count, enum encoding *encoding)
{
	if (count >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
		*encoding = ENCODING_UTF8_BOM;
	} else if (count >= 2 && memcmp(bytes, "\xff\xfe", 2) == 0) {
		*encoding = ENCODING_UTF16LE_BOM;
	} else if (count >= 2 && memcmp(bytes, "\xfe\xff", 2) == 0) {
		*encoding = ENCODING_UTF16BE_BOM;
	} else {
		enum encoding found = ENCODING_UTF8;

		if (find_zeros(bytes, count, &found) < 0)
			return -EILSEQ;
		if (found == ENCODING_UTF8 && has_controls(bytes, count))
			return -EILSEQ;
		if (found == ENCODING_UTF8 && !is_utf8(bytes, count))
			found = choose_codepage(bytes, count);
		*encoding = found;
	}
	return 0;
}

int encoding_decode(const void *data, size_t count, enum encoding *encoding,
		    struct text *text)
{
	const unsigned char *bytes = data;
	enum encoding found;

	if (detect(bytes, count, &found) < 0)
		return -EILSEQ;
	switch (found) {
	case ENCODING_UTF8:
		encoding_repair((const char *)bytes, count, text);
		break;
	case ENCODING_UTF8_BOM:
		encoding_repair((const char *)bytes + 3, count - 3, text);
		break;
	case ENCODING_UTF16LE_BOM:
	case ENCODING_UTF16BE_BOM:
		decode_utf16(bytes + 2, count - 2, found == ENCODING_UTF16BE_BOM, text);
		break;
	case ENCODING_UTF16LE:
	case ENCODING_UTF16BE:
		decode_utf16(bytes, count, found == ENCODING_UTF16BE, text);
		break;
	default:
		decode_codepage(bytes, count, found, text);
		break;
	}
	*encoding = found;
	return 0;
}
