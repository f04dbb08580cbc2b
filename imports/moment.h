/* SPDX-License-Identifier: MIT */
/*
 * moment - a date and a time as a file writes them, before it is known which number is which.
 *
 * `9/4/2020, 10:35:12 AM` may be April or September: a moment keeps the three numbers and the
 * time of day; order.h decides for the whole file; moment_seconds() then gives wall-clock
 * seconds since 1970 as if the place were UTC.  Accepted between date and time: a comma, a
 * word such as "à", "T" or a space; spaces of every width; AM/PM in the known spellings,
 * before or behind the time; seconds may be missing.
 */
#ifndef PLENARY_IMPORTS_MOMENT_H
#define PLENARY_IMPORTS_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

enum order { ORDER_NONE, ORDER_MDY, ORDER_DMY, ORDER_YMD, ORDER_ISO, ORDERS };
enum meridiem { MERIDIEM_NONE, MERIDIEM_CAPITAL, MERIDIEM_SMALL };

enum { MOMENT_TEXT_MAX = 80 };

struct moment {
	uint16_t numbers[3]; /* as written, left to right */
	uint8_t digits[3];
	char separator; /* '/', '.', '-', or 'n' for a named month; 0: no date */
	bool has_time;
	bool utc;    /* ends in Z or UTC */
	bool korean; /* by its words for the half of the day */
	enum meridiem meridiem;
	int32_t second_of_day;
	int32_t milliseconds;
};

/* True when the whole text is a date, a time or both; *moment is zeroed otherwise. */
bool moment_parse(const char *text, struct moment *moment);
bool moment_has_date(const struct moment *moment);
bool moment_is_date_only(const char *text);
bool moment_is_time_only(const char *text);
/* A date and a time: what a join or leave cell holds. */
bool moment_is_full(const char *text);

/* Orders in which the numbers are a calendar date, as bits (1 << order). */
unsigned moment_orders(const struct moment *moment);
/* True when year, month and day are evident from the form alone; *order says which. */
bool moment_is_evident(const struct moment *moment, enum order *order);
/* Days since 1970-01-01, false when the order gives no date. */
bool moment_day(const struct moment *moment, enum order order, int64_t *day);
bool moment_seconds(const struct moment *moment, enum order order, int64_t *seconds);

int64_t moment_day_of(int64_t year, int month, int day);
/* "2026-01-15" into a day; false when it is none. */
bool moment_read_day(const char *text, int64_t *day);
enum { MOMENT_TEXT_BYTES = 32 };
/* "2026-01-15" and "2026-01-15T09:30:00"; out has MOMENT_TEXT_BYTES. */
void moment_write_day(int64_t day, char *out);
void moment_write(int64_t seconds, char *out);

#endif
