/* SPDX-License-Identifier: MIT */
/*
 * inbox - notifications that are sealed for us: kept before they are acknowledged, judged
 * and opened afterwards.
 *
 *	KEPT	the collection is a row of the batch that gathers; the 202 waits behind it
 *	READING	durable: taken apart, on another thread (opener.h); then READ
 *	JUDGING	the tokens that came with it are checked (wire/vouch.h)
 *	OPENING	items whose tenant is vouched for are decrypted, on another thread
 *	OPENED	in the order in which collections came: what the items say becomes events,
 *		and those and the removal of the row are one commit
 *	WAITING	a token names a key that nobody could show us yet: judged again every
 *		INBOX_LOOK_MS until INBOX_PATIENCE_MS after the arrival
 *
 * An item is left, counted and named in the log when no good token vouches for its tenant,
 * when that is not the session's tenant, or when it does not open; its neighbours are not
 * affected.  Times in tokens are held against the arrival.  After a start, what is in the
 * table is worked off from the beginning; what had been taken is known by its content.
 *
 * Limits: INBOX_ROWS collections and INBOX_BYTES of them wait; above, inbox_is_full(), and
 * the sender is to come again.  INBOX_AT_WORK are on other threads at a time.
 *
 * Source: Microsoft Graph, "Receive change notifications through webhooks" and "Set up
 * change notifications that include resource data".
 */
#ifndef PLENARY_INBOX_H
#define PLENARY_INBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "daemon/decode/sealed.h"

enum {
	INBOX_ROWS = 1024,
	INBOX_BYTES = 64 * 1024 * 1024,
	INBOX_AT_WORK = 4,
	INBOX_LOOK_MS = 30 * 1000,
	INBOX_PATIENCE_MS = 4 * 3600 * 1000,
};

struct door;
struct inbox_row;
struct vouch;

struct inbox_counts {
	uint64_t items, taken, repeated, other; /* other: of no interest to us */
	uint64_t unvouched, unopened;
	uint64_t waiting; /* collections, now */
};

struct inbox;

struct inbox_settings {
	uv_loop_t *loop;
	struct door *door; /* for its turn, directory, sessions and known repeats */
	struct vouch *vouch;
	struct envelopes *envelopes;
	const char *tenant; /* ours, when it is an id; for sessions that name none */
};

/* Takes vouch and envelopes. */
struct inbox *inbox_create(const struct inbox_settings *settings);
/* The memory goes when the loop has run the closings. */
void inbox_destroy(struct inbox *inbox);

const struct inbox_counts *inbox_count(const struct inbox *inbox);
/* For our certificate; the inbox keeps it. */
struct envelopes *inbox_envelopes(struct inbox *inbox);

bool inbox_is_full(const struct inbox *inbox, size_t bytes);
/* Into the batch that gathers.  The body is copied. */
void inbox_put(struct inbox *inbox, const char *body, size_t bytes,
	       const struct sealed_whose *whose, size_t count);

/* As turn_events: what was gathered goes to disk; it is there. */
void inbox_sealed(struct inbox *inbox);
void inbox_durable(struct inbox *inbox);

/* A row that was kept before this start, and then: all have been told. */
void inbox_restore(struct inbox *inbox, const struct inbox_row *row);
void inbox_resume(struct inbox *inbox);
/* Nothing is being worked at; what waits for keys does not count. */
bool inbox_is_quiet(const struct inbox *inbox);

#endif
