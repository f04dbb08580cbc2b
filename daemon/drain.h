/* SPDX-License-Identifier: MIT */
/*
 * drain - signals, the watchdog, and the orderly end.
 *
 * SIGHUP reads certificates and secrets again.  SIGTERM and SIGINT answer what is in
 * flight, commit, close websockets with 1001 and end the loop, within DRAIN_SECONDS.
 */
#ifndef PLENARY_DRAIN_H
#define PLENARY_DRAIN_H

struct plenary;

void drain_watch(struct plenary *plenary);
void drain_unwatch(struct plenary *plenary);

/* plenary.c: certificates, secrets, tokens and keys anew.  0 or negative errno. */
int plenary_reload(struct plenary *plenary);

#endif
