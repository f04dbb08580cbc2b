/* SPDX-License-Identifier: MIT */
/*
 * timers - time-outs in one list per kind, so that starting and stopping one costs nothing.
 *
 * Every time-out of a kind lasts equally long, so a list is in the order of falling due and
 * only its head need be looked at, once a second.  Times are the loop's milliseconds.
 */
#ifndef PLENARY_TIMERS_H
#define PLENARY_TIMERS_H

#include <stdbool.h>
#include <stdint.h>

enum timer_kind {
	TIMER_HANDSHAKE, /* TLS has not been agreed */
	TIMER_HEAD,      /* a request's head has begun and not ended */
	TIMER_BODY,      /* the same of its body */
	TIMER_IDLE,      /* nothing is asked and nothing owed */
	TIMER_ANSWER,    /* a request waits for the program's answer */
	TIMER_STALL,     /* the client does not take what is sent */
	TIMER_LINGER,    /* the last answer is out, the client has not hung up */
	TIMER_RELAY,     /* one side of a relay has ended, the other not taken all */
	TIMER_KINDS
};

struct timer {
	struct timer *previous, *next;
	uint64_t due_ms;
	enum timer_kind kind;
	bool running;
};

struct timers {
	struct {
		struct timer *first, *last;
		uint32_t lasts_ms;
	} kinds[TIMER_KINDS];
};

/* A running timer of whatever kind starts anew. */
void timer_start(struct timers *timers, struct timer *timer, enum timer_kind kind,
		 uint64_t now_ms);
void timer_stop(struct timers *timers, struct timer *timer);

/* One that has fallen due, stopped; NULL when there is none. */
struct timer *timers_due(struct timers *timers, uint64_t now_ms);

#endif
