/* SPDX-License-Identifier: MIT */
/*
 * backoff - what a reply means for the sender, and how long to wait before the next try.
 *
 * Waits double from one second to sixty with full jitter (anything from 0 to the bound),
 * so that many senders refused together do not come back together; a Retry-After is
 * waited for in full and the jitter comes on top of it. Rules: Connector REST "status
 * codes", Microsoft Graph "errors" and "throttling". Pure: no clock, no chance of its
 * own.
 */
#ifndef PLENARY_BACKOFF_H
#define PLENARY_BACKOFF_H

#include <stddef.h>
#include <stdint.h>

enum {
	BACKOFF_FIRST_MS = 1000,
	BACKOFF_LONGEST_MS = 60 * 1000,
	RETRY_AFTER_LONGEST_MS = 24 * 60 * 60 * 1000, /* a longer one is cut to this */
	REPLY_CODE_BYTES = 64,
};

/* attempt: 0 for the wait after the first failure.  retry_after_ms: -1 when not told. */
int64_t backoff_ms(unsigned attempt, uint64_t random, int64_t retry_after_ms);

/* Retry-After: seconds, whole ("3") or fractional ("2.128", rounded up), or a date.
 * date_s: the value read as an HTTP date, negative when it is none.  -1 when it says
 * nothing we understand; a date gone by is 0. */
int64_t retry_after_read(const char *value, int64_t date_s, int64_t now_s);

enum reply_party { PARTY_GRAPH, PARTY_CONNECTOR, REPLY_PARTIES };

enum reply_class {
	REPLY_DONE,
	REPLY_RETRY,       /* after backoff_ms() */
	REPLY_FRESH_TOKEN, /* token_refuse(), then once more; a second time give up */
	REPLY_GIVE_UP,     /* repeating cannot help: code says why */
	REPLY_CLASSES
};

/* status and error as in struct client_reply (error < 0: no status came).  code: the
 * error's own name from the body, innermost for Graph; without one "http 404", or for an
 * error of the network its errno name.  Only letters, digits and "._- " get into it. */
enum reply_class reply_judge(enum reply_party party, int status, int error,
			     const char *body, size_t bytes, char code[REPLY_CODE_BYTES]);
const char *reply_class_name(enum reply_class class);

#endif
