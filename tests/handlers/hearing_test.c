/* SPDX-License-Identifier: MIT */
#include "handlers/hearing.h"

#include "handlers/effect.h"
#include "handlers/register.h"
#include "handlers/reports.h"
#include "tests/check.h"
#include "tests/handlers/meeting_script.h"

static void hears(int place, int64_t made_ms)
{
	struct event *const event = something(EVENT_HEARING_RESUMED);

	event->place = (uint16_t)place;
	event->hearing.since_ms = made_ms;
	it_happens();
}

static void is_lost(int place, int64_t since_ms)
{
	struct event *const event = something(EVENT_HEARING_LOST);

	event->place = (uint16_t)place;
	event->hearing.since_ms = since_ms;
	it_happens();
}

static void graph_tells(enum event_kind kind, int person, int place)
{
	struct event *const event = something(kind);

	event->source = SOURCE_GRAPH;
	event->person = person < 0 ? PERSON_NONE : (uint32_t)person;
	event->place = (uint16_t)place;
	it_happens();
}

static void is_read(int place, uint64_t digest, uint32_t people)
{
	struct event *const event = something(EVENT_REPORT_READ);

	event->source = SOURCE_REPORT;
	event->place = (uint16_t)place;
	event->report.digest = digest;
	event->report.people = people;
	it_happens();
}

/* Persons 1 to 3; an hour in plenary, or a round of an hour in one room. */
static void a_session_waits(bool with_room)
{
	session_is_planned();
	with_room ? round_of(3, 60) : block(BLOCK_PLENARY, 60);
	block_is_kept();
	people_enrol(0, 1, ROLE_FACILITATOR);
	people_enrol(1, 3, ROLE_PARTICIPANT);
	session_opens();
	for (int place = 0; place <= (with_room ? 1 : 0); place++)
		hears(place, clock_time(8, 0, 0));
	at(10, 0, 0);
	so_far();
}

static void it_runs(void)
{
	graph_tells(EVENT_MEETING_STARTED, -1, PLACE_MAIN);
	facilitator(EVENT_RUNSHEET_STARTED);
	so_far();
}

static void it_ends(void)
{
	struct event *const event = something(EVENT_MEETING_ENDED);

	event->source = SOURCE_GRAPH;
	event->place = PLACE_MAIN;
	it_happens();
}

static uint32_t verdict(int person)
{
	return the_session()->results[person].verdict;
}

static void test_heard_from_the_start(void)
{
	a_session_waits(false);
	it_runs();
	graph_tells(EVENT_PERSON_JOINED, 1, PLACE_MAIN);
	CHECK_INT(0, count_of("record_gap"));
	CHECK_INT(HEARING_HEARD, the_session()->place[PLACE_MAIN].hearing);
	at(11, 0, 0);
	it_ends();
	CHECK_INT(VERDICT_ATTENDED, verdict(1));
	CHECK_INT(VERDICT_ABSENT, verdict(2));
}

/* What is made again in the middle of a call is deaf to the rest of it. */
static void test_lost_and_made_again(void)
{
	a_session_waits(false);
	it_runs();
	at(10, 20, 0);
	is_lost(PLACE_MAIN, clock_time(10, 18, 0));
	EXPECT("hearing_lost\n"
	       "  record_gap place=0 state=open from=10:18:00 to=open\n"
	       "  signal_hearing place=0\n");
	CHECK(gap_open(the_session(), PLACE_MAIN) != NULL);
	at(10, 21, 0);
	hears(PLACE_MAIN, clock_time(10, 20, 30));
	EXPECT("hearing_resumed\n");
	CHECK_INT(HEARING_LATE, the_session()->place[PLACE_MAIN].hearing);
	at(11, 0, 0);
	so_far();
	it_ends();
	EXPECT_ONLY("record_gap", "  record_gap place=0 state=over from=10:18:00"
				  " to=11:00:00\n");
	CHECK(gap_open(the_session(), PLACE_MAIN) == NULL);
}

/* Microsoft documents none of this: if it is told after all, then it is heard. */
static void test_late_and_told_nevertheless(void)
{
	a_session_waits(false);
	it_runs();
	is_lost(PLACE_MAIN, 0);
	at(10, 21, 0);
	hears(PLACE_MAIN, clock_time(10, 20, 30));
	so_far();
	/* Repeated from before the loss: no sign of life. */
	struct event *const old = something(EVENT_PERSON_JOINED);
	old->source = SOURCE_GRAPH;
	old->person = 1;
	old->place = PLACE_MAIN;
	old->presence.occurred_ms = clock_time(10, 5, 0);
	it_happens();
	CHECK_INT(0, count_of("record_gap"));
	at(10, 22, 0);
	graph_tells(EVENT_PERSON_JOINED, 2, PLACE_MAIN);
	EXPECT_ONLY("record_gap", "  record_gap place=0 state=over from=10:00:00"
				  " to=10:22:00\n");
	CHECK_INT(HEARING_HEARD, the_session()->place[PLACE_MAIN].hearing);
}

/* One that was there all along (adopted) hears the call it was made before. */
static void test_adopted(void)
{
	a_session_waits(false);
	it_runs();
	at(10, 10, 0);
	is_lost(PLACE_MAIN, 0);
	at(10, 11, 0);
	so_far();
	hears(PLACE_MAIN, 0);
	EXPECT("hearing_resumed\n"
	       "  record_gap place=0 state=over from=10:10:00 to=10:11:00\n"
	       "  signal_hearing place=0\n");
}

static void test_made_late(void)
{
	session_is_planned();
	block(BLOCK_PLENARY, 60);
	block_is_kept();
	people_enrol(0, 1, ROLE_FACILITATOR);
	session_opens();
	at(10, 0, 0);
	meeting_starts();
	at(10, 2, 0);
	so_far();
	hears(PLACE_MAIN, clock_time(10, 1, 0));
	EXPECT("hearing_resumed\n"
	       "  record_gap place=0 state=open from=10:00:00 to=open\n"
	       "  signal_hearing place=0\n");
	/* The next call of the same meeting is heard. */
	at(10, 5, 0);
	graph_tells(EVENT_MEETING_ENDED, -1, PLACE_MAIN);
	CHECK_INT(HEARING_HEARD, the_session()->place[PLACE_MAIN].hearing);
}

/* Its start was not told either: who leads the session knows that it is on. */
static void test_made_late_and_nothing_was_told(void)
{
	session_is_planned();
	block(BLOCK_PLENARY, 60);
	block_is_kept();
	people_enrol(0, 1, ROLE_FACILITATOR);
	session_opens();
	at(10, 0, 0);
	facilitator(EVENT_RUNSHEET_STARTED);
	CHECK_INT(SESSION_RUNNING, the_session()->state);
	CHECK_INT(0, the_session()->place[PLACE_MAIN].live);
	at(10, 2, 0);
	so_far();
	hears(PLACE_MAIN, clock_time(10, 1, 0));
	EXPECT("hearing_resumed\n"
	       "  record_gap place=0 state=open from=10:00:00 to=open\n"
	       "  signal_hearing place=0\n");
}

static void test_never_made(void)
{
	session_is_planned();
	block(BLOCK_PLENARY, 60);
	block_is_kept();
	people_enrol(0, 1, ROLE_FACILITATOR);
	session_opens();
	so_far();
	struct event *const event = something(EVENT_DELIVERY_FAILED);
	event->place = PLACE_MAIN;
	event->delivery.what = DELIVER_SUBSCRIPTION;
	event->delivery.status = 403;
	it_happens();
	EXPECT("delivery_failed\n"); /* nothing runs yet, so nothing is missed yet */
	at(10, 0, 0);
	meeting_starts();
	EXPECT_ONLY("record_gap",
		    "  record_gap place=0 state=open from=10:00:00 to=open\n");
}

static void test_lost_before_and_made_again_in_time(void)
{
	a_session_waits(false);
	is_lost(PLACE_MAIN, 0);
	hears(PLACE_MAIN, clock_time(9, 59, 0));
	it_runs();
	CHECK_INT(0, the_session()->gaps);
}

/* -- the register ---------------------------------------------------------------------- */

static void nobody_hears_for(int minutes)
{
	a_session_waits(false);
	it_runs();
	for (int person = 1; person <= 2; person++)
		graph_tells(EVENT_PERSON_JOINED, person, PLACE_MAIN);
	at(10, 30, 0);
	graph_tells(EVENT_PERSON_LEFT, 2, PLACE_MAIN);
	is_lost(PLACE_MAIN, 0);
	at(10, 30 + minutes, 0);
	hears(PLACE_MAIN, 0);
	at(11, 0, 0);
	it_ends();
}

static void test_a_gap_makes_nobody_absent(void)
{
	char sentence[RECONCILE_SENTENCE_BYTES];

	nobody_hears_for(20);
	CHECK_INT(VERDICT_ATTENDED, verdict(1));
	CHECK_INT(VERDICT_UNCLEAR, verdict(2)); /* 30 seen, 50 at most, of 60 */
	CHECK_INT(VERDICT_UNCLEAR, verdict(3)); /* 0 seen, 20 at most */
	CHECK_INT(20 * SCRIPT_MINUTE, the_session()->results[3].unheard_ms);
	sentence_of(2, sentence);
	CHECK_TEXT("Seen for 30 min of 1 h 0 min; for 20 min nobody told Plenary who was"
		   " there, and no report covers it: somebody has to look at this.",
		   sentence);
	nobody_hears_for(15);
	CHECK_INT(VERDICT_PARTLY, verdict(2)); /* 45 of 60 would still be partly */
	CHECK_INT(VERDICT_UNCLEAR, verdict(3));
}

/* As short as any reconnection. */
static void test_a_short_gap_hides_nothing(void)
{
	nobody_hears_for(2);
	CHECK_INT(1, the_session()->gaps);
	CHECK_INT(VERDICT_ABSENT, verdict(3));
}

static void test_reports_cover_it(void)
{
	nobody_hears_for(20);
	so_far();
	for (int i = 0; i < 2; i++) {
		wait_ms(SCRIPT_MINUTE);
		reports(2, PLACE_MAIN, clock_time(10, 0, 0), clock_time(10, 55, 0));
		is_read(PLACE_MAIN, 7, 2);
	}
	EXPECT_ONLY("record_gap", "  record_gap place=0 state=covered from=10:30:00"
				  " to=10:50:00\n");
	CHECK_INT(SESSION_CLOSED, the_session()->state);
	CHECK_INT(VERDICT_ATTENDED, verdict(2));
	CHECK_INT(VERDICT_ABSENT, verdict(3));
	CHECK_INT(0, the_session()->results[3].unheard_ms);
}

/* Two empty reads agree soon, and say nothing where nobody was heard. */
static void test_empty_reports_are_believed_late(void)
{
	a_session_waits(false);
	it_runs();
	is_lost(PLACE_MAIN, 0);
	at(11, 0, 0);
	it_ends();
	for (int i = 0; i < EMPTY_READS; i++) {
		is_read(PLACE_MAIN, 5, 0);
		CHECK_INT(SESSION_OVER, the_session()->state);
	}
	is_read(PLACE_MAIN, 5, 0);
	CHECK_INT(SESSION_CLOSED, the_session()->state);
}

static void test_a_file_covers_it(void)
{
	nobody_hears_for(20);
	struct event *event = something(EVENT_INTERVAL_REPORTED);
	event->source = SOURCE_IMPORT;
	event->person = 3;
	event->place = PLACE_MAIN;
	event->interval.from_ms = clock_time(10, 0, 0);
	event->interval.to_ms = clock_time(11, 0, 0);
	it_happens();
	event = something(EVENT_REPORT_READ);
	event->source = SOURCE_IMPORT;
	event->report.final = 1;
	it_happens();
	CHECK_INT(VERDICT_ATTENDED, verdict(3));
	CHECK_INT(VERDICT_PARTLY, verdict(2));
}

/* The bot needs no subscription: it was there, and would have told. */
static void test_another_witness(void)
{
	a_session_waits(false);
	it_runs();
	joins(1, PLACE_MAIN);
	is_lost(PLACE_MAIN, 0);
	at(11, 0, 0);
	it_ends();
	CHECK_INT(1, the_session()->gaps);
	CHECK_INT(VERDICT_ATTENDED, verdict(1));
	CHECK_INT(VERDICT_ABSENT, verdict(3));
}

/* A room hides those who were given one; the others had no reason to be there. */
static void test_a_room(void)
{
	a_session_waits(true);
	graph_tells(EVENT_MEETING_STARTED, -1, PLACE_MAIN);
	for (int person = 1; person <= 2; person++)
		graph_tells(EVENT_PERSON_JOINED, person, PLACE_MAIN);
	facilitator(EVENT_RUNSHEET_STARTED);
	CHECK_INT(1, the_session()->place[1].round);
	at(10, 10, 0);
	for (int person = 1; person <= 2; person++)
		graph_tells(EVENT_PERSON_LEFT, person, PLACE_MAIN);
	is_lost(1, 0);
	at(10, 15, 0);
	hears(1, clock_time(10, 14, 0));
	CHECK_INT(HEARING_LATE, the_session()->place[1].hearing);
	at(11, 0, 0);
	it_ends();
	CHECK_INT(VERDICT_UNCLEAR, verdict(1));
	CHECK_INT(VERDICT_ABSENT, verdict(3));
}

/* -- when it is over --------------------------------------------------------------------- */

static void test_subscriptions_end_when_nobody_can_come_back(void)
{
	a_session_waits(false);
	it_runs();
	at(11, 0, 0);
	it_ends();
	is_read(PLACE_MAIN, 5, 0);
	is_read(PLACE_MAIN, 5, 0);
	CHECK_INT(SESSION_CLOSED, the_session()->state);
	CHECK(hearing_is_wanted(the_session(), PLACE_MAIN));
	so_far();
	at(11, 30, 0);
	EXPECT("alarm_rang\n"
	       "  deliver_subscription_end place=0\n");
	CHECK(!hearing_is_wanted(the_session(), PLACE_MAIN));
	CHECK_INT(0, the_session()->alarm_ms);
	is_lost(PLACE_MAIN, 0);
	hears(PLACE_MAIN, 0);
	EXPECT("hearing_lost\n"
	       "hearing_resumed\n");
}

static void test_gaps_have_a_limit(void)
{
	a_session_waits(false);
	it_runs();
	for (int i = 0; i <= GAPS_MAX; i++) {
		wait_ms(SCRIPT_SECOND);
		is_lost(PLACE_MAIN, 0);
		wait_ms(SCRIPT_SECOND);
		hears(PLACE_MAIN, 0);
	}
	CHECK_INT(GAPS_MAX, the_session()->gaps);
	CHECK_INT(1, the_session()->refused);
	/* The last one says more than was lost, and never less. */
	const struct gap *const last = &the_session()->gap[GAPS_MAX - 1];
	CHECK_INT(3 * SCRIPT_SECOND, last->to_ms - last->from_ms);
}

int main(void)
{
	RUN(test_heard_from_the_start);
	RUN(test_lost_and_made_again);
	RUN(test_late_and_told_nevertheless);
	RUN(test_adopted);
	RUN(test_made_late);
	RUN(test_made_late_and_nothing_was_told);
	RUN(test_never_made);
	RUN(test_lost_before_and_made_again_in_time);
	RUN(test_a_gap_makes_nobody_absent);
	RUN(test_a_short_gap_hides_nothing);
	RUN(test_reports_cover_it);
	RUN(test_empty_reports_are_believed_late);
	RUN(test_a_file_covers_it);
	RUN(test_another_witness);
	RUN(test_a_room);
	RUN(test_subscriptions_end_when_nobody_can_come_back);
	RUN(test_gaps_have_a_limit);
	return check_done();
}
