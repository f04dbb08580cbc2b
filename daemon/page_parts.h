/* SPDX-License-Identifier: MIT */
/*
 * page_parts - the live page of one session as HTML that needs no script.
 */
#ifndef PLENARY_PAGE_PARTS_H
#define PLENARY_PAGE_PARTS_H

#include <stdint.h>

#include "daemon/common/text.h"

struct config;
struct session;
struct words_source;

/* Appends the whole page. */
void page_live(struct text *page, const struct words_source *words,
	       const struct session *session, int64_t now_ms,
	       const struct config *config);

#endif
