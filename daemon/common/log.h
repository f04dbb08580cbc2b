/* SPDX-License-Identifier: MIT */
/*
 * log - one line per fact, key=value, on standard error (systemd's journal reads the
 *level).
 *
 * Never a token, a secret, a card's text, a join link or a person's name.
 *
 *	log_info("edge", "listening address=%s tls=%d", address, tls);
 */
#ifndef PLENARY_LOG_H
#define PLENARY_LOG_H

#include <stdbool.h>
#include <stdint.h>

/* NOTHING: for commands that say all there is in their own words. */
enum log_level {
	LOG_LEVEL_NOTHING = -1,
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG
};

void log_threshold(enum log_level least);
void log_line(enum log_level level, const char *part, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

enum { LOG_QUOTA_LINES = 10, LOG_QUOTA_MS = 60 * 1000 };

/* For lines that strangers can cause as often as they like: so many a minute.  Zeroed at
 * first; a clock that went back begins a new minute. */
struct log_quota {
	int64_t since_ms;
	unsigned lines;
	uint64_t left_out;
};

/* Whether one more may be written; then *left_out is how many were not since the last. */
bool log_may(struct log_quota *quota, int64_t now_ms, uint64_t *left_out);

#define log_error(part, ...) log_line(LOG_LEVEL_ERROR, part, __VA_ARGS__)
#define log_warning(part, ...) log_line(LOG_LEVEL_WARNING, part, __VA_ARGS__)
#define log_info(part, ...) log_line(LOG_LEVEL_INFO, part, __VA_ARGS__)
#define log_debug(part, ...) log_line(LOG_LEVEL_DEBUG, part, __VA_ARGS__)

#endif
