/* SPDX-License-Identifier: MIT */
#include "daemon/common/text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void make_room(struct text *text, size_t more)
{
	const size_t needed = text->length + more + 1;
	size_t room = text->room ? text->room : 64;

	if (needed <= text->room)
		return;
	while (room < needed)
		room *= 2;
	text->data = memory_resized(text->data, room);
	text->room = room;
}

void text_add(struct text *text, const char *bytes, size_t count)
{
	make_room(text, count);
	if (count > 0)
		memcpy(text->data + text->length, bytes, count);
	text->length += count;
	text->data[text->length] = '\0';
}

void text_vaddf(struct text *text, const char *format, va_list arguments)
{
	va_list again;

	va_copy(again, arguments);
	const int wanted = vsnprintf(NULL, 0, format, arguments);
	if (wanted < 0)
		abort();
	make_room(text, (size_t)wanted);
	vsnprintf(text->data + text->length, (size_t)wanted + 1, format, again);
	va_end(again);
	text->length += (size_t)wanted;
}

void text_addf(struct text *text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text_vaddf(text, format, arguments);
	va_end(arguments);
}

static int is_unreserved(unsigned char byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= '0' && byte <= '9') || (byte != '\0' && strchr("-._~", byte));
}

void text_add_percent(struct text *text, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const unsigned char byte = (unsigned char)bytes[i];

		if (is_unreserved(byte))
			text_add(text, bytes + i, 1);
		else
			text_addf(text, "%%%02X", byte);
	}
}

void text_add_json(struct text *text, const char *string)
{
	text_add(text, "\"", 1);
	for (; *string != '\0'; string++) {
		const unsigned char byte = (unsigned char)*string;

		if (byte == '"' || byte == '\\')
			text_addf(text, "\\%c", byte);
		else if (byte < 0x20 || byte == 0x7f)
			text_addf(text, "\\u%04x", byte);
		else
			text_add(text, string, 1);
	}
	text_add(text, "\"", 1);
}

void text_add_html(struct text *text, const char *string)
{
	for (; *string != '\0'; string++) {
		switch (*string) {
		case '&':
			text_add(text, "&amp;", 5);
			break;
		case '<':
			text_add(text, "&lt;", 4);
			break;
		case '>':
			text_add(text, "&gt;", 4);
			break;
		case '"':
			text_add(text, "&quot;", 6);
			break;
		case '\'':
			text_add(text, "&#39;", 5);
			break;
		default:
			text_add(text, string, 1);
		}
	}
}

void text_clear(struct text *text)
{
	text->length = 0;
	if (text->data != NULL)
		text->data[0] = '\0';
}

void text_finish(struct text *text)
{
	if (text == NULL)
		return;
	free(text->data);
	*text = (struct text){ 0 };
}

const char *text_string(const struct text *text)
{
	return text->data != NULL ? text->data : "";
}

void *memory_zeroed(size_t bytes)
{
	void *const memory = calloc(1, bytes);

	if (memory == NULL)
		abort();
	return memory;
}

void *memory_resized(void *memory, size_t bytes)
{
	void *const moved = realloc(memory, bytes);

	if (moved == NULL)
		abort();
	return moved;
}

char *memory_string(const char *string)
{
	const size_t bytes = strlen(string) + 1;

	return memcpy(memory_resized(NULL, bytes), string, bytes);
}
