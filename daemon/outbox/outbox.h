/* SPDX-License-Identifier: MIT */
/*
 * outbox - what must reach the world: in order per conversation, patiently, until it is
 * given up, which is itself an event.
 *
 *   frozen --committed--> waiting --turn of its lane--> in flight --2xx--> done
 *                            ^----------- back-off -----------+--------> given up
 *                                                             '--------> outcome unknown
 *
 * A lane (one conversation, one meeting) has one request in flight; the rest of the lane
 * waits behind it (lanes.h).  A request that makes something new each time it is made is
 * made once: that it is about to leave is on disk before it does, and when its answer is
 * lost, by the wire or by a crash, its outcome is unknown, which is an event (lost.h);
 * nothing is ever sent again blindly.
 * Others are repeated, also after a crash, with the same bytes.
 * Tokens go only to hosts that may have them (hosts.h).
 */
#ifndef PLENARY_OUTBOX_H
#define PLENARY_OUTBOX_H

#include <uv.h>

#include "daemon/teams/chats.h"
#include "daemon/common/map.h"
#include "daemon/encode/encode.h"
#include "daemon/graph/meeting_tally.h"
#include "daemon/wire/backoff.h"
#include "handlers/effect.h"

enum {
	OUTBOX_WAITING = 200000, /* more are refused: the effect fails at once */
	OUTBOX_UNKNOWN = 8192,   /* of more, evidence is not looked for */
};

struct client;
struct config;
struct graph;
struct inquiries;
struct lane;
struct parcel;
struct subscriptions;
struct token_source;
struct turn;

struct outbox_counts {
	uint64_t sent, done, repeated, given_up;
	uint64_t unknown, found; /* answers lost; and of those, cards seen since */
	uint64_t paced; /* waits of a request for its turn by the service's limits */
	uint64_t waiting, in_flight;
	uint64_t stopped; /* tenants that refuse the bot as such, now */
};

struct outbox {
	uv_timer_t timer; /* the earliest end of a rest */
	struct turn *turn;
	struct client *client;
	struct graph *graph;                        /* NULL: not configured */
	struct token_source *tokens[REPLY_PARTIES]; /* NULL: not configured */
	struct subscriptions *subscriptions; /* NULL before they are looked after */
	struct inquiries *inquiries;         /* follows what became of a batch */
	const struct words_source *words;
	const struct config *config;
	struct map lanes;   /* by number; lanes.h */
	struct map tenants; /* by id */
	struct map remote;  /* what an update refers to, to the id the world gave it */
	struct lane *resting;
	int64_t wakes_ms; /* what the timer is set to, 0: it is not */
	size_t sweep_at;
	struct parcel *gathering, *committing; /* not durable yet; newest first */
	struct parcel *noting, *noted;         /* about to leave, when that is durable */
	struct parcel *orphans;                /* were in flight when we died */
	struct chats chats;                    /* which take nothing of ours */
	const char *gcc_url; /* the connector of the other public cloud */
	struct map unknown;  /* cards whose answer was lost, by what they are */
	uint64_t next_number;
	bool stopping, pumping;
	struct outbox_counts counts;
	struct meeting_tally meetings;
};

/* client and tokens are borrowed. */
void outbox_init(struct outbox *outbox, uv_loop_t *loop, struct turn *turn,
		 const struct words_source *words, const struct config *config);
/* A deliver effect, while its event is taken. */
void outbox_freeze(struct outbox *outbox, uint32_t session, const struct effect *effect);
/* A draft of the shell's own (a reply, a renewal); the draft is used up. */
void outbox_post(struct outbox *outbox, struct request_draft *draft);
/* What was gathered goes to disk now; and: it is there, let it leave. */
void outbox_sealed(struct outbox *outbox);
void outbox_durable(struct outbox *outbox);

/* From the journal after a start; and: all is told, let what waits leave. */
void outbox_restore(struct outbox *outbox, const struct delivery *delivery);
void outbox_resume(struct outbox *outbox);

/* Deliveries not done yet, those that are not durable yet among them. */
uint64_t outbox_undone(const struct outbox *outbox);
/* One like this is waiting or in flight. */
bool outbox_has(const struct outbox *outbox, uint16_t what, uint32_t session,
		uint16_t place);

/* Somebody pressed a button of this activity, which is this session's card: for the poll,
 * or (what a card or a whisper) for the person in this block. */
void outbox_shown(struct outbox *outbox, const struct delivery *card,
		  const char *activity_id);

/* The session is closed: of what was lost there, nothing more is looked for. */
void outbox_session_closed(struct outbox *outbox, uint32_t session);

/* Waits are so much shorter in a rehearsal; 1 otherwise. */
int64_t outbox_speed(const struct outbox *outbox);

/* Sends nothing more; what is in flight may still be answered. */
void outbox_stop(struct outbox *outbox);
void outbox_finish(struct outbox *outbox);

#endif
