/* SPDX-License-Identifier: MIT */
/*
 * page - a template and what goes into its holes.
 *
 * `{{name}}` is filled with plain text, which is escaped; `{{{name}}}` with HTML, which is
 * not.  `{{!` up to `!}}` is a note to who reads the template and is left out.
 *
 *	const struct page_hole holes[] = { { "title", "Page not found" } };
 *
 *	page_fill(&out, web_find("problem.html"), holes, 1);
 *
 * Templates are ours: a hole that nobody fills, one without an end and a value that no hole
 * takes are bugs, and assert.
 */
#ifndef PLENARY_PAGE_H
#define PLENARY_PAGE_H

#include <stddef.h>

#include "daemon/common/text.h"
#include "web/web.h"

struct page_hole {
	const char *name;
	const char *value; /* "" for nothing */
};

enum {
	PAGE_HOLES = 32, /* in one template */
};

/* Appends the filled template to *out. */
void page_fill(struct text *out, const struct web_file *template,
	       const struct page_hole *holes, size_t count);

#endif
