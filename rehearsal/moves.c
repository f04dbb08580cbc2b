/* SPDX-License-Identifier: MIT */
#include "rehearsal/moves.h"

#include "rehearsal/activity.h"
#include "rehearsal/actor.h"
#include "rehearsal/graph.h"
#include "rehearsal/relay.h"
#include "rehearsal/stage.h"

#include <assert.h>

static void tell(struct stage *stage, uint32_t number, uint32_t meeting_number,
		 bool joined, int64_t at_ms)
{
	const struct person *const person = &stage->world.people[number];
	const struct meeting *const meeting = &stage->world.meetings[meeting_number];

	if (person->relay)
		relay_tell(stage->relay, number, joined,
			   meeting->main ? 0 : meeting->room, at_ms);
	else
		activity_participant(stage, meeting_number, number, joined, at_ms);
	progress_say(stage, joined ? "joined" : "left", person->session, person->name,
		     meeting->main ? "main" : meeting->subject);
}

void moves_in(struct stage *stage, uint32_t person, uint32_t device, uint32_t meeting,
	      int64_t at_ms)
{
	assert(stage->world.people[person].where == NOWHERE ||
	       stage->world.people[person].where == meeting);
	assert(person < stage->world.people_count);
	assert(meeting < stage->world.meetings_count);
	assert(at_ms > 0);
	if (!stage->world.meetings[meeting].live) {
		world_call_begins(&stage->world, meeting, at_ms);
		activity_meeting(stage, meeting, true, at_ms);
		graph_meeting_changed(stage, meeting);
	}
	world_device_in(&stage->world, person, device, meeting, at_ms);
	stage->world.people[person].version++;
	tell(stage, person, meeting, true, at_ms);
}

/* No two devices hang up in the same millisecond: a leave told twice is a repeat. */
void moves_out(struct stage *stage, uint32_t number, int64_t at_ms)
{
	struct person *const person = &stage->world.people[number];
	const uint32_t from = person->where;

	assert(number < stage->world.people_count);
	if (from == NOWHERE)
		return;
	assert(stage->world.meetings[from].live);
	for (uint32_t device = 0; device < DEVICES; device++) {
		if (person->legs[device] == 0)
			continue;
		world_device_out(&stage->world, number, device, at_ms + device);
		tell(stage, number, from, false, at_ms + device);
	}
	person->version++;
	const struct meeting *const meeting = &stage->world.meetings[from];
	if (meeting->present == 0 && !meeting->main)
		stage_put(stage, &(struct act){ .at_ms = at_ms + ROOM_EMPTY_MS,
						.kind = ACT_CALL_ENDS,
						.who = from,
						.version = meeting->version });
}

void moves_to(struct stage *stage, uint32_t person, uint32_t meeting, int64_t at_ms)
{
	moves_out(stage, person, at_ms);
	moves_in(stage, person, 0, meeting, at_ms);
}
