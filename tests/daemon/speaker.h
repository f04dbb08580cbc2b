/* SPDX-License-Identifier: MIT */
/*
 * speaker - one who speaks to the bot of a house as the Bot Framework does: activities, the
 * tokens that come with them, and how they are sent.
 */
#ifndef PLENARY_TESTS_SPEAKER_H
#define PLENARY_TESTS_SPEAKER_H

#include "tests/daemon/house.h"

struct claims {
	const char *issuer, *audience, *service_url, *more;
	long not_before, expires; /* seconds from now */
};

struct claims good_claims(const struct house *house);
/* malloc'd */
char *token_of(struct house *house, enum outside_key key, const struct claims *claims);

/* Of Person 03, in the main meeting's chat, with an id of its own. */
json_t *activity(const struct house *house, const char *type);
/* "application/vnd.microsoft." and the name. */
json_t *event_activity(const struct house *house, const char *name);

/* The status; token NULL: none is sent.  The latter two take the activity. */
int send_body(struct house *house, const char *body, const char *token,
	      struct reply *reply);
int send_with(struct house *house, json_t *sent, enum outside_key key,
	      const struct claims *claims, struct reply *reply);
int send_activity(struct house *house, json_t *sent, struct reply *reply);

/* No token, no name, no secret of ours is in what it has said. */
void check_log_is_discreet(const struct house *house);

#endif
