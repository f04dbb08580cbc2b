/* SPDX-License-Identifier: MIT */
/* Who is asked after, how often, and what an answer changes. */
#include "handlers/witness.h"

#include "tests/check.h"
#include "tests/handlers/meeting_script.h"

static void a_session_runs(int people)
{
	session_is_planned();
	block(BLOCK_PLENARY, 60);
	block_is_kept();
	people_enrol(0, 1, ROLE_FACILITATOR);
	people_enrol(1, people - 1, ROLE_PARTICIPANT);
	session_opens();
	at(10, 0, 0);
	meeting_starts();
	all_join(0, people);
	so_far();
}

static void a_witness_is_found(void)
{
	something(EVENT_WITNESS_FOUND)->place = PLACE_MAIN;
	it_happens();
}

static void is_told(int person, int place, int inside)
{
	struct event *const event = something(EVENT_PRESENCE_CHECKED);

	event->person = (uint32_t)person;
	event->place = (uint16_t)place;
	event->checked.inside = (uint64_t)inside;
	it_happens();
}

static void test_nobody_asks_without_a_witness(void)
{
	a_session_runs(6);
	wait_ms(30 * SCRIPT_MINUTE);
	CHECK_INT(0, count_of("signal_witness"));
}

static void test_people_are_asked_after_in_turn(void)
{
	a_session_runs(7);
	a_witness_is_found();
	so_far();
	wait_ms(WITNESS_MS);
	EXPECT_ONLY("signal_witness", "  signal_witness person=0 place=0\n"
				      "  signal_witness person=1 place=0\n"
				      "  signal_witness person=2 place=0\n"
				      "  signal_witness person=3 place=0\n"
				      "  signal_witness person=4 place=0\n");
	so_far();
	leaves(5, PLACE_MAIN);
	wait_ms(WITNESS_MS);
	EXPECT_ONLY("signal_witness", "  signal_witness person=6 place=0\n"
				      "  signal_witness person=0 place=0\n"
				      "  signal_witness person=1 place=0\n"
				      "  signal_witness person=2 place=0\n"
				      "  signal_witness person=3 place=0\n");
}

static void test_one_answer_decides_nothing(void)
{
	a_session_runs(3);
	a_witness_is_found();
	so_far();
	is_told(1, PLACE_MAIN, 0);
	EXPECT("presence_checked\n");
	CHECK_INT(PLACE_MAIN, the_session()->member[1].here);
	is_told(1, PLACE_MAIN, 1);
	is_told(1, PLACE_MAIN, 0);
	CHECK_INT(PLACE_MAIN, the_session()->member[1].here);
}

/* A leave that was lost: both devices are gone, from the moment it is sure. */
static void test_two_answers_are_a_leave(void)
{
	a_session_runs(3);
	wait_ms(SCRIPT_MINUTE);
	joins(1, PLACE_MAIN);
	a_witness_is_found();
	is_told(1, PLACE_MAIN, 0);
	so_far();
	wait_ms(WITNESS_MS);
	/* Whoever is missed comes first. */
	EXPECT_ONLY("signal_witness", "  signal_witness person=1 place=0\n"
				      "  signal_witness person=0 place=0\n"
				      "  signal_witness person=2 place=0\n");
	so_far();
	is_told(1, PLACE_MAIN, 0);
	EXPECT_ONLY("record_span",
		    "  record_span person=1 place=0 span=3 from=10:01:00 to=10:02:00\n"
		    "  record_span person=1 place=0 span=1 from=10:00:00 to=10:02:00\n");
	CHECK_INT(PLACE_NONE, the_session()->member[1].here);
	CHECK_INT(2, the_session()->place[PLACE_MAIN].here);
	so_far();
	/* Who has left is not asked after, and an answer that is late says nothing new. */
	is_told(1, PLACE_MAIN, 0);
	is_told(1, PLACE_MAIN, 0);
	wait_ms(WITNESS_MS);
	CHECK_INT(0, count_of("record_span"));
	CHECK_INT(2, count_of("signal_witness"));
}

/* A leave that was late, and not lost, knows better when they left. */
static void test_a_late_leave_knows_better(void)
{
	a_session_runs(3);
	a_witness_is_found();
	wait_ms(10 * SCRIPT_MINUTE);
	is_told(1, PLACE_MAIN, 0);
	is_told(1, PLACE_MAIN, 0);
	CHECK_INT(PLACE_NONE, the_session()->member[1].here);
	so_far();
	struct event *const event = something(EVENT_PERSON_LEFT);

	event->person = 1;
	event->place = PLACE_MAIN;
	event->presence.occurred_ms = clock_time(10, 5, 0);
	it_happens();
	EXPECT("person_left\n"
	       "  record_span person=1 place=0 span=1 from=10:00:00 to=10:05:00\n");
	joins(1, PLACE_MAIN);
	CHECK_INT(PLACE_MAIN, the_session()->member[1].here);
}

/* Nobody comes to be there by an answer. */
static void test_an_answer_is_no_join(void)
{
	a_session_runs(3);
	a_witness_is_found();
	leaves(1, PLACE_MAIN);
	so_far();
	is_told(1, PLACE_MAIN, 1);
	EXPECT("presence_checked\n");
	is_told(77, PLACE_MAIN, 0);
	is_told(1, PLACE_NONE, 0);
	CHECK_INT(0, count_of("record_span"));
}

static void test_too_many_to_ask(void)
{
	a_session_runs(WITNESS_ROSTER);
	a_witness_is_found();
	so_far();
	wait_ms(WITNESS_MS);
	CHECK_INT(WITNESS_AT_ONCE, count_of("signal_witness"));
	joins(WITNESS_ROSTER, PLACE_MAIN);
	so_far();
	wait_ms(10 * WITNESS_MS);
	CHECK_INT(0, count_of("signal_witness"));
}

static void test_it_ends_with_the_meeting(void)
{
	a_session_runs(3);
	a_witness_is_found();
	meeting_ends();
	so_far();
	wait_ms(10 * WITNESS_MS);
	CHECK_INT(0, count_of("signal_witness"));
}

int main(void)
{
	RUN(test_nobody_asks_without_a_witness);
	RUN(test_people_are_asked_after_in_turn);
	RUN(test_one_answer_decides_nothing);
	RUN(test_two_answers_are_a_leave);
	RUN(test_a_late_leave_knows_better);
	RUN(test_an_answer_is_no_join);
	RUN(test_too_many_to_ask);
	RUN(test_it_ends_with_the_meeting);
	return check_done();
}
