/* SPDX-License-Identifier: MIT */
/*
 * A whole session, played against a house that does the least Plenary would do: two
 * rooms, a card for each who is here, a poll, a recall.  What the reports say must be
 * what the people did, and truth.json must say the same.
 */
#include "daemon/common/text.h"
#include "tests/check.h"
#include "tests/rehearsal/theatre.h"

#include "rehearsal/relay.h"
#include "rehearsal/viewer.h"

#define ORGANISER "00000000-0000-0000-0000-000000000000"
#define MEETINGS "/v1.0/users/" ORGANISER "/onlineMeetings"

enum { PEOPLE = 24, MINUTE_MS = 60 * 1000 };

static bool started(struct theatre *theatre)
{
	return theatre->stage.world.sessions[0].shift_ms > 0;
}

static bool all_over(struct theatre *theatre)
{
	const struct world *const world = &theatre->stage.world;

	for (size_t i = 0; i < world->meetings_count; i++) {
		if (world->meetings[i].live)
			return false;
	}
	return world->sessions[0].over &&
	       courier_outstanding(&theatre->stage.courier) == 0;
}

static void make_room(struct theatre *theatre, unsigned number)
{
	char body[256];

	snprintf(body, sizeof(body),
		 "{\"externalId\":\"day-1-room-%u\",\"subject\":\"Day 1 - Room %u\"}",
		 number, number);
	CHECK_INT(201, theatre_status(theatre, "POST", MEETINGS "/createOrGet",
				      theatre->graph, body));
}

static void say_with(struct theatre *theatre, const char *conversation, const char *query,
		     const char *activity)
{
	struct text url = { 0 };

	text_addf(&url, "/emea/v3/conversations/");
	text_add_percent(&url, conversation, strlen(conversation));
	text_addf(&url, "/activities%s", query);
	CHECK_INT(201, theatre_status(theatre, "POST", text_string(&url),
				      theatre->connector, activity));
	text_finish(&url);
}

static void say(struct theatre *theatre, const char *conversation, const char *activity)
{
	say_with(theatre, conversation, "", activity);
}

static void send_card(struct theatre *theatre, uint32_t number, uint32_t room)
{
	struct world *const world = &theatre->stage.world;
	const char *const url = world->meetings[room].join_url;
	struct text body = { 0 };
	const struct person *const person = &world->people[number];

	if (person->guest || person->relay) {
		text_addf(&body,
			  "{\"type\":\"message\",\"text\":\"<at>%s</at> your room: %s\","
			  "\"entities\":[{\"type\":\"mention\",\"mentioned\":{\"id\":\"%"
			  "s\"}}]}",
			  person->name, url, person->teams_id);
		say(theatre, world->conversations[world->meetings[0].conversation].id,
		    text_string(&body));
	} else {
		const bool targeted = number % 2 == 0;
		const uint32_t chat = targeted ? world->meetings[0].conversation
					       : world_chat_with(world, number);

		text_addf(&body,
			  "{\"type\":\"message\",\"recipient\":{\"id\":\"%s\"},"
			  "\"attachments\":[{\"content\":{"
			  "\"actions\":["
			  "{\"type\":\"Action.OpenUrl\",\"url\":\"%s\"},{\"type\":"
			  "\"Action.Execute\",\"verb\":\"room.help\",\"data\":{\"r\":1}}]"
			  "}}]}",
			  person->teams_id, url);
		say_with(theatre, world->conversations[chat].id,
			 targeted ? "?isTargetedActivity=true" : "", text_string(&body));
	}
	text_finish(&body);
}

static unsigned open_round(struct theatre *theatre)
{
	const struct stage_session *const session = &theatre->stage.world.sessions[0];
	const uint32_t count = session->people_count + session->guests_count;
	unsigned sent = 0;

	for (uint32_t i = 1; i < count; i++) {
		if (theatre->stage.world.people[i].where != NOWHERE)
			send_card(theatre, i, 1 + sent++ % 2);
	}
	return sent;
}

static void recall(struct theatre *theatre)
{
	struct world *const world = &theatre->stage.world;

	for (uint32_t room = 1; room <= 2; room++) {
		struct text body = { 0 };

		text_addf(&body,
			  "{\"type\":\"message\",\"attachments\":[{\"content\":{"
			  "\"actions\":[{"
			  "\"type\":\"Action.OpenUrl\",\"url\":\"%s\"}]}}]}",
			  world->meetings[0].join_url);
		say(theatre, world->conversations[world->meetings[room].conversation].id,
		    text_string(&body));
		text_finish(&body);
	}
}

static unsigned in_rooms(const struct theatre *theatre)
{
	unsigned count = 0;

	for (size_t i = 0; i < theatre->stage.world.people_count; i++) {
		const uint32_t where = theatre->stage.world.people[i].where;

		count += where == 1 || where == 2;
	}
	return count;
}

static unsigned most_in_rooms;

static bool half_way(struct theatre *theatre)
{
	const unsigned now = in_rooms(theatre);

	most_in_rooms = now > most_in_rooms ? now : most_in_rooms;
	return stage_now_ms(&theatre->stage) >
	       theatre->stage.plan.sessions[0].starts_ms + 30 * MINUTE_MS;
}

static bool rooms_empty(struct theatre *theatre)
{
	return in_rooms(theatre) == 0;
}

static void ask_poll(struct theatre *theatre)
{
	static const char poll[] =
		"{\"type\":\"message\",\"attachments\":[{\"content\":{\"body\":[{"
		"\"type\":"
		"\"Input.ChoiceSet\",\"id\":\"choice\",\"choices\":[{\"title\":\"No\","
		"\"value\":"
		"\"0\"},{\"title\":\"Yes\",\"value\":\"1\"}]}],\"actions\":[{\"type\":"
		"\"Action.Execute\",\"verb\":\"poll.vote\",\"data\":{\"session\":\"day-"
		"1\","
		"\"poll\":3}}]}}]}";
	const struct world *const world = &theatre->stage.world;

	say(theatre, world->conversations[world->meetings[0].conversation].id, poll);
}

/* From the world itself: milliseconds of one person in one call, per leg. */
static int64_t leg_sum(const struct call *call, const char *name,
		       const struct world *world)
{
	int64_t sum_s = 0;

	for (size_t i = 0; i < call->legs_count; i++) {
		if (strcmp(world->people[call->legs[i].person].name, name) == 0)
			sum_s += (call->legs[i].to_ms - call->legs[i].from_ms) / 1000;
	}
	return sum_s;
}

static void check_record(const json_t *record, const struct call *call,
			 const struct world *world)
{
	const json_t *const identity = json_object_get(record, "identity");
	const json_t *const intervals = json_object_get(record, "attendanceIntervals");
	const char *const name = json_string_at(identity, "displayName");
	int64_t at_ms;

	CHECK(name[0] != '\0');
	CHECK_INT(leg_sum(call, name, world),
		  json_number_at(record, "totalAttendanceInSeconds"));
	CHECK(strcmp(name, "iPhone (Guest)") != 0 ||
	      json_is_null(json_object_get(identity, "id")));
	CHECK(strstr(name, "Relayed") == NULL);
	CHECK(json_array_size(intervals) > 0);
	const char *const joined =
		json_string_at(json_array_get(intervals, 0), "joinDateTime");
	CHECK_INT(28, strlen(joined));
	CHECK_INT(0, clock_parse(joined, &at_ms));
	bool found = false;
	for (size_t i = 0; i < call->legs_count; i++)
		found = found || call->legs[i].from_ms == at_ms;
	CHECK(found);
}

static void read_reports(struct theatre *theatre, uint32_t number)
{
	const struct meeting *const meeting = &theatre->stage.world.meetings[number];
	char url[512];

	snprintf(url, sizeof(url), MEETINGS "/%s/attendanceReports", meeting->graph_id);
	const struct asked list = theatre_ask(theatre, "GET", url, theatre->graph, NULL);
	const json_t *const reports = json_object_get(list.json, "value");
	CHECK_INT(meeting->calls_count, json_array_size(reports));
	for (size_t i = 0; i < meeting->calls_count; i++) {
		/* the latest comes first */
		const struct call *const call =
			&meeting->calls[meeting->calls_count - 1 - i];
		const char *const id = json_string_at(json_array_get(reports, i), "id");

		CHECK_TEXT(call->id, id);
		snprintf(url, sizeof(url),
			 MEETINGS "/%s/attendanceReports/%s/attendanceRecords",
			 meeting->graph_id, id);
		const struct asked page =
			theatre_ask(theatre, "GET", url, theatre->graph, NULL);
		const json_t *const records = json_object_get(page.json, "value");
		size_t index;
		const json_t *record;
		json_array_foreach (records, index, record)
			check_record(record, call, &theatre->stage.world);
		json_decref(page.json);
	}
	json_decref(list.json);
}

static bool reports_are_out(struct theatre *theatre)
{
	const struct meeting *const main = &theatre->stage.world.meetings[0];

	return stage_now_ms(&theatre->stage) > main->calls[0].ended_ms + 91 * 1000;
}

static bool has_finished(struct theatre *theatre)
{
	return theatre->stage.finished;
}

static unsigned count_events(const struct theatre *theatre, const char *name)
{
	const json_t *activity;
	size_t index;
	unsigned count = 0;

	json_array_foreach (theatre->house.activities, index, activity)
		count += strcmp(json_string_at(activity, "name"), name) == 0;
	return count;
}

static void check_truth(const struct theatre *theatre)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/truth.json", theatre->stage.directory);
	json_t *const truth = json_load_file(path, 0, NULL);
	const json_t *const session =
		json_array_get(json_object_get(truth, "sessions"), 0);
	const json_t *const people = json_object_get(session, "people");
	const json_t *const activities = json_object_get(truth, "activities");
	unsigned came = 0, voted = 0;
	const json_t *person;
	size_t index;

	CHECK(json_is_true(json_object_get(truth, "finished")));
	CHECK_INT(0, json_number_at(truth, "unanswered"));
	CHECK_INT(json_number_at(activities, "sent"),
		  json_number_at(activities, "answered"));
	json_array_foreach (people, index, person) {
		const size_t spans = json_array_size(json_object_get(person, "spans"));

		came += json_is_true(json_object_get(person, "came"));
		CHECK_INT(json_is_true(json_object_get(person, "came")), spans > 0);
		voted += json_array_size(json_object_get(person, "votes")) > 0;
	}
	/* one ghost; two whose seats guests have, who are in the list themselves */
	CHECK_INT(PEOPLE + 2 + 2 - 1 - 2, came);
	CHECK(voted > PEOPLE / 2);
	CHECK_INT(1, json_number_at(session, "rounds"));
	json_decref(truth);
}

static void test_a_session_from_end_to_end(void)
{
	struct theatre *const theatre = theatre_open(&(struct theatre_plan){
		.people = PEOPLE,
		.relayed = 2,
		.speed = 400,
		.before_ms = 12 * MINUTE_MS,
		.lasts_ms = 75 * MINUTE_MS,
	});

	theatre->house.refuse_every = 7;
	theatre_sign_in(theatre);
	make_room(theatre, 1);
	make_room(theatre, 2);
	CHECK(theatre_until(theatre, started, 20000));
	const unsigned sent = open_round(theatre);
	CHECK(sent > PEOPLE / 2);
	CHECK(theatre_until(theatre, half_way, 20000));
	CHECK(most_in_rooms * 4 >= sent * 3);
	recall(theatre);
	ask_poll(theatre);
	CHECK(theatre_until(theatre, rooms_empty, 20000));
	CHECK(theatre_until(theatre, all_over, 60000));
	CHECK(theatre_until(theatre, reports_are_out, 20000));
	for (int i = 0; i < 2; i++) {
		for (uint32_t j = 0; j < theatre->stage.world.meetings_count; j++)
			read_reports(theatre, j);
	}
	CHECK(theatre_until(theatre, has_finished, 5000));
	CHECK_INT(json_array_size(theatre->house.activities),
		  theatre->stage.courier.counts.sent);
	CHECK_INT(theatre->house.authorized, theatre->stage.courier.counts.sent);
	CHECK(theatre->stage.courier.counts.repeated > 0);
	CHECK_INT(count_events(theatre,
			       "application/vnd.microsoft.meetingParticipantJoin"),
		  count_events(theatre,
			       "application/vnd.microsoft.meetingParticipantLeave"));
	CHECK_INT(count_events(theatre, "application/vnd.microsoft.meetingStart"),
		  count_events(theatre, "application/vnd.microsoft.meetingEnd"));
	CHECK(count_events(theatre, "adaptiveCard/action") > PEOPLE / 2);
	const struct relay_counts relay = relay_count(theatre->stage.relay);
	CHECK(relay.sent >= 4);
	CHECK_INT(relay.sent, relay.acknowledged);
	CHECK_INT(relay.sent, json_array_size(theatre->house.events));
	CHECK(relay.repeated >= 1);
	CHECK(viewer_count(theatre->stage.viewer).snapshots >= 1);
	CHECK(viewer_count(theatre->stage.viewer).deltas >= 1);
	CHECK_INT(0, viewer_count(theatre->stage.viewer).misplaced);
	check_truth(theatre);
	theatre_close(theatre);
}

static bool everything_is_over(struct theatre *theatre)
{
	const struct world *const world = &theatre->stage.world;

	for (size_t i = 0; i < world->sessions_count; i++) {
		if (!world->sessions[i].over)
			return false;
	}
	return courier_outstanding(&theatre->stage.courier) == 0;
}

/* Nothing is lost or doubled on the way, however much there is. */
static void play_many(unsigned sessions, unsigned people)
{
	struct theatre *const theatre = theatre_open(&(struct theatre_plan){
		.people = people,
		.sessions = sessions,
		.speed = 900,
		.before_ms = 12 * MINUTE_MS,
		.lasts_ms = 30 * MINUTE_MS,
	});
	struct map seen = { 0 };
	const json_t *activity;
	size_t index;

	theatre->house.refuse_every = 50;
	CHECK(theatre_until(theatre, everything_is_over, 200000));
	const struct courier_counts *const counts = &theatre->stage.courier.counts;
	CHECK(counts->sent > (uint64_t)sessions * people * 2);
	CHECK_INT(counts->sent, counts->answered);
	CHECK_INT(counts->sent, json_array_size(theatre->house.activities));
	json_array_foreach (theatre->house.activities, index, activity)
		CHECK(map_put(&seen, json_string_at(activity, "id"), theatre) == NULL);
	map_finish(&seen);
	theatre_close(theatre);
}

static void test_a_thousand_people_in_one_session(void)
{
	play_many(1, 1000);
}

static void test_two_hundred_sessions_at_once(void)
{
	play_many(200, 30);
}

int main(void)
{
	CHECK(freopen("/dev/null", "w", stdout) != NULL);
	RUN(test_a_session_from_end_to_end);
	RUN(test_a_thousand_people_in_one_session);
	RUN(test_two_hundred_sessions_at_once);
	return check_done();
}
