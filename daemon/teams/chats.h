/* SPDX-License-Identifier: MIT */
/*
 * chats - which conversations take no messages of ours, and why.
 *
 *	OK ──► UNINSTALLED ──the bot is added──────────┐
 *	 ├───► BLOCKED ──anything is said there────────┼──► OK
 *	 └───► GONE ──anything is said there───────────┘
 *
 * Nothing is sent where the bot was removed or may not write: the delivery is given up at
 * once, and the core takes another way.  A conversation that is not there is tried each
 * time (a new one may be known late); with a person another is opened.  What has taken a
 * message is OK.  Written through the journal's batch; only what is not OK is kept.
 * Rules: Microsoft Learn, "Status codes from the Teams conversational APIs".
 */
#ifndef PLENARY_CHATS_H
#define PLENARY_CHATS_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/common/map.h"

enum { CHATS_KEPT = 65536 }; /* of more, what they are is found out anew each time */

enum chat_state { CHAT_OK, CHAT_UNINSTALLED, CHAT_BLOCKED, CHAT_GONE, CHAT_STATES };

struct batch;

struct chats {
	struct map states; /* by conversation id; values are the numbers */
	uint64_t counts[CHAT_STATES];
};

enum chat_state chats_state(const struct chats *chats, const char *id);
void chats_restore(struct chats *chats, const char *id, enum chat_state state);
/* code: the connector's word for it. */
void chats_set(struct chats *chats, struct batch *batch, const char *id,
	       enum chat_state state, const char *code, int64_t now_ms);
/* Somebody spoke there; added: what was said is that the bot was added. */
void chats_heard(struct chats *chats, struct batch *batch, const char *id, bool added,
		 int64_t now_ms);
const char *chat_state_name(enum chat_state state);
void chats_finish(struct chats *chats);

#endif
