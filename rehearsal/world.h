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
#include "rehearsal/cohort.h"
#include "rehearsal/plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NOBODY = UINT32_MAX, NOWHERE = UINT32_MAX, DEVICES = 2 };

struct vote {
	char *poll, *choice; /* as the card gave them */
	int64_t at_ms;
	int status;   /* of the answer: statusCode of the body, or of HTTP; 0: none yet */
	char *answer; /* what the person was told; NULL: none yet */
};

struct card {
	uint32_t conversation;
	const char *kind; /* "room", "notice" or "poll": static */
	const char *url;  /* "" for polls; the meeting's */
	int64_t at_ms;
};

struct person {
	uint32_t session;
	char *name, *object_id, *teams_id, *email;
	enum part part;
	bool guest;        /* came without an account, or never was enrolled */
	bool relay;        /* on another platform */
	uint32_t guest_of; /* whose seat a guest has; NOBODY */
	struct behaviour behaviour;
	uint32_t where;  /* meeting, NOWHERE when not in a call */
	uint32_t wanted; /* the room last asked to go to, until recalled */
	size_t legs
		[DEVICES]; /* 1 + index in the running call; 0: that device is not in */
	uint32_t version;  /* counts moves: an act put before one is void after it */
	bool came, gone, helped;
	uint32_t chat; /* the 1:1 conversation; NOWHERE until Plenary opens it */
	struct vote *votes;
	size_t votes_count;
	struct card *cards;
	size_t cards_count;
};

struct leg {
	uint32_t person, device;
	int64_t from_ms, to_ms; /* to_ms 0: still there */
};

struct call {
	char id[37];                  /* of its attendance report */
	int64_t started_ms, ended_ms; /* 0: running */
	uint32_t reads;               /* how often its report was read to the end */
	struct leg *legs;
	size_t legs_count;
};

struct meeting {
	uint32_t session; /* NOWHERE: made for none we know */
	bool main;
	char *thread_id, *join_url, *graph_id, *bot_id;
	char *external_id, *organiser_id, *subject;
	int64_t created_ms, starts_ms, ends_ms;
	uint32_t room; /* the number its subject ends in; 0: none */
	uint32_t conversation;
	uint32_t present; /* devices in the running call */
	bool live;
	bool recalled;    /* its people have been called back since they came */
	uint32_t version; /* counts calls */
	struct call *calls;
	size_t calls_count;
};

struct conversation {
	char *id;
	uint32_t person;  /* of a 1:1 chat, NOBODY otherwise */
	uint32_t meeting; /* of a meeting chat, NOWHERE otherwise */
	uint32_t *posts;
	size_t posts_count;
};

/* What Plenary said: one activity, and what it was about. */
struct post {
	uint32_t conversation;
	char id[24];
	char *what;      /* equal for two posts that mean the same: "room 2", "poll 1" */
	uint64_t digest; /* of the body */
	int64_t at_ms;
	uint32_t edits;
	bool deleted;
};

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
uint32_t world_posted(struct world *world, uint32_t conversation, const char *what,
		      uint64_t digest, int64_t at_ms);

#endif
