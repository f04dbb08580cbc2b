/* SPDX-License-Identifier: MIT */
/*
 * samples - documented samples, and what is asserted of each: a function takes the name of
 * a file ("bot/card-poll.json") and fails the test when it does not mean what it should.
 */
#ifndef PLENARY_TESTS_SAMPLES_H
#define PLENARY_TESTS_SAMPLES_H

#include <jansson.h>

#include "daemon/encode/encode.h"
#include "tests/daemon/world.h"

extern struct world sample_world;
extern uint32_t sample_session; /* world_plan()'s */

json_t *sample(const char *name);
const char *text_of(const json_t *object, const char *name);
/* Every member of theirs is in ours, of the same type, but for those we leave out. */
void like(const json_t *theirs, const json_t *ours, const char *const *left_out);
/* What goes out for this effect; the draft is the caller's. */
json_t *outgoing(enum effect_kind kind, struct request_draft *draft);

void means_text(const char *name);
void means_targeted(const char *name);
void means_poll_card(const char *name);
void means_voted(const char *name);
void means_results(const char *name);
void means_batch(const char *name);
void means_cancel(const char *name);
void means_ongoing(const char *name);
void means_notification(const char *name);
void means_keys(const char *name);
void means_metadata(const char *name);
void means_token(const char *name);
void means_channel_token(const char *name);
void means_not_said(const char *name);
void means_no_channels(const char *name);
void means_member(const char *name);
void means_not_answered(const char *name);
void means_not_asked(const char *name);
void means_strange(const char *name);
void means_subscription(const char *name);
void means_registration(const char *name);
void means_manifest(const char *name);

#endif
