/* SPDX-License-Identifier: MIT */
/*
 * world - who and what exists in the stand-in tenant, and what really happened there.
 *
 * Everything is a number into a list that only grows; what the wire calls it is looked up
 * in the maps.  A leg is one device in one call, half open in time; the register is true
 * when it agrees with the legs.  Nothing here knows sockets or acts by itself.
 */
#ifndef PLENARY_STAGE_WORLD_H
#define PLENARY_STAGE_WORLD_H

#include "daemon/common/map.h"
#include "rehearsal/meeting.h"
#include "rehearsal/person.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stage_session {
	const struct plan_session *plan;
	uint32_t main;
	uint32_t facilitator; /* who speaks for all; NOBODY */
	uint32_t first_person, people_count, guests_count;
	uint32_t round; /* rounds opened so far */
	bool in_round;
	int64_t shift_ms; /* how much later it ends than planned */
	int64_t held_ms;  /* since when it is held; 0: it is not */
	bool extend_done, over;
};

struct world {
	const struct plan *plan;
	struct person *people;
	struct meeting *meetings;
	struct conversation *conversations;
	struct post *posts;
	struct stage_session *sessions;
	size_t people_count, meetings_count, conversations_count, posts_count;
	size_t sessions_count;
	/* values are 1 + number, so that NULL means absent */
	struct map by_object_id, by_teams_id, by_email;
	struct map by_join_url, by_graph_id, by_external_id, by_conversation, by_post;
	uint64_t ids;
};

void world_init(struct world *world, const struct plan *plan);
void world_finish(struct world *world);

/* A number as the maps keep it. */
static inline void *world_value(size_t number)
{
	return (void *)(uintptr_t)(number + 1); /* NOLINT(performance-no-int-to-ptr) */
}
/* The number, or UINT32_MAX. */
uint32_t world_find(const struct map *map, const char *key);

struct meeting_wish {
	const char *organiser_id, *external_id, *subject;
	int64_t starts_ms, ends_ms, now_ms;
	uint32_t session;
};
uint32_t world_meeting_made(struct world *world, const struct meeting_wish *wish);
uint32_t world_chat_with(struct world *world, uint32_t person);
/* What comes there is read by that person alone. */
uint32_t world_mailbox_of(struct world *world, uint32_t person);

/* The running call of a meeting; there is one. */
struct call *world_call(struct meeting *meeting);
void world_call_begins(struct world *world, uint32_t meeting, int64_t at_ms);
void world_call_ends(struct world *world, uint32_t meeting, int64_t at_ms);
void world_device_in(struct world *world, uint32_t person, uint32_t device,
		     uint32_t meeting, int64_t at_ms);
void world_device_out(struct world *world, uint32_t person, uint32_t device,
		      int64_t at_ms);

void world_card_seen(struct world *world, uint32_t person, const struct card *card);
size_t world_vote_cast(struct world *world, uint32_t person, const char *poll,
		       const char *choice, int64_t at_ms);
/* A copy of what was said, with an id; conversation, only, what, digest and at_ms are read. */
uint32_t world_posted(struct world *world, const struct post *said);

#endif
