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
		const struct person_row *const row =
			directory_person(match->directory, match->session->number, i);

		if (row == NULL || is_blank(row->name) || strcmp(row->name, name) != 0 ||
		    !is_blank(row->object_id) || !is_blank(row->email) ||
		    is_taken(match, i))
			continue;
		const int64_t length_ms = overlap(match, i, stretches, count);

		if (length_ms > longest_ms) {
			longest_ms = length_ms;
			best = i;
		}
	}
	if (best != PERSON_NONE)
		match->found[best / 64] |= UINT64_C(1) << (best % 64);
	return best;
}
