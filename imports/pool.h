/* SPDX-License-Identifier: MIT */
/*
 * pool - memory that lives exactly as long as one file is being read, or one report kept.
 *
 * What is taken is never given back on its own; pool_finish() frees everything at once and
 * accepts a zeroed pool.  Allocation failure aborts.
 */
#ifndef PLENARY_IMPORTS_POOL_H
#define PLENARY_IMPORTS_POOL_H

#include <stddef.h>

struct pool_block;

struct pool {
	struct pool_block *last;
};

/* Zeroed bytes, aligned for any object. */
void *pool_take(struct pool *pool, size_t bytes);
/* A copy of count bytes, with a NUL behind them. */
char *pool_string(struct pool *pool, const char *bytes, size_t count);
char *pool_format(struct pool *pool, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void pool_finish(struct pool *pool);

#endif
