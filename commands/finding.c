/* SPDX-License-Identifier: MIT */
#include "commands/finding.h"

#include <assert.h>
#include <stdarg.h>

#define FINDING(kind) \
	struct finding finding = { .state = (kind) }; \
	va_list arguments; \
\
	va_start(arguments, format); \
	text_vaddf(&finding.words, format, arguments); \
	va_end(arguments); \
	return finding

struct finding finding_ok(const char *format, ...)
{
	FINDING(FINDING_OK);
}

struct finding finding_warning(const char *format, ...)
{
	FINDING(FINDING_WARNING);
}

struct finding finding_failed(const char *format, ...)
{
	FINDING(FINDING_FAILED);
}

struct finding finding_not_checked(const char *format, ...)
{
	FINDING(FINDING_NOT_CHECKED);
}

struct finding finding_remedy(struct finding finding, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text_vaddf(&finding.remedy, format, arguments);
	va_end(arguments);
	return finding;
}

void finding_finish(struct finding *finding)
{
	text_finish(&finding->words);
	text_finish(&finding->remedy);
}

const char *finding_state_words(enum finding_state state)
{
	static const char *const words[FINDING_STATES] = {
		[FINDING_OK] = "ok",
		[FINDING_WARNING] = "warning",
		[FINDING_FAILED] = "failed",
		[FINDING_NOT_CHECKED] = "not checked",
	};

	assert(state < FINDING_STATES);
	return words[state];
}
