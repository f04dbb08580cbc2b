/* SPDX-License-Identifier: MIT */
#include "rehearsal/cohort.h"

#include "daemon/common/text.h"
#include "handlers/kinds.h"
#include "rehearsal/chance.h"

#include <assert.h>
#include <stdlib.h>

enum {
	SECOND_MS = 1000,
	MINUTE_MS = 60 * SECOND_MS,
	PEOPLE_PER_GUEST = 18,
	TRAITS = 12, /* dealt in turn, then chance decides */
};

/* The facilitators open the meeting and close it. */
static void draw_staff(struct chance *chance, struct behaviour *behaviour)
{
	*behaviour = (struct behaviour){
		.comes = true,
		.arrives_ms = chance_between(chance, -10 * MINUTE_MS,
					     -9 * MINUTE_MS - SECOND_MS),
		.leaves_ms =
			chance_between(chance, 4 * MINUTE_MS, 5 * MINUTE_MS - SECOND_MS),
		.voting = VOTING_NEVER,
	};
}

static int64_t draw_arrival(struct chance *chance)
{
	const unsigned luck = (unsigned)chance_between(chance, 0, 99);

	if (luck < 55)
		return chance_between(chance, -8 * MINUTE_MS, -1 * MINUTE_MS);
	if (luck < 90)
		return chance_between(chance, -1 * MINUTE_MS, 3 * MINUTE_MS);
	return chance_between(chance, 5 * MINUTE_MS, 25 * MINUTE_MS);
}

static enum voting draw_voting(struct chance *chance)
{
	const unsigned luck = (unsigned)chance_between(chance, 0, 99);

	if (luck < 72)
		return VOTING_ONCE;
	if (luck < 82)
		return VOTING_CHANGES;
	if (luck < 88)
		return VOTING_TWICE;
	return luck < 92 ? VOTING_LATE : VOTING_NEVER;
}

static void draw_participant(struct chance *chance, struct behaviour *behaviour)
{
	*behaviour = (struct behaviour){
		.comes = true,
		.arrives_ms = draw_arrival(chance),
		.leaves_ms = chance_between(chance, -20 * SECOND_MS, 210 * SECOND_MS),
		.voting = draw_voting(chance),
	};
}

static void give_second_device(struct chance *chance, struct behaviour *behaviour)
{
	behaviour->second_device_ms =
		chance_between(chance, 40 * SECOND_MS, 20 * MINUTE_MS);
}

static void give_drop(struct chance *chance, struct behaviour *behaviour)
{
	behaviour->drops_ms = chance_between(chance, 8 * MINUTE_MS, 70 * MINUTE_MS);
	behaviour->drop_lasts_ms = chance_between(chance, 20 * SECOND_MS, 6 * MINUTE_MS);
}

static void give_room_drop(struct chance *chance, struct behaviour *behaviour)
{
	behaviour->room_drop_ms = chance_between(chance, 90 * SECOND_MS, 6 * MINUTE_MS);
}

/* One of each kind of trouble before any kind comes twice. */
static void give_trait(struct chance *chance, struct behaviour *behaviour, unsigned trait)
{
	switch (trait % TRAITS) {
	case 0:
		give_second_device(chance, behaviour);
		break;
	case 1:
		give_drop(chance, behaviour);
		break;
	case 2:
		behaviour->arrives_ms =
			chance_between(chance, 5 * MINUTE_MS, 25 * MINUTE_MS);
		break;
	case 3:
		give_room_drop(chance, behaviour);
		break;
	case 4:
		behaviour->lingers_ms =
			chance_between(chance, 2 * MINUTE_MS, 4 * MINUTE_MS);
		break;
	case 5:
		behaviour->dawdles = true;
		break;
	case 6:
		behaviour->voting = VOTING_CHANGES;
		break;
	case 7:
		behaviour->voting = VOTING_LATE;
		break;
	case 8:
		behaviour->leaves_ms =
			-chance_between(chance, 10 * MINUTE_MS, 40 * MINUTE_MS);
		break;
	case 9:
		behaviour->voting = VOTING_TWICE;
		break;
	case 10:
		behaviour->calls_help = true;
		break;
	default:
		behaviour->voting = VOTING_NEVER;
	}
}

static void give_by_chance(struct chance *chance, struct behaviour *behaviour)
{
	if (chance_percent(chance, 8))
		give_second_device(chance, behaviour);
	if (chance_percent(chance, 6))
		give_drop(chance, behaviour);
	if (chance_percent(chance, 6))
		give_room_drop(chance, behaviour);
	if (chance_percent(chance, 3))
		behaviour->lingers_ms =
			chance_between(chance, 2 * MINUTE_MS, 4 * MINUTE_MS);
	if (chance_percent(chance, 5))
		behaviour->dawdles = true;
	if (chance_percent(chance, 3))
		behaviour->leaves_ms =
			-chance_between(chance, 10 * MINUTE_MS, 40 * MINUTE_MS);
	if (chance_percent(chance, 2))
		behaviour->calls_help = true;
}

/* A guest is one person more, and a session holds so many. */
static size_t guests_among(size_t count, size_t people)
{
	const size_t wanted = (count + PEOPLE_PER_GUEST - 1) / PEOPLE_PER_GUEST;
	const size_t room = people < PEOPLE_MAX ? PEOPLE_MAX - people : 0;

	if (count < 4)
		return 0;
	return wanted < room ? wanted : room;
}

/* rank: among those who have a Teams account, after the shuffle. */
static void deal(struct chance *chance, struct behaviour *behaviour, size_t rank,
		 size_t guests, size_t count)
{
	assert(rank < count);
	if (rank == 0 && count >= 4) {
		behaviour->comes = false;
	} else if (rank <= guests && count >= 4) {
		behaviour->as_guest = true;
	} else if (rank <= guests + TRAITS) {
		give_trait(chance, behaviour, (unsigned)(rank - guests - 1));
	} else {
		give_by_chance(chance, behaviour);
	}
}

static size_t draw_each(const struct plan_session *session, uint64_t seed,
			struct behaviour *behaviours, uint32_t *dealt_to)
{
	size_t count = 0;

	for (size_t i = 0; i < session->people_count; i++) {
		const struct plan_person *const person = &session->people[i];
		struct text label = { 0 };

		text_addf(&label, "person %s %zu", session->uid, i);
		struct chance chance = chance_of(seed, text_string(&label));
		text_finish(&label);
		if (person->part != PART_PARTICIPANT) {
			draw_staff(&chance, &behaviours[i]);
			continue;
		}
		draw_participant(&chance, &behaviours[i]);
		if (person->teams_id[0] != '\0')
			dealt_to[count++] = (uint32_t)i;
	}
	return count;
}

void cohort_draw(const struct plan_session *session, uint64_t seed,
		 struct behaviour *behaviours)
{
	const size_t people = session->people_count;
	uint32_t *const dealt_to = memory_zeroed((people + 1) * sizeof(*dealt_to));
	uint32_t *const order = memory_zeroed((people + 1) * sizeof(*order));
	const size_t count = draw_each(session, seed, behaviours, dealt_to);
	const size_t guests = guests_among(count, people);
	struct chance chance = chance_of(seed, session->uid);

	chance_shuffle(&chance, order, count);
	for (size_t rank = 0; rank < count; rank++)
		deal(&chance, &behaviours[dealt_to[order[rank]]], rank, guests, count);
	free(order);
	free(dealt_to);
}

uint32_t cohort_choice(uint64_t seed, const char *person, const char *poll,
		       uint32_t choices, bool again)
{
	struct text label = { 0 };

	assert(choices > 0);
	text_addf(&label, "vote %s %s %d", person, poll, again);
	struct chance chance = chance_of(seed, text_string(&label));
	text_finish(&label);
	/* the better of two draws: a scale leans to its upper end */
	const int64_t one = chance_between(&chance, 0, (int64_t)choices - 1);
	const int64_t two = chance_between(&chance, 0, (int64_t)choices - 1);
	return (uint32_t)(one > two ? one : two);
}
