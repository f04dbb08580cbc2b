/* SPDX-License-Identifier: MIT */
#include "rehearsal/moves.h"

#include "rehearsal/activity.h"
#include "rehearsal/actor.h"
#include "rehearsal/changes.h"
#include "rehearsal/relay.h"
#include "rehearsal/stage.h"

#include <assert.h>

enum { LOBBY_MS = 20 * 1000, LOBBY_ONE_IN = 5, MUTES_ONE_IN = 6 };

/* Who sees what this person does: the bot, Graph, or both; of a relayed one, neither. */
static bool is_seen_by(const struct stage *stage, uint32_t person, enum witness witness)
{
	static const enum witness mixed[] = { WITNESS_BOTH, WITNESS_BOT, WITNESS_GRAPH };
	const struct plan *const plan = &stage->plan;
	enum witness by = plan->witness;

	if (by == WITNESS_MIXED)
		by = mixed[person % 3];
	return by == WITNESS_BOTH || by == witness;
}

void moves_call(struct stage *stage, uint32_t meeting, bool started, int64_t at_ms)
{
	const struct change_moment moment = { .meeting = meeting, .at_ms = at_ms };
	const enum witness by = stage->plan.witness;

	if (by != WITNESS_GRAPH)
		activity_meeting(stage, meeting, started, at_ms);
	if (by != WITNESS_BOT)
		changes_call(stage, &moment, started);
}

/* Some wait to be let in; of some Graph tells once more that they are there, when what has
 * changed is another thing about them. */
static void tell_graph(struct stage *stage, const struct change_moment *moment,
		       const struct change_roster *roster)
{
	struct change_moment before = *moment;
	struct change_roster waiting = *roster;
	const struct meeting *const meeting = &stage->world.meetings[moment->meeting];
	const bool first = stage->world.meetings[moment->meeting].present == 1;

	waiting.lobby = true;
	before.at_ms -= LOBBY_MS;
	if (roster->joined && meeting->main && !first &&
	    roster->person % LOBBY_ONE_IN == 0)
		changes_roster(stage, &before, &waiting);
	changes_roster(stage, moment, roster);
	if (roster->joined && roster->person % MUTES_ONE_IN == 1)
		changes_roster(stage, moment, roster);
}

static void tell(struct stage *stage, const struct change_roster *roster,
		 uint32_t meeting_number, int64_t at_ms)
{
	const struct person *const person = &stage->world.people[roster->person];
	const struct meeting *const meeting = &stage->world.meetings[meeting_number];
	const struct change_moment moment = { meeting_number, at_ms };

	if (person->relay)
		relay_tell(stage->relay, roster->person, roster->joined,
			   meeting->main ? 0 : meeting->room, at_ms);
	else if (is_seen_by(stage, roster->person, WITNESS_BOT))
		activity_participant(stage, meeting_number, roster->person,
				     roster->joined, at_ms);
	if (!person->relay && is_seen_by(stage, roster->person, WITNESS_GRAPH))
		tell_graph(stage, &moment, roster);
	progress_say(stage, roster->joined ? "joined" : "left", person->session,
		     person->name, meeting->main ? "main" : meeting->subject);
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
		moves_call(stage, meeting, true, at_ms);
	}
	world_device_in(&stage->world, person, device, meeting, at_ms);
	stage->world.people[person].version++;
	tell(stage,
	     &(struct change_roster){
		     .person = person, .device = device, .joined = true },
	     meeting, at_ms);
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
		tell(stage, &(struct change_roster){ .person = number, .device = device },
		     from, at_ms + device);
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
