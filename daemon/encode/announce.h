/* SPDX-License-Identifier: MIT */
/*
 * announce - what is said to many: a facilitator's words to everybody, and the call that is
 * shown within a meeting.
 */
#ifndef PLENARY_ENCODE_ANNOUNCE_H
#define PLENARY_ENCODE_ANNOUNCE_H

#include "daemon/encode/encode.h"

enum {
	ANNOUNCEMENT_BYTES = 4000,
	ANNOUNCEMENT_PLAIN = 60,  /* people: more are told as a batch */
	ANNOUNCEMENT_BATCH = 100, /* people of one batch */
};

/* A facilitator's words to one person, and to many at once (Teams ids or
 * object ids; by: who is told what became of it). */
bool encode_can_reach(const struct words_source *words, uint32_t session,
		      uint32_t person);
struct announcement {
	uint32_t session, by;
	const uint32_t *people;
	size_t count;
	const char *said;
};
void encode_announcement(const struct announcement *announcement, uint32_t person,
			 struct request_draft *draft);
/* To all of its people. */
void encode_announcement_batch(const struct words_source *words,
			       const struct announcement *announcement,
			       struct request_draft *draft);
/* Stops a batch: who has not been reached by then will not be. */
void encode_batch_cancel(uint32_t session, const char *operation_id,
			 struct request_draft *draft);
/* DELIVER_CALL_IN: a targeted notification in the meeting, showing a page of ours; 1 when
 * the meeting, our address or who is there is not known. */
int encode_call_in(const struct words_source *words, uint32_t session,
		   const struct effect *effect, struct request_draft *draft);

#endif
