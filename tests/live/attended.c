/* SPDX-License-Identifier: MIT */
/*
 * The judge of a rehearsal counts absence, the core counts presence.  They were written
 * apart; whatever the evidence, they have to agree to the millisecond.
 */
#include "commands/rehearse_attended.h"

#include "handlers/reconcile.h"
#include "rehearsal/chance.h"
#include "tests/check.h"

enum { MINUTE = 60 * 1000, SPANS = 24, CASES = 20000, DAY = 240 * MINUTE };

static int64_t counted(struct truth_span *spans, size_t spans_count,
		       struct truth_span *blocks, size_t blocks_count, int64_t grace_ms)
{
	const struct attended_rules rules = { .grace_ms = grace_ms };
	struct attended_time present = { spans, spans_count };
	const struct attended_time creditable = { blocks, blocks_count };
	const struct attended_time rounds = { NULL, 0 };

	return attended_ms(&rules, &present, &creditable, &rounds, &rounds);
}

static void test_gaps_and_ends(void)
{
	struct truth_span blocks[] = { { 0, 60 * MINUTE },
				       { 75 * MINUTE, 120 * MINUTE } };
	struct truth_span none[1];
	struct truth_span all[] = { { -MINUTE, 130 * MINUTE } };
	struct truth_span bridged[] = { { 0, 30 * MINUTE },
					{ 32 * MINUTE, 60 * MINUTE } };
	struct truth_span open[] = { { 0, 30 * MINUTE },
				     { 32 * MINUTE + 1, 60 * MINUTE } };
	struct truth_span doubled[] = { { 10 * MINUTE, 50 * MINUTE },
					{ 0, 80 * MINUTE },
					{ 20 * MINUTE, 20 * MINUTE } };

	CHECK_INT(0, counted(none, 0, blocks, 2, 0));
	CHECK_INT(105 * MINUTE, counted(all, 1, blocks, 2, 0));
	CHECK_INT(60 * MINUTE, counted(bridged, 2, blocks, 2, 2 * MINUTE));
	CHECK_INT(58 * MINUTE - 1, counted(open, 2, blocks, 2, 2 * MINUTE));
	CHECK_INT(65 * MINUTE, counted(doubled, 3, blocks, 2, 0));
}

static void test_holes_in_rounds_are_presumed(void)
{
	const struct attended_rules rules = { .transfer_ms = 3 * MINUTE,
					      .presume = true };
	struct truth_span spans[] = { { 0, 10 * MINUTE }, { 31 * MINUTE, 60 * MINUTE } };
	struct truth_span block[] = { { 0, 60 * MINUTE } };
	struct truth_span round[] = { { 10 * MINUTE, 30 * MINUTE } };
	struct attended_time present = { spans, 2 };
	const struct attended_time creditable = { block, 1 };
	struct attended_time rounds = { round, 1 };
	const struct attended_time rooms = { NULL, 0 };

	CHECK_INT(60 * MINUTE,
		  attended_ms(&rules, &present, &creditable, &rounds, &rooms));
	round[0].to_ms = 27 * MINUTE;
	CHECK_INT(39 * MINUTE,
		  attended_ms(&rules, &present, &creditable, &rounds, &rooms));
}

static int64_t moving_ms(int64_t out_ms, int64_t in_ms, int64_t round_ms)
{
	const struct attended_rules rules = { .grace_ms = 2 * MINUTE,
					      .transfer_ms = 3 * MINUTE };
	struct truth_span spans[] = { { 0, out_ms }, { in_ms, 60 * MINUTE } };
	struct truth_span block[] = { { 0, 60 * MINUTE } };
	struct truth_span round[] = { { round_ms, round_ms + 20 * MINUTE } };
	struct attended_time present = { spans, 2 };
	const struct attended_time creditable = { block, 1 }, rounds = { round, 1 };
	const struct attended_time rooms = { &spans[1], 1 };

	return attended_ms(&rules, &present, &creditable, &rounds, &rooms);
}

static void test_moving_into_a_room(void)
{
	const int64_t t = 10 * MINUTE;

	CHECK_INT(60 * MINUTE, moving_ms(t, t + 3 * MINUTE, t));
	CHECK_INT(57 * MINUTE - 1, moving_ms(t, t + 3 * MINUTE + 1, t));
	CHECK_INT(60 * MINUTE, moving_ms(t - 3 * MINUTE, t, t));
	CHECK_INT(57 * MINUTE, moving_ms(t - 3 * MINUTE - 1, t - 1, t));
}

/* The same evidence for both, drawn from the seed. */
struct drawn {
	struct truth_span spans[SPANS], blocks[SPANS], rounds[SPANS], stays[SPANS];
	struct stretch present[SPANS], creditable[SPANS], open[SPANS], in_rooms[SPANS];
	size_t spans_count, blocks_count, rounds_count, stays_count;
};

static void draw(struct chance *chance, struct truth_span *spans,
		 struct stretch *stretches, size_t count, int64_t longest_ms)
{
	for (size_t i = 0; i < count; i++) {
		const int64_t from_ms = chance_between(chance, 0, DAY);
		const int64_t to_ms = from_ms + chance_between(chance, 0, longest_ms);

		spans[i] = (struct truth_span){ from_ms, to_ms };
		stretches[i] = (struct stretch){ from_ms, to_ms };
	}
}

static void draw_blocks(struct chance *chance, struct drawn *drawn)
{
	int64_t at_ms = 0;

	for (size_t i = 0; i < drawn->blocks_count; i++) {
		const int64_t from_ms = at_ms + chance_between(chance, 1, 10 * MINUTE);
		const int64_t to_ms = from_ms + chance_between(chance, 1, 30 * MINUTE);

		drawn->blocks[i] = (struct truth_span){ from_ms, to_ms };
		drawn->creditable[i] = (struct stretch){ from_ms, to_ms };
		at_ms = to_ms;
	}
}

/* Some of the presence is in rooms. */
static void draw_stays(struct chance *chance, struct drawn *drawn)
{
	drawn->stays_count = 0;
	for (size_t i = 0; i < drawn->spans_count; i++) {
		if (chance_between(chance, 0, 1) == 0)
			continue;
		drawn->in_rooms[drawn->stays_count] = drawn->present[i];
		drawn->stays[drawn->stays_count++] = drawn->spans[i];
	}
}

static void draw_case(uint64_t seed, struct drawn *drawn)
{
	struct chance chance = chance_of(seed, "a case");

	drawn->spans_count = (size_t)chance_between(&chance, 0, SPANS);
	drawn->blocks_count = (size_t)chance_between(&chance, 0, 8);
	drawn->rounds_count = (size_t)chance_between(&chance, 0, 3);
	draw(&chance, drawn->spans, drawn->present, drawn->spans_count, 20 * MINUTE);
	draw(&chance, drawn->rounds, drawn->open, drawn->rounds_count, 30 * MINUTE);
	draw_blocks(&chance, drawn);
	draw_stays(&chance, drawn);
}

/* Rounds that overlap are one to the core; the judge's never do. */
static void join_rounds(struct drawn *drawn)
{
	struct stretches rounds = { drawn->open, drawn->rounds_count };

	stretches_join(&rounds, 0);
	drawn->rounds_count = rounds.count;
	for (size_t i = 0; i < rounds.count; i++)
		drawn->rounds[i] = (struct truth_span){ rounds.list[i].from_ms,
							rounds.list[i].to_ms };
}

static void test_the_core_agrees(void)
{
	static struct drawn drawn;
	struct reconcile_result result;
	int moved = 0;

	for (uint64_t seed = 0; seed < CASES; seed++) {
		draw_case(seed, &drawn);
		join_rounds(&drawn);
		const struct attended_rules rules = { 2 * MINUTE, 6 * MINUTE,
						      seed % 2 != 0 };
		const struct reconcile_policy policy = { rules.grace_ms,
							 rules.transfer_ms, rules.presume,
							 ATTENDED_PER_MILLE };
		struct reconcile_case it = {
			.present = { drawn.present, drawn.spans_count },
			.rounds = { drawn.open, drawn.rounds_count },
			.in_rooms = { drawn.in_rooms, drawn.stays_count },
			.creditable = { drawn.creditable, drawn.blocks_count },
			.window = { 0, 10 * DAY },
			.enrolled = 1,
		};
		struct attended_time spans = { drawn.spans, drawn.spans_count };
		const struct attended_time blocks = { drawn.blocks, drawn.blocks_count };
		const struct attended_time rounds = { drawn.rounds, drawn.rounds_count };
		const struct attended_time stays = { drawn.stays, drawn.stays_count };

		reconcile(&policy, &it, &result);
		CHECK_INT(result.attended_ms,
			  attended_ms(&rules, &spans, &blocks, &rounds, &stays));
		moved += !policy.presume && result.presumed_ms > 0;
	}
	CHECK(moved > CASES / 100);
}

int main(void)
{
	RUN(test_gaps_and_ends);
	RUN(test_holes_in_rounds_are_presumed);
	RUN(test_moving_into_a_room);
	RUN(test_the_core_agrees);
	return check_done();
}
