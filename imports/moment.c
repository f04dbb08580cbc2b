/* SPDX-License-Identifier: MIT */
#include "imports/moment.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "imports/unicode.h"

enum { DAY_SECONDS = 86400, CENTURY = 2000, YEAR_MAX = 9999 };

/* Half-day words; a word before the time is as good as one behind it. */
static const struct {
	const char *word;
	bool afternoon;
} half_days[] = {
	{ "a.m.", false }, { "a. m.", false }, { "am", false },   { "p.m.", true },
	{ "p. m.", true }, { "pm", true },     { "午前", false }, { "午後", true },
	{ "上午", false }, { "下午", true },   { "오전", false }, { "오후", true },
	{ "öö", false },   { "ös", true },     { "π.μ.", false }, { "μ.μ.", true },
};

static const char *const months[12] = { "jan", "feb", "mar", "apr", "may", "jun",
					"jul", "aug", "sep", "oct", "nov", "dec" };

/* One space for any white space, plain digits for wide ones, nothing for direction marks. */
static bool simplify(const char *text, char *out)
{
	struct text plain = { 0 };

	unicode_collapse(&plain, text);
	const bool fits = plain.length > 0 && plain.length < MOMENT_TEXT_MAX;
	if (fits)
		memcpy(out, plain.data, plain.length + 1);
	text_finish(&plain);
	return fits;
}

static const char *skip_spaces(const char *at)
{
	while (*at == ' ')
		at++;
	return at;
}

static const char *read_number(const char *at, unsigned digits_max, uint16_t *number,
			       uint8_t *digits)
{
	unsigned value = 0, count = 0;

	for (; at[count] >= '0' && at[count] <= '9'; count++) {
		if (count == digits_max)
			return NULL;
		value = value * 10 + (unsigned)(at[count] - '0');
	}
	*number = (uint16_t)value;
	*digits = (uint8_t)count;
	return count ? at + count : NULL;
}

static int find_month(const char *at, size_t *length)
{
	size_t letters = 0;

	while ((at[letters] | 0x20) >= 'a' && (at[letters] | 0x20) <= 'z')
		letters++;
	*length = letters + (at[letters] == '.');
	for (int i = 0; i < 12; i++) {
		if (letters >= 3 && strncasecmp(at, months[i], 3) == 0)
			return i + 1;
	}
	return 0;
}

/* "May 7, 2024" or "7 May 2024"; kept as year, month, day. */
static const char *read_named_date(const char *at, struct moment *moment)
{
	uint16_t day = 0, year = 0;
	uint8_t digits = 0;
	size_t length;
	int month = find_month(at, &length);

	if (month) {
		at = read_number(skip_spaces(at + length), 2, &day, &digits);
	} else {
		at = read_number(at, 2, &day, &digits);
		if (at == NULL || *at != ' ')
			return NULL;
		at++;
		month = find_month(at, &length);
		at += length;
	}
	if (at == NULL || month == 0)
		return NULL;
	at = skip_spaces(*at == ',' ? at + 1 : at);
	at = read_number(at, 4, &year, &digits);
	if (at == NULL || digits != 4)
		return NULL;
	*moment = (struct moment){ .numbers = { year, (uint16_t)month, day },
				   .digits = { 4, 2, 2 },
				   .separator = 'n' };
	return at;
}

static const char *read_date(const char *at, struct moment *moment)
{
	const char *const named = read_named_date(at, moment);
	char separator = 0;

	if (named)
		return named;
	for (int i = 0; i < 3; i++) {
		at = read_number(at, 4, &moment->numbers[i], &moment->digits[i]);
		if (at == NULL)
			return NULL;
		if (i == 2)
			break;
		if (i == 0 && (*at == '/' || *at == '.' || *at == '-'))
			separator = *at;
		if (separator == 0 || *at != separator)
			return NULL;
		at = skip_spaces(at + 1);
	}
	if (separator == '.' && *at == '.')
		at++;
	const bool year_first = moment->digits[0] == 4;
	const bool year_last = moment->digits[2] == 4 || moment->digits[2] == 2;
	if (moment->digits[0] == 3 || moment->digits[1] > 2 ||
	    !(year_first
		      ? moment->digits[2] <= 2
		      : year_last || (moment->digits[0] == 2 && moment->digits[2] == 1)))
		return NULL;
	moment->separator = separator;
	return at;
}

static const char *match_word(const char *at, const char *word)
{
	while (*word) {
		if (*at == '\0' ||
		    unicode_base(unicode_next(&at)) != unicode_base(unicode_next(&word)))
			return NULL;
	}
	return (*at | 0x20) >= 'a' && (*at | 0x20) <= 'z' ? NULL : at;
}

static const char *read_half_day(const char *at, struct moment *moment, bool *afternoon)
{
	for (size_t i = 0; i < sizeof(half_days) / sizeof(*half_days); i++) {
		const char *const behind = match_word(at, half_days[i].word);

		if (behind == NULL)
			continue;
		*afternoon = half_days[i].afternoon;
		/* Korean has the year first, in two digits and with dots too. */
		moment->korean = strncmp(half_days[i].word, "오", strlen("오")) == 0;
		moment->meridiem =
			*at >= 'A' && *at <= 'Z' ? MERIDIEM_CAPITAL : MERIDIEM_SMALL;
		return behind;
	}
	return NULL;
}

static const char *read_fraction(const char *at, struct moment *moment)
{
	int32_t scale = 100;

	if (*at != '.' && *at != ',')
		return at;
	if (at[1] < '0' || at[1] > '9')
		return at;
	for (at++; *at >= '0' && *at <= '9'; at++) {
		moment->milliseconds += (*at - '0') * scale;
		scale /= 10;
	}
	return at;
}

static const char *read_zone(const char *at, struct moment *moment)
{
	static const char *const utc[] = { "Z", "(UTC)", "UTC", "GMT", "(GMT)" };

	at = skip_spaces(at);
	for (size_t i = 0; i < sizeof(utc) / sizeof(*utc); i++) {
		if (strncmp(at, utc[i], strlen(utc[i])) == 0) {
			moment->utc = true;
			return at + strlen(utc[i]);
		}
	}
	if ((*at == '+' || *at == '-') && strspn(at + 1, "0123456789:") == strlen(at + 1))
		return at + strlen(at);
	return at;
}

static const char *read_time(const char *at, struct moment *moment)
{
	uint16_t hour, minute, second = 0;
	uint8_t digits;
	bool afternoon = false;
	const char *const before = read_half_day(at, moment, &afternoon);

	at = read_number(before ? skip_spaces(before) : at, 2, &hour, &digits);
	if (at == NULL || (*at != ':' && *at != '.'))
		return NULL;
	const char separator = *at;
	at = read_number(at + 1, 2, &minute, &digits);
	if (at == NULL || digits != 2)
		return NULL;
	if (*at == separator && at[1] >= '0' && at[1] <= '9') {
		at = read_number(at + 1, 2, &second, &digits);
		if (at == NULL || digits != 2)
			return NULL;
		at = read_fraction(at, moment);
	}
	if (!before) {
		const char *const behind =
			read_half_day(skip_spaces(at), moment, &afternoon);

		at = behind ? behind : at;
	}
	if (hour > 23 || minute > 59 || second > 59)
		return NULL;
	if (moment->meridiem != MERIDIEM_NONE && hour <= 12)
		hour = (uint16_t)(hour % 12 + (afternoon ? 12 : 0));
	moment->second_of_day = hour * 3600 + minute * 60 + second;
	moment->has_time = true;
	return read_zone(at, moment);
}

/* A comma, a "T", or a short word ("à", "um", "klo") may stand between date and time. */
static const char *skip_joint(const char *at)
{
	enum { JOINT_LETTERS_MAX = 4 };
	struct moment ignored = { 0 };
	bool afternoon;

	at = skip_spaces(at);
	if (*at == ',')
		at = skip_spaces(at + 1);
	if (read_half_day(at, &ignored, &afternoon))
		return at;
	const char *ahead = at;
	for (int letters = 0; letters <= JOINT_LETTERS_MAX; letters++) {
		const char *const here = ahead;
		const uint32_t character = unicode_next(&ahead);

		if (character >= '0' && character <= '9')
			return here;
		if (character == 0)
			break;
		if (character == ' ' || character == '.')
			letters--;
		else if (unicode_base(character) < 'a')
			break;
	}
	return at;
}

bool moment_parse(const char *text, struct moment *moment)
{
	char plain[MOMENT_TEXT_MAX];
	struct moment found = { 0 };

	*moment = (struct moment){ 0 };
	if (!simplify(text, plain))
		return false;
	const char *at = read_date(plain, &found);
	if (at == NULL) {
		found = (struct moment){ 0 };
		at = read_time(plain, &found);
	} else if (*at) {
		at = read_time(skip_joint(at), &found);
	}
	if (at == NULL || *skip_spaces(at))
		return false;
	if (found.separator && moment_orders(&found) == 0)
		return false;
	*moment = found;
	return true;
}

bool moment_has_date(const struct moment *moment)
{
	return moment->separator != 0;
}

bool moment_is_date_only(const char *text)
{
	struct moment moment;

	return moment_parse(text, &moment) && moment_has_date(&moment) &&
	       !moment.has_time;
}

bool moment_is_time_only(const char *text)
{
	struct moment moment;

	return moment_parse(text, &moment) && !moment_has_date(&moment);
}

bool moment_is_full(const char *text)
{
	struct moment moment;

	return moment_parse(text, &moment) && moment_has_date(&moment) && moment.has_time;
}

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_length(int64_t year, int month)
{
	static const int lengths[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	assert(month >= 1 && month <= 12);
	return lengths[month - 1] + (month == 2 && is_leap(year));
}

/* Counts from March, so that the leap day is the last of its year. */
int64_t moment_day_of(int64_t year, int month, int day)
{
	assert(month >= 1 && month <= 12);
	year -= month <= 2;
	const int64_t era = (year >= 0 ? year : year - 399) / 400;
	const int64_t year_of_era = year - era * 400;
	const int64_t day_of_year =
		(153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - 719468;
}

bool moment_day(const struct moment *moment, enum order order, int64_t *day)
{
	static const uint8_t places[ORDERS][3] = {
		/* year, month, day */
		[ORDER_MDY] = { 2, 0, 1 },
		[ORDER_DMY] = { 2, 1, 0 },
		[ORDER_YMD] = { 0, 1, 2 },
		[ORDER_ISO] = { 0, 1, 2 },
	};

	assert(order > ORDER_NONE && order < ORDERS);
	const uint8_t *const place = places[order];
	const uint8_t year_digits = moment->digits[place[0]];
	int64_t year = moment->numbers[place[0]];
	const int month = moment->numbers[place[1]], date = moment->numbers[place[2]];

	if (moment->separator == 0 || (year_digits != 4 && year_digits != 2) ||
	    moment->digits[place[1]] > 2 || moment->digits[place[2]] > 2)
		return false;
	if (year_digits == 2)
		year += CENTURY;
	if (year < 1900 || month < 1 || month > 12 || date < 1 ||
	    date > month_length(year, month))
		return false;
	*day = moment_day_of(year, month, date);
	return true;
}

unsigned moment_orders(const struct moment *moment)
{
	unsigned orders = 0;
	int64_t day;

	for (int order = ORDER_MDY; order < ORDERS; order++) {
		if (moment_day(moment, (enum order)order, &day))
			orders |= 1u << order;
	}
	return orders;
}

bool moment_is_evident(const struct moment *moment, enum order *order)
{
	if (moment->digits[0] == 4)
		*order = moment->separator == '/' || moment->separator == '.' ? ORDER_YMD
									      : ORDER_ISO;
	else if (moment->korean && moment->separator == '.' &&
		 (moment_orders(moment) & 1u << ORDER_YMD))
		*order = ORDER_YMD;
	else if (moment->separator == '.' && (moment_orders(moment) & 1u << ORDER_DMY))
		*order = ORDER_DMY;
	else
		return false;
	return moment->separator != 0;
}

bool moment_seconds(const struct moment *moment, enum order order, int64_t *seconds)
{
	enum order evident = order;
	int64_t day;

	moment_is_evident(moment, &evident);
	if (evident == ORDER_NONE || !moment_day(moment, evident, &day))
		return false;
	*seconds = day * DAY_SECONDS + moment->second_of_day;
	return true;
}

bool moment_read_day(const char *text, int64_t *day)
{
	struct moment moment;

	if (strlen(text) != 10 || !moment_is_date_only(text) ||
	    !moment_parse(text, &moment) || moment.separator != '-' ||
	    moment.digits[0] != 4)
		return false;
	return moment_day(&moment, ORDER_ISO, day);
}

void moment_write_day(int64_t day, char *out)
{
	int64_t year = 1970 + day / 365;
	int month = 1;

	while (moment_day_of(year, 1, 1) > day)
		year--;
	while (moment_day_of(year + 1, 1, 1) <= day)
		year++;
	day -= moment_day_of(year, 1, 1);
	for (; day >= month_length(year, month); month++)
		day -= month_length(year, month);
	assert(year >= 0 && year <= YEAR_MAX);
	snprintf(out, MOMENT_TEXT_BYTES, "%04d-%02d-%02d", (int)year, month,
		 (int)day + 1);
}

void moment_write(int64_t seconds, char *out)
{
	const int64_t day =
		(seconds - (((seconds % DAY_SECONDS) + DAY_SECONDS) % DAY_SECONDS)) /
		DAY_SECONDS;
	const int rest = (int)(seconds - day * DAY_SECONDS);

	moment_write_day(day, out);
	snprintf(out + 10, MOMENT_TEXT_BYTES - 10, "T%02d:%02d:%02d", rest / 3600,
		 rest / 60 % 60, rest % 60);
}
