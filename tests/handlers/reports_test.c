/* SPDX-License-Identifier: MIT */
#include "handlers/reports.h"

#include "handlers/effect.h"
#include "tests/check.h"
#include "tests/handlers/meeting_script.h"

/* Over at 11:00; person 1 was in main, nobody in room 1. */
static void a_session_is_over(void)
{
	session_is_planned();
	round_of(2, 60);
	block_is_kept();
	people_enrol(0, 1, ROLE_FACILITATOR);
	people_enrol(1, 2, ROLE_PARTICIPANT);
	session_opens();
	at(10, 0, 0);
	meeting_starts();
	joins(1, PLACE_MAIN);
	facilitator(EVENT_RUNSHEET_STARTED);
	at(11, 0, 0);
	meeting_ends();
	so_far();
}

static void a_session_is_over_with_two(void)
{
	session_is_planned();
	round_of(2, 60);
	block_is_kept();
	people_enrol(0, 1, ROLE_FACILITATOR);
	people_enrol(1, 2, ROLE_PARTICIPANT);
	session_opens();
	at(10, 0, 0);
	meeting_starts();
	joins(1, PLACE_MAIN);
	joins(2, PLACE_MAIN);
	facilitator(EVENT_RUNSHEET_STARTED);
	at(11, 0, 0);
	meeting_ends();
	so_far();
}

static void is_read(int place, uint64_t digest, uint32_t people)
{
	struct event *const event = something(EVENT_REPORT_READ);

	event->place = (uint16_t)place;
	event->report.digest = digest;
	event->report.people = people;
	it_happens();
}

static void test_tries_thin_out(void)
{
	static const int minutes[] = { 1, 2, 5, 10, 20, 40, 100, 160 };

	a_session_is_over();
	for (size_t i = 0; i < sizeof(minutes) / sizeof(minutes[0]); i++) {
		CHECK_INT(clock_time(11, minutes[i], 0), the_session()->alarm_ms);
		at(11, minutes[i], 0);
		EXPECT("alarm_rang\n"
		       "  deliver_report_fetch place=0\n"
		       "  deliver_report_fetch place=1\n");
	}
}

static void test_after_a_week_it_is_closed(void)
{
	a_session_is_over();
	at(11 + 24 * 8, 40, 0);
	CHECK_INT(REPORT_TRIES * 2, count_of("deliver_report_fetch"));
	CHECK_INT(SESSION_OVER, the_session()->state);
	at(11 + 24 * 9, 40, 0);
	CHECK_INT(SESSION_CLOSED, the_session()->state);
	CHECK_INT(2, count_of("deliver_subscription_end"));
	CHECK_INT(0, the_session()->alarm_ms);
}

static void test_two_equal_reads_are_enough(void)
{
	a_session_is_over();
	at(11, 1, 0);
	is_read(1, 5, 0);
	is_read(0, 7, 1);
	at(11, 2, 0);
	is_read(1, 5, 0);
	is_read(0, 8, 1);
	so_far();
	at(11, 5, 0);
	EXPECT("alarm_rang\n"
	       "  deliver_report_fetch place=0\n");
	reports(1, PLACE_MAIN, clock_time(10, 0, 0), clock_time(10, 30, 0));
	CHECK_INT(0, count_of("record_register"));
	so_far();
	is_read(0, 8, 1);
	EXPECT("report_read\n"
	       "  record_register person=1 version=2\n"
	       "  record_session state=closed from=08:00:00 to=11:00:00\n");
	CHECK_INT(clock_time(11, 30, 0), the_session()->alarm_ms);
}

static void test_an_empty_report_where_people_were_is_not_there_yet(void)
{
	a_session_is_over();
	is_read(1, 5, 0);
	is_read(1, 5, 0);
	is_read(0, 5, 0);
	is_read(0, 5, 0);
	is_read(0, 5, 0);
	CHECK_INT(SESSION_OVER, the_session()->state);
}

/* A room in which everybody came through a relay has an empty report, and that is all. */
static void test_an_empty_report_of_people_on_other_platforms_is_whole(void)
{
	a_session_is_over();
	struct event *const event = something(EVENT_PERSON_LEFT);
	event->source = SOURCE_RELAY;
	event->person = 1;
	event->place = 1;
	event->presence.occurred_ms = clock_time(10, 20, 0);
	it_happens();
	is_read(1, 5, 0);
	is_read(1, 5, 0);
	is_read(0, 7, 1);
	is_read(0, 7, 1);
	CHECK_INT(SESSION_CLOSED, the_session()->state);
}

static void test_a_first_read_agrees_with_nothing(void)
{
	a_session_is_over();
	is_read(1, 0, 0);
	is_read(0, 0, 1);
	CHECK_INT(SESSION_OVER, the_session()->state);
	is_read(0, 0, 1);
	CHECK_INT(SESSION_OVER, the_session()->state);
	is_read(1, 0, 0);
	CHECK_INT(SESSION_CLOSED, the_session()->state);
}

static void test_one_read_alone_changes_nothing(void)
{
	a_session_is_over();
	reports(1, PLACE_MAIN, clock_time(10, 0, 0), clock_time(10, 30, 0));
	so_far();
	is_read(0, 8, 1);
	EXPECT("report_read\n");
}

static void test_rooms_nobody_made_have_no_reports(void)
{
	session_is_planned();
	round_of(2, 60);
	block_is_kept();
	people_enrol(0, 1, ROLE_FACILITATOR);
	people_enrol(1, 6, ROLE_PARTICIPANT);
	session_opens_without_rooms();
	at(10, 0, 0);
	meeting_starts();
	struct event *const event = something(EVENT_MEETING_STARTED);
	event->place = 3;
	it_happens();
	facilitator(EVENT_RUNSHEET_STARTED);
	at(11, 0, 0);
	meeting_ends();
	so_far();
	at(11, 1, 0);
	EXPECT_ONLY("deliver_report_fetch", "  deliver_report_fetch place=0\n"
					    "  deliver_report_fetch place=3\n");
}

static void test_late_evidence_makes_a_version(void)
{
	a_session_is_over();
	for (int i = 0; i < 2; i++) {
		is_read(0, 5, 1);
		is_read(1, 6, 0);
	}
	CHECK_INT(SESSION_CLOSED, the_session()->state);
	so_far();
	is_read(0, 5, 1);
	EXPECT("report_read\n");
	reports(2, PLACE_MAIN, clock_time(10, 0, 0), clock_time(11, 0, 0));
	so_far();
	struct event *const event = something(EVENT_REPORT_READ);
	event->report.final = 1;
	it_happens();
	EXPECT("report_read\n"
	       "  record_register person=2 version=2\n");
	CHECK_INT(VERDICT_ATTENDED, the_session()->results[2].verdict);
}

static void changes(int place)
{
	something(EVENT_MEETING_CHANGED)->place = (uint16_t)place;
	it_happens();
}

/* However often it changes meanwhile, one fetch that begins after the last is enough. */
static void test_a_change_is_looked_at(void)
{
	a_session_is_over();
	changes(0);
	changes(0);
	changes(0);
	EXPECT("meeting_changed\n"
	       "  deliver_report_fetch place=0\n"
	       "meeting_changed\n"
	       "meeting_changed\n");
	struct event *const event = something(EVENT_REPORT_READ);
	event->place = 0;
	event->source = SOURCE_REPORT;
	event->report.people = 1;
	it_happens();
	EXPECT("report_read\n"
	       "  deliver_report_fetch place=0\n");
	struct event *const failed = something(EVENT_DELIVERY_FAILED);
	failed->place = 0;
	failed->delivery.what = DELIVER_REPORT_FETCH;
	it_happens();
	EXPECT("delivery_failed\n");
	changes(1);
	EXPECT("meeting_changed\n"
	       "  deliver_report_fetch place=1\n");
}

static void test_a_change_before_the_end_says_nothing(void)
{
	session_is_planned();
	block(BLOCK_PLENARY, 60);
	block_is_kept();
	people_enrol(0, 1, ROLE_FACILITATOR);
	session_opens();
	at(10, 0, 0);
	meeting_starts();
	so_far();
	changes(0);
	EXPECT("meeting_changed\n");
}

static void test_a_late_alarm_asks_once(void)
{
	a_session_is_over();
	the_session()->alarm_ms = 0;
	wait_ms(30 * SCRIPT_MINUTE);
	something(EVENT_ALARM_RANG);
	it_happens();
	EXPECT("alarm_rang\n"
	       "  deliver_report_fetch place=0\n"
	       "  deliver_report_fetch place=1\n");
	CHECK_INT(clock_time(11, 40, 0), the_session()->alarm_ms);
}

/* Person 1 and person 2 were there for an hour; a report of one of them is half a report. */
static void test_half_a_report_is_waited_for(void)
{
	a_session_is_over_with_two();
	for (int i = 0; i < 4; i++) {
		is_read(PLACE_MAIN, 7, 1);
		is_read(1, 0, 0);
		CHECK_INT(SESSION_OVER, the_session()->state);
	}
	is_read(PLACE_MAIN, 8, 2);
	CHECK_INT(SESSION_OVER, the_session()->state);
	is_read(PLACE_MAIN, 8, 2);
	CHECK_INT(SESSION_CLOSED, the_session()->state);
}

static void test_after_a_day_half_a_report_has_to_do(void)
{
	a_session_is_over_with_two();
	is_read(1, 0, 0);
	is_read(1, 0, 0);
	is_read(PLACE_MAIN, 7, 1);
	at(11 + 26, 0, 0);
	is_read(PLACE_MAIN, 7, 1);
	CHECK_INT(SESSION_CLOSED, the_session()->state);
}

/* The morning of 10:00 to 11:00; three hours either side are of it. */
static void test_which_reports_touch_the_event(void)
{
	const int64_t day = 24 * SCRIPT_HOUR;

	a_session_is_over();
	CHECK(report_touches(the_session(), clock_time(10, 0, 0), clock_time(11, 0, 0)));
	CHECK(report_touches(the_session(), clock_time(9, 0, 0), clock_time(9, 1, 0)));
	CHECK(report_touches(the_session(), clock_time(13, 59, 0), clock_time(15, 0, 0)));
	CHECK(report_touches(the_session(), clock_time(10, 30, 0) - day,
			     clock_time(10, 30, 0) + day));
	CHECK(!report_touches(the_session(), clock_time(5, 0, 0), clock_time(6, 59, 0)));
	CHECK(!report_touches(the_session(), clock_time(14, 1, 0), clock_time(15, 0, 0)));
	CHECK(!report_touches(the_session(), clock_time(10, 0, 0) - 7 * day,
			      clock_time(11, 0, 0) - 7 * day));
}

int main(void)
{
	RUN(test_tries_thin_out);
	RUN(test_after_a_week_it_is_closed);
	RUN(test_two_equal_reads_are_enough);
	RUN(test_an_empty_report_where_people_were_is_not_there_yet);
	RUN(test_an_empty_report_of_people_on_other_platforms_is_whole);
	RUN(test_a_first_read_agrees_with_nothing);
	RUN(test_one_read_alone_changes_nothing);
	RUN(test_rooms_nobody_made_have_no_reports);
	RUN(test_late_evidence_makes_a_version);
	RUN(test_a_change_is_looked_at);
	RUN(test_a_change_before_the_end_says_nothing);
	RUN(test_a_late_alarm_asks_once);
	RUN(test_half_a_report_is_waited_for);
	RUN(test_after_a_day_half_a_report_has_to_do);
	RUN(test_which_reports_touch_the_event);
	return check_done();
}
