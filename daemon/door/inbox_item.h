/* SPDX-License-Identifier: MIT */
/*
 * inbox_item - an item of the inbox that somebody vouched for becomes events, once.
 *
 * The same content for the same meeting is the same notification, however often and in
 * whatever envelope it comes; that is remembered with the events.
 */
#ifndef PLENARY_INBOX_ITEM_H
#define PLENARY_INBOX_ITEM_H

#include <stdint.h>

struct door;
struct inbox_counts;
struct sealed_item;

/* at_ms: of the arrival */
void inbox_item_take(struct door *door, struct inbox_counts *counts,
		     const struct sealed_item *item, int64_t at_ms);

#endif
