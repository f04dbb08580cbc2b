/* SPDX-License-Identifier: MIT */
/*
 * register_list - the register of a session, gathered from the ledger, as people and
 * programs read it.
 *
 * Lines are in the order of names.  Times are in the program's time zone (where.h) in the
 * table and in CSV, and UTC in JSON.  CSV is RFC 4180: CRLF, quotes where needed, and a
 * quote in front of what a spreadsheet would take for a formula.
 */
#ifndef PLENARY_REGISTER_LIST_H
#define PLENARY_REGISTER_LIST_H

#include <stddef.h>

#include "daemon/common/text.h"
#include "daemon/store/ledger.h"

struct register_list {
	struct ledger_result *lines; /* strings are owned */
	size_t count, room;
};

/* A ledger_result_fn; the context is the list. */
void register_list_add(void *list, const struct ledger_result *result);
void register_list_sort(struct register_list *list);
void register_list_finish(struct register_list *list);

void register_list_table(const struct register_list *list, struct text *out);
void register_list_csv(const struct register_list *list, struct text *out);
void register_list_json(const struct register_list *list, struct text *out);

#endif
