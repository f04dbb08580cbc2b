/* SPDX-License-Identifier: MIT */
/*
 * changes - what Graph notices, and how it tells: an item for each subscription that hears
 * of it, one to three seconds later, several items and several subscriptions in a POST.
 *
 * Items of a subscription with resource data are sealed with its certificate, or for a while
 * still with the one before; each POST that has such items carries a token of the sign-in
 * service, in either version.  Some items come twice; with the trouble `disorder` they come
 * in any order.  Most subscriptions write the roster in PascalCase, as the field reports,
 * the others as documented.
 *
 * Sources: "Get change notifications for Microsoft Teams meeting call updates", "Change
 * notifications with resource data"; a subscription made during a call is deaf to that call.
 */
#ifndef PLENARY_STAGE_CHANGES_H
#define PLENARY_STAGE_CHANGES_H

#include "rehearsal/json.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	CHANGE_LEAST_MS = 1000,
	CHANGE_MOST_MS = 2000, /* and then to the next */
	CHANGE_GATHERED_MS = 1000,
	CHANGE_DISORDERED_MS = 45 * 1000,
	CHANGE_AGAIN_MS = 20 * 1000, /* what comes twice, comes so much later */
	CHANGE_AGAIN_ONE_IN = 9,
	CHANGES_IN_A_POST = 20,
	OLD_CERTIFICATE_MS = 2 * 60 * 1000, /* so long after a PATCH it may be used */
};

struct stage;
struct subscription;
struct change; /* an item that waits for its time */

struct change_moment {
	uint32_t meeting;
	int64_t at_ms;
};

void changes_call(struct stage *stage, const struct change_moment *moment, bool started);

struct change_roster {
	uint32_t person, device;
	bool joined; /* else left */
	bool lobby;  /* waits to be let in, which is not joined */
};
void changes_roster(struct stage *stage, const struct change_moment *moment,
		    const struct change_roster *roster);

/* A lifecycle item: to the address for those, at once. */
void changes_lifecycle(struct stage *stage, struct subscription *subscription,
		       const char *event);

/* For the act put for it: sends what is due. */
void changes_due(struct stage *stage);
void changes_finish(struct stage *stage);

#endif
