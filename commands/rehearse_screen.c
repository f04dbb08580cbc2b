/* SPDX-License-Identifier: MIT */
#include "commands/rehearse_screen.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "commands/where.h"

enum { BAR = 24, WIDTH = 80 };

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

/* As many whole characters as fit. */
static size_t fitting(const struct text *line, int width)
{
	size_t at = 0;

	for (int shown = 0; at < line->length; at++) {
		if (((unsigned char)line->data[at] & 0xc0) == 0x80)
			continue;
		if (shown++ == width)
			break;
	}
	return at;
}

void rehearse_screen_draw(const struct rehearse_screen *screen, int64_t now_ms)
{
	struct text line = { 0 };

	if (screen->quiet || !screen->terminal)
		return;
	where_add_time(&line, "%H:%M:%S ", now_ms);
	add_bar(&line, screen, now_ms);
	text_addf(&line, " %s", text_string(&screen->current));
	if (screen->happened.length > 0)
		text_addf(&line, " · %s", text_string(&screen->happened));
	if (screen->next.length > 0)
		text_addf(&line, " · next %s", text_string(&screen->next));
	printf("\r\033[K%.*s", (int)fitting(&line, width_of_terminal() - 1),
	       text_string(&line));
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
