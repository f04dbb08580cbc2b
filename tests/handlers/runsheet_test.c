/* SPDX-License-Identifier: MIT */
#include "handlers/runsheet.h"

#include "handlers/timeline.h"
#include "tests/check.h"
#include "tests/handlers/meeting_script.h"

/* Welcome 15 min, work 30, a break at 11:00 whatever happens, an hour at the end. */
static void a_morning_begins(void)
{
	session_is_planned();
	block(BLOCK_PLENARY, 15);
	block_is_kept();
	block(BLOCK_INDIVIDUAL, 30);
	block_is_kept();
	block(BLOCK_BREAK, 15)->block_planned.fixed_ms = SCRIPT_HOUR;
	block_is_kept();
	block(BLOCK_PLENARY, 60);
	block_is_kept();
	people_enrol(0, 1, ROLE_FACILITATOR);
	people_enrol(1, 2, ROLE_PARTICIPANT);
	session_opens();
	at(10, 0, 0);
	meeting_starts();
	facilitator(EVENT_RUNSHEET_STARTED);
	so_far();
}

static void test_blocks_follow_each_other(void)
{
	a_morning_begins();
	at(12, 30, 0);
	EXPECT_ONLY("record_block",
		    "  record_block block=0 state=done from=10:00:00 to=10:15:00\n"
		    "  record_block block=1 state=current from=10:15:00 to=10:45:00\n"
		    "  record_block block=1 state=done from=10:15:00 to=10:45:00\n"
		    "  record_block block=2 state=current from=11:00:00 to=11:15:00\n"
		    "  record_block block=2 state=done from=11:00:00 to=11:15:00\n"
		    "  record_block block=3 state=current from=11:15:00 to=12:15:00\n"
		    "  record_block block=3 state=done from=11:15:00 to=12:15:00\n");
	CHECK_INT(CLOCK_ENDED, the_session()->clock);
	CHECK_INT(SESSION_RUNNING, the_session()->state);
}

static void test_a_late_alarm_shifts_nothing(void)
{
	a_morning_begins();
	the_session()->alarm_ms = 0; /* as if the timer had been lost */
	wait_ms(20 * SCRIPT_MINUTE);
	something(EVENT_ALARM_RANG);
	it_happens();
	EXPECT("alarm_rang\n"
	       "  record_block block=0 state=done from=10:00:00 to=10:15:00\n"
	       "  signal_clock\n"
	       "  record_block block=1 state=current from=10:15:00 to=10:45:00\n"
	       "  signal_clock\n");
	CHECK_INT(clock_time(10, 45, 0), the_session()->alarm_ms);
}

static void test_any_event_lets_time_pass_first(void)
{
	a_morning_begins();
	the_session()->alarm_ms = 0;
	wait_ms(16 * SCRIPT_MINUTE);
	facilitator(EVENT_RUNSHEET_SKIPPED);
	EXPECT("runsheet_skipped\n"
	       "  record_block block=0 state=done from=10:00:00 to=10:15:00\n"
	       "  signal_clock\n"
	       "  record_block block=1 state=current from=10:15:00 to=10:45:00\n"
	       "  signal_clock\n"
	       "  answer person=0 says=done\n"
	       "  record_block block=1 state=skipped from=10:15:00 to=10:16:00\n"
	       "  signal_clock\n");
}

static void test_starting_late(void)
{
	a_morning_begins();
	session_is_planned();
	block(BLOCK_PLENARY, 15);
	block_is_kept();
	people_enrol(0, 1, ROLE_FACILITATOR);
	session_opens();
	at(10, 12, 0);
	meeting_starts();
	CHECK_INT(12 * SCRIPT_MINUTE,
		  session_behind_ms(the_session(), clock_time(10, 12, 0)));
	so_far();
	facilitator(EVENT_RUNSHEET_STARTED);
	EXPECT("runsheet_started\n"
	       "  answer person=0 says=done\n"
	       "  record_block block=0 state=current from=10:12:00 to=10:27:00\n"
	       "  signal_clock\n");
	CHECK_INT(12 * SCRIPT_MINUTE,
		  session_behind_ms(the_session(), clock_time(10, 20, 0)));
	facilitator(EVENT_RUNSHEET_STARTED);
	EXPECT("runsheet_started\n"
	       "  answer person=0 says=not_now\n");
}

static void test_vector_28_a_hold_moves_what_can_move(void)
{
	uint32_t fixed;

	a_morning_begins();
	at(10, 7, 0);
	facilitator(EVENT_RUNSHEET_HELD);
	CHECK_INT(clock_time(22, 7, 0), the_session()->alarm_ms);
	at(10, 11, 0);
	CHECK_INT(4 * SCRIPT_MINUTE,
		  session_behind_ms(the_session(), clock_time(10, 11, 0)));
	facilitator(EVENT_RUNSHEET_RESUMED);
	EXPECT("runsheet_held\n"
	       "  answer person=0 says=done\n"
	       "  signal_clock\n"
	       "runsheet_resumed\n"
	       "  answer person=0 says=done\n"
	       "  record_block block=0 state=current from=10:00:00 to=10:19:00\n"
	       "  signal_clock\n");
	CHECK_INT(clock_time(10, 19, 0), session_block_starts(the_session(), 1));
	CHECK_INT(clock_time(10, 49, 0), session_block_ends(the_session(), 1));
	CHECK_INT(clock_time(11, 0, 0), session_block_starts(the_session(), 2));
	CHECK_INT(clock_time(11, 15, 0), session_block_starts(the_session(), 3));
	CHECK_INT(0, session_overrun_ms(the_session(), &fixed));
	CHECK_INT(2, fixed);
}

static void test_vector_28_negative_slack_is_told(void)
{
	uint32_t fixed;

	a_morning_begins();
	extends_by(18 * SCRIPT_MINUTE);
	CHECK_INT(3 * SCRIPT_MINUTE, session_overrun_ms(the_session(), &fixed));
	CHECK_INT(2, fixed);
	CHECK_INT(clock_time(11, 3, 0), session_block_starts(the_session(), 2));
	so_far();
	at(11, 10, 0);
	EXPECT_ONLY("record_block",
		    "  record_block block=0 state=done from=10:00:00 to=10:33:00\n"
		    "  record_block block=1 state=current from=10:33:00 to=11:03:00\n"
		    "  record_block block=1 state=done from=10:33:00 to=11:03:00\n"
		    "  record_block block=2 state=current from=11:03:00 to=11:18:00\n");
	session_overrun_ms(the_session(), &fixed);
	CHECK_INT(BLOCKS_MAX, fixed);
}

static void test_nothing_is_current_before_a_fixed_time(void)
{
	a_morning_begins();
	at(10, 50, 0);
	so_far();
	facilitator(EVENT_RUNSHEET_HELD);
	extends_by(SCRIPT_MINUTE);
	facilitator(EVENT_RUNSHEET_SKIPPED);
	EXPECT("runsheet_held\n"
	       "  answer person=0 says=not_now\n"
	       "runsheet_extended\n"
	       "  answer person=0 says=not_now\n"
	       "runsheet_skipped\n"
	       "  answer person=0 says=done\n"
	       "  record_block block=2 state=current from=10:50:00 to=11:05:00\n"
	       "  signal_clock\n");
}

static void test_shortening_stops_at_now(void)
{
	a_morning_begins();
	at(10, 10, 0);
	extends_by(-12 * SCRIPT_MINUTE);
	EXPECT("runsheet_extended\n"
	       "  answer person=0 says=done\n"
	       "  record_block block=0 state=current from=10:00:00 to=10:10:00\n"
	       "  signal_clock\n"
	       "  record_block block=0 state=done from=10:00:00 to=10:10:00\n"
	       "  signal_clock\n"
	       "  record_block block=1 state=current from=10:10:00 to=10:40:00\n"
	       "  signal_clock\n");
	extends_by(-INT64_C(4) * SCRIPT_HOUR - 1);
	extends_by(INT64_C(4) * SCRIPT_HOUR + 1);
	EXPECT("runsheet_extended\n"
	       "  answer person=0 says=full\n"
	       "runsheet_extended\n"
	       "  answer person=0 says=full\n");
	extends_by(INT64_C(4) * SCRIPT_HOUR);
	CHECK_INT(clock_time(14, 40, 0), session_block_ends(the_session(), 1));
}

static void test_skipping_while_held_lets_the_clock_run(void)
{
	a_morning_begins();
	at(10, 5, 0);
	facilitator(EVENT_RUNSHEET_HELD);
	at(10, 6, 0);
	facilitator(EVENT_RUNSHEET_SKIPPED);
	CHECK_INT(CLOCK_RUNNING, the_session()->clock);
	CHECK_INT(1, the_session()->current);
	facilitator(EVENT_RUNSHEET_RESUMED);
	CHECK_INT(1, count_of("record_block") - 1);
}

static void test_only_who_leads_may_lead(void)
{
	a_morning_begins();
	somebody(1, EVENT_RUNSHEET_SKIPPED);
	somebody(77, EVENT_RUNSHEET_SKIPPED);
	somebody(PEOPLE_MAX + 5, EVENT_RUNSHEET_SKIPPED);
	EXPECT("runsheet_skipped\n"
	       "  answer person=1 says=not_allowed\n"
	       "runsheet_skipped\n"
	       "  answer person=77 says=not_expected\n"
	       "runsheet_skipped\n"
	       "  answer person=2053 says=not_expected\n");
	something(EVENT_RUNSHEET_SKIPPED);
	it_happens();
	CHECK_INT(1, the_session()->current);
}

/* Ended by somebody who leads, not by the meeting's end: starting again changes nothing. */
static void test_a_block_that_was_recalled_stays_done(void)
{
	session_is_planned();
	round_of(2, 30);
	block_is_kept();
	block(BLOCK_BREAK, 10)->block_planned.fixed_ms = 40 * SCRIPT_MINUTE;
	block_is_kept();
	people_enrol(0, 1, ROLE_FACILITATOR);
	people_enrol(1, 4, ROLE_PARTICIPANT);
	session_opens();
	at(10, 0, 0);
	meeting_starts();
	all_join(0, 5);
	facilitator(EVENT_RUNSHEET_STARTED);
	at(10, 10, 0);
	facilitator(EVENT_BREAKOUT_RECALLED);
	at(10, 12, 0);
	meeting_ends();
	at(10, 13, 0);
	meeting_starts();
	CHECK_INT(BLOCK_DONE, the_session()->block[0].state);
	CHECK_INT(CLOCK_RUNNING, the_session()->clock);
	at(10, 40, 0);
	CHECK_INT(1, the_session()->current);
	CHECK_INT(BLOCK_CURRENT, the_session()->block[1].state);
}

static void test_commands_before_and_after_are_answered(void)
{
	session_is_planned();
	so_far();
	facilitator(EVENT_RUNSHEET_STARTED);
	EXPECT("runsheet_started\n"
	       "  answer person=0 says=not_now\n");
	a_morning_begins();
	meeting_ends();
	so_far();
	facilitator(EVENT_RUNSHEET_STARTED);
	EXPECT("runsheet_started\n"
	       "  answer person=0 says=not_now\n");
}

int main(void)
{
	RUN(test_blocks_follow_each_other);
	RUN(test_a_late_alarm_shifts_nothing);
	RUN(test_any_event_lets_time_pass_first);
	RUN(test_starting_late);
	RUN(test_vector_28_a_hold_moves_what_can_move);
	RUN(test_vector_28_negative_slack_is_told);
	RUN(test_nothing_is_current_before_a_fixed_time);
	RUN(test_shortening_stops_at_now);
	RUN(test_skipping_while_held_lets_the_clock_run);
	RUN(test_only_who_leads_may_lead);
	RUN(test_a_block_that_was_recalled_stays_done);
	RUN(test_commands_before_and_after_are_answered);
	return check_done();
}
