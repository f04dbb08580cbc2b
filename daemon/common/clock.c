/* SPDX-License-Identifier: MIT */
#include "daemon/common/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

int64_t clock_real_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_now_ms(const struct clock *clock)
{
	return clock->from_ms + (clock_real_ms() - clock->anchor_ms) * clock->speed;
}

int64_t clock_wait_ms(const struct clock *clock, int64_t at_ms)
{
	const int64_t left_ms = at_ms - clock_now_ms(clock);

	return left_ms <= 0 ? 0 : (left_ms + clock->speed - 1) / clock->speed;
}

void clock_iso(int64_t at_ms, char text[32])
{
	const time_t seconds = (time_t)(at_ms / 1000);
	struct tm parts;

	gmtime_r(&seconds, &parts);
	const size_t length = strftime(text, 32, "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(text + length, 32 - length, ".%03dZ", (int)(at_ms % 1000));
}

static int digits(const char **text, int count, int *value)
{
	*value = 0;
	for (int i = 0; i < count; i++) {
		const char digit = *(*text)++;

		if (digit < '0' || digit > '9')
			return -1;
		*value = *value * 10 + (digit - '0');
	}
	return 0;
}

static int fraction(const char **text, int *milliseconds)
{
	int weight = 100;

	*milliseconds = 0;
	if (**text != '.')
		return 0;
	for ((*text)++; **text >= '0' && **text <= '9'; (*text)++) {
		*milliseconds += (**text - '0') * weight;
		weight /= 10;
	}
	return 0;
}

static int offset(const char **text, int *seconds)
{
	const char sign = **text;
	int hours, minutes;

	*seconds = 0;
	if (sign == 'Z' || sign == 'z') {
		(*text)++;
		return 0;
	}
	if (sign != '+' && sign != '-')
		return 0;
	(*text)++;
	if (digits(text, 2, &hours) < 0 || *(*text)++ != ':' ||
	    digits(text, 2, &minutes) < 0)
		return -1;
	*seconds = (hours * 60 + minutes) * (sign == '-' ? -60 : 60);
	return 0;
}

static int date(const char **text, struct tm *parts)
{
	if (digits(text, 4, &parts->tm_year) < 0 || *(*text)++ != '-' ||
	    digits(text, 2, &parts->tm_mon) < 0 || *(*text)++ != '-' ||
	    digits(text, 2, &parts->tm_mday) < 0)
		return -1;
	if (parts->tm_mon < 1 || parts->tm_mon > 12 || parts->tm_mday < 1 ||
	    parts->tm_mday > 31 || parts->tm_year < 1970)
		return -1;
	parts->tm_year -= 1900;
	parts->tm_mon -= 1;
	return 0;
}

int clock_parse(const char *text, int64_t *at_ms)
{
	struct tm parts = { 0 };
	int milliseconds, offset_s;

	if (date(&text, &parts) < 0 || (*text != 'T' && *text != 't' && *text != ' '))
		return -1;
	text++;
	if (digits(&text, 2, &parts.tm_hour) < 0 || *text++ != ':' ||
	    digits(&text, 2, &parts.tm_min) < 0 || *text++ != ':' ||
	    digits(&text, 2, &parts.tm_sec) < 0)
		return -1;
	if (parts.tm_hour > 23 || parts.tm_min > 59 || parts.tm_sec > 60)
		return -1;
	if (fraction(&text, &milliseconds) < 0 || offset(&text, &offset_s) < 0 ||
	    *text != '\0')
		return -1;
	*at_ms = ((int64_t)timegm(&parts) - offset_s) * 1000 + milliseconds;
	return 0;
}
