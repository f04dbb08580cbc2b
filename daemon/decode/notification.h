/* SPDX-License-Identifier: MIT */
/*
 * notification - Microsoft Graph change and lifecycle notifications.
 *
 * A collection may mix subscriptions and tenants; every item stands alone.  One with
 * encrypted content is sealed until inbox.h has found out who vouches for it.
 * A basic notification only says "look there": it has the meeting's reports read again.
 */
#ifndef PLENARY_DECODE_NOTIFICATION_H
#define PLENARY_DECODE_NOTIFICATION_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/decode/problem.h"

enum { NOTIFICATION_ITEMS = 1000 };

enum notification_kind {
	NOTIFIED_CHANGE,      /* something changed in this meeting */
	NOTIFIED_REAUTHORIZE, /* the subscription is about to lapse */
	NOTIFIED_REMOVED,     /* it is gone: make a new one */
	NOTIFIED_MISSED,      /* read what may have been missed */
	NOTIFIED_SEALED,      /* its content is encrypted */
	NOTIFIED_STRANGE      /* unknown subscription or wrong clientState */
};

struct notification {
	enum notification_kind kind;
	uint32_t index; /* in the collection */
	uint32_t session;
	uint16_t place;
};

struct directory;

typedef void notification_fn(void *context, const struct notification *notification);

/* Calls fn for each item.  -1 with 400 when the body is no collection, 413 over a limit:
 * NOTIFICATION_ITEMS, or SEALED_TOKENS of decode/sealed.h. */
int notifications_read(const char *body, size_t bytes, const struct directory *directory,
		       notification_fn *fn, void *context, struct problem *problem);

#endif
