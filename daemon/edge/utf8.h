/* SPDX-License-Identifier: MIT */
/*
 * utf8 - whether bytes are UTF-8 (RFC 3629 §4): no overlong forms, no surrogates, nothing
 * above U+10FFFF, nothing cut off.
 */
#ifndef PLENARY_UTF8_H
#define PLENARY_UTF8_H

#include <stdbool.h>
#include <stddef.h>

bool utf8_is_valid(const char *text, size_t bytes);

#endif
