/* SPDX-License-Identifier: MIT */
#include "handlers/reconcile.h"

#include "tests/check.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

/* A morning: 09:00 to 12:30 with a break from 10:40 to 10:55, so 195 creditable minutes. */
static struct stretch present[16], creditable[2], rounds[2], in_rooms[4];
static struct reconcile_case morning;
static struct reconcile_policy policy;
static struct reconcile_result result;

static int64_t t(int hour, int minute, int second)
{
	return (int64_t)hour * HOUR + minute * MINUTE + second * SECOND;
}

static void a_morning(void)
{
	policy = reconcile_policy_default();
	memset(&morning, 0, sizeof(morning));
	creditable[0] = (struct stretch){ t(9, 0, 0), t(10, 40, 0) };
	creditable[1] = (struct stretch){ t(10, 55, 0), t(12, 30, 0) };
	morning.present.list = present;
	morning.creditable = (struct stretches){ creditable, 2 };
	morning.rounds.list = rounds;
	morning.in_rooms.list = in_rooms;
	morning.window = (struct stretch){ t(9, 0, 0), t(12, 30, 0) };
	morning.enrolled = 1;
}

static void is_there(int64_t from_ms, int64_t to_ms)
{
	present[morning.present.count++] = (struct stretch){ from_ms, to_ms };
}

static void is_in_a_room(int64_t from_ms, int64_t to_ms)
{
	is_there(from_ms, to_ms);
	in_rooms[morning.in_rooms.count++] = (struct stretch){ from_ms, to_ms };
}

static void has_a_room(int64_t from_ms, int64_t to_ms)
{
	rounds[morning.rounds.count++] = (struct stretch){ from_ms, to_ms };
}

static void is_judged(void)
{
	reconcile(&policy, &morning, &result);
}

static void test_vector_1_grace_bridges_two_minutes(void)
{
	a_morning();
	is_there(t(9, 12, 0), t(11, 1, 0));
	is_there(t(11, 3, 0), t(12, 30, 0));
	is_judged();
	CHECK_INT(195 * MINUTE, result.creditable_ms);
	CHECK_INT(1, morning.present.count);
	CHECK_INT(183 * MINUTE, result.attended_ms);
	CHECK_INT(93846, result.attended_ms * 100000 / result.creditable_ms);
	CHECK_INT(VERDICT_ATTENDED, result.verdict);
	CHECK_INT(t(9, 12, 0), result.first_ms);
	CHECK_INT(t(12, 30, 0), result.last_ms);
	CHECK_INT(12 * MINUTE, result.longest_absence_ms);
}

static void test_vector_2_a_second_less_grace_does_not(void)
{
	a_morning();
	policy.grace_ms = 119 * SECOND;
	is_there(t(11, 3, 0), t(12, 30, 0));
	is_there(t(9, 12, 0), t(11, 1, 0));
	is_judged();
	CHECK_INT(2, morning.present.count);
	CHECK_INT(181 * MINUTE, result.attended_ms);
	CHECK_INT(92820, result.attended_ms * 100000 / result.creditable_ms);
}

static void test_vector_3_two_devices_count_once(void)
{
	a_morning();
	creditable[0] = (struct stretch){ t(9, 0, 0), t(12, 30, 0) };
	morning.creditable.count = 1;
	is_there(t(9, 0, 0), t(10, 0, 0));
	is_there(t(9, 50, 0), t(11, 0, 0));
	is_judged();
	CHECK_INT(120 * MINUTE, result.attended_ms);
}

static void test_vector_4_a_break_is_no_absence(void)
{
	a_morning();
	is_there(t(9, 0, 0), t(10, 40, 0));
	is_there(t(10, 56, 0), t(12, 30, 0));
	is_judged();
	CHECK_INT(1 * MINUTE, result.absent_ms);
	CHECK_INT(1 * MINUTE, result.longest_absence_ms);
}

static void test_vector_5_the_lobby_does_not_count(void)
{
	a_morning();
	is_there(t(8, 40, 0), t(10, 0, 0));
	is_judged();
	CHECK_INT(60 * MINUTE, result.attended_ms);
	CHECK_INT(t(9, 0, 0), result.first_ms);
}

static void test_vector_6_exactly_on_the_threshold(void)
{
	a_morning();
	is_there(t(9, 0, 0), t(10, 40, 0));
	is_there(t(10, 58, 0), t(11, 54, 0));
	is_judged();
	CHECK_INT(156 * MINUTE, result.attended_ms);
	CHECK_INT(VERDICT_ATTENDED, result.verdict);

	a_morning();
	is_there(t(9, 0, 0), t(10, 40, 0));
	is_there(t(10, 58, 0), t(11, 54, 0) - 1);
	is_judged();
	CHECK_INT(156 * MINUTE - 1, result.attended_ms);
	CHECK_INT(VERDICT_PARTLY, result.verdict);
}

static void a_hole_in_a_round(void)
{
	a_morning();
	is_there(t(9, 0, 0), t(10, 1, 10));
	is_there(t(10, 20, 40), t(12, 30, 0));
}

static void test_vector_7_presumed_in_a_round(void)
{
	const int64_t hole_ms = 19 * MINUTE + 30 * SECOND;

	a_hole_in_a_round();
	policy.presume = 1;
	has_a_room(t(10, 0, 0), t(10, 20, 0));
	is_judged();
	CHECK_INT(0, result.absent_ms);
	CHECK_INT(hole_ms, result.presumed_ms);
	CHECK_INT(0, result.longest_absence_ms);

	a_hole_in_a_round();
	has_a_room(t(10, 0, 0), t(10, 20, 0));
	is_judged();
	CHECK_INT(hole_ms, result.absent_ms);
	CHECK_INT(0, result.presumed_ms);
}

static void test_vector_7_transfer_allowance_is_exact(void)
{
	a_morning();
	policy.presume = 1;
	has_a_room(t(10, 0, 0), t(10, 20, 0));
	is_there(t(9, 0, 0), t(9, 57, 0));
	is_there(t(10, 23, 0), t(12, 30, 0));
	is_judged();
	CHECK_INT(26 * MINUTE, result.presumed_ms);

	a_morning();
	policy.presume = 1;
	has_a_room(t(10, 0, 0), t(10, 20, 0));
	is_there(t(9, 0, 0), t(9, 57, 0) - 1);
	is_there(t(10, 23, 0), t(12, 30, 0));
	is_judged();
	CHECK_INT(0, result.presumed_ms);
	CHECK_INT(26 * MINUTE + 1, result.absent_ms);
}

static void test_vector_8_without_a_room_a_hole_is_absence(void)
{
	for (uint32_t presume = 0; presume < 2; presume++) {
		a_hole_in_a_round();
		policy.presume = presume;
		is_judged();
		CHECK_INT(19 * MINUTE + 30 * SECOND, result.absent_ms);
	}
}

/* From the main meeting into a room and back, in a round of 10:00 to 10:20. */
static void moves(int64_t out_ms, int64_t in_ms, int64_t out_again_ms, int64_t back_ms)
{
	a_morning();
	has_a_room(t(10, 0, 0), t(10, 20, 0));
	is_there(t(9, 0, 0), out_ms);
	is_in_a_room(in_ms, out_again_ms);
	is_there(back_ms, t(12, 30, 0));
}

static void test_moving_into_a_room_and_out_is_presumed(void)
{
	moves(t(10, 0, 10), t(10, 3, 0), t(10, 20, 0), t(10, 22, 50));
	is_judged();
	CHECK_INT(0, result.absent_ms);
	CHECK_INT(5 * MINUTE + 40 * SECOND, result.presumed_ms);

	moves(t(10, 0, 10), t(10, 3, 0), t(10, 20, 0), t(10, 22, 50));
	morning.rounds.count = 0;
	is_judged();
	CHECK_INT(5 * MINUTE + 40 * SECOND, result.absent_ms);
	CHECK_INT(0, result.presumed_ms);
}

static void test_moving_takes_no_longer_than_the_allowance(void)
{
	moves(t(9, 57, 0), t(10, 0, 0), t(10, 20, 0), t(10, 23, 0));
	is_judged();
	CHECK_INT(6 * MINUTE, result.presumed_ms);

	moves(t(9, 57, 0) - 1, t(10, 0, 0) - 1, t(10, 20, 0), t(10, 23, 0) + 1);
	is_judged();
	CHECK_INT(0, result.presumed_ms);
	CHECK_INT(6 * MINUTE + 1, result.absent_ms);

	moves(t(10, 0, 0), t(10, 3, 0) + 1, t(10, 20, 0), t(10, 20, 0));
	is_judged();
	CHECK_INT(3 * MINUTE + 1, result.absent_ms);
}

/* Seen in the room, but away for longer, or gone from the main meeting: not excused. */
static void test_a_room_excuses_no_other_hole(void)
{
	a_morning();
	has_a_room(t(10, 0, 0), t(10, 20, 0));
	is_there(t(9, 0, 0), t(10, 0, 0));
	is_in_a_room(t(10, 0, 0), t(10, 5, 0));
	is_in_a_room(t(10, 15, 0), t(10, 18, 0));
	is_there(t(10, 18, 0), t(10, 19, 0));
	is_there(t(10, 21, 30), t(12, 30, 0));
	is_judged();
	CHECK_INT(10 * MINUTE + 150 * SECOND, result.absent_ms);
	CHECK_INT(0, result.presumed_ms);
}

/* A room that was entered when the round was over says nothing of the round. */
static void test_evidence_is_of_that_round(void)
{
	moves(t(10, 19, 30), t(10, 22, 0), t(10, 40, 0), t(10, 40, 0));
	is_judged();
	CHECK_INT(150 * SECOND, result.absent_ms);
	CHECK_INT(0, result.presumed_ms);
}

static void test_vector_9_a_reopened_meeting(void)
{
	for (int grace = 119; grace <= 120; grace++) {
		a_morning();
		policy.grace_ms = grace * SECOND;
		is_there(t(9, 0, 0), t(10, 30, 0));
		is_there(t(10, 32, 0), t(12, 30, 0));
		is_judged();
		CHECK_INT(grace == 120 ? 0 : 2 * MINUTE, result.absent_ms);
	}
}

static void test_presumption_needs_a_return(void)
{
	a_morning();
	policy.presume = 1;
	has_a_room(t(10, 0, 0), t(10, 20, 0));
	is_there(t(9, 0, 0), t(10, 1, 0));
	is_judged();
	CHECK_INT(61 * MINUTE, result.attended_ms);
	CHECK_INT(0, result.presumed_ms);
}

static void test_a_hole_over_two_rounds_in_a_row(void)
{
	a_morning();
	policy.presume = 1;
	has_a_room(t(10, 0, 0), t(10, 10, 0));
	has_a_room(t(10, 10, 0), t(10, 20, 0));
	is_there(t(9, 0, 0), t(10, 1, 0));
	is_there(t(10, 19, 0), t(12, 30, 0));
	is_judged();
	CHECK_INT(18 * MINUTE, result.presumed_ms);
	CHECK_INT(0, result.absent_ms);
}

static void test_who_was_not_there(void)
{
	a_morning();
	is_judged();
	CHECK_INT(VERDICT_ABSENT, result.verdict);
	CHECK_INT(195 * MINUTE, result.absent_ms);
	CHECK_INT(100 * MINUTE, result.longest_absence_ms);
	CHECK_INT(0, result.first_ms);

	a_morning();
	morning.enrolled = 0;
	is_judged();
	CHECK_INT(VERDICT_NONE, result.verdict);

	a_morning();
	morning.doubtful = 1;
	is_judged();
	CHECK_INT(VERDICT_UNCLEAR, result.verdict);
}

static void test_nothing_creditable_is_unclear(void)
{
	a_morning();
	morning.creditable.count = 0;
	is_there(t(9, 0, 0), t(12, 0, 0));
	is_judged();
	CHECK_INT(0, result.creditable_ms);
	CHECK_INT(VERDICT_UNCLEAR, result.verdict);
}

static void test_sentences(void)
{
	char sentence[RECONCILE_SENTENCE_BYTES];

	a_morning();
	is_there(t(9, 12, 0), t(12, 30, 0));
	is_judged();
	reconcile_sentence(&result, sentence);
	CHECK_TEXT("Attended 3 h 3 min of 3 h 15 min; away 12 min at most.", sentence);
	a_morning();
	is_judged();
	reconcile_sentence(&result, sentence);
	CHECK_TEXT("Not seen in 3 h 15 min of creditable time.", sentence);
}

/* A slow but plain second opinion: every second is looked at on its own. */
static void test_joining_agrees_with_counting(void)
{
	unsigned chance = 1;

	for (int round = 0; round < 2000; round++) {
		char seconds[601] = { 0 };
		int count = 0, last = -1000;
		a_morning();
		policy.grace_ms = 7 * SECOND;
		creditable[0] = (struct stretch){ 100 * SECOND, 300 * SECOND };
		creditable[1] = (struct stretch){ 350 * SECOND, 500 * SECOND };
		morning.window = (struct stretch){ 0, 600 * SECOND };
		for (int i = 0; i < 6; i++) {
			chance = chance * 1103515245 + 12345;
			const int from = (int)(chance >> 16) % 560;
			chance = chance * 1103515245 + 12345;
			const int to = from + (int)(chance >> 16) % 40;
			is_there((int64_t)from * SECOND, (int64_t)to * SECOND);
			memset(seconds + from, 1, (size_t)(to - from));
		}
		for (int i = 0; i < 600; i++) {
			if (!seconds[i])
				continue;
			if (i - last - 1 <= 7 && last >= 0)
				memset(seconds + last, 1, (size_t)(i - last));
			last = i;
		}
		for (int i = 100; i < 500; i++)
			count += seconds[i] && (i < 300 || i >= 350);
		is_judged();
		CHECK_INT(count * SECOND, result.attended_ms);
	}
}

int main(void)
{
	RUN(test_vector_1_grace_bridges_two_minutes);
	RUN(test_vector_2_a_second_less_grace_does_not);
	RUN(test_vector_3_two_devices_count_once);
	RUN(test_vector_4_a_break_is_no_absence);
	RUN(test_vector_5_the_lobby_does_not_count);
	RUN(test_vector_6_exactly_on_the_threshold);
	RUN(test_vector_7_presumed_in_a_round);
	RUN(test_vector_7_transfer_allowance_is_exact);
	RUN(test_vector_8_without_a_room_a_hole_is_absence);
	RUN(test_moving_into_a_room_and_out_is_presumed);
	RUN(test_moving_takes_no_longer_than_the_allowance);
	RUN(test_a_room_excuses_no_other_hole);
	RUN(test_evidence_is_of_that_round);
	RUN(test_vector_9_a_reopened_meeting);
	RUN(test_presumption_needs_a_return);
	RUN(test_a_hole_over_two_rounds_in_a_row);
	RUN(test_who_was_not_there);
	RUN(test_nothing_creditable_is_unclear);
	RUN(test_sentences);
	RUN(test_joining_agrees_with_counting);
	return check_done();
}
