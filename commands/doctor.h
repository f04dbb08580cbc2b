/* SPDX-License-Identifier: MIT */
/*
 * doctor - what would otherwise fail at nine o'clock, looked at one by one.
 *
 * A check is a row of the table in doctor.c: a stable key and a function that looks and
 * answers one finding.  No check relies on another having gone well: what it needs and cannot
 * have makes it `not checked`, with the reason.  Nothing is changed, here or in the tenant,
 * except by the check that --webhook adds, which makes a subscription and deletes it.
 *
 * All together take no longer than DOCTOR_TOTAL_MS: one request has DOCTOR_ASK_MS, and those
 * for which no time is left are not made.  Findings hold no secret, token, name or link.
 */
#ifndef PLENARY_DOCTOR_H
#define PLENARY_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "commands/finding.h"
#include "daemon/common/text.h"
#include "daemon/store/checkup.h"
#include "daemon/wire/backoff.h"
#include "daemon/wire/probe.h"
#include "daemon/wire/token_hint.h"

enum {
	DOCTOR_ASK_MS = 8 * 1000,
	DOCTOR_HANDSHAKE_MS = 10 * 1000, /* what Graph itself waits for one */
	DOCTOR_TOTAL_MS = 90 * 1000,
	DOCTOR_PROBLEM_BYTES = 320,
	DOCTOR_USER_BYTES = 64,
};

/* Our own token for one party, asked for once. */
struct doctor_token {
	bool asked;
	int error; /* 0, or why there is none */
	char problem[DOCTOR_PROBLEM_BYTES];
	char *token; /* wiped at the end */
	struct token_hint hint;
	bool hinted; /* hint could be read */
};

enum doctor_daemon { DAEMON_NOT_LOOKED, DAEMON_READY, DAEMON_BUSY, DAEMON_SILENT };

struct config;
struct doctor {
	const char *config_path, *session_word; /* session_word: NULL, the next one */
	const struct config *config;
	bool webhook;
	const char *user_word; /* of --user, or NULL */
	bool as_user;          /* root looks at files as this one: */
	uid_t uid;
	gid_t gid;
	char user[DOCTOR_USER_BYTES];
	int64_t began_ms; /* real time */
	struct doctor_token tokens[REPLY_PARTIES];
	struct checkup *checkup; /* NULL: there is no database to ask */
	bool has_session;
	struct checkup_session session;
	unsigned subscriptions; /* of the session, alive as the database knows */
	enum doctor_daemon daemon;
	char public_address
		[PROBE_WORD_BYTES]; /* where public_url leads from here, or "" */
	bool skew_known;
	int64_t skew_ms; /* our time less theirs */
};

typedef struct finding doctor_check_fn(struct doctor *doctor, const void *about);

/* Our token for that party, or NULL with the reason in why->words, as not checked. */
const char *doctor_token(struct doctor *doctor, enum reply_party party,
			 struct finding *why);

#endif
