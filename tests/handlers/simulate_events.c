/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "handlers/transcript.h"
#include "tests/handlers/simulate.h"

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS };

static const int64_t starts_ms = 1795600000000;

static uint64_t any(struct world *world)
{
	world->chance ^= world->chance << 13;
	world->chance ^= world->chance >> 7;
	world->chance ^= world->chance << 17;
	return world->chance;
}

static uint32_t below(struct world *world, uint32_t limit)
{
	return (uint32_t)((any(world) >> 32) % limit);
}

static bool one_in(struct world *world, uint32_t count)
{
	return below(world, count) == 0;
}

void world_begins(struct world *world, uint64_t seed)
{
	memset(world, 0, sizeof(*world));
	world->chance = (seed + 1) * 0x9e3779b97f4a7c15;
	for (int i = 0; i < 8; i++)
		any(world);
	world->now_ms = starts_ms - 60 * MINUTE_MS;
	world->people = 2 + below(world, one_in(world, 20) ? 300 : 40);
	world->blocks = below(world, 9);
	world->polls = world->blocks > 0 ? below(world, 5) : 0;
	world->steps = 50 + below(world, 400);
}

/* -- the plan ----------------------------------------------------------------------- */

static void plan_session(struct world *world, struct event *event)
{
	*event = event_blank(EVENT_SESSION_SCHEDULED);
	event->scheduled.starts_ms = starts_ms;
	event->scheduled.grace_ms = (int32_t)below(world, 200) * SECOND_MS;
	event->scheduled.transfer_ms = (int32_t)below(world, 300) * SECOND_MS;
	event->scheduled.minimum_answers = below(world, 6);
	event->scheduled.presume = below(world, 2);
}

static void plan_block(struct world *world, struct event *event, uint32_t index)
{
	*event = event_blank(EVENT_BLOCK_PLANNED);
	event->block = (uint16_t)index;
	event->block_planned.length_ms = (int32_t)(1 + below(world, 30)) * MINUTE_MS;
	event->block_planned.kind =
		(uint16_t)(one_in(world, 2) ? BLOCK_ROUND : below(world, BLOCK_KINDS));
	event->block_planned.creditable = event->block_planned.kind != BLOCK_BREAK;
	event->block_planned.way =
		(uint16_t)(one_in(world, 4) ? below(world, DELIVERY_WAYS) : 0);
	if (one_in(world, 4))
		event->block_planned.fixed_ms = (int32_t)below(world, 120) * MINUTE_MS;
	if (one_in(world, 3))
		event->block_planned.room_count = (uint16_t)(1 + below(world, 12));
	else
		event->block_planned.room_size = (uint16_t)(1 + below(world, 8));
	for (int i = 0; i < WARNINGS_MAX; i++)
		event->block_planned.warnings_ms[i] =
			(int32_t)below(world, 400) * SECOND_MS;
}

static void plan_poll(struct world *world, struct event *event, uint32_t index)
{
	*event = event_blank(EVENT_POLL_PLANNED);
	event->poll = (uint16_t)index;
	event->block = (uint16_t)below(world, world->blocks);
	event->poll_planned.choices = (uint16_t)(2 + below(world, CHOICES_MAX - 1));
	event->poll_planned.changeable = (uint16_t)below(world, 2);
	event->poll_planned.shown = (uint16_t)below(world, 2);
}

static void plan_person(struct world *world, struct event *event, uint32_t index)
{
	*event = event_blank(EVENT_PERSON_ENROLLED);
	event->person = index;
	event->enrolled.role = index == 0          ? ROLE_FACILITATOR
			       : one_in(world, 10) ? below(world, ROLES)
						   : ROLE_PARTICIPANT;
}

static bool world_plans(struct world *world, struct event *event)
{
	uint32_t index = world->planned++;

	if (index == 0) {
		plan_session(world, event);
		return true;
	}
	index -= 1;
	if (index < world->blocks) {
		plan_block(world, event, index);
		return true;
	}
	index -= world->blocks;
	if (index < world->polls) {
		plan_poll(world, event, index);
		return true;
	}
	index -= world->polls;
	/* One in ten is not enrolled and turns up nevertheless. */
	if (index < world->people - world->people / 10) {
		plan_person(world, event, index);
		return true;
	}
	if (index > world->people - world->people / 10)
		return false;
	*event = event_blank(EVENT_SESSION_OPENED);
	return true;
}

/* -- what people and the world do ----------------------------------------------------- */

static uint16_t some_place(struct world *world, const struct session *session)
{
	if (one_in(world, 30))
		return PLACE_PAGE;
	if (one_in(world, 2) || session->places < 2)
		return PLACE_MAIN;
	return (uint16_t)below(world, session->places);
}

static void somebody_moves(struct world *world, const struct session *session,
			   struct event *event)
{
	const bool joins = below(world, 5) < 3;

	*event = event_blank(joins ? EVENT_PERSON_JOINED : EVENT_PERSON_LEFT);
	event->source = (uint16_t)(one_in(world, 2) ? SOURCE_BOT : SOURCE_GRAPH);
	event->person = below(world, world->people);
	event->place = some_place(world, session);
	event->presence.occurred_ms =
		world->now_ms - below(world, one_in(world, 10) ? 600000 : 3000);
	event->presence.leg = one_in(world, 3) ? 1 + below(world, 3) : 0;
	world->kept[world->kept_count++ % WORLD_KEPT] = *event;
}

static void a_meeting_turns(struct world *world, const struct session *session,
			    struct event *event)
{
	const uint16_t place =
		(uint16_t)(one_in(world, 3) ? below(world, session->places + 1) : 0);
	const bool live = place < PLACES_MAX && session->place[place].live;
	const bool ends = live && (place != PLACE_MAIN || one_in(world, 6));

	*event = event_blank(ends ? EVENT_MEETING_ENDED : EVENT_MEETING_STARTED);
	event->source = SOURCE_BOT;
	event->place = place;
	event->presence.occurred_ms =
		world->now_ms - below(world, one_in(world, 10) ? 300000 : 3000);
	world->kept[world->kept_count++ % WORLD_KEPT] = *event;
}

static void a_command_is_given(struct world *world, struct event *event)
{
	static const uint16_t commands[] = {
		EVENT_RUNSHEET_STARTED, EVENT_RUNSHEET_STARTED,  EVENT_RUNSHEET_HELD,
		EVENT_RUNSHEET_RESUMED, EVENT_RUNSHEET_RESUMED,  EVENT_RUNSHEET_EXTENDED,
		EVENT_RUNSHEET_SKIPPED, EVENT_BREAKOUT_RECALLED, EVENT_POLL_OPENED,
		EVENT_POLL_CLOSED,      EVENT_POLL_SHOWN,
	};
	const uint32_t count = sizeof(commands) / sizeof(commands[0]);

	*event = event_blank((enum event_kind)commands[below(world, count)]);
	event->by = 0;
	if (one_in(world, 5))
		event->by = below(world, world->people + 3);
	if (one_in(world, 10))
		event->by = PERSON_NONE;
	event->poll = (uint16_t)below(world, world->polls + 1);
	if (event->kind == EVENT_RUNSHEET_EXTENDED)
		event->extended.by_ms = ((int64_t)below(world, 900) - 300) * SECOND_MS;
}

static void somebody_votes(struct world *world, struct event *event)
{
	*event = event_blank(EVENT_POLL_VOTED);
	event->by = event->person = below(world, world->people + 2);
	event->poll = (uint16_t)below(world, world->polls + 1);
	event->vote.choice = below(world, 6);
}

static void a_room_answers(struct world *world, const struct session *session,
			   struct event *event)
{
	const uint16_t place = (uint16_t)below(world, session->places + 1);

	*event = event_blank(one_in(world, 8) ? EVENT_DELIVERY_FAILED : EVENT_ROOM_READY);
	if (event->kind == EVENT_DELIVERY_FAILED)
		event->delivery.what = DELIVER_ROOM_MEETING;
	event->place = place;
	for (uint32_t i = 0; i < session->places && one_in(world, 2) == 0; i++) {
		if (session->place[i].state == PLACE_ASKED)
			event->place = (uint16_t)i;
	}
}

static void a_card_fails(struct world *world, const struct session *session,
			 struct event *event)
{
	static const uint16_t kinds[] = {
		DELIVER_ROOM_WHISPER, DELIVER_ROOM_WHISPER, DELIVER_ROOM_CARD,
		DELIVER_ROOM_NOTICE,  DELIVER_ROOM_MAIL,    DELIVER_RECALL,
		DELIVER_ROOM_AGAIN,   DELIVER_POLL_CARD,    DELIVER_HELP,
	};

	*event = event_blank(one_in(world, 2) ? EVENT_DELIVERY_FAILED
					      : EVENT_DELIVERY_UNRESOLVED);
	event->delivery.what = kinds[below(world, sizeof(kinds) / sizeof(kinds[0]))];
	event->delivery.status = one_in(world, 3) ? 503 : 403;
	event->poll = (uint16_t)below(world, world->polls + 1);
	event->person = below(world, world->people);
	event->block = session->current;
	event->place = session->member[event->person].room;
}

static void hearing_changes(struct world *world, const struct session *session,
			    struct event *event)
{
	static const uint16_t kinds[] = { EVENT_HEARING_LOST, EVENT_HEARING_RESUMED,
					  EVENT_HEARING_RESUMED, EVENT_DELIVERY_FAILED };

	*event = event_blank((enum event_kind)kinds[below(world, 4)]);
	event->place = (uint16_t)below(world, session->places + 1);
	if (event->kind == EVENT_DELIVERY_FAILED)
		event->delivery.what =
			one_in(world, 2) ? DELIVER_SUBSCRIPTION : DELIVER_REPORT_FETCH;
	else if (one_in(world, 2))
		event->hearing.since_ms = world->now_ms - below(world, 600000);
}

static void a_report_says(struct world *world, const struct session *session,
			  struct event *event)
{
	if (one_in(world, 3)) {
		*event = event_blank(EVENT_REPORT_READ);
		event->report.digest = below(world, 2);
		event->report.people = below(world, 3);
		event->report.final = one_in(world, 10);
	} else {
		*event = event_blank(EVENT_INTERVAL_REPORTED);
		event->person = below(world, world->people);
		event->interval.from_ms = world->now_ms - below(world, 3600 * 1000);
		event->interval.to_ms =
			event->interval.from_ms + below(world, 1800 * 1000);
	}
	event->source = (uint16_t)(one_in(world, 3) ? SOURCE_IMPORT : SOURCE_REPORT);
	event->place = (uint16_t)below(world, session->places + 1);
}

/* An event nobody in their right mind would send; numbers that are small, or extreme. */
static void chance_speaks(struct world *world, struct event *event)
{
	static const char *const fields[] = {
		"by",     "person",    "place",    "block", "poll",     "starts",
		"length", "choice",    "choices",  "by_ms", "occurred", "leg",
		"from",   "to",        "role",     "what",  "digest",   "people",
		"status", "since",     "fixed",    "kind",  "grace",    "way",
		"final",  "room_size", "warning1",
	};

	*event = event_blank((enum event_kind)(1 + below(world, EVENT_KINDS - 1)));
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const int64_t value = one_in(world, 4)   ? (int64_t)any(world)
				      : one_in(world, 4) ? INT64_MAX
							 : (int64_t)below(world, 70);
		if (one_in(world, 2))
			event_set(event, fields[i], value);
	}
	event->source = (uint16_t)below(world, SOURCES);
}

static void evidence_comes_again(struct world *world, struct event *event)
{
	const uint32_t count =
		world->kept_count < WORLD_KEPT ? world->kept_count : WORLD_KEPT;

	if (count > 0)
		*event = world->kept[below(world, count)];
}

/* Holds this one back and lets one from before through instead. */
static void evidence_changes_places(struct world *world, struct event *event)
{
	if (world->later_count < WORLD_LATER) {
		world->later[world->later_count++] = *event;
		*event = event_blank(EVENT_ALARM_RANG);
		return;
	}
	const uint32_t i = below(world, WORLD_LATER);
	const struct event held = world->later[i];
	world->later[i] = *event;
	*event = held;
}

static void time_passes(struct world *world, const struct session *session)
{
	const uint32_t how = below(world, 20);

	if (how < 10)
		world->now_ms += below(world, 20 * SECOND_MS);
	else if (how < 13 && session->alarm_ms > world->now_ms)
		world->now_ms = session->alarm_ms;
	else if (how < 14)
		world->now_ms += below(world, 10 * MINUTE_MS);
	else if (how == 19 && one_in(world, 40))
		world->now_ms -= below(world, MINUTE_MS); /* a clock was set back */
}

bool world_goes_on(struct world *world, const struct session *session,
		   struct event *event)
{
	if (!world_plans(world, event)) {
		const uint32_t what = below(world, 100);
		if (world->steps-- == 0)
			return false;
		time_passes(world, session);
		*event = event_blank(EVENT_ALARM_RANG);
		if (what < 40)
			somebody_moves(world, session, event);
		else if (what < 45)
			a_meeting_turns(world, session, event);
		else if (what < 58)
			a_command_is_given(world, event);
		else if (what < 70)
			somebody_votes(world, event);
		else if (what < 78)
			a_room_answers(world, session, event);
		else if (what < 80)
			a_card_fails(world, session, event);
		else if (what < 84)
			a_report_says(world, session, event);
		else if (what < 88)
			evidence_comes_again(world, event);
		else if (what < 90)
			chance_speaks(world, event);
		else if (what < 94)
			hearing_changes(world, session, event);
		if (what < 45 && one_in(world, 8))
			evidence_changes_places(world, event);
	}
	event->at_ms = world->now_ms;
	event->seed = any(world);
	event->session = 1;
	return true;
}
