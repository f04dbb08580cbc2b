/* SPDX-License-Identifier: MIT */
/*
 * people - rows in, persons out: who is who, when they were there, what to look at.
 *
 * Identity is the e-mail address if it is one, else the UPN, else the name exactly as
 * written.  Names alone never merge: entries that differ in spaces, case or marks stay
 * apart and say so in needs_review.
 */
#ifndef PLENARY_IMPORTS_PEOPLE_H
#define PLENARY_IMPORTS_PEOPLE_H

#include "imports/order.h"
#include "imports/sheet.h"

/* Fills participants, the meeting's start and end where the file states neither, and the
 * contradictions about people; strings go to the pool, which the report keeps. */
void people_make(struct sheet *sheet, const struct order_choice *choice,
		 struct pool *pool, struct report *report);
void report_contradict(struct report *report, struct pool *pool, const char *text);

#endif
