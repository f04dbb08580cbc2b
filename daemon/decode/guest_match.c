/* SPDX-License-Identifier: MIT */
#include "daemon/decode/guest_match.h"

#include <stdbool.h>
#include <string.h>

#include "daemon/store/directory.h"
#include "handlers/session.h"

static bool is_blank(const char *text)
{
	return text == NULL || text[0] == '\0';
}

static bool is_taken(const struct guest_match *match, uint32_t person)
{
	return (match->found[person / 64] & (UINT64_C(1) << (person % 64))) != 0;
}

static void take(struct guest_match *match, uint32_t person)
{
	if (person != PERSON_NONE)
		match->found[person / 64] |= UINT64_C(1) << (person % 64);
}

/* A guest of exactly this name, whom nobody has been found to be. */
static bool may_be(const struct guest_match *match, uint32_t person, const char *name)
{
	const struct person_row *const row =
		directory_person(match->directory, match->session->number, person);

	return row != NULL && !is_blank(row->name) && strcmp(row->name, name) == 0 &&
	       is_blank(row->object_id) && is_blank(row->email) &&
	       !is_taken(match, person);
}

static int64_t overlap_with(const struct span *span, const struct stretch *stretch)
{
	const int64_t from_ms =
		span->from_ms > stretch->from_ms ? span->from_ms : stretch->from_ms;
	const int64_t to_ms = span->to_ms < stretch->to_ms ? span->to_ms : stretch->to_ms;

	return from_ms < to_ms ? to_ms - from_ms : 0;
}

static int64_t overlap(const struct guest_match *match, uint32_t person,
		       const struct stretch *stretches, size_t count)
{
	const struct session *const session = match->session;
	int64_t total_ms = 0;

	for (uint32_t at = session->member[person].last_span; at != 0;
	     at = session->span[at - 1].previous) {
		const struct span *const span = &session->span[at - 1];

		for (size_t i = 0; span->place == match->place && i < count; i++)
			total_ms += overlap_with(span, &stretches[i]);
	}
	return total_ms;
}

uint32_t guest_find(struct guest_match *match, const char *name,
		    const struct stretch *stretches, size_t count)
{
	uint32_t best = PERSON_NONE;
	int64_t longest_ms = 0;

	for (uint32_t i = 0; i < match->session->people; i++) {
		if (!may_be(match, i, name))
			continue;
		const int64_t length_ms = overlap(match, i, stretches, count);

		if (length_ms > longest_ms) {
			longest_ms = length_ms;
			best = i;
		}
	}
	take(match, best);
	return best;
}

/* -- who is on the way -------------------------------------------------------------------- */

enum way { WAY_NONE, WAY_MOVES, WAY_SENT };

static bool left_lately(const struct session *session, uint32_t person, int64_t at_ms)
{
	const uint32_t last = session->member[person].last_span;

	if (last == 0)
		return false;
	const int64_t away_ms = at_ms - session->span[last - 1].to_ms;
	return away_ms >= -GUEST_MOVE_MS && away_ms <= GUEST_MOVE_MS;
}

static enum way way_here(const struct guest_match *match, uint32_t person, int64_t at_ms)
{
	const struct member *const member = &match->session->member[person];

	if (match->place != PLACE_MAIN && member->room == match->place)
		return WAY_SENT;
	if (member->here == PLACE_NONE)
		return left_lately(match->session, person, at_ms) ? WAY_MOVES : WAY_NONE;
	/* the round is over: told to be in the main meeting before they are told to be out */
	return match->place == PLACE_MAIN && member->here != PLACE_MAIN &&
			       member->room == 0
		       ? WAY_MOVES
		       : WAY_NONE;
}

uint32_t guest_expected(struct guest_match *match, const char *name, int64_t at_ms)
{
	uint32_t best = PERSON_NONE;
	enum way surest = WAY_NONE;

	for (uint32_t i = 0; i < match->session->people; i++) {
		const enum way way =
			may_be(match, i, name) ? way_here(match, i, at_ms) : WAY_NONE;

		if (way > surest) {
			surest = way;
			best = i;
		}
	}
	take(match, best);
	return best;
}

/* -- who came by another name ------------------------------------------------------------- */

static bool is_told_by_graph(const struct guest_arrival *arrival, uint32_t person)
{
	const struct session *const session = arrival->session;

	if (person >= session->people)
		return false;
	for (uint32_t at = session->member[person].last_span; at != 0;
	     at = session->span[at - 1].previous) {
		const struct span *const span = &session->span[at - 1];
		const int64_t later_ms = arrival->at_ms - span->from_ms;

		if (span->place == arrival->place && span->source == SOURCE_GRAPH &&
		    later_ms >= -GUEST_SEEN_MS && later_ms <= GUEST_SEEN_MS)
			return true;
	}
	return false;
}

uint32_t guest_meet(const struct guest_arrival *arrival, const struct identity *identity)
{
	const uint32_t session = arrival->session->number;
	const struct identity named = { .name = identity->name };
	uint32_t person = directory_find(arrival->directory, session, identity);

	if (person == PERSON_NONE && is_blank(identity->object_id)) {
		person = directory_find(arrival->directory, session, &named);
		if (is_told_by_graph(arrival, person)) {
			directory_learn(arrival->directory, arrival->batch, session,
					person, identity);
			return person;
		}
	}
	return directory_meet(arrival->directory, arrival->batch, session, identity);
}
