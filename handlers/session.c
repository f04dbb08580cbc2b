/* SPDX-License-Identifier: MIT */
#include "handlers/session.h"

#include <assert.h>
#include <stdlib.h>

static_assert(sizeof(struct event) == 80, "an event has no padding");
static_assert(sizeof(struct span) == 48, "a span has no padding");
static_assert(sizeof(struct member) == 40 + POLLS_MAX, "a member has no padding");
static_assert(sizeof(struct place) == 88, "a place has no padding");
static_assert(sizeof(struct block) == 64, "a block has no padding");
static_assert(sizeof(struct poll) == 32 + 4 * CHOICES_MAX, "a poll has no padding");
static_assert(sizeof(struct result) == 64, "a result has no padding");
static_assert(sizeof(struct gap) == 24, "a gap has no padding");
static_assert(offsetof(struct session, span) ==
		      offsetof(struct session, block) + sizeof(struct block[BLOCKS_MAX]) +
			      sizeof(struct poll[POLLS_MAX]) +
			      sizeof(struct place[PLACES_MAX]) +
			      sizeof(struct member[PEOPLE_MAX]) +
			      sizeof(struct result[PEOPLE_MAX]) +
			      sizeof(struct gap[GAPS_MAX]),
	      "no padding between the parts of a session");

struct session *session_create(uint32_t number)
{
	struct session *const session = calloc(1, sizeof(*session));

	if (!session)
		abort();
	session->number = number;
	return session;
}

void session_destroy(struct session *session)
{
	free(session);
}

size_t session_bytes(const struct session *session)
{
	assert(session->spans <= SPANS_MAX);
	return offsetof(struct session, span) + session->spans * sizeof(struct span);
}

const struct member *session_member(const struct session *session, uint32_t person)
{
	if (person >= session->people || !session->member[person].known)
		return NULL;
	return &session->member[person];
}
