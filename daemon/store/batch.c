/* SPDX-License-Identifier: MIT */
#include "daemon/store/batch.h"

#include <assert.h>
#include <string.h>

#include "daemon/store/journal.h"

void batch_clear(struct batch *batch)
{
	text_clear(&batch->bytes);
	batch->rows = 0;
}

void batch_finish(struct batch *batch)
{
	text_finish(&batch->bytes);
	batch->rows = 0;
}

bool batch_is_empty(const struct batch *batch)
{
	return batch->rows == 0;
}

bool batch_full(const struct batch *batch)
{
	return batch->bytes.length >= JOURNAL_BATCH_BYTES;
}

static void tag(struct batch *batch, int number)
{
	const char byte = (char)number;

	text_add(&batch->bytes, &byte, 1);
}

void batch_row(struct batch *batch, enum row_kind kind)
{
	tag(batch, kind);
	batch->rows++;
}

void batch_null(struct batch *batch)
{
	tag(batch, VALUE_NULL);
}

void batch_number(struct batch *batch, int64_t number)
{
	tag(batch, VALUE_NUMBER);
	text_add(&batch->bytes, (const char *)&number, sizeof(number));
}

void batch_number_unless(struct batch *batch, int64_t number, int64_t unknown)
{
	if (number == unknown)
		batch_null(batch);
	else
		batch_number(batch, number);
}

static void add_counted(struct batch *batch, enum value_kind kind, const void *bytes,
			size_t count)
{
	tag(batch, kind);
	text_add(&batch->bytes, (const char *)&count, sizeof(count));
	text_add(&batch->bytes, bytes, count);
}

void batch_string(struct batch *batch, const char *string)
{
	if (string == NULL)
		batch_null(batch);
	else
		add_counted(batch, VALUE_STRING, string, strlen(string));
}

void batch_bytes(struct batch *batch, const void *bytes, size_t count)
{
	add_counted(batch, VALUE_BYTES, bytes, count);
}

static void take(const struct batch *batch, size_t *at, void *to, size_t count)
{
	assert(*at + count <= batch->bytes.length);
	memcpy(to, batch->bytes.data + *at, count);
	*at += count;
}

enum row_kind batch_next_row(const struct batch *batch, size_t *at)
{
	unsigned char kind;

	take(batch, at, &kind, 1);
	assert(kind < ROW_KINDS);
	return (enum row_kind)kind;
}

struct value batch_next_value(const struct batch *batch, size_t *at)
{
	struct value value = { 0 };
	unsigned char kind;

	take(batch, at, &kind, 1);
	value.kind = (enum value_kind)kind;
	if (kind == VALUE_NUMBER)
		take(batch, at, &value.number, sizeof(value.number));
	if (kind != VALUE_STRING && kind != VALUE_BYTES)
		return value;
	take(batch, at, &value.count, sizeof(value.count));
	assert(*at + value.count <= batch->bytes.length);
	value.bytes = batch->bytes.data + *at;
	*at += value.count;
	return value;
}
