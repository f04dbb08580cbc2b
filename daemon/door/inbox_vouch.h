/* SPDX-License-Identifier: MIT */
/*
 * inbox_vouch - which items of a collection may be opened: those whose tenant is named by a
 * good token that came with them, and is the session's.
 *
 * The others are settled, counted and told of in the log, unless a token names a key that
 * nobody could show us yet and there is patience left.
 */
#ifndef PLENARY_INBOX_VOUCH_H
#define PLENARY_INBOX_VOUCH_H

#include <stdbool.h>
#include <stddef.h>

#include "daemon/decode/sealed.h"
#include "daemon/wire/vouch.h"

struct directory;
struct entry;
struct inbox_counts;

struct inbox_check {
	struct entry *entry; /* of the inbox, whose token it is */
	enum auth_verdict verdict;
	char tenant[AUTH_CLAIM_BYTES]; /* when the verdict is good */
};

struct inbox_verdicts {
	const struct inbox_check *check;
	size_t count;       /* of tokens */
	const char *tenant; /* ours, for sessions that name none; NULL: any */
	bool has_patience;
};

/* Sets vouched and settled of every item; true when one at least may be opened. */
bool inbox_vouch(const struct inbox_verdicts *verdicts, const struct directory *directory,
		 struct sealed *sealed, struct inbox_counts *counts);

#endif
