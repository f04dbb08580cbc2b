/* SPDX-License-Identifier: MIT */
#include "handlers/meeting.h"

#include "handlers/register.h"
#include "handlers/transcript.h"
#include "handlers/handlers.h"
#include "tests/check.h"
#include "tests/handlers/meeting_script.h"

static void a_session_opens(void)
{
	session_is_planned();
	block(BLOCK_PLENARY, 30);
	block_is_kept();
	block(BLOCK_PLENARY, 30);
	block_is_kept();
	people_enrol(0, 1, ROLE_FACILITATOR);
	people_enrol(1, 2, ROLE_PARTICIPANT);
	session_opens();
}

static void a_session_runs(void)
{
	a_session_opens();
	at(10, 0, 0);
	meeting_starts();
	joins(1, PLACE_MAIN);
	facilitator(EVENT_RUNSHEET_STARTED);
	so_far();
}

static void meeting_is_said_to(enum event_kind kind, int64_t occurred_ms)
{
	struct event *const event = something(kind);

	event->place = PLACE_MAIN;
	event->presence.occurred_ms = occurred_ms;
	it_happens();
}

static void test_planning_twice_changes_nothing(void)
{
	static struct session before;

	a_session_opens();
	before = *the_session();
	struct event *event = something(EVENT_SESSION_SCHEDULED);
	event->scheduled.starts_ms = 1;
	it_happens();
	event = block(BLOCK_BREAK, 99);
	event->block = 0;
	it_happens();
	people_enrol(0, 1, ROLE_FACILITATOR);
	people_enrol(1, 2, ROLE_PARTICIPANT);
	something(EVENT_SESSION_OPENED);
	it_happens();
	before.events = the_session()->events;
	CHECK(memcmp(&before, the_session(), sizeof(before)) == 0);
}

static void test_what_cannot_be_planned(void)
{
	session_is_planned();
	so_far();
	struct event *event = block(BLOCK_PLENARY, 10);
	event->block = 1;
	it_happens();
	block(BLOCK_PLENARY, 0);
	it_happens();
	round_of(0, 10);
	it_happens();
	event = round_of(3, 10);
	event->block_planned.room_count = 3;
	event->by = 5;
	it_happens();
	poll(0, 2);
	it_happens();
	event = block(BLOCK_PLENARY, 10);
	event->block = BLOCKS_MAX;
	event->by = 5;
	it_happens();
	EXPECT("block_planned\n"
	       "block_planned\n"
	       "block_planned\n"
	       "block_planned\n"
	       "  answer person=5 says=not_now\n"
	       "poll_planned\n"
	       "block_planned\n"
	       "  answer person=5 says=full\n");
	CHECK_INT(6, the_session()->refused);
	CHECK_INT(0, the_session()->blocks);
}

static void test_the_fullest_plan_fits(void)
{
	session_is_planned();
	for (int i = 0; i < BLOCKS_MAX; i++) {
		block(BLOCK_PLENARY, 1);
		block_is_kept();
	}
	for (int i = 0; i < POLLS_MAX; i++) {
		poll(i, CHOICES_MAX);
		block_is_kept();
	}
	people_enrol(0, PEOPLE_MAX, ROLE_PARTICIPANT);
	CHECK_INT(0, the_session()->refused);
	people_enrol(PEOPLE_MAX, 1, ROLE_PARTICIPANT);
	CHECK_INT(1, the_session()->refused);
}

static void test_nothing_before_it_is_scheduled(void)
{
	session_is_planned();
	memset(the_session(), 0, sizeof(*the_session()));
	so_far();
	joins(1, PLACE_MAIN);
	votes(1, 0, 0);
	EXPECT("person_joined\n"
	       "poll_voted\n"
	       "  answer person=1 says=not_now\n");
	CHECK_INT(2, the_session()->refused);
	CHECK_INT(0, the_session()->people);
}

static void test_start_and_end(void)
{
	a_session_opens();
	at(10, 0, 0);
	so_far();
	meeting_starts();
	EXPECT("meeting_started\n"
	       "  record_session state=running from=08:00:00\n"
	       "  signal_clock\n");
	facilitator(EVENT_RUNSHEET_STARTED);
	at(10, 40, 0);
	so_far();
	meeting_ends();
	EXPECT("meeting_ended\n"
	       "  record_block block=1 state=done from=10:30:00 to=10:40:00\n"
	       "  signal_clock\n"
	       "  record_register person=0 version=1\n"
	       "  record_register person=1 version=1\n"
	       "  record_register person=2 version=1\n"
	       "  record_session state=over from=08:00:00 to=10:40:00\n"
	       "  signal_clock\n");
	CHECK_INT(40 * SCRIPT_MINUTE, the_session()->creditable_ms);
	CHECK_INT(CLOCK_ENDED, the_session()->clock);
}

static void test_blocks_ahead_stay_ahead(void)
{
	a_session_runs();
	at(10, 10, 0);
	meeting_ends();
	CHECK_INT(BLOCK_DONE, the_session()->block[0].state);
	CHECK_INT(BLOCK_AHEAD, the_session()->block[1].state);
	CHECK_INT(10 * SCRIPT_MINUTE, the_session()->creditable_ms);
}

static void test_told_late_it_ended_then(void)
{
	a_session_runs();
	at(10, 34, 0);
	meeting_is_said_to(EVENT_MEETING_ENDED, clock_time(10, 28, 0));
	CHECK_INT(clock_time(10, 28, 0), the_session()->ended_ms);
	CHECK_INT(28 * SCRIPT_MINUTE, the_session()->creditable_ms);
	CHECK_INT(28 * SCRIPT_MINUTE, the_session()->results[1].attended_ms);
}

static void test_repeats_and_stale_news(void)
{
	a_session_runs();
	meeting_is_said_to(EVENT_MEETING_STARTED, clock_time(10, 0, 0));
	at(10, 10, 0);
	meeting_ends();
	so_far();
	meeting_is_said_to(EVENT_MEETING_ENDED, clock_time(10, 10, 0));
	meeting_is_said_to(EVENT_MEETING_STARTED, clock_time(10, 0, 0));
	EXPECT("meeting_ended\n"
	       "meeting_started\n");
	at(10, 12, 0);
	meeting_starts();
	so_far();
	meeting_is_said_to(EVENT_MEETING_ENDED, clock_time(10, 10, 0));
	EXPECT("meeting_ended\n");
	CHECK_INT(SESSION_RUNNING, the_session()->state);
}

static void test_vector_9_reopened_it_goes_on(void)
{
	a_session_runs();
	at(10, 10, 0);
	meeting_ends();
	so_far();
	at(10, 10, 50);
	meeting_starts();
	EXPECT("meeting_started\n"
	       "  record_session state=running from=08:00:00\n"
	       "  signal_clock\n"
	       "  record_block block=0 state=current from=10:00:00 to=10:30:00\n"
	       "  signal_clock\n");
	joins(1, PLACE_MAIN);
	at(11, 0, 0);
	CHECK_INT(CLOCK_ENDED, the_session()->clock);
	meeting_ends();
	CHECK_INT(60 * SCRIPT_MINUTE, the_session()->creditable_ms);
	CHECK_INT(60 * SCRIPT_MINUTE, the_session()->results[1].attended_ms);
}

static void test_reopened_after_a_block_has_passed(void)
{
	a_session_runs();
	at(10, 25, 0);
	meeting_ends();
	at(10, 35, 0);
	so_far();
	meeting_starts();
	EXPECT_ONLY("record_block",
		    "  record_block block=0 state=current from=10:00:00 to=10:30:00\n"
		    "  record_block block=0 state=done from=10:00:00 to=10:30:00\n"
		    "  record_block block=1 state=current from=10:30:00 to=11:00:00\n");
}

static void test_reopened_while_held(void)
{
	a_session_runs();
	at(10, 10, 0);
	facilitator(EVENT_RUNSHEET_HELD);
	at(10, 15, 0);
	meeting_ends();
	at(10, 20, 0);
	meeting_starts();
	CHECK_INT(CLOCK_HELD, the_session()->clock);
	at(10, 22, 0);
	facilitator(EVENT_RUNSHEET_RESUMED);
	CHECK_INT(clock_time(10, 37, 0), the_session()->alarm_ms);
}

static void test_reopened_after_the_very_end(void)
{
	a_session_runs();
	at(10, 59, 59);
	meeting_is_said_to(EVENT_MEETING_ENDED, clock_time(11, 0, 0));
	CHECK_INT(SESSION_OVER, the_session()->state);
	at(11, 5, 0);
	meeting_starts();
	CHECK_INT(SESSION_RUNNING, the_session()->state);
	CHECK_INT(CLOCK_ENDED, the_session()->clock);
	CHECK_INT(clock_time(15, 0, 0), the_session()->alarm_ms);
}

static void test_reopened_just_in_time(void)
{
	a_session_runs();
	at(10, 40, 0);
	meeting_ends();
	at(11, 10, 0);
	meeting_starts();
	CHECK_INT(SESSION_RUNNING, the_session()->state);
}

static void test_much_later_it_is_another_matter(void)
{
	a_session_runs();
	at(10, 40, 0);
	meeting_ends();
	at(11, 10, 1);
	so_far();
	meeting_starts();
	EXPECT("meeting_started\n");
	CHECK_INT(SESSION_OVER, the_session()->state);
}

static void test_trying_the_link_the_day_before(void)
{
	a_session_opens();
	at(9, 0, 0);
	meeting_starts();
	at(9, 10, 0);
	meeting_ends();
	CHECK_INT(SESSION_OPEN, the_session()->state);
	at(9, 55, 0);
	meeting_starts();
	at(10, 0, 0);
	facilitator(EVENT_RUNSHEET_STARTED);
	CHECK_INT(SESSION_RUNNING, the_session()->state);
	CHECK_INT(clock_time(9, 0, 0), the_session()->place[PLACE_MAIN].started_ms);
}

static void test_an_end_without_a_start(void)
{
	a_session_opens();
	at(9, 30, 0);
	meeting_ends();
	CHECK_INT(SESSION_OPEN, the_session()->state);
	at(10, 40, 0);
	meeting_ends();
	CHECK_INT(SESSION_OVER, the_session()->state);
}

static void test_refusals_say_why(void)
{
	a_session_opens();
	so_far();
	struct event *event = something(EVENT_PERSON_ENROLLED);
	event->by = 3;
	it_happens();
	event = something(EVENT_PERSON_ENROLLED);
	event->by = 3;
	event->person = PEOPLE_MAX;
	it_happens();
	event = something(EVENT_PERSON_ENROLLED);
	event->by = 3;
	event->enrolled.role = ROLES;
	it_happens();
	EXPECT("person_enrolled\n"
	       "  answer person=3 says=unknown\n"
	       "person_enrolled\n"
	       "  answer person=3 says=full\n"
	       "person_enrolled\n"
	       "  answer person=3 says=unknown\n");
}

static void test_no_such_kind(void)
{
	struct effects effects = { NULL, NULL, 0, 0 };
	struct event event = event_blank(EVENT_ALARM_RANG);

	a_session_opens();
	event.kind = EVENT_KINDS;
	handle(the_session(), &event, &effects);
	event.kind = EVENT_NONE;
	handle(the_session(), &event, &effects);
	CHECK_INT(2, the_session()->refused);
	CHECK_INT(0, effects.count);
}

static void test_never_started_is_unclear(void)
{
	char sentence[RECONCILE_SENTENCE_BYTES];

	a_session_opens();
	at(10, 0, 0);
	meeting_starts();
	joins(1, PLACE_MAIN);
	at(11, 0, 0);
	meeting_ends();
	CHECK_INT(SESSION_OVER, the_session()->state);
	CHECK_INT(0, the_session()->creditable_ms);
	CHECK_INT(VERDICT_UNCLEAR, the_session()->results[1].verdict);
	sentence_of(1, sentence);
	CHECK_TEXT("The run-sheet was never started, so nothing can be counted.",
		   sentence);
}

static void test_an_end_nobody_tells(void)
{
	a_session_runs();
	at(14, 59, 59);
	CHECK_INT(SESSION_RUNNING, the_session()->state);
	at(15, 0, 0);
	CHECK_INT(SESSION_OVER, the_session()->state);
	CHECK_INT(clock_time(11, 0, 0), the_session()->ended_ms);
	CHECK_INT(60 * SCRIPT_MINUTE, the_session()->results[1].attended_ms);
}

static void test_forgotten_while_held(void)
{
	a_session_runs();
	at(10, 20, 0);
	facilitator(EVENT_RUNSHEET_HELD);
	CHECK_INT(clock_time(22, 20, 0), the_session()->alarm_ms);
	at(22, 20, 0);
	CHECK_INT(SESSION_OVER, the_session()->state);
	CHECK_INT(20 * SCRIPT_MINUTE, the_session()->creditable_ms);
	CHECK_INT(20 * SCRIPT_MINUTE, the_session()->results[1].attended_ms);
}

static void test_forgotten_before_it_began(void)
{
	a_session_opens();
	at(10, 5, 0);
	meeting_starts();
	at(22, 4, 59);
	CHECK_INT(SESSION_RUNNING, the_session()->state);
	at(22, 5, 0);
	CHECK_INT(SESSION_OVER, the_session()->state);
}

static void test_started_without_a_start(void)
{
	a_session_opens();
	at(10, 2, 0);
	facilitator(EVENT_RUNSHEET_STARTED);
	CHECK_INT(SESSION_RUNNING, the_session()->state);
	at(10, 30, 0);
	meeting_ends();
	CHECK_INT(SESSION_OVER, the_session()->state);
}

static void test_on_before_the_opening(void)
{
	session_is_planned();
	block(BLOCK_PLENARY, 30);
	block_is_kept();
	meeting_starts();
	session_opens();
	CHECK_INT(SESSION_RUNNING, the_session()->state);
}

int main(void)
{
	RUN(test_planning_twice_changes_nothing);
	RUN(test_what_cannot_be_planned);
	RUN(test_the_fullest_plan_fits);
	RUN(test_nothing_before_it_is_scheduled);
	RUN(test_start_and_end);
	RUN(test_blocks_ahead_stay_ahead);
	RUN(test_told_late_it_ended_then);
	RUN(test_repeats_and_stale_news);
	RUN(test_vector_9_reopened_it_goes_on);
	RUN(test_reopened_after_a_block_has_passed);
	RUN(test_reopened_while_held);
	RUN(test_reopened_after_the_very_end);
	RUN(test_reopened_just_in_time);
	RUN(test_much_later_it_is_another_matter);
	RUN(test_trying_the_link_the_day_before);
	RUN(test_an_end_without_a_start);
	RUN(test_refusals_say_why);
	RUN(test_no_such_kind);
	RUN(test_never_started_is_unclear);
	RUN(test_an_end_nobody_tells);
	RUN(test_forgotten_while_held);
	RUN(test_forgotten_before_it_began);
	RUN(test_started_without_a_start);
	RUN(test_on_before_the_opening);
	return check_done();
}
