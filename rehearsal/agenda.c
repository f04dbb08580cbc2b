/* SPDX-License-Identifier: MIT */
#include "rehearsal/agenda.h"

#include "daemon/common/text.h"

#include <assert.h>
#include <stdlib.h>

static bool is_before(const struct act *a, const struct act *b)
{
	return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

static void swap(struct act *a, struct act *b)
{
	const struct act kept = *a;

	*a = *b;
	*b = kept;
}

void agenda_put(struct agenda *agenda, const struct act *act)
{
	if (agenda->count == agenda->room) {
		agenda->room = agenda->room ? agenda->room * 2 : 64;
		agenda->acts = memory_resized(agenda->acts,
					      agenda->room * sizeof(*agenda->acts));
	}
	assert(agenda->count < agenda->room);
	size_t at = agenda->count++;
	agenda->acts[at] = *act;
	agenda->acts[at].order = agenda->order++;
	while (at > 0 && is_before(&agenda->acts[at], &agenda->acts[(at - 1) / 2])) {
		swap(&agenda->acts[at], &agenda->acts[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
}

bool agenda_first(const struct agenda *agenda, struct act *act)
{
	if (agenda->count == 0)
		return false;
	*act = agenda->acts[0];
	return true;
}

static size_t earliest_of_three(const struct agenda *agenda, size_t at)
{
	size_t earliest = at;

	for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++) {
		if (child < agenda->count &&
		    is_before(&agenda->acts[child], &agenda->acts[earliest]))
			earliest = child;
	}
	return earliest;
}

bool agenda_take(struct agenda *agenda, struct act *act)
{
	if (!agenda_first(agenda, act))
		return false;
	agenda->acts[0] = agenda->acts[--agenda->count];
	for (size_t at = 0, next; (next = earliest_of_three(agenda, at)) != at; at = next)
		swap(&agenda->acts[at], &agenda->acts[next]);
	return true;
}

void agenda_finish(struct agenda *agenda)
{
	if (agenda == NULL)
		return;
	free(agenda->acts);
	*agenda = (struct agenda){ 0 };
}
