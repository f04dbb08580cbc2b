/* SPDX-License-Identifier: MIT */
#include "commands/rehearse_verdict.h"

#include <inttypes.h>
#include <stdio.h>

struct claim {
	const char *words, *things;
};

static const struct claim claims[REHEARSE_CHECKS] = {
	[CHECK_ENDED] = { "every session came to its end", "sessions" },
	[CHECK_REGISTER] = { "the register says to the millisecond how long each was "
			     "there",
			     "people" },
	[CHECK_PLACED] = { "whoever was there when a round opened is in exactly one room",
			   "people in rounds" },
	[CHECK_SIZES] = { "rooms are of equal size, within one", "rooms" },
	[CHECK_CARDS] = { "everybody with a room was told which", "rooms given" },
	[CHECK_ONCE] = { "nobody was told of the same room twice", "cards" },
	[CHECK_TOLD] = { "rooms were warned and called back, polls asked and closed",
			 "messages" },
	[CHECK_VOTES] = { "every accepted vote is counted, and no other", "votes" },
	[CHECK_ANSWERED] = { "everything that was told was answered", "requests" },
	[CHECK_OUTBOX] = { "everything that was to be delivered is", "deliveries" },
	[CHECK_REPEATS] = { "nothing was said twice", "messages" },
	[CHECK_RELAY] = { "every event of the other platform is acknowledged", "events" },
	[CHECK_LIVE] = { "viewers got a snapshot first, then what changed", "messages" },
	[CHECK_REPLAY] = { "the journals, told again, lead to the same bytes", "events" },
	[CHECK_TABLES] = { "the tables say what the journals lead to", "rows" },
	[CHECK_PROCESSES] = { "both processes ended when told to", "processes" },
};

void verdict_looked(struct verdict_list *list, enum rehearse_check check, uint64_t count)
{
	list->checks[check].looked_at += count;
}

void verdict_fault(struct verdict_list *list, enum rehearse_check check,
		   const char *format, ...)
{
	struct text *const examples = &list->checks[check].examples;
	va_list arguments;

	if (list->checks[check].faults++ >= VERDICT_EXAMPLES)
		return;
	text_addf(examples, "      ");
	va_start(arguments, format);
	text_vaddf(examples, format, arguments);
	va_end(arguments);
	text_addf(examples, "\n");
}

bool verdict_is_good(const struct verdict_list *list)
{
	for (int i = 0; i < REHEARSE_CHECKS; i++) {
		if (list->checks[i].faults > 0)
			return false;
	}
	return true;
}

void verdict_print(const struct verdict_list *list)
{
	for (int i = 0; i < REHEARSE_CHECKS; i++) {
		const uint32_t faults = list->checks[i].faults;

		printf("  %s %s (%" PRIu64 " %s)\n", faults == 0 ? "✓" : "✗",
		       claims[i].words, list->checks[i].looked_at, claims[i].things);
		if (faults == 0)
			continue;
		fputs(text_string(&list->checks[i].examples), stdout);
		if (faults > VERDICT_EXAMPLES)
			printf("      and %u more\n", faults - VERDICT_EXAMPLES);
	}
}

void verdict_finish(struct verdict_list *list)
{
	for (int i = 0; i < REHEARSE_CHECKS; i++)
		text_finish(&list->checks[i].examples);
}
