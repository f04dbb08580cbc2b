/* SPDX-License-Identifier: MIT */
/*
 * readers - one function per kind of file, each turning a table (or JSON) into a sheet.
 *
 * A reader never fails on content: what it cannot read stays empty and is noted in the row.
 * Only graph_read() may refuse, because its text may be JSON of another kind.
 */
#ifndef PLENARY_IMPORTS_READERS_H
#define PLENARY_IMPORTS_READERS_H

#include "imports/sheet.h"
#include "imports/table.h"

void list_read(const struct table *table, struct sheet *sheet);
void report2021_read(const struct table *table, struct sheet *sheet);
void report2022_read(const struct table *table, bool repasted, struct sheet *sheet);
void live_read(const struct table *table, struct sheet *sheet);
void zoom_read(const struct table *table, struct sheet *sheet);
void zoomwebinar_read(const struct table *table, struct sheet *sheet);
void bbb_read(const struct table *table, struct sheet *sheet);
/* 0 or -EINVAL with the fault filled. */
int graph_read(const char *text, size_t length, struct sheet *sheet,
	       struct report_fault *fault);

#endif
