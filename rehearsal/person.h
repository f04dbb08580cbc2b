/* SPDX-License-Identifier: MIT */
/*
 * person - somebody of the cohort: how they mean to behave, where they are, what they have
 * answered and been told.  Part of world.h, which owns the strings and lists.
 */
#ifndef PLENARY_STAGE_PERSON_H
#define PLENARY_STAGE_PERSON_H

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
	uint32_t post;    /* the one it came with */
	const char *kind; /* "room" (1:1), "targeted", "notice", "mail" or "poll" */
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
	uint32_t comings[DEVICES]; /* of each device, into any call */
	uint32_t version; /* counts moves: an act put before one is void after it */
	bool came, gone, helped;
	uint32_t chat; /* the 1:1 conversation; NOWHERE until Plenary opens it */
	struct vote *votes;
	size_t votes_count;
	struct card *cards;
	size_t cards_count;
};

#endif
