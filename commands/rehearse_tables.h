/* SPDX-License-Identifier: MIT */
/*
 * rehearse_tables - what people read in the database, held row by row against the state
 * that its journal leads to: a row too few, too many or different is a fault.
 */
#ifndef PLENARY_REHEARSE_TABLES_H
#define PLENARY_REHEARSE_TABLES_H

struct rehearse_record;
struct verdict_list;

void facts_tables(const struct rehearse_record *record, struct verdict_list *verdict);

#endif
