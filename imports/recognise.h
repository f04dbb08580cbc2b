/* SPDX-License-Identifier: MIT */
/*
 * recognise - which kind of attendance file this is, by words, else by the shape of its rows.
 *
 * recognise_bytes() names what is no text at all before anybody decodes it.
 */
#ifndef PLENARY_IMPORTS_RECOGNISE_H
#define PLENARY_IMPORTS_RECOGNISE_H

#include "imports/sheet.h"
#include "imports/table.h"

/* Fills the fault and returns -EINVAL when the bytes are a spreadsheet, a PDF, ... */
int recognise_bytes(const void *bytes, size_t count, struct report_fault *fault);
/* The kind of a table, KIND_UNKNOWN when it is none of ours. */
enum kind recognise_table(const struct table *table);
/* The fault of a table that is none of ours: an audit log, or whatever it looks like. */
void recognise_refuse(const struct table *table, struct report_fault *fault);

/* The first row in which every one of the folded titles is a cell; SIZE_MAX if none. */
size_t recognise_header(const struct table *table, const char *const *titles,
			size_t count);
/* The column with this title from column `from` on, or -1; spelling is folded. */
int recognise_column(const struct row *row, const char *title, int from);

#endif
