/* SPDX-License-Identifier: MIT */
#include "daemon/settings/fault.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

/* A message that did not fit ends at a whole UTF-8 character, then an ellipsis. */
static void cut(char message[FAULT_MESSAGE_BYTES])
{
	static const char ellipsis[] = "…";
	size_t end = FAULT_MESSAGE_BYTES - sizeof(ellipsis);

	while (end > 0 && ((unsigned char)message[end] & 0xc0) == 0x80)
		end--;
	memcpy(message + end, ellipsis, sizeof(ellipsis));
}

/* Where the next fault goes; NULL when the list has no room for it. */
static struct fault *take_place(struct fault_list *list, bool warning)
{
	assert(list->count >= 0 && list->count <= FAULT_COUNT);
	if (list->count < FAULT_COUNT)
		return &list->faults[list->count++];
	if (warning)
		return NULL;
	for (int i = FAULT_COUNT - 1; i >= 0; i--) {
		if (list->faults[i].warning)
			return &list->faults[i];
	}
	return NULL;
}

static void add(struct fault_list *list, const struct fault *where, const char *format,
		va_list arguments)
{
	struct fault *fault = take_place(list, where->warning);

	assert(where->line >= 0 && where->column >= 0);
	if (where->warning)
		list->warnings++;
	else
		list->errors++;
	if (fault == NULL)
		return;
	*fault = *where;
	if (vsnprintf(fault->message, FAULT_MESSAGE_BYTES, format, arguments) >=
	    FAULT_MESSAGE_BYTES)
		cut(fault->message);
}

void fault_error(struct fault_list *list, int line, int column, const char *format, ...)
{
	const struct fault where = { .warning = false, .line = line, .column = column };
	va_list arguments;

	va_start(arguments, format);
	add(list, &where, format, arguments);
	va_end(arguments);
}

void fault_warning(struct fault_list *list, int line, int column, const char *format, ...)
{
	const struct fault where = { .warning = true, .line = line, .column = column };
	va_list arguments;

	va_start(arguments, format);
	add(list, &where, format, arguments);
	va_end(arguments);
}

static bool comes_after(const struct fault *a, const struct fault *b)
{
	return a->line != b->line ? a->line > b->line : a->column > b->column;
}

void fault_sort(struct fault_list *list)
{
	assert(list->count <= FAULT_COUNT);
	for (int i = 1; i < list->count; i++) {
		const struct fault moving = list->faults[i];
		int to = i;

		for (; to > 0 && comes_after(&list->faults[to - 1], &moving); to--)
			list->faults[to] = list->faults[to - 1];
		list->faults[to] = moving;
	}
}

void fault_print(FILE *out, const char *file, const struct fault_list *list)
{
	const int found = list->errors + list->warnings;

	assert(list->count <= found);
	for (int i = 0; i < list->count; i++) {
		const struct fault *fault = &list->faults[i];
		const char *word = fault->warning ? "warning" : "error";

		if (fault->line == 0)
			fprintf(out, "%s: %s: %s\n", file, word, fault->message);
		else
			fprintf(out, "%s:%d:%d: %s: %s\n", file, fault->line,
				fault->column, word, fault->message);
	}
	if (found > list->count)
		fprintf(out, "%s: and %d more\n", file, found - list->count);
}
