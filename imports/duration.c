/* SPDX-License-Identifier: MIT */
#include "imports/duration.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "imports/unicode.h"

enum unit { UNIT_DAY, UNIT_HOUR, UNIT_MINUTE, UNIT_SECOND, UNITS };
enum { DIGITS_MAX = 7 };

static const int64_t worth[UNITS] = { 86400, 3600, 60, 1 };

static const struct {
	enum unit unit;
	const char *words; /* folded, each between spaces */
} units[] = {
	{ UNIT_DAY,
	  " d day days tag tage tagen dia dias jour jours j dag dagar dagen dzien dni "
	  "giorno giorni gun gn 日 天 일 " },
	{ UNIT_HOUR,
	  " h hr hrs hour hours std stunde stunden heure heures hora horas godz "
	  "godzina godziny godzin sa saat u uur uren t tim timme timmar time timer "
	  "ora ore hod hodina hodiny hodin ч час часа часов год 時間 小时 小時 시간 " },
	{ UNIT_MINUTE,
	  " m min mins mn minute minutes minuten minuto minutos minuti minut "
	  "minuta minuty minuter minuut dk dakika мин минут минуты хв 分 分钟 分鐘 "
	  "분 " },
	{ UNIT_SECOND, " s sec secs second seconds sek sekunde sekunden sekund sekunda "
		       "sekundy sekunder seconde secondes seconden segundo segundos seg "
		       "secondo secondi sn saniye vt vterina с сек секунд 秒 초 " },
};

static bool find_unit(const char *word, enum unit *unit)
{
	char wanted[64];

	snprintf(wanted, sizeof(wanted), " %s ", word);
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (strstr(units[i].words, wanted)) {
			*unit = units[i].unit;
			return true;
		}
	}
	return false;
}

static bool is_digit(uint32_t character)
{
	return character >= '0' && character <= '9';
}

/* Folds one word; stops before a digit.  False when there is none or it is too long. */
static bool read_word(const char **cursor, char *word, size_t room)
{
	struct text folded = { 0 };

	while (**cursor && !is_digit((unsigned char)**cursor)) {
		const uint32_t character = unicode_next(cursor);

		if (unicode_is_space(character) && folded.length > 0)
			break;
		if (!unicode_is_space(character) && character != '.' &&
		    character != ',' && !unicode_is_invisible(character))
			unicode_add(&folded, unicode_base(character));
	}
	const bool fits = folded.length > 0 && folded.length < room;
	if (fits)
		memcpy(word, folded.data, folded.length + 1);
	text_finish(&folded);
	return fits;
}

static bool read_number(const char **cursor, int64_t *number)
{
	size_t digits = 0;

	*number = 0;
	for (; is_digit((unsigned char)**cursor); ++*cursor, digits++) {
		if (digits == DIGITS_MAX)
			return false;
		*number = *number * 10 + (**cursor - '0');
	}
	return digits > 0;
}

static void skip_spaces(const char **cursor)
{
	for (;;) {
		const char *ahead = *cursor;
		const uint32_t character = unicode_next(&ahead);

		if (!unicode_is_space(character) && !unicode_is_invisible(character))
			return;
		*cursor = ahead;
	}
}

/* "1:02:33", hours first. */
static bool parse_clock(const char *text, struct duration *duration)
{
	int64_t parts[3];

	skip_spaces(&text);
	for (int i = 0; i < 3; i++) {
		if (!read_number(&text, &parts[i]) || (i > 0 && parts[i] > 59))
			return false;
		if (i < 2 && *text++ != ':')
			return false;
	}
	skip_spaces(&text);
	if (*text)
		return false;
	*duration = (struct duration){ parts[0] * 3600 + parts[1] * 60 + parts[2], true,
				       true };
	return true;
}

bool duration_parse(const char *text, struct duration *duration)
{
	struct duration sum = { 0 };
	unsigned seen = 0;

	if (parse_clock(text, duration))
		return true;
	for (skip_spaces(&text); *text; skip_spaces(&text)) {
		char word[48];
		int64_t number;
		enum unit unit;

		if (!read_number(&text, &number) ||
		    !read_word(&text, word, sizeof(word)) || !find_unit(word, &unit) ||
		    seen >> unit != 0)
			return false;
		seen |= 1u << unit;
		sum.seconds += number * worth[unit];
	}
	sum.has_hours = (seen & (1u << UNIT_HOUR | 1u << UNIT_DAY)) != 0;
	sum.has_seconds = (seen & 1u << UNIT_SECOND) != 0;
	if (seen == 0)
		return false;
	*duration = sum;
	return true;
}

bool duration_parse_minutes(const char *text, int64_t *seconds)
{
	int64_t minutes;

	skip_spaces(&text);
	if (!read_number(&text, &minutes))
		return false;
	skip_spaces(&text);
	if (*text)
		return false;
	*seconds = minutes * 60;
	return true;
}
