/* SPDX-License-Identifier: MIT */
#include "handlers/breakout.h"

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

static void test_vector_22_everybody_gets_a_card(void)
{
	a_round_begins(30, 4, 20);
	CHECK_INT(30, count_of("record_allocation"));
	CHECK_INT(30, count_of("deliver_room_whisper"));
	CHECK_INT(30, count_rooms());
	CHECK_INT(6, rooms_of(4));
	CHECK_INT(2, rooms_of(3));
	CHECK_INT(0, the_session()->member[0].room);
	CHECK_INT(8, the_session()->block[1].rooms);
}

static void test_a_whole_round_of_two(void)
{
	a_round_begins(2, 2, 20);
	at(10, 40, 0);
	EXPECT("alarm_rang\n"
	       "  record_block block=0 state=done from=10:00:00 to=10:10:00\n"
	       "  signal_clock\n"
	       "  record_block block=1 state=current from=10:10:00 to=10:30:00\n"
	       "  signal_clock\n"
	       "  record_allocation person=1 place=1 block=1\n"
	       "  deliver_room_whisper person=1 place=1 block=1 until=10:30:00\n"
	       "  record_allocation person=2 place=1 block=1\n"
	       "  deliver_room_whisper person=2 place=1 block=1 until=10:30:00\n"
	       "  signal_round block=1\n"
	       "alarm_rang\n"
	       "  deliver_warning place=1 block=1 amount=300000\n"
	       "  signal_round block=1\n"
	       "alarm_rang\n"
	       "  deliver_warning place=1 block=1 amount=60000\n"
	       "  signal_round block=1\n"
	       "alarm_rang\n"
	       "  deliver_warning place=1 block=1 amount=30000\n"
	       "  signal_round block=1\n"
	       "alarm_rang\n"
	       "  deliver_recall place=1 block=1\n"
	       "  deliver_whisper_closed person=1 block=1\n"
	       "  deliver_whisper_closed person=2 block=1\n"
	       "  signal_round block=1\n"
	       "  record_block block=1 state=done from=10:10:00 to=10:30:00\n"
	       "  signal_clock\n"
	       "  record_block block=2 state=current from=10:30:00 to=10:40:00\n"
	       "  signal_clock\n"
	       "alarm_rang\n"
	       "  record_block block=2 state=done from=10:30:00 to=10:40:00\n"
	       "  signal_clock\n"
	       "  signal_clock\n");
	CHECK_INT(0, count_rooms());
}

static void test_vector_29_a_warning_before_the_start_is_skipped(void)
{
	a_round_begins(2, 2, 4);
	so_far();
	at(10, 13, 59);
	EXPECT("alarm_rang\n"
	       "  deliver_warning place=1 block=1 amount=60000\n"
	       "  signal_round block=1\n"
	       "alarm_rang\n"
	       "  deliver_warning place=1 block=1 amount=30000\n"
	       "  signal_round block=1\n");
}

static void test_a_warning_at_the_very_start_is_skipped(void)
{
	a_round_begins(2, 2, 5);
	CHECK_INT(0, count_of("deliver_warning"));
	CHECK_INT(clock_time(10, 14, 0), the_session()->alarm_ms);
}

static void test_vector_30_an_extension_plans_warnings_anew(void)
{
	a_round_begins(2, 2, 4);
	so_far();
	at(10, 13, 10);
	extends_by(3 * SCRIPT_MINUTE);
	EXPECT("alarm_rang\n"
	       "  deliver_warning place=1 block=1 amount=60000\n"
	       "  signal_round block=1\n"
	       "runsheet_extended\n"
	       "  answer person=0 says=done\n"
	       "  deliver_extension place=1 block=1 amount=180000 until=10:17:00\n"
	       "  signal_round block=1\n"
	       "  record_block block=1 state=current from=10:10:00 to=10:17:00\n"
	       "  signal_clock\n");
	at(10, 16, 59);
	EXPECT("alarm_rang\n"
	       "  deliver_warning place=1 block=1 amount=60000\n"
	       "  signal_round block=1\n"
	       "alarm_rang\n"
	       "  deliver_warning place=1 block=1 amount=30000\n"
	       "  signal_round block=1\n");
}

static void test_a_hold_tells_the_rooms_once(void)
{
	a_round_begins(2, 2, 10);
	at(10, 12, 0);
	facilitator(EVENT_RUNSHEET_HELD);
	so_far();
	at(10, 14, 0);
	facilitator(EVENT_RUNSHEET_RESUMED);
	EXPECT("runsheet_resumed\n"
	       "  answer person=0 says=done\n"
	       "  deliver_extension place=1 block=1 amount=120000 until=10:22:00\n"
	       "  signal_round block=1\n"
	       "  record_block block=1 state=current from=10:10:00 to=10:22:00\n"
	       "  signal_clock\n");
	at(10, 17, 0);
	CHECK_INT(1, count_of("deliver_warning"));
}

static void alarm_is_late_by(int64_t ms)
{
	the_session()->alarm_ms = 0;
	so_far();
	wait_ms(ms);
	something(EVENT_ALARM_RANG);
	it_happens();
}

static void test_a_late_warning_says_what_is_left(void)
{
	a_round_begins(2, 2, 10);
	alarm_is_late_by(5 * SCRIPT_MINUTE + 15 * SCRIPT_SECOND);
	EXPECT("alarm_rang\n"
	       "  deliver_warning place=1 block=1 amount=300000\n"
	       "  signal_round block=1\n");
	CHECK_INT(clock_time(10, 19, 0), the_session()->alarm_ms);

	a_round_begins(2, 2, 10);
	alarm_is_late_by(9 * SCRIPT_MINUTE + 10 * SCRIPT_SECOND);
	EXPECT("alarm_rang\n"
	       "  deliver_warning place=1 block=1 amount=50000\n"
	       "  signal_round block=1\n");
	CHECK_INT(clock_time(10, 19, 30), the_session()->alarm_ms);

	a_round_begins(2, 2, 10);
	alarm_is_late_by(10 * SCRIPT_MINUTE);
	CHECK_INT(0, count_of("deliver_warning"));
	CHECK_INT(1, count_of("deliver_recall"));
}

static void test_a_round_that_is_past_does_not_open(void)
{
	a_round_is_planned(4, 2, 20);
	session_opens();
	all_come(4);
	alarm_is_late_by(31 * SCRIPT_MINUTE);
	CHECK_INT(0, count_of("record_allocation"));
	CHECK_INT(2, the_session()->current);
	CHECK_INT(clock_time(10, 30, 0), the_session()->block[2].started_ms);
}

static void test_vector_27_a_late_joiner_moves_nobody(void)
{
	uint16_t before[64];

	a_round_is_planned(15, 4, 20);
	session_opens();
	all_come(14);
	at(10, 10, 0);
	count_rooms();
	CHECK_INT(2, rooms_of(4));
	CHECK_INT(2, rooms_of(3));
	for (int i = 0; i < 15; i++)
		before[i] = the_session()->member[i].room;
	so_far();
	joins(15, PLACE_MAIN);
	CHECK_INT(1, count_of("record_allocation"));
	CHECK_INT(1, count_of("deliver_room_whisper"));
	for (int i = 0; i < 15; i++)
		CHECK_INT(before[i], the_session()->member[i].room);
	CHECK_INT(15, count_rooms());
	CHECK_INT(3, rooms_of(4));
	CHECK_INT(1, rooms_of(3));
}

static void test_who_comes_back_keeps_the_room(void)
{
	a_round_begins(9, 3, 20);
	const uint16_t room = the_session()->member[5].room;
	leaves(5, PLACE_MAIN);
	wait_ms(90 * SCRIPT_SECOND);
	so_far();
	joins(5, PLACE_MAIN);
	EXPECT("person_joined\n"
	       "  record_span person=5 place=0 span=10 from=10:11:30 to=open\n"
	       "  signal_presence person=5 place=0\n");
	CHECK_INT(room, the_session()->member[5].room);
}

static void test_facilitators_and_observers_get_no_room(void)
{
	a_round_is_planned(6, 3, 20);
	people_enrol(7, 1, ROLE_OBSERVER);
	people_enrol(8, 1, ROLE_PRODUCER);
	session_opens();
	all_come(8);
	at(10, 10, 0);
	CHECK_INT(6, count_rooms());
	joins(9, PLACE_MAIN);
	CHECK_INT(7, count_rooms());
}

static void test_one_person_stays_until_another_comes(void)
{
	a_round_is_planned(4, 2, 20);
	session_opens();
	all_come(1);
	at(10, 11, 0);
	CHECK_INT(ROUND_NONE, the_session()->block[1].round);
	CHECK_INT(0, count_of("record_allocation"));
	joins(2, PLACE_MAIN);
	CHECK_INT(ROUND_OPEN, the_session()->block[1].round);
	CHECK_INT(2, count_rooms());
	CHECK_INT(2, rooms[1]);
}

static void test_a_recall_ends_the_block(void)
{
	a_round_begins(2, 2, 20);
	at(10, 20, 0);
	so_far();
	facilitator(EVENT_BREAKOUT_RECALLED);
	EXPECT("breakout_recalled\n"
	       "  answer person=0 says=done\n"
	       "  deliver_recall place=1 block=1\n"
	       "  deliver_whisper_closed person=1 block=1\n"
	       "  deliver_whisper_closed person=2 block=1\n"
	       "  signal_round block=1\n"
	       "  record_block block=1 state=done from=10:10:00 to=10:20:00\n"
	       "  signal_clock\n"
	       "  record_block block=2 state=current from=10:20:00 to=10:30:00\n"
	       "  signal_clock\n");
	facilitator(EVENT_BREAKOUT_RECALLED);
	somebody(1, EVENT_BREAKOUT_RECALLED);
	EXPECT("breakout_recalled\n"
	       "  answer person=0 says=no_round\n"
	       "breakout_recalled\n"
	       "  answer person=1 says=not_allowed\n");
}

static void test_tables_need_no_meetings(void)
{
	session_is_planned();
	round_of(3, 10)->block_planned.way = DELIVERY_TABLE;
	block_is_kept();
	people_enrol(0, 1, ROLE_FACILITATOR);
	people_enrol(1, 6, ROLE_PARTICIPANT);
	session_opens();
	CHECK_INT(0, count_of("deliver_room_meeting"));
	all_come(6);
	at(10, 10, 0);
	CHECK_INT(0, count_rooms());
	CHECK_INT(0, count_of("deliver_warning"));
	CHECK_INT(0, count_of("deliver_recall"));
	CHECK_INT(2, the_session()->block[0].rooms);
}

/* The organiser ends the meeting at 10:14 and starts it again at 10:15. */
static void all_are_thrown_out(void)
{
	at(10, 14, 0);
	meeting_ends();
	at(10, 15, 0);
	so_far();
	meeting_starts();
}

static void test_a_round_broken_off_goes_on(void)
{
	a_round_begins(2, 2, 20);
	so_far();
	at(10, 14, 0);
	meeting_ends();
	EXPECT_ONLY("deliver_recall", "  deliver_recall place=1 block=1\n");
	all_are_thrown_out();
	EXPECT("meeting_started\n"
	       "  record_session state=running from=08:00:00\n"
	       "  signal_clock\n"
	       "  record_block block=1 state=current from=10:10:00 to=10:30:00\n"
	       "  signal_clock\n"
	       "  signal_round block=1\n");
	joins(2, PLACE_MAIN);
	EXPECT("person_joined\n"
	       "  record_span person=2 place=0 span=3 from=10:15:00 to=open\n"
	       "  signal_presence person=2 place=0\n"
	       "  record_allocation person=2 place=1 block=1\n"
	       "  deliver_room_whisper person=2 place=1 block=1 until=10:30:00\n"
	       "  signal_round block=1\n");
	at(10, 30, 0);
	EXPECT_ONLY("deliver_warning",
		    "  deliver_warning place=1 block=1 amount=300000\n"
		    "  deliver_warning place=1 block=1 amount=60000\n"
		    "  deliver_warning place=1 block=1 amount=30000\n");
	EXPECT_ONLY("deliver_whisper_closed",
		    "  deliver_whisper_closed person=2 block=1\n");
	CHECK_INT(2, the_session()->current);
}

static void test_everybody_finds_the_room_they_had(void)
{
	uint16_t had[14];

	a_round_begins(12, 4, 20);
	for (int person = 1; person <= 12; person++)
		had[person] = the_session()->member[person].room;
	all_are_thrown_out();
	people_enrol(13, 1, ROLE_PARTICIPANT);
	joins(13, PLACE_MAIN);
	for (int person = 12; person >= 1; person--)
		joins(person, PLACE_MAIN);
	for (int person = 1; person <= 12; person++)
		CHECK_INT(had[person], the_session()->member[person].room);
	CHECK_INT(13, count_of("deliver_room_whisper"));
	CHECK_INT(13, count_rooms());
	CHECK_INT(1, rooms_of(5));
	at(10, 30, 0);
	for (int person = 1; person <= 13; person++)
		CHECK_INT(0, the_session()->member[person].kept);
}

static void test_broken_off_twice_it_keeps_who_has_not_come_back(void)
{
	a_round_begins(4, 2, 20);
	const uint16_t had = the_session()->member[3].room;
	all_are_thrown_out();
	joins(1, PLACE_MAIN);
	at(10, 16, 0);
	meeting_ends();
	at(10, 17, 0);
	meeting_starts();
	joins(3, PLACE_MAIN);
	CHECK_INT(had, the_session()->member[3].room);
	CHECK_INT(ROUND_OPEN, the_session()->block[1].round);
}

static void test_a_round_whose_time_is_up_stays_recalled(void)
{
	a_round_begins(4, 2, 5);
	at(10, 14, 0);
	meeting_ends();
	at(10, 16, 0);
	so_far();
	meeting_starts();
	joins(1, PLACE_MAIN);
	CHECK_INT(0, count_of("deliver_room_whisper"));
	CHECK_INT(ROUND_RECALLED, the_session()->block[1].round);
	CHECK_INT(2, the_session()->current);
}

static void test_a_round_still_waiting_for_rooms_is_considered_anew(void)
{
	a_round_is_planned(2, 2, 20);
	session_opens_without_rooms();
	all_come(2);
	at(10, 10, 10);
	CHECK_INT(ROUND_WAITING, the_session()->block[1].round);
	meeting_ends();
	at(10, 10, 50);
	meeting_starts();
	CHECK_INT(ROUND_NONE, the_session()->block[1].round);
	all_join(1, 2);
	CHECK_INT(ROUND_WAITING, the_session()->block[1].round);
	something(EVENT_ROOM_READY)->place = 1;
	it_happens();
	CHECK_INT(ROUND_OPEN, the_session()->block[1].round);
	CHECK_INT(2, count_rooms());
}

int main(void)
{
	RUN(test_vector_22_everybody_gets_a_card);
	RUN(test_a_whole_round_of_two);
	RUN(test_vector_29_a_warning_before_the_start_is_skipped);
	RUN(test_a_warning_at_the_very_start_is_skipped);
	RUN(test_vector_30_an_extension_plans_warnings_anew);
	RUN(test_a_hold_tells_the_rooms_once);
	RUN(test_a_late_warning_says_what_is_left);
	RUN(test_a_round_that_is_past_does_not_open);
	RUN(test_vector_27_a_late_joiner_moves_nobody);
	RUN(test_who_comes_back_keeps_the_room);
	RUN(test_facilitators_and_observers_get_no_room);
	RUN(test_one_person_stays_until_another_comes);
	RUN(test_a_recall_ends_the_block);
	RUN(test_tables_need_no_meetings);
	RUN(test_a_round_broken_off_goes_on);
	RUN(test_everybody_finds_the_room_they_had);
	RUN(test_broken_off_twice_it_keeps_who_has_not_come_back);
	RUN(test_a_round_whose_time_is_up_stays_recalled);
	RUN(test_a_round_still_waiting_for_rooms_is_considered_anew);
	return check_done();
}
