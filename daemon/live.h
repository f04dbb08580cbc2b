/* SPDX-License-Identifier: MIT */
/*
 * live - who watches which session over the websocket /live: a snapshot when they come,
 * deltas behind each commit, and a fresh snapshot for one who could not keep up.
 */
#ifndef PLENARY_LIVE_H
#define PLENARY_LIVE_H

#include "daemon/common/map.h"
#include "daemon/encode/encode.h"
#include "daemon/encode/live.h"
#include "daemon/store/directory.h"

enum { LIVE_VIEWERS = 10000 };

struct clock;
struct effect;
struct feed;
struct viewer;

struct live {
	struct feed *feed;
	const struct words_source *words;
	const struct clock *clock;
	struct map viewers;                                    /* by number */
	struct live_change *gathering[DIRECTORY_SESSIONS + 1]; /* NULL: no change */
	struct live_change *committing[DIRECTORY_SESSIONS + 1];
	struct viewer *watching[DIRECTORY_SESSIONS + 1]; /* lists */
	uint32_t highest;
	uint64_t snapshots, deltas;
};

void live_init(struct live *live, const struct words_source *words,
	       const struct clock *clock);
void live_signal(struct live *live, uint32_t session, const struct effect *effect);
void live_sealed(struct live *live);
void live_durable(struct live *live);

void live_opened(struct live *live, uint64_t viewer, uint32_t session);
void live_drained(struct live *live, uint64_t viewer);
void live_closed(struct live *live, uint64_t viewer);

void live_finish(struct live *live);

#endif
