/* SPDX-License-Identifier: MIT */
#include "daemon/edge/timers.h"

#include <assert.h>
#include <stddef.h>

void timer_stop(struct timers *timers, struct timer *timer)
{
	if (!timer->running)
		return;
	if (timer->previous != NULL)
		timer->previous->next = timer->next;
	else
		timers->kinds[timer->kind].first = timer->next;
	if (timer->next != NULL)
		timer->next->previous = timer->previous;
	else
		timers->kinds[timer->kind].last = timer->previous;
	*timer = (struct timer){ .kind = timer->kind };
}

void timer_start(struct timers *timers, struct timer *timer, enum timer_kind kind,
		 uint64_t now_ms)
{
	assert(kind < TIMER_KINDS);
	timer_stop(timers, timer);
	*timer = (struct timer){
		.previous = timers->kinds[kind].last,
		.due_ms = now_ms + timers->kinds[kind].lasts_ms,
		.kind = kind,
		.running = true,
	};
	if (timer->previous != NULL)
		timer->previous->next = timer;
	else
		timers->kinds[kind].first = timer;
	timers->kinds[kind].last = timer;
}

struct timer *timers_due(struct timers *timers, uint64_t now_ms)
{
	for (int kind = 0; kind < TIMER_KINDS; kind++) {
		struct timer *const first = timers->kinds[kind].first;

		if (first != NULL && first->due_ms <= now_ms) {
			timer_stop(timers, first);
			return first;
		}
	}
	return NULL;
}
