/* SPDX-License-Identifier: MIT */
/* Who is told of their room, by which way, and what happens when an answer is lost. */
#include "handlers/ladder.h"

#include "handlers/effect.h"
#include "tests/check.h"
#include "tests/handlers/meeting_script.h"

static void one_is_planned(enum block_kind kind, int room_size, int minutes)
{
	if (kind == BLOCK_ROUND)
		round_of(room_size, minutes);
	else
		block(kind, minutes);
	block_is_kept();
}

/* 10:00 plenary, 10:10 a round of 20 minutes, 10:30 plenary, 10:40 a round, 11:00 plenary */
static void two_rounds_are_planned(int people, int room_size)
{
	session_is_planned();
	one_is_planned(BLOCK_PLENARY, 0, 10);
	one_is_planned(BLOCK_ROUND, room_size, 20);
	one_is_planned(BLOCK_PLENARY, 0, 10);
	one_is_planned(BLOCK_ROUND, room_size, 20);
	one_is_planned(BLOCK_PLENARY, 0, 10);
	poll(2, 2);
	block_is_kept();
	people_enrol(0, 1, ROLE_FACILITATOR);
	people_enrol(1, people, ROLE_PARTICIPANT);
	session_opens();
	at(10, 0, 0);
	meeting_starts();
	all_join(0, people + 1);
	facilitator(EVENT_RUNSHEET_STARTED);
	so_far();
	at(10, 10, 0);
}

static void hears(enum event_kind kind, enum effect_kind what, int person, int status)
{
	struct event *const event = something(kind);

	event->person = (uint32_t)person;
	event->place = the_session()->member[person].room;
	event->block = the_session()->current;
	event->delivery.what = what;
	event->delivery.status = (uint32_t)status;
	it_happens();
}

static void fails(enum effect_kind what, int person, int status)
{
	hears(EVENT_DELIVERY_FAILED, what, person, status);
}

static void is_lost(enum effect_kind what, int person)
{
	hears(EVENT_DELIVERY_UNRESOLVED, what, person, 0);
}

static void test_a_few_are_whispered_to(void)
{
	two_rounds_are_planned(2, 2);
	EXPECT_ONLY("deliver_room_whisper",
		    "  deliver_room_whisper person=1 place=1 block=1 until=10:30:00\n"
		    "  deliver_room_whisper person=2 place=1 block=1 until=10:30:00\n");
	CHECK_INT(0, count_of("deliver_room_card"));
}

static void test_many_get_a_card_each(void)
{
	two_rounds_are_planned(WHISPERS_MAX + 1, 7);
	CHECK_INT(0, count_of("deliver_room_whisper"));
	CHECK_INT(WHISPERS_MAX + 1, count_of("deliver_room_card"));
	so_far();
	at(10, 30, 0);
	CHECK_INT(WHISPERS_MAX + 1, count_of("deliver_card_closed"));
}

/* Refused on every rung: each is tried once, in order, and then there is the page. */
static void test_rung_by_rung(void)
{
	two_rounds_are_planned(2, 2);
	so_far();
	fails(DELIVER_ROOM_WHISPER, 2, 404);
	fails(DELIVER_ROOM_WHISPER, 2, 404);
	fails(DELIVER_ROOM_CARD, 2, 403);
	fails(DELIVER_ROOM_NOTICE, 2, 403);
	fails(DELIVER_ROOM_MAIL, 2, 0);
	fails(DELIVER_ROOM_MAIL, 2, 0);
	EXPECT("delivery_failed\n"
	       "  deliver_room_card person=2 place=1 block=1 until=10:30:00\n"
	       "delivery_failed\n"
	       "delivery_failed\n"
	       "  deliver_room_notice person=2 place=1 block=1 until=10:30:00\n"
	       "delivery_failed\n"
	       "  deliver_room_mail person=2 place=1 block=1 until=10:30:00\n"
	       "delivery_failed\n"
	       "  signal_round block=1\n"
	       "delivery_failed\n");
	CHECK_INT(CARD_FAILED, the_session()->member[2].card);
	at(10, 30, 0);
	/* What was never shown is not closed; what was, the way it came. */
	EXPECT_ONLY("deliver_whisper_closed",
		    "  deliver_whisper_closed person=1 block=1\n");
	CHECK_INT(0, count_of("deliver_card_closed"));
	so_far();
	at(10, 40, 0);
	/* Nothing is left: it is all tried again. */
	EXPECT_ONLY("deliver_room_whisper",
		    "  deliver_room_whisper person=1 place=1 block=3 until=11:00:00\n"
		    "  deliver_room_whisper person=2 place=1 block=3 until=11:00:00\n");
	CHECK_INT(0, count_of("deliver_room_card"));
	CHECK_INT(0, count_of("deliver_room_mail"));
}

/* That the last resort does not exist is no reason to leave out what may have worked. */
static void test_a_lost_notice_is_tried_again_in_the_next_round(void)
{
	two_rounds_are_planned(2, 2);
	fails(DELIVER_ROOM_WHISPER, 2, 0);
	fails(DELIVER_ROOM_CARD, 2, 0);
	is_lost(DELIVER_ROOM_NOTICE, 2);
	so_far();
	at(10, 11, 0);
	EXPECT_ONLY("deliver_room_mail",
		    "  deliver_room_mail person=2 place=1 block=1 until=10:30:00\n");
	so_far();
	fails(DELIVER_ROOM_MAIL, 2, 0);
	EXPECT("delivery_failed\n"
	       "  deliver_room_again person=2 place=1 block=1 until=10:30:00\n");
	fails(DELIVER_ROOM_AGAIN, 2, 503);
	CHECK_INT(CARD_FAILED, the_session()->member[2].card);
	at(10, 30, 0);
	so_far();
	at(10, 40, 0);
	EXPECT_ONLY("deliver_room_notice",
		    "  deliver_room_notice person=2 place=1 block=3 until=11:00:00\n");
}

static void test_the_next_round_starts_at_what_works(void)
{
	two_rounds_are_planned(4, 4);
	fails(DELIVER_ROOM_WHISPER, 2, 404);
	fails(DELIVER_ROOM_CARD, 2, 400);    /* anonymous: no chat can be opened */
	fails(DELIVER_ROOM_WHISPER, 3, 503); /* busy, which says nothing of tomorrow */
	fails(DELIVER_ROOM_WHISPER, 4, 429);
	at(10, 30, 0);
	so_far();
	at(10, 40, 0);
	EXPECT_ONLY("deliver_room_notice",
		    "  deliver_room_notice person=2 place=1 block=3 until=11:00:00\n");
	CHECK_INT(3, count_of("deliver_room_whisper"));
	CHECK_INT(0, count_of("deliver_room_card"));
}

static void test_what_no_longer_holds_is_not_said(void)
{
	two_rounds_are_planned(2, 2);
	so_far();
	hears(EVENT_DELIVERY_FAILED, DELIVER_ROOM_CARD, 2, 503); /* was not asked for */
	fails(DELIVER_ROOM_WHISPER, 700, 403);
	EXPECT("delivery_failed\n"
	       "delivery_failed\n");
	at(10, 30, 0);
	so_far();
	fails(DELIVER_ROOM_WHISPER, 1, 403);
	EXPECT("delivery_failed\n");
}

static void test_a_lost_answer_and_no_evidence(void)
{
	two_rounds_are_planned(2, 2);
	so_far();
	is_lost(DELIVER_ROOM_WHISPER, 2);
	is_lost(DELIVER_ROOM_WHISPER, 2);
	EXPECT("delivery_unresolved\n"
	       "  signal_round block=1\n"
	       "delivery_unresolved\n");
	wait_ms(DOUBT_MS - 1);
	CHECK_INT(0, count_of("deliver_room_card"));
	wait_ms(1);
	/* Not the same way again. */
	EXPECT_ONLY("deliver_room_card",
		    "  deliver_room_card person=2 place=1 block=1 until=10:30:00\n");
	CHECK_INT(0, count_of("deliver_room_whisper"));
	/* It may have arrived after all: both say when it is over. */
	at(10, 30, 0);
	CHECK_INT(2, count_of("deliver_whisper_closed"));
	CHECK_INT(1, count_of("deliver_card_closed"));
	so_far();
	/* A lost answer is no refusal. */
	at(10, 40, 0);
	CHECK_INT(2, count_of("deliver_room_whisper"));
}

static void test_being_there_is_evidence(void)
{
	two_rounds_are_planned(3, 3);
	so_far();
	is_lost(DELIVER_ROOM_WHISPER, 1);
	is_lost(DELIVER_ROOM_WHISPER, 2);
	joins(1, 1);
	leaves(1, 1); /* they found it; where they went then is theirs to decide */
	somebody(2, EVENT_HELP_CALLED);
	joins(3, 1);
	is_lost(DELIVER_ROOM_WHISPER, 3); /* told of after they were seen */
	wait_ms(DOUBT_MS);
	CHECK_INT(0, count_of("deliver_room_card"));
	CHECK_INT(CARD_ASKED, the_session()->member[1].card);
	CHECK_INT(0, the_session()->doubts);
}

/* Somebody whom the round before has left in a room does not know of it from this one. */
static void test_having_stayed_there_is_none(void)
{
	two_rounds_are_planned(2, 2);
	joins(1, 1);
	joins(2, 1);
	at(10, 40, 0);
	so_far();
	is_lost(DELIVER_ROOM_WHISPER, 1);
	is_lost(DELIVER_ROOM_WHISPER, 2);
	leaves(2, 1);
	joins(2, 1); /* looked around, and is where they should be */
	wait_ms(DOUBT_MS);
	EXPECT_ONLY("deliver_room_card",
		    "  deliver_room_card person=1 place=1 block=3 until=11:00:00\n");
}

static void test_a_doubt_ends_with_its_round(void)
{
	two_rounds_are_planned(2, 2);
	at(10, 29, 50);
	is_lost(DELIVER_ROOM_WHISPER, 2);
	so_far();
	at(10, 31, 0);
	CHECK_INT(0, count_of("deliver_room_card"));
	CHECK_INT(0, the_session()->doubts);
}

static void recall_is_lost(int place)
{
	struct event *const event = something(EVENT_DELIVERY_UNRESOLVED);

	event->place = (uint16_t)place;
	event->delivery.what = DELIVER_RECALL;
	it_happens();
}

static void test_a_lost_recall(void)
{
	two_rounds_are_planned(4, 2);
	joins(1, 1);
	joins(2, 2);
	at(10, 30, 0);
	recall_is_lost(1);
	recall_is_lost(2);
	recall_is_lost(900);
	leaves(2, 2);
	so_far();
	wait_ms(RECALL_DOUBT_MS);
	EXPECT_ONLY("deliver_reminder", "  deliver_reminder place=1\n");
	CHECK_INT(0, count_of("deliver_recall"));
	wait_ms(10 * RECALL_DOUBT_MS);
	CHECK_INT(1, count_of("deliver_reminder"));
}

static void poll_is_lost(void)
{
	struct event *const event = something(EVENT_DELIVERY_UNRESOLVED);

	event->poll = 0;
	event->delivery.what = DELIVER_POLL_CARD;
	it_happens();
}

static void test_a_lost_poll(void)
{
	two_rounds_are_planned(4, 2);
	at(10, 30, 0);
	facilitator(EVENT_POLL_OPENED);
	so_far();
	poll_is_lost();
	wait_ms(POLL_DOUBT_MS);
	EXPECT_ONLY("deliver_poll_again", "  deliver_poll_again poll=0\n");
	CHECK_INT(0, count_of("deliver_poll_card"));
}

static void test_an_answered_poll_has_arrived(void)
{
	two_rounds_are_planned(4, 2);
	at(10, 30, 0);
	facilitator(EVENT_POLL_OPENED);
	poll_is_lost();
	so_far();
	votes(1, 0, 1);
	wait_ms(POLL_DOUBT_MS);
	CHECK_INT(0, count_of("deliver_poll_again"));
	CHECK_INT(0, the_session()->doubts);
}

/* Nobody need wait a minute to call again when the first call may not have been heard. */
static void test_an_unheard_call_for_help(void)
{
	static const enum event_kind kinds[] = { EVENT_DELIVERY_UNRESOLVED,
						 EVENT_DELIVERY_FAILED };

	two_rounds_are_planned(2, 2);
	somebody(1, EVENT_HELP_CALLED);
	so_far();
	somebody(1, EVENT_HELP_CALLED);
	CHECK_INT(0, count_of("deliver_help"));
	for (int i = 0; i < 2; i++) {
		so_far();
		hears(kinds[i], DELIVER_HELP, 1, 0);
		somebody(2, EVENT_HELP_CALLED);
		CHECK_INT(1, count_of("deliver_help"));
	}
}

int main(void)
{
	RUN(test_a_few_are_whispered_to);
	RUN(test_many_get_a_card_each);
	RUN(test_rung_by_rung);
	RUN(test_the_next_round_starts_at_what_works);
	RUN(test_what_no_longer_holds_is_not_said);
	RUN(test_a_lost_answer_and_no_evidence);
	RUN(test_being_there_is_evidence);
	RUN(test_having_stayed_there_is_none);
	RUN(test_a_doubt_ends_with_its_round);
	RUN(test_an_unheard_call_for_help);
	RUN(test_a_lost_recall);
	RUN(test_a_lost_notice_is_tried_again_in_the_next_round);
	RUN(test_a_lost_poll);
	RUN(test_an_answered_poll_has_arrived);
	return check_done();
}
