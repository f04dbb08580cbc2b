/* SPDX-License-Identifier: MIT */
#include "handlers/poll.h"

#include "tests/check.h"
#include "tests/handlers/meeting_script.h"

/* Poll 0 belongs to the second block, a poll block; poll 1 to none. */
static void polls_are_planned(int changeable, int shown)
{
	session_is_planned();
	block(BLOCK_PLENARY, 10);
	block_is_kept();
	block(BLOCK_POLL, 5);
	block_is_kept();
	struct event *event = poll(1, 5);
	event->poll_planned.changeable = (uint16_t)changeable;
	event->poll_planned.shown = (uint16_t)shown;
	block_is_kept();
	event = poll(BLOCKS_MAX, 2);
	event->poll_planned.changeable = (uint16_t)changeable;
	event->poll_planned.shown = (uint16_t)shown;
	block_is_kept();
	people_enrol(0, 1, ROLE_FACILITATOR);
	people_enrol(1, 9, ROLE_PARTICIPANT);
	session_opens();
	at(10, 0, 0);
	meeting_starts();
	facilitator(EVENT_RUNSHEET_STARTED);
	so_far();
}

static void leads_poll(enum event_kind kind, int number)
{
	struct event *const event = something(kind);

	event->by = 0;
	event->poll = (uint16_t)number;
	it_happens();
}

static void test_the_block_opens_closes_and_shows(void)
{
	polls_are_planned(1, 1);
	at(10, 10, 0);
	EXPECT("alarm_rang\n"
	       "  record_block block=0 state=done from=10:00:00 to=10:10:00\n"
	       "  signal_clock\n"
	       "  record_block block=1 state=current from=10:10:00 to=10:15:00\n"
	       "  signal_clock\n"
	       "  record_poll poll=0 state=open\n"
	       "  signal_poll poll=0\n"
	       "  deliver_poll_card poll=0\n");
	votes(1, 0, 4);
	EXPECT("poll_voted\n"
	       "  answer person=1 says=vote_counted\n"
	       "  record_vote person=1 poll=0 choice=4\n"
	       "  signal_poll poll=0\n");
	at(10, 15, 0);
	EXPECT_ONLY("record_poll", "  record_poll poll=0 state=shown\n");
	CHECK_INT(1, count_of("deliver_poll_update"));
	so_far();
	votes(2, 0, 4);
	EXPECT("poll_voted\n"
	       "  answer person=2 says=poll_closed\n");
}

static void test_any_block_asks_its_polls(void)
{
	session_is_planned();
	block(BLOCK_ADMIN, 5);
	block_is_kept();
	block(BLOCK_INDIVIDUAL, 10);
	block_is_kept();
	poll(0, 5);
	block_is_kept();
	poll(1, 2);
	block_is_kept();
	people_enrol(0, 1, ROLE_FACILITATOR);
	session_opens();
	at(10, 0, 0);
	meeting_starts();
	so_far();
	facilitator(EVENT_RUNSHEET_STARTED);
	EXPECT_ONLY("record_poll", "  record_poll poll=0 state=open\n");
	so_far();
	at(10, 5, 0);
	EXPECT_ONLY("record_poll", "  record_poll poll=0 state=shown\n"
				   "  record_poll poll=1 state=open\n");
}

static void test_what_may_not_be_shown_is_only_closed(void)
{
	polls_are_planned(1, 0);
	at(10, 16, 0);
	CHECK_INT(POLL_CLOSED, the_session()->poll[0].state);
	so_far();
	leads_poll(EVENT_POLL_SHOWN, 0);
	EXPECT("poll_shown\n"
	       "  answer person=0 says=not_now\n");
}

static void test_one_vote_each(void)
{
	polls_are_planned(1, 1);
	at(10, 10, 0);
	votes(1, 0, 4);
	votes(2, 0, 4);
	so_far();
	votes(1, 0, 4);
	votes(1, 0, 2);
	EXPECT("poll_voted\n"
	       "  answer person=1 says=vote_counted\n"
	       "poll_voted\n"
	       "  answer person=1 says=vote_changed\n"
	       "  record_vote person=1 poll=0 choice=2\n"
	       "  signal_poll poll=0\n");
	CHECK_INT(2, the_session()->poll[0].answers);
	CHECK_INT(1, the_session()->poll[0].counts[2]);
	CHECK_INT(1, the_session()->poll[0].counts[4]);
}

static void test_some_polls_take_one_answer_only(void)
{
	polls_are_planned(0, 1);
	at(10, 10, 0);
	votes(1, 0, 4);
	so_far();
	votes(1, 0, 2);
	votes(1, 0, 4);
	EXPECT("poll_voted\n"
	       "  answer person=1 says=already_voted\n"
	       "poll_voted\n"
	       "  answer person=1 says=vote_counted\n");
	CHECK_INT(1, the_session()->poll[0].counts[4]);
}

static void test_votes_that_do_not_count(void)
{
	polls_are_planned(1, 1);
	votes(1, 0, 0);
	at(10, 10, 0);
	so_far();
	votes(0, 0, 0);
	votes(1, 0, 5);
	votes(1, 7, 0);
	votes(500, 0, 0);
	votes(PEOPLE_MAX, 0, 0);
	EXPECT("poll_voted\n"
	       "  answer person=0 says=not_allowed\n"
	       "poll_voted\n"
	       "  answer person=1 says=choice_unknown\n"
	       "poll_voted\n"
	       "  answer person=1 says=poll_unknown\n"
	       "poll_voted\n"
	       "  answer person=500 says=not_expected\n"
	       "poll_voted\n"
	       "  answer person=2048 says=not_expected\n");
	CHECK_INT(0, the_session()->poll[0].answers);
}

static void test_a_facilitator_leads_the_others(void)
{
	polls_are_planned(1, 1);
	leads_poll(EVENT_POLL_CLOSED, 1);
	leads_poll(EVENT_POLL_OPENED, 1);
	leads_poll(EVENT_POLL_OPENED, 1);
	leads_poll(EVENT_POLL_CLOSED, 1);
	leads_poll(EVENT_POLL_OPENED, 1);
	leads_poll(EVENT_POLL_SHOWN, 1);
	leads_poll(EVENT_POLL_SHOWN, 1);
	leads_poll(EVENT_POLL_OPENED, 1);
	leads_poll(EVENT_POLL_OPENED, 2);
	EXPECT("poll_closed\n"
	       "  answer person=0 says=not_now\n"
	       "poll_opened\n"
	       "  answer person=0 says=done\n"
	       "  record_poll poll=1 state=open\n"
	       "  signal_poll poll=1\n"
	       "  deliver_poll_card poll=1\n"
	       "poll_opened\n"
	       "  answer person=0 says=done\n"
	       "poll_closed\n"
	       "  answer person=0 says=done\n"
	       "  record_poll poll=1 state=closed\n"
	       "  signal_poll poll=1\n"
	       "  deliver_poll_update poll=1\n"
	       "poll_opened\n"
	       "  answer person=0 says=done\n"
	       "  record_poll poll=1 state=open\n"
	       "  signal_poll poll=1\n"
	       "  deliver_poll_update poll=1\n"
	       "poll_shown\n"
	       "  answer person=0 says=done\n"
	       "  record_poll poll=1 state=shown\n"
	       "  signal_poll poll=1\n"
	       "  deliver_poll_update poll=1\n"
	       "poll_shown\n"
	       "  answer person=0 says=done\n"
	       "poll_opened\n"
	       "  answer person=0 says=not_now\n"
	       "poll_opened\n"
	       "  answer person=0 says=poll_unknown\n");
	somebody(3, EVENT_POLL_OPENED);
	EXPECT("poll_opened\n"
	       "  answer person=3 says=not_allowed\n");
}

static void test_the_end_of_a_block_leaves_others_open(void)
{
	polls_are_planned(1, 1);
	at(10, 10, 0);
	leads_poll(EVENT_POLL_OPENED, 1);
	at(10, 15, 0);
	CHECK_INT(POLL_SHOWN, the_session()->poll[0].state);
	CHECK_INT(POLL_OPEN, the_session()->poll[1].state);
}

static void test_all_close_with_the_session(void)
{
	polls_are_planned(1, 1);
	leads_poll(EVENT_POLL_OPENED, 1);
	so_far();
	at(10, 5, 0);
	meeting_ends();
	EXPECT_ONLY("record_poll", "  record_poll poll=1 state=closed\n");
}

static void meeting_ends_for_a_minute(void)
{
	at(10, 11, 0);
	meeting_ends();
	at(10, 12, 0);
	meeting_starts();
}

static void test_a_meeting_ended_by_mistake_costs_no_poll(void)
{
	polls_are_planned(1, 1);
	at(10, 10, 0);
	votes(1, 0, 3);
	so_far();
	meeting_ends_for_a_minute();
	EXPECT_ONLY("record_poll", "  record_poll poll=0 state=closed\n"
				   "  record_poll poll=0 state=open\n");
	EXPECT_ONLY("deliver_poll_update", "  deliver_poll_update poll=0\n"
					   "  deliver_poll_update poll=0\n");
	votes(1, 0, 4);
	votes(2, 0, 4);
	CHECK_INT(2, the_session()->poll[0].counts[4]);
	CHECK_INT(2, the_session()->poll[0].answers);
	at(10, 15, 0);
	CHECK_INT(POLL_SHOWN, the_session()->poll[0].state);
}

static void test_what_was_closed_by_hand_stays_closed(void)
{
	polls_are_planned(1, 1);
	leads_poll(EVENT_POLL_OPENED, 1);
	at(10, 10, 0);
	leads_poll(EVENT_POLL_CLOSED, 0);
	meeting_ends_for_a_minute();
	CHECK_INT(POLL_CLOSED, the_session()->poll[0].state);
	CHECK_INT(POLL_OPEN, the_session()->poll[1].state);
	at(10, 13, 0);
	meeting_ends();
	leads_poll(EVENT_POLL_SHOWN, 1);
	at(10, 14, 0);
	meeting_starts();
	CHECK_INT(POLL_SHOWN, the_session()->poll[1].state);
}

static void test_vector_20_few_answers_are_withheld(void)
{
	polls_are_planned(1, 1);
	the_session()->minimum_answers = 5;
	at(10, 10, 0);
	for (int person = 1; person <= 4; person++)
		votes(person, 0, person % 5);
	CHECK(!poll_may_tell(the_session(), 0));
	votes(5, 0, 0);
	CHECK(poll_may_tell(the_session(), 0));
}

static void test_results_not_meant_to_be_seen_are_withheld(void)
{
	polls_are_planned(1, 0);
	at(10, 10, 0);
	for (int person = 1; person <= 9; person++)
		votes(person, 0, 0);
	CHECK(!poll_may_tell(the_session(), 0));
}

static struct poll scale(uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint32_t e)
{
	return (struct poll){ .choices = 5,
			      .counts = { a, b, c, d, e },
			      .answers = a + b + c + d + e };
}

static void test_summary_of_a_scale(void)
{
	struct poll poll = scale(0, 0, 0, 0, 0);
	struct poll_summary summary = poll_summary(&poll);
	CHECK_INT(0, summary.median_twice);
	CHECK_INT(0, summary.mean_thousandths);

	poll = scale(1, 0, 0, 1, 1);
	summary = poll_summary(&poll);
	CHECK_INT(3, summary.answers);
	CHECK_INT(8, summary.median_twice);
	CHECK_INT(3333, summary.mean_thousandths);
	CHECK_INT(667, summary.top_two_per_mille);

	poll = scale(2, 0, 0, 2, 0);
	summary = poll_summary(&poll);
	CHECK_INT(5, summary.median_twice);
	CHECK_INT(2500, summary.mean_thousandths);
	CHECK_INT(500, summary.top_two_per_mille);

	poll = scale(0, 0, 0, 0, 1000);
	summary = poll_summary(&poll);
	CHECK_INT(10, summary.median_twice);
	CHECK_INT(5000, summary.mean_thousandths);
	CHECK_INT(1000, summary.top_two_per_mille);
}

int main(void)
{
	RUN(test_the_block_opens_closes_and_shows);
	RUN(test_any_block_asks_its_polls);
	RUN(test_what_may_not_be_shown_is_only_closed);
	RUN(test_one_vote_each);
	RUN(test_some_polls_take_one_answer_only);
	RUN(test_votes_that_do_not_count);
	RUN(test_a_facilitator_leads_the_others);
	RUN(test_the_end_of_a_block_leaves_others_open);
	RUN(test_all_close_with_the_session);
	RUN(test_a_meeting_ended_by_mistake_costs_no_poll);
	RUN(test_what_was_closed_by_hand_stays_closed);
	RUN(test_vector_20_few_answers_are_withheld);
	RUN(test_results_not_meant_to_be_seen_are_withheld);
	RUN(test_summary_of_a_scale);
	return check_done();
}
