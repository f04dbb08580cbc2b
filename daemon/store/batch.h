/* SPDX-License-Identifier: MIT */
/*
 * batch - rows on their way to the disk: a flat buffer, written by the loop, read by the
 * journal's thread.
 *
 * A row is the number of its statement (rows.h) and its values, each a tag and its bytes,
 * so that nothing in it points anywhere and a batch can change threads as it is.
 */
#ifndef PLENARY_BATCH_H
#define PLENARY_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/common/text.h"
#include "daemon/store/rows.h"

struct batch {
	struct text bytes;
	uint64_t rows;
};

void batch_clear(struct batch *batch);
void batch_finish(struct batch *batch);

/* Starts a row; as many values follow as its statement (rows.c) has. */
void batch_row(struct batch *batch, enum row_kind kind);
void batch_number(struct batch *batch, int64_t number);
/* NULL is written as SQL's NULL */
void batch_string(struct batch *batch, const char *string);
void batch_bytes(struct batch *batch, const void *bytes, size_t count);
void batch_null(struct batch *batch);
/* A number, or NULL when it is the value that means "not known". */
void batch_number_unless(struct batch *batch, int64_t number, int64_t unknown);

enum value_kind { VALUE_NULL, VALUE_NUMBER, VALUE_STRING, VALUE_BYTES };

struct value {
	enum value_kind kind;
	int64_t number;
	const char *bytes; /* in the batch */
	size_t count;
};

/* Reading back: *at runs from 0 to the end. */
enum row_kind batch_next_row(const struct batch *batch, size_t *at);
struct value batch_next_value(const struct batch *batch, size_t *at);

#endif
