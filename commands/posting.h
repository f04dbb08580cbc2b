/* SPDX-License-Identifier: MIT */
/*
 * posting - evidence for a daemon that is running: CloudEvents 1.0 in batches to POST /events.
 *
 * Ids come from the file's digest and the event's place in it, so that the daemon knows a
 * repeated import for what it is.  People the daemon knows are told by their number, new
 * ones by what the file says of them.
 */
#ifndef PLENARY_POSTING_H
#define PLENARY_POSTING_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/common/text.h"

enum { POSTING_BATCH = 500 }; /* events per request; the daemon takes 1000 */

struct config;
struct event;
struct person_row;

struct posting {
	struct text *bodies; /* one per request, each without its closing bracket */
	size_t count, events;
};

/* person: NULL, or who the event is about when the daemon does not know them yet. */
void posting_add(struct posting *posting, const char *session_uid, uint64_t file_digest,
		 const struct event *event, const struct person_row *person);
void posting_finish(struct posting *posting);

struct posting_to {
	struct text url;    /* https://host:port/events */
	struct text secret; /* wiped by posting_to_finish() */
	const char *ca_file;
};

/* Where the daemon of this configuration listens.  0, or -1 said on standard error. */
int posting_to_read(struct posting_to *to, const struct config *config);
void posting_to_finish(struct posting_to *to);

/* All of it, in order; 0 when the daemon took everything, -1 said on standard error. */
int posting_send(struct posting *posting, const struct posting_to *to);

#endif
