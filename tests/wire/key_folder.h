/* SPDX-License-Identifier: MIT */
/*
 * key_folder - a folder of keys of a test's own, gone afterwards.
 */
#ifndef PLENARY_TEST_KEY_FOLDER_H
#define PLENARY_TEST_KEY_FOLDER_H

#include "daemon/wire/envelope.h"

static const int64_t now_ms = 1790000000000, day_ms = 24 * 3600 * 1000;

struct place {
	char above[64], folder[128];
	struct envelopes *envelopes;
};

void place_begin(struct place *place);
void place_open(struct place *place, int64_t at_ms);
void place_close(struct place *place);
void place_end(struct place *place);

/* A file of the folder. */
void put(const struct place *place, const char *name, const char *content);
unsigned files_in(const struct place *place);

/* Something is written when the item opens, and only then. */
enum envelope_verdict verdict_of(const struct place *place,
				 const struct envelope_item *item);

#endif
