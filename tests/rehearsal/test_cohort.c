/* SPDX-License-Identifier: MIT */
/* The cohort, the agenda and the world: the same seed gives the same rehearsal. */
#include "rehearsal/agenda.h"
#include "rehearsal/chance.h"
#include "rehearsal/cohort.h"
#include "rehearsal/plan.h"
#include "rehearsal/world.h"

#include "daemon/common/text.h"
#include "tests/check.h"

#include <errno.h>

static struct plan plan_of(unsigned people, uint64_t seed)
{
	struct text json = { 0 };
	struct plan plan;

	text_addf(
		&json,
		"{\"listen\":\"127.0.0.1:0\",\"app_id\":\"app\",\"tenant_id\":\"tenant\","
		"\"seed\":%llu,\"clock\":{\"from_ms\":0,\"anchor_ms\":0,\"speed\":1},"
		"\"sessions\":[{\"uid\":\"day-1\",\"title\":\"Day "
		"1\",\"starts_ms\":3600000,"
		"\"ends_ms\":7200000,\"organiser_id\":\"o0\",\"main_thread_id\":"
		"\"19:meeting_main@thread.v2\",\"main_join_url\":\"https://example.test/"
		"j\","
		"\"people\":[",
		(unsigned long long)seed);
	for (unsigned i = 0; i < people; i++)
		text_addf(
			&json,
			"%s{\"name\":\"Person %02u\",\"object_id\":\"o%u\",\"teams_id\":"
			"\"29:u%u\",\"email\":\"p%u@example.test\",\"role\":\"%s\"}",
			i ? "," : "", i, i, i, i, i == 0 ? "facilitator" : "participant");
	text_addf(&json, "]}]}");
	CHECK_INT(0, plan_parse(&plan, json.data, json.length));
	text_finish(&json);
	return plan;
}

struct tally {
	unsigned ghosts, guests, doubles, drops, late, lingerers, dawdlers, early_leavers,
		room_drops, helpers;
	unsigned voting[VOTINGS];
};

static struct tally tally_of(const struct plan *plan)
{
	struct behaviour behaviours[PLAN_PEOPLE];
	struct tally tally = { 0 };

	cohort_draw(&plan->sessions[0], plan->seed, behaviours);
	for (size_t i = 1; i < plan->sessions[0].people_count; i++) {
		const struct behaviour *const behaviour = &behaviours[i];

		tally.ghosts += !behaviour->comes;
		tally.guests += behaviour->as_guest;
		tally.doubles += behaviour->second_device_ms > 0;
		tally.drops += behaviour->drops_ms > 0;
		tally.late += behaviour->arrives_ms >= 5 * 60 * 1000;
		tally.lingerers += behaviour->lingers_ms > 0;
		tally.dawdlers += behaviour->dawdles;
		tally.early_leavers += behaviour->leaves_ms < -60 * 1000;
		tally.room_drops += behaviour->room_drop_ms > 0;
		tally.helpers += behaviour->calls_help;
		tally.voting[behaviour->voting]++;
	}
	return tally;
}

static void test_every_cohort_has_one_of_each(void)
{
	for (uint64_t seed = 1; seed <= 200; seed++) {
		struct plan plan = plan_of(19, seed);
		const struct tally tally = tally_of(&plan);

		CHECK_INT(1, tally.ghosts);
		CHECK_INT(1, tally.guests);
		CHECK(tally.doubles >= 1);
		CHECK(tally.drops >= 1);
		CHECK(tally.late >= 1);
		CHECK(tally.lingerers >= 1);
		CHECK(tally.dawdlers >= 1);
		CHECK(tally.early_leavers >= 1);
		CHECK(tally.room_drops >= 1);
		CHECK(tally.helpers >= 1);
		for (size_t i = 0; i < VOTINGS; i++)
			CHECK(tally.voting[i] >= 1);
		plan_finish(&plan);
	}
}

static void test_guests_grow_with_the_cohort(void)
{
	struct plan plan = plan_of(1001, 7);

	CHECK_INT(56, tally_of(&plan).guests);
	CHECK_INT(1, tally_of(&plan).ghosts);
	plan_finish(&plan);
}

static void test_the_seed_decides(void)
{
	struct plan one = plan_of(36, 5), same = plan_of(36, 5), other = plan_of(36, 6);
	struct behaviour a[36], b[36], c[36];
	unsigned differing = 0;

	cohort_draw(&one.sessions[0], 5, a);
	cohort_draw(&same.sessions[0], 5, b);
	cohort_draw(&other.sessions[0], 6, c);
	for (size_t i = 0; i < 36; i++) {
		CHECK_INT(a[i].arrives_ms, b[i].arrives_ms);
		CHECK_INT(a[i].leaves_ms, b[i].leaves_ms);
		CHECK_INT(a[i].voting, b[i].voting);
		CHECK_INT(a[i].comes, b[i].comes);
		differing += a[i].arrives_ms != c[i].arrives_ms;
	}
	CHECK(differing > 30);
	plan_finish(&one);
	plan_finish(&same);
	plan_finish(&other);
}

static void test_a_person_does_not_depend_on_the_others(void)
{
	struct plan few = plan_of(3, 5), more = plan_of(4, 5);
	struct behaviour a[3], b[4];

	cohort_draw(&few.sessions[0], 5, a);
	cohort_draw(&more.sessions[0], 5, b);
	CHECK_INT(a[0].arrives_ms, b[0].arrives_ms);
	plan_finish(&few);
	plan_finish(&more);
}

static void test_the_scale_leans_up(void)
{
	unsigned votes[5] = { 0 };
	char person[32];

	for (unsigned i = 0; i < 2000; i++) {
		snprintf(person, sizeof(person), "Person %u", i);
		votes[cohort_choice(3, person, "poll", 5, false)]++;
	}
	CHECK(votes[4] > votes[2] && votes[2] > votes[0] && votes[0] > 0);
	CHECK_INT(cohort_choice(3, "Person 1", "poll", 5, false),
		  cohort_choice(3, "Person 1", "poll", 5, false));
}

static void test_the_agenda_is_in_order(void)
{
	struct agenda agenda = { 0 };
	struct chance chance = chance_of(1, "agenda");
	struct act act, before = { .at_ms = -1 };

	CHECK(!agenda_take(&agenda, &act));
	for (uint32_t i = 0; i < 1000; i++)
		agenda_put(&agenda,
			   &(struct act){ .at_ms = chance_between(&chance, 0, 50),
					  .who = i });
	for (int i = 0; i < 1000; i++) {
		CHECK(agenda_take(&agenda, &act));
		CHECK(act.at_ms > before.at_ms ||
		      (act.at_ms == before.at_ms && act.who > before.who));
		before = act;
	}
	CHECK(!agenda_first(&agenda, &act));
	agenda_finish(&agenda);
}

static void test_the_world_has_the_same_ids_again(void)
{
	struct plan plan = plan_of(36, 9);
	struct world one, two;
	const struct meeting_wish wish = { .organiser_id = "o0",
					   .external_id = "day-1-room-3",
					   .subject = "Room 3" };

	world_init(&one, &plan);
	world_init(&two, &plan);
	CHECK_INT(38, one.people_count); /* two guests */
	CHECK_TEXT("iPhone (Guest)", one.people[36].name);
	CHECK_TEXT("29:anon-1-1", one.people[36].teams_id);
	CHECK_TEXT("", one.people[36].object_id);
	CHECK(!one.people[one.people[36].guest_of].behaviour.comes);
	const uint32_t a = world_meeting_made(&one, &wish),
		       b = world_meeting_made(&two, &wish);
	CHECK_TEXT(one.meetings[a].join_url, two.meetings[b].join_url);
	CHECK_TEXT(one.meetings[a].graph_id, two.meetings[b].graph_id);
	CHECK_INT(3, one.meetings[a].room);
	CHECK(strcmp(one.meetings[a].thread_id, one.meetings[0].thread_id) != 0);
	CHECK_TEXT("MCMxOTptZWV0aW5nX21haW5AdGhyZWFkLnYyIzA=", one.meetings[0].bot_id);
	const uint32_t chat = world_chat_with(&one, 1), again = world_chat_with(&two, 1);
	CHECK_TEXT(one.conversations[chat].id, two.conversations[again].id);
	CHECK_INT(world_chat_with(&one, 1), world_chat_with(&one, 1));
	world_finish(&one);
	world_finish(&two);
	plan_finish(&plan);
}

static void test_legs_are_kept(void)
{
	struct plan plan = plan_of(2, 9);
	struct world world;

	world_init(&world, &plan);
	world_call_begins(&world, 0, 1000);
	world_device_in(&world, 1, 0, 0, 2000);
	world_device_in(&world, 1, 1, 0, 3000);
	world_device_out(&world, 1, 0, 4000);
	CHECK_INT(0, world.people[1].where);
	world_device_out(&world, 1, 1, 5000);
	CHECK_INT(NOWHERE, world.people[1].where);
	world_call_ends(&world, 0, 6000);
	const struct call *const call = &world.meetings[0].calls[0];
	CHECK_INT(2, call->legs_count);
	CHECK_INT(4000, call->legs[0].to_ms);
	CHECK_INT(3000, call->legs[1].from_ms);
	CHECK_INT(36, strlen(call->id));
	world_finish(&world);
	plan_finish(&plan);
}

static void test_what_is_no_plan_is_refused(void)
{
	struct plan plan;

	CHECK_INT(-EINVAL, plan_parse(&plan, "{", 1));
	CHECK_INT(-EINVAL, plan_parse(&plan, "{\"sessions\":[]}", 15));
	CHECK_INT(-ENOENT, plan_read(&plan, "/nowhere/stage.json"));
}

int main(void)
{
	RUN(test_every_cohort_has_one_of_each);
	RUN(test_guests_grow_with_the_cohort);
	RUN(test_the_seed_decides);
	RUN(test_a_person_does_not_depend_on_the_others);
	RUN(test_the_scale_leans_up);
	RUN(test_the_agenda_is_in_order);
	RUN(test_the_world_has_the_same_ids_again);
	RUN(test_legs_are_kept);
	RUN(test_what_is_no_plan_is_refused);
	return check_done();
}
