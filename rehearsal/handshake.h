/* SPDX-License-Identifier: MIT */
/*
 * handshake - before a subscription lives, both its addresses must echo a token, as plain
 * text, byte for byte, within ten real seconds.
 */
#ifndef PLENARY_STAGE_HANDSHAKE_H
#define PLENARY_STAGE_HANDSHAKE_H

struct subscription;

/* handshake_done() is called once, later. */
void handshake_begin(struct subscription *subscription);
void handshake_cancel(struct subscription *subscription);

/* Given by graph_subscriptions.c.  fault: what Graph says of it, NULL when all is
 * well. */
void handshake_done(struct subscription *subscription, const char *fault);

#endif
