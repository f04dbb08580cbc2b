/* SPDX-License-Identifier: MIT */
/*
 * listening - the sockets that the world comes in by: those of the settings, or those that
 * systemd opened and handed over.
 *
 * Without a certificate of the settings a self-signed one is made in data_dir; it is good
 * for loopback only, whoever opened the socket.  Negative errno, logged.
 */
#ifndef PLENARY_LISTENING_H
#define PLENARY_LISTENING_H

struct plenary;

/* Edge and feed, with the door behind them; nobody is let in before the next. */
int listening_open(struct plenary *plenary);
int listening_begin(struct plenary *plenary);

#endif
