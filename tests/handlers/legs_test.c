/* SPDX-License-Identifier: MIT */
/* Presence told device by device, and by two who do not hear the same. */
#include "handlers/attendance.h"

#include "handlers/balance.h"
#include "tests/check.h"
#include "tests/handlers/meeting_script.h"

enum { A = 11, B = 22, BOT = 0 };

/* An hour from 10:00; person 0 leads, 1 and 2 take part. */
static void an_hour_begins(void)
{
	session_is_planned();
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

/* Of person 1, in the main meeting, this many seconds after ten. */
static void heard(enum event_kind kind, uint64_t leg, int second)
{
	struct event *const event = something(kind);

	event->source = leg != BOT ? SOURCE_GRAPH : SOURCE_BOT;
	event->person = 1;
	event->place = PLACE_MAIN;
	event->presence.occurred_ms = clock_time(10, 0, 0) + second * SCRIPT_SECOND;
	event->presence.leg = leg;
	it_happens();
}

static void in(uint64_t leg, int second)
{
	heard(EVENT_PERSON_JOINED, leg, second);
}

static void out(uint64_t leg, int second)
{
	heard(EVENT_PERSON_LEFT, leg, second);
}

static bool is_here(void)
{
	CHECK_INT(the_session()->member[1].here == PLACE_MAIN,
		  the_session()->place[PLACE_MAIN].here);
	return the_session()->member[1].here == PLACE_MAIN;
}

/* Seconds of presence that the register counts, without any grace. */
static int64_t seconds_at_the_end(void)
{
	the_session()->grace_ms = 0;
	at(11, 0, 0);
	meeting_ends();
	return the_session()->results[1].attended_ms / SCRIPT_SECOND;
}

#define ENDS_WITH(seconds) CHECK_INT(seconds, seconds_at_the_end())

/* -- one who tells of devices -------------------------------------------------------------- */

static void test_details_are_no_news(void)
{
	an_hour_begins();
	in(A, 0);
	so_far();
	in(A, 60);
	in(A, 90);
	in(A, 30);
	EXPECT("person_joined\nperson_joined\nperson_joined\n");
	CHECK_INT(1, the_session()->spans);
	out(A, 600);
	CHECK(!is_here());
	ENDS_WITH(600);
}

/* A detail told late must not bring anybody back. */
static void test_a_late_detail_does_not_resurrect(void)
{
	an_hour_begins();
	in(A, 0);
	out(A, 600);
	in(A, 300);
	CHECK(!is_here());
	in(A, 0);
	CHECK(!is_here());
	CHECK_INT(1, the_session()->spans);
	ENDS_WITH(600);
}

static void test_the_leave_first_then_a_detail_then_the_join(void)
{
	an_hour_begins();
	out(A, 600);
	in(A, 300);
	in(A, 0);
	CHECK(!is_here());
	CHECK_INT(1, the_session()->spans);
	ENDS_WITH(600);
}

static void test_a_rejoin_with_the_same_leg(void)
{
	an_hour_begins();
	in(A, 0);
	out(A, 100);
	in(A, 200);
	CHECK(is_here());
	out(A, 300);
	ENDS_WITH(200);
}

/* The leave is told when they are in again, and even when they have left again. */
static void test_a_leave_told_late_cuts(void)
{
	an_hour_begins();
	in(A, 0);
	in(A, 200);
	out(A, 100);
	CHECK(is_here());
	out(A, 300);
	CHECK(!is_here());
	ENDS_WITH(200);

	an_hour_begins();
	in(A, 0);
	in(A, 200);
	out(A, 300);
	out(A, 100);
	CHECK(!is_here());
	ENDS_WITH(200);
}

static const struct {
	bool in;
	int second;
} story[] = { { true, 0 }, { false, 100 }, { true, 200 }, { false, 300 } };

/* The story in this order: which of those that are left comes next, each time. */
static void tell_in_order(const size_t picks[4])
{
	int left[4] = { 0, 1, 2, 3 };

	an_hour_begins();
	for (size_t told = 0; told < 4; told++) {
		const int next = left[picks[told]];

		for (size_t i = picks[told]; i < 3; i++)
			left[i] = left[i + 1];
		heard(story[next].in ? EVENT_PERSON_JOINED : EVENT_PERSON_LEFT, A,
		      story[next].second);
	}
}

/* Every order of the same four tells the same. */
static void test_any_order(void)
{
	for (size_t code = 0; code < 24; code++) {
		tell_in_order((size_t[]){ code / 6, code / 2 % 3, code % 2, 0 });
		CHECK(!is_here());
		ENDS_WITH(200);
	}
}

static void test_everything_twice(void)
{
	an_hour_begins();
	for (int i = 0; i < 8; i++) {
		if (story[i / 2].in)
			in(A, story[i / 2].second);
		else
			out(A, story[i / 2].second);
	}
	CHECK_INT(2, the_session()->spans);
	ENDS_WITH(200);
}

static void test_in_and_out_within_a_moment(void)
{
	an_hour_begins();
	out(A, 100);
	in(A, 100);
	CHECK_INT(1, the_session()->spans);
	CHECK(!is_here());
	in(B, 200);
	out(B, 200);
	CHECK(!is_here());
	CHECK_INT(2, the_session()->spans);
}

/* -- two who tell of the same -------------------------------------------------------------- */

static void test_both_hear_everything(void)
{
	an_hour_begins();
	in(BOT, 0);
	in(A, 1);
	CHECK_INT(1, the_session()->place[PLACE_MAIN].here);
	out(BOT, 600);
	CHECK(!is_here()); /* as soon as the first of them tells it */
	out(A, 599);
	CHECK(!is_here());
	CHECK_INT(2, the_session()->spans);
	ENDS_WITH(600);
}

static void test_graph_misses_a_leave(void)
{
	an_hour_begins();
	in(BOT, 0);
	in(A, 1);
	so_far();
	out(BOT, 600);
	EXPECT("person_left\n"
	       "  record_span person=1 place=0 span=0 from=10:00:00 to=10:10:00\n"
	       "  record_span person=1 place=0 span=1 from=10:00:01 to=10:10:00\n"
	       "  signal_presence person=1 place=none\n");
	ENDS_WITH(600);
}

static void test_the_bot_misses_a_leave(void)
{
	an_hour_begins();
	in(BOT, 0);
	in(A, 1);
	out(A, 600);
	CHECK(!is_here());
	in(BOT, 900);
	in(B, 901);
	CHECK(is_here());
	out(B, 1200);
	out(BOT, 1201);
	CHECK(!is_here());
	ENDS_WITH(600 + 301);
}

/* Two devices; the bot tells of one joining and of one leaving. */
static void test_the_bot_knows_of_one_device(void)
{
	an_hour_begins();
	in(BOT, 0);
	in(A, 0);
	in(B, 300);
	out(BOT, 600);
	CHECK(is_here());
	out(A, 601);
	CHECK(is_here());
	out(B, 900);
	CHECK(!is_here());
	ENDS_WITH(900);
}

/* The one that was thought to have left was another. */
static void test_the_other_device_left(void)
{
	an_hour_begins();
	in(BOT, 0);
	in(A, 0);
	in(B, 300);
	out(BOT, 600);
	out(B, 601);
	CHECK(is_here());
	CHECK_INT(SPAN_OPEN, the_session()->span[1].closed);
	out(A, 900);
	CHECK(!is_here());
	ENDS_WITH(900);
}

/* The bot tells the first to come and the last to go, Graph each device. */
static void test_the_bot_tells_people_not_devices(void)
{
	an_hour_begins();
	in(BOT, 0);
	in(A, 0);
	in(B, 100);
	out(A, 300);
	CHECK(is_here());
	out(BOT, 900); /* and that B has left is lost */
	CHECK(!is_here());
	ENDS_WITH(900);
}

static void test_each_counts_two_devices(void)
{
	an_hour_begins();
	in(BOT, 0);
	in(BOT, 10);
	in(A, 0);
	in(B, 10);
	out(BOT, 600);
	CHECK(is_here());
	out(A, 600);
	CHECK(is_here());
	out(B, 1200);
	CHECK(!is_here());
	out(BOT, 1201);
	ENDS_WITH(1201);
}

/* Out and in again within a second, Graph some seconds later than the bot. */
static void test_a_quick_rejoin(void)
{
	an_hour_begins();
	in(BOT, 0);
	in(A, 0);
	out(BOT, 600);
	in(BOT, 601);
	CHECK(is_here());
	out(A, 600);
	in(B, 601);
	CHECK(is_here());
	out(B, 1200);
	out(BOT, 1200);
	CHECK(!is_here());
	ENDS_WITH(1199);
}

/* The join of one comes after the leave that both are missing by then. */
static void test_a_join_that_comes_late(void)
{
	an_hour_begins();
	in(A, 0);
	out(A, 600);
	in(BOT, 0);
	CHECK(!is_here());
	ENDS_WITH(600);
}

static void test_one_alone_is_believed(void)
{
	an_hour_begins();
	in(BOT, 0);
	in(BOT, 300);
	out(BOT, 600);
	CHECK(is_here());
	out(BOT, 900);
	CHECK(!is_here());
	an_hour_begins();
	in(A, 0);
	in(B, 0);
	out(A, 600);
	CHECK(is_here());
	ENDS_WITH(3600);
}

/* Told to be in after what was thought their end: they are in again. */
static void test_a_detail_after_a_provisional_end(void)
{
	an_hour_begins();
	in(BOT, 0);
	in(A, 0);
	out(BOT, 600);
	CHECK_INT(SPAN_BY_OTHER, the_session()->span[1].closed);
	in(A, 900); /* a detail: this leg has not left */
	CHECK(is_here());
	out(A, 1200);
	ENDS_WITH(600 + 300);
}

/* Another place, another person, the page: nothing of theirs is closed. */
static void test_only_the_same_place(void)
{
	an_hour_begins();
	in(A, 0);
	joins(1, PLACE_PAGE);
	leaves(1, PLACE_PAGE);
	joins(2, PLACE_MAIN);
	leaves(2, PLACE_MAIN);
	CHECK(the_session()->member[1].here == PLACE_MAIN);
	CHECK_INT(SPAN_OPEN, the_session()->span[0].closed);
}

int main(void)
{
	RUN(test_details_are_no_news);
	RUN(test_a_late_detail_does_not_resurrect);
	RUN(test_the_leave_first_then_a_detail_then_the_join);
	RUN(test_a_rejoin_with_the_same_leg);
	RUN(test_a_leave_told_late_cuts);
	RUN(test_any_order);
	RUN(test_everything_twice);
	RUN(test_in_and_out_within_a_moment);
	RUN(test_both_hear_everything);
	RUN(test_graph_misses_a_leave);
	RUN(test_the_bot_misses_a_leave);
	RUN(test_the_bot_knows_of_one_device);
	RUN(test_the_other_device_left);
	RUN(test_the_bot_tells_people_not_devices);
	RUN(test_each_counts_two_devices);
	RUN(test_a_quick_rejoin);
	RUN(test_a_join_that_comes_late);
	RUN(test_one_alone_is_believed);
	RUN(test_a_detail_after_a_provisional_end);
	RUN(test_only_the_same_place);
	return check_done();
}
