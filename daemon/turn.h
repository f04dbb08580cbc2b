/* SPDX-License-Identifier: MIT */
/*
 * turn - one pass of the loop: take events, make them durable, then let the world know.
 *
 *	turn_take()  each event is journalled and handled; what it asks for is kept back
 *	before sleep what was gathered goes to the journal's thread as one commit
 *	committed    answers, deliveries and signals leave, in the order they were made
 *
 * While a commit is in flight the next batch gathers.  Nothing leaves the process before
 * what caused it is on disk; also a repeat of something already taken is answered only
 * behind the commit that may still carry it.
 */
#ifndef PLENARY_TURN_H
#define PLENARY_TURN_H

#include <stdbool.h>
#include <uv.h>

#include "daemon/common/clock.h"
#include "daemon/sessions.h"
#include "daemon/store/journal.h"
#include "handlers/arena.h"
#include "handlers/effect.h"

struct edge;
struct edge_answer;
struct feed;
struct turn;
struct waiting;

/* What the shell does with what a turn brings; all called on the loop. */
struct turn_events {
	/* while the event is taken: freeze one deliver effect into the batch */
	void (*freeze)(void *context, const struct event *event,
		       const struct effect *effect);
	void (*signalled)(void *context, uint32_t session, const struct effect *effect);
	/* while the event is taken that closed it */
	void (*closed)(void *context, uint32_t session);
	/* what was gathered goes to disk now; and: it is there */
	void (*sealed)(void *context);
	void (*durable)(void *context);
	void *context;
};

struct turn {
	uv_prepare_t prepare;
	uv_timer_t alarm;
	struct journal *journal;
	struct sessions *sessions;
	struct edge *edge;
	struct feed *feed;
	const struct clock *clock;
	struct turn_events events;
	struct arena arena;
	struct waiting *gathering, *committing;
	uint64_t next_event;
	int64_t alarm_ms; /* what the timer is set to */
	bool stopping;
	uint64_t taken, refused;
};

void turn_init(struct turn *turn, uv_loop_t *loop, const struct clock *clock,
	       struct sessions *sessions, const struct turn_events *events);

/*
 * Fills in the time and the chance when they are 0, journals and handles.  Returns the
 * ANSWER effect, or one of kind EFFECT_NONE when nobody is to be answered.  An event for a
 * session that does not exist is not journalled: ANSWER_UNKNOWN.
 */
struct effect turn_take(struct turn *turn, const struct event *event);

/* How fast answers of one kind leave. */
struct promptness {
	uint64_t answers, over_100_ms, over_3_s, slowest_us;
};
/* An answer to what came at begun_ns (uv_hrtime) leaves. */
void promptness_count(struct promptness *promptness, uint64_t begun_ns);

/* These leave when everything taken so far is durable.  What they say is copied. */
void turn_answer(struct turn *turn, uint64_t request, const struct edge_answer *answer);
/* Counted when it leaves; promptness must outlive it. */
void turn_answer_timed(struct turn *turn, uint64_t request,
		       const struct edge_answer *answer, struct promptness *promptness,
		       uint64_t begun_ns);
void turn_say(struct turn *turn, uint64_t viewer, const char *text, size_t bytes);

/* For journal_open(): what was gathered in the last batch is durable. */
void turn_committed(void *turn);

/* Nothing gathered, nothing in flight, nobody waiting for an answer. */
bool turn_is_quiet(const struct turn *turn);

/* Stores what every session's bytes are now, for replay to be held against. */
void turn_digest_all(struct turn *turn);

void turn_stop(struct turn *turn); /* no more alarms */
void turn_finish(struct turn *turn);

#endif
