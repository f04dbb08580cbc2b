/* SPDX-License-Identifier: MIT */
/*
 * encoding - bytes of unknown origin in, valid UTF-8 out, and the name of what it was.
 *
 * Teams writes UTF-16LE with a byte order mark; spreadsheets and people turn that into UTF-8
 * with or without one, UTF-16BE, UTF-16 without a mark, or a Windows code page.  A code page
 * is chosen by the labels that become readable in it, then by which letters make words.
 * Broken sequences become U+FFFD, zero bytes vanish: what comes out has no NUL inside.
 */
#ifndef PLENARY_IMPORTS_ENCODING_H
#define PLENARY_IMPORTS_ENCODING_H

#include <stddef.h>

#include "daemon/common/text.h"

enum encoding {
	ENCODING_UTF8,
	ENCODING_UTF8_BOM,
	ENCODING_UTF16LE,
	ENCODING_UTF16LE_BOM,
	ENCODING_UTF16BE,
	ENCODING_UTF16BE_BOM,
	ENCODING_CP1250,
	ENCODING_CP1252,
	ENCODING_CP1254,
	ENCODINGS
};

/* 0, or -EILSEQ when the bytes are no text in any of these; text is appended to. */
int encoding_decode(const void *bytes, size_t count, enum encoding *encoding,
		    struct text *text);
/* "utf-16le-bom" and so on. */
const char *encoding_name(enum encoding encoding);
/* UTF-8 with every broken byte replaced. */
void encoding_repair(const char *string, size_t count, struct text *text);

#endif
