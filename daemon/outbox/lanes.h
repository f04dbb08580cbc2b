/* SPDX-License-Identifier: MIT */
/*
 * lanes - who goes next.  Private to outbox*.c.
 *
 *              .--------------------- another parcel ----------------------.
 *	empty ──┴─► queued by its tenant, by rank ──turn──► in flight ──────────┴─► empty
 *	               ▲                                      │
 *	               '─────── resting: back-off, pace ◄─────'
 *
 * A lane is one conversation, or one meeting of Graph's: one request at a time, and while
 * its head rests nobody behind it goes.  A tenant has a queue for each rank: rooms and
 * recalls before polls before chatter, also within a lane, where what has the same rank
 * stays in order.  A request to the connector leaves when its conversation's windows and
 * its tenant's allow it (pace.h); Graph throttles by other rules and is not paced here.
 *
 * Time is real time.  In a rehearsal the windows are counted in the session's time: what
 * takes a minute of the day then takes a minute of the played day.
 */
#ifndef PLENARY_LANES_H
#define PLENARY_LANES_H

#include "daemon/outbox/outbox.h"
#include "daemon/wire/pace.h"

struct parcel;

/* More lanes with nothing in them than this are looked through for some to forget. */
enum { LANES_KEPT = 256 };

enum rank { RANK_ROOMS, RANK_POLLS, RANK_CHATTER, RANKS };

struct lane_queue {
	struct lane *first, *last;
};

struct tenant {
	struct lane_queue queues[RANKS];
	struct pace pace;
	int64_t stopped_until_ms; /* outbox_now_ms(): its requests are given up at once */
	bool paced, stopped;      /* stopped: it has refused the bot as such */
};

struct lane {
	char key[20];
	struct tenant *tenant;
	struct parcel *first, *last;
	struct lane *next;              /* among queued ones, or resting ones */
	struct pace paces[PACE_TENANT]; /* send, create, read */
	int64_t rests_until_ms;         /* outbox_now_ms(); 0: does not */
	enum rank rank;                 /* of the queue it is in */
	bool in_flight, queued;
};

/* Puts a parcel in its lane. */
void lanes_add(struct outbox *outbox, struct parcel *parcel);
/* Takes out the one in flight; the lane goes on. */
void lanes_leave(struct parcel *parcel);
/* The one in flight waits so long, really, and then has its turn again. */
void lanes_rest(struct parcel *parcel, int64_t wait_ms);
/* How long a wait of the world's really takes: a rehearsal waits as fast as it is played. */
int64_t lanes_really_ms(const struct outbox *outbox, int64_t pace_ms);
/* May the one in flight make such a request now?  If not, it has been put to rest. */
bool lanes_may_leave(struct parcel *parcel, enum pace_rule rule);
/* Starts what may start. */
void lanes_pump(struct outbox *outbox);
/* One like this is waiting or in flight. */
bool lanes_have(const struct outbox *outbox, uint16_t what, uint32_t session,
		uint16_t place);
/* The tenant whose requests this one's count among. */
struct tenant *lanes_tenant(struct outbox *outbox, const char *id);
void lanes_finish(struct outbox *outbox);

#endif
