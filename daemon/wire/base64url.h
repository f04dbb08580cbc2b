/* SPDX-License-Identifier: MIT */
/*
 * base64url - RFC 4648 §5 without padding, as RFC 7515 §2 wants it, read strictly: no
 * padding, no blanks, no other letter, and the unused low bits of the last letter zero, so
 * that one value has one spelling.  Pure: libc only.
 *
 * base64 is the same with the alphabet of §4 and its padding, just as strict.
 */
#ifndef PLENARY_BASE64URL_H
#define PLENARY_BASE64URL_H

#include "daemon/common/text.h"

#include <stddef.h>
#include <sys/types.h>

/* bytes: room for count * 3 / 4.  The number of bytes, or -1. */
ssize_t base64url_read(const char *letters, size_t count, void *bytes);
void base64url_add(struct text *text, const void *bytes, size_t count);

ssize_t base64_read(const char *letters, size_t count, void *bytes);
void base64_add(struct text *text, const void *bytes, size_t count);

#endif
