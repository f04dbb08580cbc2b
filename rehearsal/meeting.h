/* SPDX-License-Identifier: MIT */
/*
 * meeting - an online meeting, its calls and who was in them, its chat and what was said.
 * Part of world.h, which owns the strings and lists.
 */
#ifndef PLENARY_STAGE_MEETING_H
#define PLENARY_STAGE_MEETING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
	bool mailbox;     /* of that person: no chat at all */
	uint32_t *posts;
	size_t posts_count;
};

/* What Plenary said: one activity, and what it was about. */
struct post {
	uint32_t conversation;
	uint32_t only; /* the one person who sees it, NOBODY: all who are in the chat */
	char id[24];
	char *what;      /* equal for two posts that mean the same: "room 2", "poll 1" */
	uint64_t digest; /* of the body */
	int64_t at_ms;
	uint32_t edits;
	bool deleted;
	uint32_t deleted_at; /* how many posts the world had then */
	bool unheard;        /* Plenary was never told that it is there */
};

#endif
