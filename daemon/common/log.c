/* SPDX-License-Identifier: MIT */
#include "daemon/common/log.h"

#include <stdarg.h>
#include <stdio.h>

enum { LINE_BYTES = 1024 };

static enum log_level threshold = LOG_LEVEL_INFO;

void log_threshold(enum log_level least)
{
	threshold = least;
}

void log_line(enum log_level level, const char *part, const char *format, ...)
{
	static const char *const priority[] = { "<3>", "<4>", "<6>", "<7>" };
	char text[LINE_BYTES];
	va_list arguments;

	if (level > threshold)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	fprintf(stderr, "%spart=%s %s\n", priority[level], part, text);
}

bool log_may(struct log_quota *quota, int64_t now_ms, uint64_t *left_out)
{
	if (now_ms - quota->since_ms >= LOG_QUOTA_MS || now_ms < quota->since_ms) {
		quota->since_ms = now_ms;
		quota->lines = 0;
	}
	if (quota->lines == LOG_QUOTA_LINES) {
		quota->left_out++;
		return false;
	}
	quota->lines++;
	*left_out = quota->left_out;
	quota->left_out = 0;
	return true;
}
