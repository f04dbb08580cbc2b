/* SPDX-License-Identifier: MIT */
/*
 * utf8 - what people write, as characters (RFC 3629): is it valid, how long, where.
 */
#ifndef PLENARY_UTF8_H
#define PLENARY_UTF8_H

#include <stdbool.h>
#include <stddef.h>

enum { UTF8_SHOWN_BYTES = 48 };

/* False with *wrong (NULL: not asked for) the offset of the first byte that is not part of a
 * character: overlong forms, surrogates, values above U+10FFFF and what is cut off are not
 * characters. */
bool utf8_is_valid(const char *text, size_t bytes, size_t *wrong);

/* Line and column of a byte offset, both from 1. */
void utf8_place(const char *text, size_t offset, int *line, int *column);

/* Characters in a valid string; what a column of a table is padded by. */
int utf8_length(const char *text);

/* The string, cut to what fits at a whole character; for words quoted in a message. */
const char *utf8_shown(const char *text, char shown[UTF8_SHOWN_BYTES]);

/* For "%.*s": as much of the text as most bytes hold without parting a character. */
int utf8_fit(const char *text, int most);

#endif
