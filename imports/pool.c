/* SPDX-License-Identifier: MIT */
#include "imports/pool.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"

enum { BLOCK_BYTES = 64 * 1024, ALIGNMENT = 16 };

struct pool_block {
	struct pool_block *before;
	size_t used, room;
	_Alignas(ALIGNMENT) char bytes[];
};

void *pool_take(struct pool *pool, size_t bytes)
{
	const size_t rounded = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	struct pool_block *block = pool->last;

	assert(rounded >= bytes);
	if (block == NULL || block->room - block->used < rounded) {
		const size_t room = rounded > BLOCK_BYTES ? rounded : BLOCK_BYTES;

		block = memory_zeroed(sizeof(*block) + room);
		block->before = pool->last;
		block->room = room;
		pool->last = block;
	}
	void *const taken = block->bytes + block->used;

	block->used += rounded;
	return taken;
}

char *pool_string(struct pool *pool, const char *bytes, size_t count)
{
	char *const copy = pool_take(pool, count + 1);

	if (count > 0)
		memcpy(copy, bytes, count);
	return copy;
}

char *pool_format(struct pool *pool, const char *format, ...)
{
	struct text line = { 0 };
	va_list arguments;

	va_start(arguments, format);
	text_vaddf(&line, format, arguments);
	va_end(arguments);
	char *const copy = pool_string(pool, text_string(&line), line.length);
	text_finish(&line);
	return copy;
}

void pool_finish(struct pool *pool)
{
	if (pool == NULL)
		return;
	while (pool->last) {
		struct pool_block *const block = pool->last;

		pool->last = block->before;
		free(block);
	}
}
