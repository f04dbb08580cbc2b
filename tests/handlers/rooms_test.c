/* SPDX-License-Identifier: MIT */
/* What the world answers when rooms and cards are asked for, and what rooms ask of us. */
#include "handlers/breakout.h"

#include "handlers/effect.h"
#include "tests/check.h"
#include "tests/handlers/meeting_script.h"

static int rooms[PLACES_MAX];

static void a_round_is_planned(int people, int room_size, int minutes)
{
	session_is_planned();
	block(BLOCK_PLENARY, 10);
	block_is_kept();
	round_of(room_size, minutes);
	block_is_kept();
	block(BLOCK_PLENARY, 10);
	block_is_kept();
	people_enrol(0, 1, ROLE_FACILITATOR);
	people_enrol(1, people, ROLE_PARTICIPANT);
}

/* Ten o'clock: everybody is there; the round begins at 10:10. */
static void all_come(int people)
{
	at(10, 0, 0);
	meeting_starts();
	all_join(0, people + 1);
	facilitator(EVENT_RUNSHEET_STARTED);
	so_far();
}

static void a_round_begins(int people, int room_size, int minutes)
{
	a_round_is_planned(people, room_size, minutes);
	session_opens();
	all_come(people);
	at(10, 10, 0);
}

/* Counts who is in which room; returns how many have one. */
static int count_rooms(void)
{
	int people = 0;

	memset(rooms, 0, sizeof(rooms));
	for (uint32_t i = 0; i < the_session()->people; i++) {
		const uint16_t room = the_session()->member[i].room;
		rooms[room]++;
		people += room != 0;
	}
	return people;
}

static int rooms_of(int size)
{
	int count = 0;

	for (int i = 1; i < PLACES_MAX; i++)
		count += rooms[i] == size;
	return count;
}

static void tells(enum event_kind kind, int place, enum effect_kind what)
{
	struct event *const event = something(kind);

	event->place = (uint16_t)place;
	event->delivery.what = what;
	it_happens();
}

static void test_rooms_are_asked_for_at_the_opening(void)
{
	a_round_is_planned(9, 3, 20);
	so_far();
	session_opens_without_rooms();
	EXPECT("session_opened\n"
	       "  record_session state=open from=08:00:00\n"
	       "  deliver_subscription place=0\n"
	       "  deliver_room_meeting place=1\n"
	       "  deliver_room_meeting place=2\n"
	       "  deliver_room_meeting place=3\n");
	tells(EVENT_ROOM_READY, 2, 0);
	tells(EVENT_ROOM_READY, 2, 0);
	session_opens_without_rooms();
	EXPECT("room_ready\n"
	       "  deliver_subscription place=2\n"
	       "room_ready\n"
	       "session_opened\n");
}

static void opens_with_spare(uint32_t spare)
{
	so_far();
	something(EVENT_SESSION_OPENED)->opened.spare = spare;
	it_happens();
}

static void test_spare_rooms_are_asked_for_too(void)
{
	a_round_is_planned(9, 3, 20);
	opens_with_spare(2);
	CHECK_INT(5, count_of("deliver_room_meeting"));
	a_round_is_planned(9, 3, 20);
	opens_with_spare(ROOMS_MAX);
	CHECK_INT(ROOMS_MAX, count_of("deliver_room_meeting"));
	a_round_is_planned(9, 3, 20);
	opens_with_spare(UINT32_MAX);
	CHECK_INT(ROOMS_MAX, count_of("deliver_room_meeting"));
	/* No rounds, no rooms, no spare ones. */
	session_is_planned();
	block(BLOCK_PLENARY, 10);
	block_is_kept();
	opens_with_spare(2);
	CHECK_INT(0, count_of("deliver_room_meeting"));
}

/* Room 2 cannot be made: the spare room takes its place, and nobody waits. */
static void test_a_spare_room_stands_in(void)
{
	a_round_is_planned(6, 2, 20);
	opens_with_spare(1);
	all_come(6);
	tells(EVENT_ROOM_READY, 1, 0);
	tells(EVENT_ROOM_READY, 3, 0);
	tells(EVENT_ROOM_READY, 4, 0);
	tells(EVENT_DELIVERY_FAILED, 2, DELIVER_ROOM_MEETING);
	so_far();
	at(10, 10, 0);
	CHECK_INT(ROUND_OPEN, the_session()->block[1].round);
	CHECK_INT(0, count_of("deliver_room_meeting"));
	CHECK_INT(6, count_rooms());
	CHECK_INT(2, rooms[1]);
	CHECK_INT(0, rooms[2]);
	CHECK_INT(2, rooms[3]);
	CHECK_INT(2, rooms[4]);
}

/* More people than were expected: there is a room for them at once. */
static void test_a_larger_round_takes_the_spare_room(void)
{
	a_round_is_planned(4, 2, 20);
	opens_with_spare(1);
	for (int i = 1; i <= 3; i++)
		tells(EVENT_ROOM_READY, i, 0);
	people_enrol(5, 2, ROLE_PARTICIPANT);
	all_come(6);
	at(10, 10, 0);
	CHECK_INT(ROUND_OPEN, the_session()->block[1].round);
	CHECK_INT(0, count_of("deliver_room_meeting"));
	CHECK_INT(6, count_rooms());
	CHECK_INT(3, rooms_of(2));
}

static void test_waiting_for_rooms(void)
{
	a_round_is_planned(4, 2, 20);
	session_opens();
	people_enrol(5, 4, ROLE_PARTICIPANT);
	all_come(8);
	at(10, 10, 0);
	CHECK_INT(2, count_of("deliver_room_meeting"));
	CHECK_INT(ROUND_WAITING, the_session()->block[1].round);
	CHECK_INT(0, count_rooms());
	tells(EVENT_ROOM_READY, 3, 0);
	CHECK_INT(ROUND_WAITING, the_session()->block[1].round);
	tells(EVENT_ROOM_READY, 4, 0);
	CHECK_INT(ROUND_OPEN, the_session()->block[1].round);
	CHECK_INT(8, count_rooms());
	CHECK_INT(4, rooms_of(2));
}

static void test_a_failed_room_is_done_without(void)
{
	a_round_is_planned(6, 2, 20);
	session_opens_without_rooms();
	all_come(6);
	tells(EVENT_ROOM_READY, 1, 0);
	tells(EVENT_ROOM_READY, 3, 0);
	at(10, 10, 0);
	CHECK_INT(ROUND_WAITING, the_session()->block[1].round);
	so_far();
	tells(EVENT_DELIVERY_FAILED, 2, DELIVER_ROOM_MEETING);
	CHECK_INT(ROUND_OPEN, the_session()->block[1].round);
	CHECK_INT(6, count_rooms());
	CHECK_INT(3, rooms[1]);
	CHECK_INT(3, rooms[3]);
	tells(EVENT_ROOM_READY, 2, 0);
	joins(7, PLACE_MAIN);
	count_rooms();
	CHECK_INT(0, rooms[2]);
}

static void test_no_room_at_all_keeps_people_in_plenary(void)
{
	a_round_is_planned(4, 2, 20);
	session_opens_without_rooms();
	all_come(4);
	at(10, 10, 0);
	tells(EVENT_DELIVERY_FAILED, 1, DELIVER_ROOM_MEETING);
	so_far();
	tells(EVENT_DELIVERY_FAILED, 2, DELIVER_ROOM_MEETING);
	EXPECT("delivery_failed\n"
	       "  signal_round block=1\n");
	CHECK_INT(ROUND_RECALLED, the_session()->block[1].round);
	joins(5, PLACE_MAIN);
	CHECK_INT(0, count_rooms());
}

static void test_rooms_are_waited_for_a_minute(void)
{
	a_round_is_planned(6, 2, 20);
	session_opens_without_rooms();
	all_come(6);
	at(10, 10, 0);
	tells(EVENT_ROOM_READY, 2, 0);
	tells(EVENT_ROOM_READY, 3, 0);
	at(10, 10, 59);
	CHECK_INT(ROUND_WAITING, the_session()->block[1].round);
	at(10, 11, 0);
	CHECK_INT(ROUND_OPEN, the_session()->block[1].round);
	CHECK_INT(6, count_rooms());
	CHECK_INT(2, rooms_of(3));
}

static void test_without_any_room_the_wait_goes_on(void)
{
	a_round_is_planned(4, 2, 20);
	session_opens_without_rooms();
	all_come(4);
	at(10, 15, 0);
	CHECK_INT(ROUND_WAITING, the_session()->block[1].round);
	tells(EVENT_ROOM_READY, 2, 0);
	CHECK_INT(ROUND_OPEN, the_session()->block[1].round);
	CHECK_INT(4, count_rooms());
}

static void calls_help(int person)
{
	somebody(person, EVENT_HELP_CALLED);
}

static void test_help_is_called_once_a_minute(void)
{
	a_round_begins(4, 4, 20);
	so_far();
	calls_help(1);
	calls_help(2);
	calls_help(0);
	calls_help(99);
	EXPECT("help_called\n"
	       "  answer person=1 says=help_on_its_way\n"
	       "  deliver_help person=1 place=1\n"
	       "help_called\n"
	       "  answer person=2 says=help_on_its_way\n"
	       "help_called\n"
	       "  answer person=0 says=no_round\n"
	       "help_called\n"
	       "  answer person=99 says=not_expected\n");
	wait_ms(SCRIPT_MINUTE);
	calls_help(2);
	CHECK_INT(1, count_of("deliver_help"));
	at(10, 30, 0);
	so_far();
	calls_help(1);
	EXPECT("help_called\n"
	       "  answer person=1 says=no_round\n");
}

/* A call for help stands in the chat until somebody who leads has come, a newer one takes its
 * place, or the round is over. */
static void test_help_is_taken_back(void)
{
	a_round_begins(4, 4, 20);
	calls_help(1);
	so_far();
	joins(0, 1);
	EXPECT_ONLY("deliver_help_over", "  deliver_help_over person=1 place=1\n");
	leaves(0, 1);
	wait_ms(SCRIPT_MINUTE);
	calls_help(2);
	wait_ms(SCRIPT_MINUTE);
	so_far();
	calls_help(1);
	EXPECT("help_called\n"
	       "  answer person=1 says=help_on_its_way\n"
	       "  deliver_help_over person=2 place=1\n"
	       "  deliver_help person=1 place=1\n");
	facilitator(EVENT_BREAKOUT_RECALLED);
	EXPECT_ONLY("deliver_help_over", "  deliver_help_over person=1 place=1\n");
	so_far();
	joins(0, 1);
	CHECK_INT(0, count_of("deliver_help_over"));
}

/* Inside the meeting too, where it can be reached: fifty people at a time. */
static void test_a_recall_is_seen_in_the_meeting(void)
{
	a_round_begins(120, 120, 20);
	something(EVENT_MEETING_STARTED)->place = 1;
	it_happens();
	for (int i = 1; i <= 101; i++)
		joins(i, 1);
	so_far();
	facilitator(EVENT_BREAKOUT_RECALLED);
	CHECK_INT(0, count_of("deliver_call_in"));

	a_round_begins(120, 120, 20);
	something(EVENT_MEETING_STARTED)->place = 1;
	it_happens();
	something(EVENT_WITNESS_FOUND)->place = 1;
	it_happens();
	for (int i = 1; i <= 101; i++)
		joins(i, 1);
	so_far();
	facilitator(EVENT_BREAKOUT_RECALLED);
	EXPECT_ONLY("deliver_call_in", "  deliver_call_in place=1 block=1 part=0\n"
				       "  deliver_call_in place=1 block=1 part=1\n"
				       "  deliver_call_in place=1 block=1 part=2\n");
}

int main(void)
{
	RUN(test_rooms_are_asked_for_at_the_opening);
	RUN(test_spare_rooms_are_asked_for_too);
	RUN(test_a_spare_room_stands_in);
	RUN(test_a_larger_round_takes_the_spare_room);
	RUN(test_waiting_for_rooms);
	RUN(test_a_failed_room_is_done_without);
	RUN(test_no_room_at_all_keeps_people_in_plenary);
	RUN(test_rooms_are_waited_for_a_minute);
	RUN(test_without_any_room_the_wait_goes_on);
	RUN(test_help_is_called_once_a_minute);
	RUN(test_help_is_taken_back);
	RUN(test_a_recall_is_seen_in_the_meeting);
	return check_done();
}
