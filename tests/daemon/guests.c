/* SPDX-License-Identifier: MIT */
/* Guests have an id for the bot and nothing but a name for Graph, whichever is quicker. */
#include "daemon/decode/call_event.h"

#include "daemon/common/clock.h"
#include "daemon/decode/guest_match.h"
#include "daemon/sessions.h"
#include "daemon/store/directory.h"
#include "handlers/transcript.h"
#include "tests/check.h"
#include "tests/daemon/world.h"

static struct world world;
static uint32_t session;

static struct session *state(void)
{
	return sessions_get(&world.plenary->sessions, session);
}

static uint32_t people(void)
{
	return directory_people(world.plenary->directory, session);
}

/* What has not happened yet is taken for now. */
static int64_t moment(int64_t second)
{
	static int64_t base_ms;

	if (base_ms == 0)
		base_ms = clock_real_ms() - 3 * 60 * 60 * 1000;
	return base_ms + second * 1000;
}

static void on_event(void *context, const struct event *event)
{
	uint32_t *const person = context;

	*person = event->person;
	turn_take(&world.plenary->turn, event);
}

/* Returns who it was taken for. */
static uint32_t graph(const char *name, const char *leg, bool left, uint16_t place,
		      int64_t second)
{
	const struct call_event_of of = {
		.directory = world.plenary->directory,
		.batch = journal_batch(world.plenary->journal),
		.session = state(),
		.place = place,
	};
	struct text content = { 0 };
	uint32_t person = PERSON_NONE;
	char time[32];

	clock_iso(moment(second), time);
	text_addf(&content,
		  "{\"eventType\":\"rosterUpdated\",\"eventDateTime\":\"%s\","
		  "\"participants@delta\":[{\"id\":\"%s\",\"info\":{\"identity\":"
		  "{\"guest\":{\"displayName\":\"%s\"}}}%s}]}",
		  time, leg, name,
		  left ? ",\"removedState\":{\"reason\":\"Left.\"}" : "");
	CHECK_INT(CALL_EVENT_TAKEN,
		  call_event_means(text_string(&content), content.length, &of, on_event,
				   &person));
	text_finish(&content);
	return person;
}

static uint32_t bot(const char *name, const char *id, enum event_kind kind,
		    uint16_t place, int64_t second)
{
	const struct identity identity = { .name = name, .teams_id = id };
	const struct guest_arrival arrival = {
		.directory = world.plenary->directory,
		.batch = journal_batch(world.plenary->journal),
		.session = state(),
		.place = place,
		.at_ms = moment(second),
	};
	struct event event = event_blank(kind);

	event.session = session;
	event.source = SOURCE_BOT;
	event.person = guest_meet(&arrival, &identity);
	event.place = place;
	event.presence.occurred_ms = arrival.at_ms;
	turn_take(&world.plenary->turn, &event);
	return event.person;
}

static void test_graph_is_quicker(void)
{
	const uint32_t person = graph("Visitor A", "a-1", false, PLACE_MAIN, 0);
	const uint32_t known = people();

	CHECK_INT(person, bot("Visitor A", "29:a", EVENT_PERSON_JOINED, PLACE_MAIN, 1));
	CHECK_INT(known, people());
	CHECK_TEXT("29:a",
		   directory_person(world.plenary->directory, session, person)->teams_id);
	/* a second device of that name has another id: it is somebody else */
	const uint32_t other =
		bot("Visitor A", "29:a2", EVENT_PERSON_JOINED, PLACE_MAIN, 2);
	CHECK(other != person);
	CHECK_INT(known + 1, people());
}

static void test_not_at_that_time(void)
{
	const uint32_t person = graph("Visitor B", "b-1", false, PLACE_MAIN, 0);

	CHECK(person != bot("Visitor B", "29:b", EVENT_PERSON_JOINED, PLACE_MAIN, 300));
	CHECK_TEXT("",
		   directory_person(world.plenary->directory, session, person)->teams_id);
}

/* Gone from here for both, and Graph knows first that they are there. */
static void test_on_the_way(void)
{
	const uint32_t person =
		bot("Visitor C", "29:c", EVENT_PERSON_JOINED, PLACE_MAIN, 0);

	CHECK_INT(person, graph("Visitor C", "c-1", false, PLACE_MAIN, 0));
	/* still in the main meeting: somebody else, or the leave is yet to come */
	CHECK(person != graph("Visitor C", "c-2", false, 1, 600));
	bot("Visitor C", "29:c", EVENT_PERSON_LEFT, PLACE_MAIN, 1200);
	graph("Visitor C", "c-1", true, PLACE_MAIN, 1200);
	CHECK_INT(person, graph("Visitor C", "c-3", false, 2, 1200));
	CHECK_INT(person, bot("Visitor C", "29:c", EVENT_PERSON_JOINED, 2, 1200));
	/* Back, before either has told that they left the room. */
	CHECK_INT(person, graph("Visitor C", "c-4", false, PLACE_MAIN, 2400));
}

static void test_gone_too_long(void)
{
	const uint32_t person =
		bot("Visitor D", "29:d", EVENT_PERSON_JOINED, PLACE_MAIN, 0);

	bot("Visitor D", "29:d", EVENT_PERSON_LEFT, PLACE_MAIN, 600);
	CHECK(person != graph("Visitor D", "d-1", false, 2, 781));
	CHECK_INT(person, bot("Visitor D", "29:d", EVENT_PERSON_JOINED, PLACE_MAIN, 840));
}

/* Of two of one name the one who was given this room, although both have just left. */
static void test_sent_into_this_room(void)
{
	const uint32_t one =
		bot("Visitor E", "29:e1", EVENT_PERSON_JOINED, PLACE_MAIN, 3600);
	const uint32_t two =
		bot("Visitor E", "29:e2", EVENT_PERSON_JOINED, PLACE_MAIN, 3600);

	state()->member[one].room = 3;
	state()->member[two].room = 4;
	CHECK_INT(two, graph("Visitor E", "e-2", false, 4, 4200));
	CHECK_INT(one, graph("Visitor E", "e-1", false, 3, 4200));
	/* with another leg than theirs it is nobody known */
	CHECK(two != graph("Visitor E", "e-3", false, 4, 4260));
}

int main(void)
{
	world_begin(&world);
	world_open(&world, 0);
	json_t *const plan = world_plan(&world);

	session = world_schedule(&world, plan);
	json_decref(plan);
	RUN(test_graph_is_quicker);
	RUN(test_not_at_that_time);
	RUN(test_on_the_way);
	RUN(test_gone_too_long);
	RUN(test_sent_into_this_room);
	world_settle(&world);
	world_close(&world);
	world_end(&world);
	return check_done();
}
