/* SPDX-License-Identifier: MIT */
/*
 * courier - brings what the tenant has to say to Plenary, and keeps at it.
 *
 * At most COURIER_IN_FLIGHT requests at once; what is not answered, or answered with 5xx,
 * 408 or 429, is sent again unchanged after a wait, for as long as it takes: a daemon
 * that was killed loses nothing.  Any other answer is final.  Parcels of one lane arrive
 * in the order they were given; a lane that waits does not hold up the others.
 */
#ifndef PLENARY_STAGE_COURIER_H
#define PLENARY_STAGE_COURIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

enum {
	COURIER_IN_FLIGHT = 64,
	COURIER_ANSWER_MS = 15 * 1000, /* as long as Teams waits */
	COURIER_FIRST_WAIT_MS = 100,
	COURIER_LONGEST_WAIT_MS = 2000,
	COURIER_REFUSALS = 1000, /* statuses remembered; more are counted only */
	LANES = 1 << 20,
};
#define LANE_NONE UINT32_MAX

struct client;
struct parcel;

/* Once per parcel, when the answer is final; body ends in NUL. */
typedef void courier_answer_fn(void *context, uint64_t subject, int status,
			       const char *body, size_t bytes);

struct delivery {
	const char *url; /* copied */
	char *body;      /* taken: malloc'd */
	uint32_t lane;   /* LANE_NONE or below LANES */
	bool activity;   /* counts among the activities, and is signed as they are */
	courier_answer_fn *answered; /* NULL: nobody asks */
	uint64_t subject;
};

struct courier_counts {
	uint64_t sent, answered, repeated, refused;
	int refusals[COURIER_REFUSALS];
	uint64_t notifications, notifications_answered;
	uint64_t slowest_ms; /* the longest from when one was given until it was taken */
};

struct courier {
	uv_timer_t retry;
	struct client *client;
	void *context;
	struct parcel *first, **last; /* waiting for their turn */
	struct parcel *waiting;       /* waiting for their time */
	struct parcel *flying;
	size_t in_flight, queued;
	uint8_t *lane_busy;
	char *authorization;
	struct courier_counts counts;
};

void courier_init(struct courier *courier, uv_loop_t *loop, struct client *client,
		  void *context);
/* How activities are signed from now on, also those that wait; copied. */
void courier_signs(struct courier *courier, const char *authorization);
void courier_send(struct courier *courier, const struct delivery *delivery);
/* Given and without a final answer. */
size_t courier_outstanding(const struct courier *courier);
/* Before the client goes. */
void courier_finish(struct courier *courier);

#endif
