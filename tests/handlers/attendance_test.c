/* SPDX-License-Identifier: MIT */
#include "handlers/attendance.h"

#include "tests/check.h"
#include "tests/handlers/meeting_script.h"

/* An hour from 10:00; person 0 leads, 1 to 3 take part. */
static void an_hour_begins(void)
{
	session_is_planned();
	block(BLOCK_PLENARY, 60);
	block_is_kept();
	people_enrol(0, 1, ROLE_FACILITATOR);
	people_enrol(1, 3, ROLE_PARTICIPANT);
	session_opens();
	at(10, 0, 0);
	meeting_starts();
	facilitator(EVENT_RUNSHEET_STARTED);
	so_far();
}

static void an_hour_ends(void)
{
	at(11, 0, 0);
	meeting_ends();
}

static int64_t minutes_of(int person)
{
	return the_session()->results[person].attended_ms / SCRIPT_MINUTE;
}

/* As joins() and leaves(), but heard of now and of then, on one device. */
static void heard(enum event_kind kind, int person, int64_t occurred_ms, uint64_t leg)
{
	struct event *const event = something(kind);

	event->source = SOURCE_BOT;
	event->person = (uint32_t)person;
	event->place = PLACE_MAIN;
	event->presence.occurred_ms = occurred_ms;
	event->presence.leg = leg;
	it_happens();
}

static void test_join_and_leave(void)
{
	an_hour_begins();
	joins(1, PLACE_MAIN);
	CHECK_INT(1, the_session()->place[PLACE_MAIN].here);
	at(10, 20, 0);
	leaves(1, PLACE_MAIN);
	EXPECT("person_joined\n"
	       "  record_span person=1 place=0 span=0 from=10:00:00 to=open\n"
	       "  signal_presence person=1 place=0\n"
	       "person_left\n"
	       "  record_span person=1 place=0 span=0 from=10:00:00 to=10:20:00\n"
	       "  signal_presence person=1 place=none\n");
	CHECK_INT(0, the_session()->place[PLACE_MAIN].here);
}

static void test_repeats_change_nothing(void)
{
	an_hour_begins();
	joins(1, PLACE_MAIN);
	heard(EVENT_PERSON_JOINED, 1, clock_time(10, 0, 0), 0);
	at(10, 20, 0);
	leaves(1, PLACE_MAIN);
	so_far();
	heard(EVENT_PERSON_LEFT, 1, clock_time(10, 20, 0), 0);
	heard(EVENT_PERSON_JOINED, 1, clock_time(10, 0, 0), 0);
	EXPECT("person_left\n"
	       "person_joined\n");
	CHECK_INT(1, the_session()->spans);
}

static void test_a_leave_overtakes_its_join(void)
{
	an_hour_begins();
	at(10, 30, 0);
	heard(EVENT_PERSON_LEFT, 1, clock_time(10, 20, 0), 0);
	heard(EVENT_PERSON_JOINED, 1, clock_time(10, 25, 0), 0);
	heard(EVENT_PERSON_JOINED, 1, clock_time(10, 5, 0), 0);
	EXPECT("person_left\n"
	       "  record_span person=1 place=0 span=0 from=unknown to=10:20:00\n"
	       "person_joined\n"
	       "  record_span person=1 place=0 span=1 from=10:25:00 to=open\n"
	       "  signal_presence person=1 place=0\n"
	       "person_joined\n"
	       "  record_span person=1 place=0 span=0 from=10:05:00 to=10:20:00\n");
	an_hour_ends();
	CHECK_INT(15 + 35, minutes_of(1));
}

static void test_in_and_out_at_once(void)
{
	an_hour_begins();
	joins(1, PLACE_MAIN);
	leaves(1, PLACE_MAIN);
	CHECK_INT(1, the_session()->spans);
	CHECK_INT(the_session()->span[0].from_ms, the_session()->span[0].to_ms);
	CHECK_INT(0, the_session()->place[PLACE_MAIN].here);
}

static void test_two_devices_and_their_legs(void)
{
	an_hour_begins();
	heard(EVENT_PERSON_JOINED, 1, clock_time(10, 0, 0), 11);
	at(10, 10, 0);
	heard(EVENT_PERSON_JOINED, 1, clock_time(10, 10, 0), 22);
	heard(EVENT_PERSON_JOINED, 1, clock_time(10, 10, 1), 22);
	CHECK_INT(2, the_session()->spans);
	CHECK_INT(1, the_session()->place[PLACE_MAIN].here);
	at(10, 20, 0);
	heard(EVENT_PERSON_LEFT, 1, clock_time(10, 20, 0), 11);
	CHECK_INT(1, the_session()->place[PLACE_MAIN].here);
	at(10, 30, 0);
	heard(EVENT_PERSON_LEFT, 1, clock_time(10, 30, 0), 22);
	CHECK_INT(0, the_session()->place[PLACE_MAIN].here);
	an_hour_ends();
	CHECK_INT(30, minutes_of(1));
}

static void test_without_legs_the_oldest_is_closed(void)
{
	an_hour_begins();
	joins(1, PLACE_MAIN);
	at(10, 10, 0);
	joins(1, PLACE_MAIN);
	at(10, 20, 0);
	leaves(1, PLACE_MAIN);
	CHECK_INT(clock_time(10, 20, 0), the_session()->span[0].to_ms);
	CHECK(the_session()->span[1].to_ms == OPEN_END);
}

static void test_rooms_before_main(void)
{
	an_hour_begins();
	joins(1, PLACE_MAIN);
	at(10, 10, 0);
	joins(1, 3);
	CHECK_INT(3, the_session()->member[1].here);
	joins(1, PLACE_MAIN);
	CHECK_INT(3, the_session()->member[1].here);
	at(10, 20, 0);
	leaves(1, 3);
	CHECK_INT(PLACE_MAIN, the_session()->member[1].here);
	CHECK_INT(0, the_session()->place[3].here);
}

static void test_the_page_is_no_presence(void)
{
	an_hour_begins();
	joins(1, PLACE_PAGE);
	CHECK_INT(PLACE_NONE, the_session()->member[1].here);
	an_hour_ends();
	CHECK_INT(0, minutes_of(1));
	CHECK_INT(VERDICT_ABSENT, the_session()->results[1].verdict);
}

static void test_strangers_are_seen(void)
{
	an_hour_begins();
	joins(40, PLACE_MAIN);
	CHECK_INT(2, the_session()->member[40].known);
	CHECK_INT(ROLE_PARTICIPANT, the_session()->member[40].role);
	CHECK(!session_member(the_session(), 39));
	an_hour_ends();
	CHECK_INT(60, minutes_of(40));
	CHECK_INT(VERDICT_ATTENDED, the_session()->results[40].verdict);
}

static void test_times_a_day_away_are_not_believed(void)
{
	an_hour_begins();
	heard(EVENT_PERSON_JOINED, 1, clock_time(10, 0, 0) - 24 * SCRIPT_HOUR - 1, 0);
	CHECK_INT(clock_time(10, 0, 0), the_session()->span[0].from_ms);
	heard(EVENT_PERSON_JOINED, 2, 0, 0);
	CHECK_INT(clock_time(10, 0, 0), the_session()->span[1].from_ms);
}

/* Room 1 closes empty at 10:20, which is told at 10:30; person 1 has been back since 10:22. */
static void test_an_end_told_late_leaves_the_next_call_alone(void)
{
	session_is_planned();
	round_of(2, 60);
	block_is_kept();
	people_enrol(0, 1, ROLE_FACILITATOR);
	people_enrol(1, 2, ROLE_PARTICIPANT);
	session_opens();
	at(10, 0, 0);
	meeting_starts();
	joins(1, 1);
	at(10, 10, 0);
	leaves(1, 1);
	at(10, 22, 0);
	joins(1, 1);
	at(10, 30, 0);
	struct event *const event = something(EVENT_MEETING_ENDED);
	event->source = SOURCE_BOT;
	event->place = 1;
	event->presence.occurred_ms = clock_time(10, 20, 0);
	it_happens();
	CHECK_INT(1, the_session()->member[1].here);
	CHECK_INT(OPEN_END, the_session()->span[the_session()->spans - 1].to_ms);
}

static void test_open_until_the_meeting_ends(void)
{
	an_hour_begins();
	joins(1, PLACE_MAIN);
	at(10, 40, 0);
	so_far();
	meeting_ends();
	EXPECT_ONLY("record_span",
		    "  record_span person=1 place=0 span=0 from=10:00:00 to=10:40:00\n");
	CHECK_INT(40, minutes_of(1));
	CHECK_INT(0, the_session()->place[PLACE_MAIN].here);
	heard(EVENT_PERSON_LEFT, 1, clock_time(10, 38, 0), 0);
	CHECK_INT(clock_time(10, 38, 0), the_session()->span[0].to_ms);
	heard(EVENT_PERSON_JOINED, 2, clock_time(10, 35, 0), 0);
	CHECK_INT(clock_time(10, 40, 0), the_session()->span[1].to_ms);
	CHECK_INT(PLACE_NONE, the_session()->member[2].here);
}

static void report_is_final(void)
{
	struct event *const event = something(EVENT_REPORT_READ);

	event->place = PLACE_MAIN;
	event->report.people = 1;
	event->report.final = 1;
	it_happens();
}

static void test_a_report_replaces_what_nobody_closed(void)
{
	an_hour_begins();
	joins(1, PLACE_MAIN);
	joins(2, PLACE_MAIN);
	at(10, 10, 0);
	leaves(2, PLACE_MAIN);
	an_hour_ends();
	CHECK_INT(60, minutes_of(1));
	reports(1, PLACE_MAIN, clock_time(10, 0, 0), clock_time(10, 30, 0));
	reports(1, PLACE_MAIN, clock_time(10, 0, 0), clock_time(10, 30, 0));
	reports(2, PLACE_MAIN, clock_time(10, 50, 0), clock_time(11, 0, 0));
	CHECK_INT(4, the_session()->spans);
	so_far();
	report_is_final();
	EXPECT_ONLY("record_register", "  record_register person=1 version=2\n"
				       "  record_register person=2 version=2\n");
	CHECK_INT(30, minutes_of(1));
	CHECK_INT(20, minutes_of(2));
	CHECK_INT(1, the_session()->results[3].version);
}

static void test_a_leave_without_a_join_is_a_doubt(void)
{
	an_hour_begins();
	at(10, 50, 0);
	leaves(1, PLACE_MAIN);
	an_hour_ends();
	CHECK_INT(VERDICT_UNCLEAR, the_session()->results[1].verdict);
}

static void test_places_and_people_beyond_the_limits(void)
{
	an_hour_begins();
	joins(1, PLACES_MAX);
	joins(1, PLACE_NONE);
	joins(PEOPLE_MAX, PLACE_MAIN);
	reports(1, PLACE_MAIN, 20, 10);
	EXPECT("person_joined\n"
	       "person_joined\n"
	       "person_joined\n"
	       "interval_reported\n");
	CHECK_INT(4, the_session()->refused);
	CHECK_INT(0, the_session()->spans);
}

static void test_a_report_is_no_live_news(void)
{
	an_hour_begins();
	struct event *const event = something(EVENT_PERSON_JOINED);
	event->source = SOURCE_REPORT;
	event->person = 1;
	event->place = PLACE_MAIN;
	it_happens();
	EXPECT("person_joined\n");
	CHECK_INT(1, the_session()->refused);
}

static void test_a_leave_long_after_the_end_is_a_doubt(void)
{
	an_hour_begins();
	joins(1, PLACE_MAIN);
	joins(2, PLACE_MAIN);
	at(10, 40, 0);
	meeting_ends();
	heard(EVENT_PERSON_LEFT, 1, clock_time(10, 41, 0), 0);
	heard(EVENT_PERSON_LEFT, 2, clock_time(10, 41, 0) + 1, 0);
	CHECK_INT(3, the_session()->spans);
	CHECK_INT(clock_time(10, 41, 0), the_session()->span[0].to_ms);
	CHECK_INT(clock_time(10, 40, 0), the_session()->span[1].to_ms);
}

static void test_more_spans_than_can_be_kept(void)
{
	an_hour_begins();
	for (int i = 0; i < SPANS_MAX; i++)
		reports(i % 1000, PLACE_MAIN, clock_time(10, 0, 0) + i,
			clock_time(10, 30, 0));
	CHECK_INT(SPANS_MAX, the_session()->spans);
	so_far();
	joins(2, PLACE_MAIN);
	leaves(3, PLACE_MAIN);
	reports(4, PLACE_MAIN, clock_time(10, 0, 0), clock_time(10, 1, 0));
	EXPECT("person_joined\n"
	       "person_left\n"
	       "interval_reported\n");
	CHECK_INT(3, the_session()->refused);
}

int main(void)
{
	RUN(test_join_and_leave);
	RUN(test_repeats_change_nothing);
	RUN(test_a_leave_overtakes_its_join);
	RUN(test_in_and_out_at_once);
	RUN(test_two_devices_and_their_legs);
	RUN(test_without_legs_the_oldest_is_closed);
	RUN(test_rooms_before_main);
	RUN(test_the_page_is_no_presence);
	RUN(test_strangers_are_seen);
	RUN(test_times_a_day_away_are_not_believed);
	RUN(test_an_end_told_late_leaves_the_next_call_alone);
	RUN(test_open_until_the_meeting_ends);
	RUN(test_a_report_replaces_what_nobody_closed);
	RUN(test_a_leave_without_a_join_is_a_doubt);
	RUN(test_places_and_people_beyond_the_limits);
	RUN(test_a_report_is_no_live_news);
	RUN(test_a_leave_long_after_the_end_is_a_doubt);
	RUN(test_more_spans_than_can_be_kept);
	return check_done();
}
