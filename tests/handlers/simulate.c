/* SPDX-License-Identifier: MIT */
/*
 * simulate [FIRST [COUNT]] - plays COUNT sessions from seed FIRST on, checks the claims
 * after every event, and proves that the journal's text, read back and handled by a fresh
 * session, makes the same bytes and the same effects.
 */
#include "tests/handlers/simulate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "handlers/arena.h"
#include "handlers/handlers.h"
#include "handlers/transcript.h"

enum { LINES_MAX = 4096, DEFAULT_COUNT = 500, REPEAT_ONE_IN = 8 };

static struct {
	uint64_t seed, events, effects, digest;
	uint32_t lines;
	char line[LINES_MAX][EVENT_LINE_BYTES];
} simulation;

void claim_broken(const char *file, int line, const char *claim)
{
	fprintf(stderr, "%s:%d: seed %" PRIu64 ": does not hold: %s\n", file, line,
		simulation.seed, claim);
	for (uint32_t i = simulation.lines > 12 ? simulation.lines - 12 : 0;
	     i < simulation.lines; i++)
		fprintf(stderr, "%s\n", simulation.line[i]);
	exit(1);
}

static uint64_t digest_add(uint64_t digest, const void *bytes, size_t count)
{
	const unsigned char *const byte = bytes;

	for (size_t i = 0; i < count; i++)
		digest = (digest ^ byte[i]) * 0x100000001b3;
	return digest;
}

/* A session copied as far as it is in use; the rest is zero in both. */
static void session_copy(struct session *to, const struct session *from)
{
	const size_t bytes = session_bytes(from);

	if (session_bytes(to) > bytes)
		memset((char *)to + bytes, 0, session_bytes(to) - bytes);
	memcpy(to, from, bytes);
}

static bool session_same(const struct session *a, const struct session *b)
{
	return a->spans == b->spans && memcmp(a, b, session_bytes(a)) == 0;
}

static void repeat_is_harmless(struct session *session, const struct event *event,
			       struct arena *arena, struct session *scratch)
{
	struct effects effects = { arena, NULL, 0, 0 };

	session_copy(scratch, session);
	handle(scratch, event, &effects);
	scratch->events = session->events;
	scratch->refused = session->refused;
	CLAIM(session_same(scratch, session));
	for (size_t i = 0; i < effects.count; i++)
		CLAIM(effects.list[i].kind == ANSWER);
}

static uint64_t play(struct session *session, struct session *before)
{
	struct world world;
	struct event event;
	struct arena arena = { NULL, 0 };
	uint64_t told = 0;

	world_begins(&world, simulation.seed);
	simulation.lines = 0;
	while (world_goes_on(&world, session, &event)) {
		struct effects effects = { &arena, NULL, 0, 0 };
		CLAIM(simulation.lines < LINES_MAX);
		event_write(&event, simulation.line[simulation.lines++]);
		session_copy(before, session);
		handle(session, &event, &effects);
		claims_hold(before, session, &event, &effects);
		told = digest_add(told, effects.list,
				  effects.count * sizeof(struct effect));
		simulation.effects += effects.count;
		if (simulation.lines % REPEAT_ONE_IN == 0 &&
		    claims_repeat_harmless(&event))
			repeat_is_harmless(session, &event, &arena, before);
		arena_reset(&arena);
	}
	arena_finish(&arena);
	simulation.events += simulation.lines;
	return told;
}

static uint64_t replay(struct session *session)
{
	struct arena arena = { NULL, 0 };
	uint64_t told = 0;

	for (uint32_t i = 0; i < simulation.lines; i++) {
		struct effects effects = { &arena, NULL, 0, 0 };
		struct event event;
		const char *wrong;
		CLAIM(event_read(simulation.line[i], &event, &wrong) == 0);
		handle(session, &event, &effects);
		told = digest_add(told, effects.list,
				  effects.count * sizeof(struct effect));
		arena_reset(&arena);
	}
	arena_finish(&arena);
	return told;
}

static void simulate(uint64_t seed)
{
	struct session *const session = session_create(1);
	struct session *const again = session_create(1);
	struct session *const before = session_create(1);

	simulation.seed = seed;
	const uint64_t told = play(session, before);
	CLAIM(replay(again) == told);
	CLAIM(session_same(session, again));
	simulation.digest =
		digest_add(simulation.digest, session, session_bytes(session));
	session_destroy(session);
	session_destroy(again);
	session_destroy(before);
}

int main(int argc, char **argv)
{
	const uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	const uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : DEFAULT_COUNT;
	const clock_t began = clock();

	for (uint64_t seed = first; seed < first + count; seed++)
		simulate(seed);
	const double seconds = (double)(clock() - began) / CLOCKS_PER_SEC;
	printf("%" PRIu64 " sessions from seed %" PRIu64 ", %" PRIu64 " events, %" PRIu64
	       " effects, digest %016" PRIx64 ", %.0f events/s with all checks\n",
	       count, first, simulation.events, simulation.effects, simulation.digest,
	       (double)simulation.events / (seconds > 0 ? seconds : 1));
	return 0;
}
