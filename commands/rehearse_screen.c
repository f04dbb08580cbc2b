/* SPDX-License-Identifier: MIT */
#include "commands/rehearse_screen.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "commands/where.h"

enum {
	BAR = 16,
	WIDTH = 80,
	CLOCK_AND_BAR =
		8 + 1 + BAR + 1 + 3 + 8 + 1, /* and what stands between the parts */
	LEAST = 8,                           /* characters of each part */
};

void rehearse_screen_begin(struct rehearse_screen *screen, bool quiet, int64_t starts_ms,
			   int64_t ends_ms)
{
	*screen = (struct rehearse_screen){
		.terminal = isatty(STDOUT_FILENO),
		.quiet = quiet,
		.starts_ms = starts_ms,
		.ends_ms = ends_ms,
	};
}

void rehearse_screen_tell(struct rehearse_screen *screen, int64_t at_ms, bool notable,
			  const char *format, ...)
{
	struct text time = { 0 };
	va_list arguments;

	if (screen->quiet || (!screen->terminal && !notable))
		return;
	text_clear(&screen->happened);
	va_start(arguments, format);
	text_vaddf(&screen->happened, format, arguments);
	va_end(arguments);
	where_add_time(&time, "%H:%M", at_ms);
	if (screen->terminal)
		rehearse_screen_draw(screen, at_ms);
	else
		printf("%s  %s\n", text_string(&time), text_string(&screen->happened));
	fflush(stdout);
	text_finish(&time);
}

static int width_of_terminal(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0
		       ? size.ws_col
		       : WIDTH;
}

static void add_bar(struct text *line, const struct rehearse_screen *screen,
		    int64_t now_ms)
{
	const int64_t length_ms = screen->ends_ms - screen->starts_ms;
	int64_t full = length_ms > 0 ? (now_ms - screen->starts_ms) * BAR / length_ms : 0;

	full = full < 0 ? 0 : full > BAR ? BAR : full;
	for (int i = 0; i < BAR; i++)
		text_addf(line, "%s", i < full ? "█" : "░");
}

/* As many whole characters as fit; "…" where some did not. */
static void add_fitting(struct text *line, const struct text *words, int width)
{
	size_t at = 0;
	int shown = 0;

	for (; at < words->length; at++) {
		if (((unsigned char)words->data[at] & 0xc0) == 0x80)
			continue;
		if (++shown == width)
			break;
	}
	text_add(line, text_string(words), at);
	if (at < words->length)
		text_addf(line, "…");
}

void rehearse_screen_draw(const struct rehearse_screen *screen, int64_t now_ms)
{
	const int left = width_of_terminal() - CLOCK_AND_BAR;
	const int third = left > 3 * LEAST ? left / 3 : LEAST;
	struct text line = { 0 };

	if (screen->quiet || !screen->terminal)
		return;
	where_add_time(&line, "%H:%M:%S ", now_ms);
	add_bar(&line, screen, now_ms);
	text_addf(&line, " ");
	add_fitting(&line, &screen->current, third);
	text_addf(&line, " · ");
	add_fitting(&line, &screen->happened, third);
	if (screen->next.length > 0) {
		text_addf(&line, " · next ");
		add_fitting(&line, &screen->next, third);
	}
	fputs("\r\033[K", stdout);
	fputs(text_string(&line), stdout);
	fflush(stdout);
	text_finish(&line);
}

void rehearse_screen_finish(struct rehearse_screen *screen)
{
	if (!screen->quiet && screen->terminal)
		printf("\r\033[K");
	fflush(stdout);
	text_finish(&screen->happened);
	text_finish(&screen->current);
	text_finish(&screen->next);
}
