/* SPDX-License-Identifier: MIT */
/* The arithmetic of attendance again, this time from events: a morning of 10:00 to 13:30. */
#include "handlers/register.h"

#include "handlers/arena.h"
#include "tests/check.h"
#include "tests/handlers/meeting_script.h"

/* 60 + 20 + 20 minutes, a break of 15, then 95: 195 creditable minutes. */
static void a_morning_begins(uint32_t presume)
{
	session_is_planned();
	the_session()->presume = presume;
	block(BLOCK_PLENARY, 60);
	block_is_kept();
	round_of(2, 20);
	block_is_kept();
	block(BLOCK_INDIVIDUAL, 20);
	block_is_kept();
	block(BLOCK_BREAK, 15);
	block_is_kept();
	block(BLOCK_PLENARY, 95);
	block_is_kept();
	people_enrol(0, 1, ROLE_FACILITATOR);
	people_enrol(1, 5, ROLE_PARTICIPANT);
	session_opens();
	at(9, 40, 0);
	meeting_starts();
	joins(5, PLACE_MAIN);
	at(10, 0, 0);
	facilitator(EVENT_RUNSHEET_STARTED);
}

static void a_morning_ends(void)
{
	at(13, 30, 0);
	meeting_ends();
	CHECK_INT(195 * SCRIPT_MINUTE, the_session()->creditable_ms);
}

static const struct result *result_of(int person)
{
	return &the_session()->results[person];
}

static void test_vector_1_from_events(void)
{
	a_morning_begins(0);
	at(10, 12, 0);
	joins(1, PLACE_MAIN);
	at(12, 1, 0);
	leaves(1, PLACE_MAIN);
	at(12, 3, 0);
	joins(1, PLACE_MAIN);
	a_morning_ends();
	CHECK_INT(183 * SCRIPT_MINUTE, result_of(1)->attended_ms);
	CHECK_INT(12 * SCRIPT_MINUTE, result_of(1)->longest_absence_ms);
	CHECK_INT(clock_time(10, 12, 0), result_of(1)->first_ms);
	CHECK_INT(VERDICT_ATTENDED, result_of(1)->verdict);
}

static void withdraws(int person)
{
	something(EVENT_PERSON_WITHDRAWN)->person = (uint32_t)person;
	it_happens();
}

/* Before the day: no line at all.  After it: the line that said absent is corrected. */
static void test_who_withdrew_is_no_absentee(void)
{
	a_morning_begins(0);
	withdraws(4);
	withdraws(1);
	withdraws(77);
	joins(1, PLACE_MAIN);
	so_far();
	a_morning_ends();
	CHECK_INT(0, count_of("record_register person=4"));
	CHECK_INT(0, result_of(4)->version);
	CHECK_INT(VERDICT_ATTENDED, result_of(1)->verdict);
	CHECK_INT(VERDICT_ABSENT, result_of(3)->verdict);
	const uint32_t before = the_session()->register_version;

	withdraws(3);
	CHECK_INT(VERDICT_NONE, result_of(3)->verdict);
	CHECK_INT(before + 1, result_of(3)->version);
	CHECK_INT(before + 1, the_session()->register_version);
	withdraws(3);
	CHECK_INT(before + 1, the_session()->register_version);
	/* And once more expected. */
	people_enrol(3, 1, ROLE_PARTICIPANT);
	CHECK_INT(1, session_member(the_session(), 3)->known);
}

static void test_vector_4_from_events(void)
{
	a_morning_begins(0);
	joins(1, PLACE_MAIN);
	at(11, 40, 0);
	leaves(1, PLACE_MAIN);
	at(11, 56, 0);
	joins(1, PLACE_MAIN);
	a_morning_ends();
	CHECK_INT(1 * SCRIPT_MINUTE, result_of(1)->absent_ms);
}

static void test_vector_5_from_events(void)
{
	a_morning_begins(0);
	a_morning_ends();
	CHECK_INT(195 * SCRIPT_MINUTE, result_of(5)->attended_ms);
	CHECK_INT(clock_time(10, 0, 0), result_of(5)->first_ms);
	CHECK_INT(VERDICT_ABSENT, result_of(4)->verdict);
}

static void goes_dark_in_the_round(int person)
{
	at(11, 1, 10);
	leaves(person, PLACE_MAIN);
	at(11, 20, 40);
	joins(person, PLACE_MAIN);
}

static void test_vector_7_from_events(void)
{
	const int64_t hole_ms = 19 * SCRIPT_MINUTE + 30 * SCRIPT_SECOND;

	for (uint32_t presume = 0; presume < 2; presume++) {
		a_morning_begins(presume);
		joins(1, PLACE_MAIN);
		goes_dark_in_the_round(1);
		a_morning_ends();
		CHECK_INT(presume ? 0 : hole_ms, result_of(1)->absent_ms);
		CHECK_INT(presume ? hole_ms : 0, result_of(1)->presumed_ms);
	}
}

static void test_presumed_in_the_very_first_block(void)
{
	session_is_planned();
	the_session()->presume = 1;
	round_of(2, 20);
	block_is_kept();
	people_enrol(0, 1, ROLE_FACILITATOR);
	people_enrol(1, 2, ROLE_PARTICIPANT);
	session_opens();
	at(10, 0, 0);
	meeting_starts();
	all_join(1, 2);
	facilitator(EVENT_RUNSHEET_STARTED);
	at(10, 1, 0);
	leaves(1, PLACE_MAIN);
	at(10, 19, 0);
	joins(1, PLACE_MAIN);
	at(10, 20, 0);
	meeting_ends();
	CHECK_INT(18 * SCRIPT_MINUTE, result_of(1)->presumed_ms);
	CHECK_INT(0, result_of(1)->absent_ms);
}

static void test_vector_8_from_events(void)
{
	a_morning_begins(1);
	people_enrol(6, 1, ROLE_OBSERVER);
	joins(1, PLACE_MAIN);
	joins(6, PLACE_MAIN);
	goes_dark_in_the_round(6);
	a_morning_ends();
	CHECK_INT(19 * SCRIPT_MINUTE + 30 * SCRIPT_SECOND, result_of(6)->absent_ms);
	CHECK_INT(0, result_of(6)->presumed_ms);
}

static void test_a_room_is_as_good_as_main(void)
{
	a_morning_begins(0);
	joins(1, PLACE_MAIN);
	at(11, 0, 30);
	leaves(1, PLACE_MAIN);
	joins(1, 1);
	at(11, 20, 0);
	leaves(1, 1);
	at(11, 21, 0);
	joins(1, PLACE_MAIN);
	a_morning_ends();
	CHECK_INT(0, result_of(1)->absent_ms);
	CHECK_INT(0, result_of(1)->presumed_ms);
}

static void test_two_minutes_and_a_half_on_the_way_to_a_room(void)
{
	a_morning_begins(0);
	for (int person = 1; person <= 3; person++)
		joins(person, PLACE_MAIN);
	at(11, 0, 30);
	leaves(1, PLACE_MAIN);
	leaves(2, PLACE_MAIN);
	at(11, 3, 0);
	joins(1, 1);
	joins(2, PLACE_MAIN);
	at(11, 20, 0);
	leaves(1, 1);
	joins(1, PLACE_MAIN);
	a_morning_ends();
	CHECK_INT(0, result_of(1)->absent_ms);
	CHECK_INT(150 * SCRIPT_SECOND, result_of(1)->presumed_ms);
	CHECK_INT(150 * SCRIPT_SECOND, result_of(2)->absent_ms);
	CHECK_INT(0, result_of(2)->presumed_ms);
}

static void test_a_session_that_started_late_and_was_held(void)
{
	a_morning_begins(0);
	at(10, 30, 0);
	facilitator(EVENT_RUNSHEET_HELD);
	at(10, 40, 0);
	facilitator(EVENT_RUNSHEET_RESUMED);
	at(13, 40, 0);
	meeting_ends();
	CHECK_INT(205 * SCRIPT_MINUTE, the_session()->creditable_ms);
	CHECK_INT(205 * SCRIPT_MINUTE, result_of(5)->attended_ms);
}

int main(void)
{
	RUN(test_vector_1_from_events);
	RUN(test_who_withdrew_is_no_absentee);
	RUN(test_vector_4_from_events);
	RUN(test_vector_5_from_events);
	RUN(test_vector_7_from_events);
	RUN(test_presumed_in_the_very_first_block);
	RUN(test_vector_8_from_events);
	RUN(test_a_room_is_as_good_as_main);
	RUN(test_two_minutes_and_a_half_on_the_way_to_a_room);
	RUN(test_a_session_that_started_late_and_was_held);
	return check_done();
}
