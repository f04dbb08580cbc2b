/* SPDX-License-Identifier: MIT */
/*
 * checkup - what an operator should know about a database before a session: is it sound, is
 * the next session ready, what became of the last ones.
 *
 * One read-only connection; nothing is ever written, and a running daemon is not disturbed.
 * Unlike a ledger it also opens a database of another version, to say so.  0 or negative
 * errno; -ENOENT: no such file or session; -EBADMSG: no database, or a damaged one.
 */
#ifndef PLENARY_CHECKUP_H
#define PLENARY_CHECKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/common/text.h"

struct checkup;

int checkup_open(struct checkup **checkup, const char *path);
void checkup_close(struct checkup *checkup);

struct checkup_stamp {
	bool ours;              /* otherwise another program's */
	int64_t version, known; /* of the schema: the file's, and this program's */
};
int checkup_stamp(struct checkup *checkup, struct checkup_stamp *stamp);

/* SQLite's quick_check: -EBADMSG with its first complaint.  Reads the whole file. */
int checkup_integrity(struct checkup *checkup, struct text *complaint);

enum { CHECKUP_WORD_BYTES = 160, CHECKUP_URL_BYTES = 1100 };

struct checkup_session {
	uint32_t number, state; /* enum session_state */
	int64_t starts_ms;
	char uid[CHECKUP_WORD_BYTES], organiser_id[CHECKUP_WORD_BYTES],
		tenant_id[CHECKUP_WORD_BYTES];
	char service_url[CHECKUP_URL_BYTES]; /* "" before the bot was heard of */
	char join_url[CHECKUP_URL_BYTES];    /* of the main meeting */
	bool has_chat, has_meeting_id;       /* of the main meeting */
	int64_t people, leaders;             /* leaders may say `start` and `recall` */
	int64_t rounds;                      /* blocks that need rooms */
	int64_t meeting_rounds;              /* of these, with a meeting for each room */
	int64_t rooms, rooms_ready;          /* known; with a link to join */
};
/* By number or uid; word NULL: the one that runs or starts next, but none that was to start
 * more than a day ago. */
int checkup_session(struct checkup *checkup, const char *word, int64_t now_ms,
		    struct checkup_session *session);

struct checkup_subscription {
	uint32_t place;
	const char *id; /* "" when it was never made */
	int64_t ends_ms;
};
typedef void checkup_subscription_fn(void *context,
				     const struct checkup_subscription *subscription);
/* Of each place that has a meeting; strings are borrowed for the call. */
int checkup_subscriptions(struct checkup *checkup, uint32_t session,
			  checkup_subscription_fn *fn, void *context);

/* Sessions whose start the bot was told, and those among them with nobody seen by the bot:
 * the sign of event subscriptions that are switched off. */
struct checkup_evidence {
	int64_t started, unseen;
};
int checkup_evidence(struct checkup *checkup, struct checkup_evidence *evidence);

#endif
