/* SPDX-License-Identifier: MIT */
/*
 * rehearse_said - DIR/said.jsonl: what the stand-in tenant was really told to post, and what
 * each post was for the people who read it.
 *
 * What a message is follows from what is in it, not from what Plenary calls it: a poll asks
 * for a vote, a recall leads from a room to the main meeting.
 */
#ifndef PLENARY_REHEARSE_SAID_H
#define PLENARY_REHEARSE_SAID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct said_line {
	char *id, *conversation; /* the post, and the chat it is in */
	int64_t at_ms;
	uint32_t poll;  /* it asks for votes in this one; UINT32_MAX: in none */
	bool changes;   /* a post that was there already */
	bool leads;     /* there is a link to a meeting in it */
	bool time_left; /* how much of the round is left */
	bool goes_on;   /* until when the round goes on */
};

struct said {
	struct said_line *lines; /* by id, then as they came */
	size_t count;
};

/* 0 or a negative errno; lines that cannot be read are left out.  said_finish() either way. */
int said_read(struct said *said, const char *path);
void said_finish(struct said *said);

/* The first line about this post, and how many there are; NULL: it was never made. */
const struct said_line *said_find(const struct said *said, const char *id, size_t *count);

#endif
