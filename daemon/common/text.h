/* SPDX-License-Identifier: MIT */
/*
 * text - a string that grows.  data always ends in NUL; length does not count it.
 * A zeroed struct is an empty text; allocation failure aborts.
 */
#ifndef PLENARY_TEXT_H
#define PLENARY_TEXT_H

#include <stdarg.h>
#include <stddef.h>

struct text {
	char *data;
	size_t length, room;
};

void text_add(struct text *text, const char *bytes, size_t count);
void text_addf(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void text_vaddf(struct text *text, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));
/* Percent-encodes every byte that RFC 3986 §2.3 does not call unreserved. */
void text_add_percent(struct text *text, const char *bytes, size_t count);
/* With its quotes (RFC 8259 §7). */
void text_add_json(struct text *text, const char *string);
/* Escapes & < > " ' for HTML. */
void text_add_html(struct text *text, const char *string);
void text_clear(struct text *text);
void text_finish(struct text *text);
/* The string itself, "" when empty; valid until the text changes. */
const char *text_string(const struct text *text);

/* malloc and friends that abort when there is no memory: a supervised daemon that
 * replays its journal has no better answer. */
void *memory_zeroed(size_t bytes) __attribute__((returns_nonnull));
void *memory_resized(void *memory, size_t bytes) __attribute__((returns_nonnull));
char *memory_string(const char *string) __attribute__((returns_nonnull));

#endif
