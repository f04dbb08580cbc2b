/* SPDX-License-Identifier: MIT */
/*
 * unicode - the little of Unicode that labels, names and times of these files need.
 *
 * Strings are valid UTF-8 (encoding.h sees to it).  "Folding" makes labels comparable: small
 * letters, no marks on Latin letters, no spaces, hyphens, brackets or stops, so that
 * "First Join", "First join" and "FirstJoin", or "E-Mail:" and "email", are one word.
 */
#ifndef PLENARY_IMPORTS_UNICODE_H
#define PLENARY_IMPORTS_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/common/text.h"

/* The next character, 0 at the end; the cursor moves behind it. */
uint32_t unicode_next(const char **cursor);
void unicode_add(struct text *text, uint32_t character);
/* Spaces of every width, line breaks included. */
bool unicode_is_space(uint32_t character);
/* Characters that are not seen: controls, direction marks, joiners, byte order marks. */
bool unicode_is_invisible(uint32_t character);
/* Small letter, marks kept. */
uint32_t unicode_small(uint32_t character);
/* Small letter without marks; characters it does not know come back as they are. */
uint32_t unicode_base(uint32_t character);
/* The next character that matters for folding, 0 at the end. */
uint32_t unicode_fold_next(const char **cursor);
bool unicode_same_folded(const char *left, const char *right);
/* White space runs become one space, none at the ends. */
void unicode_collapse(struct text *text, const char *string);
/* As collapse, and in small letters: what two spellings of one name have in common. */
void unicode_collapse_small(struct text *text, const char *string);
bool unicode_is_blank(const char *string);

#endif
