/* SPDX-License-Identifier: MIT */
#include "handlers/arena.h"

#include <stdalign.h>

#include "handlers/effect.h"
#include "tests/check.h"

static void take(struct arena *arena, size_t bytes)
{
	unsigned char *const taken = arena_take(arena, bytes);

	CHECK((uintptr_t)taken % alignof(max_align_t) == 0);
	for (size_t i = 0; i < bytes; i++)
		CHECK(taken[i] == 0);
	memset(taken, 0xff, bytes);
}

static void test_memory_is_zeroed_and_aligned(void)
{
	struct arena arena = { NULL, 0 };

	for (int turn = 0; turn < 3; turn++) {
		for (size_t bytes = 0; bytes < 3000; bytes += 7)
			take(&arena, bytes);
		arena_reset(&arena);
		CHECK_INT(0, arena.used);
	}
	arena_finish(&arena);
}

static void test_a_reset_keeps_the_memory(void)
{
	struct arena arena = { NULL, 0 };
	void *const first = arena_take(&arena, 1000);

	arena_reset(&arena);
	CHECK(arena_take(&arena, 1000) == first);
	arena_finish(&arena);
}

static void test_something_large(void)
{
	struct arena arena = { NULL, 0 };
	unsigned char *const large = arena_take(&arena, 10 * 1024 * 1024);

	large[10 * 1024 * 1024 - 1] = 1;
	arena_finish(&arena);
	arena_finish(&arena);
	arena_finish(NULL);
}

static void test_effects_grow_in_order(void)
{
	struct arena arena = { NULL, 0 };
	struct effects effects = { &arena, NULL, 0, 0 };

	for (uint32_t i = 0; i < 5000; i++) {
		struct effect effect = effect_blank(SIGNAL_PRESENCE);
		effect.person = i;
		effect_add(&effects, &effect);
	}
	CHECK_INT(5000, effects.count);
	for (uint32_t i = 0; i < 5000; i++)
		CHECK_INT(i, effects.list[i].person);
	arena_finish(&arena);
}

int main(void)
{
	RUN(test_memory_is_zeroed_and_aligned);
	RUN(test_a_reset_keeps_the_memory);
	RUN(test_something_large);
	RUN(test_effects_grow_in_order);
	return check_done();
}
