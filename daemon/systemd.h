/* SPDX-License-Identifier: MIT */
/*
 * systemd - what we tell the service manager, and the sockets it hands us.  The only file
 * that knows libsystemd; without it, or when nobody listens, everything here does nothing.
 */
#ifndef PLENARY_SYSTEMD_H
#define PLENARY_SYSTEMD_H

#include <stdint.h>

/* "READY=1", "STATUS=…", "RELOADING=1", "STOPPING=1", "WATCHDOG=1"; sd_notify(3). */
void systemd_tell(const char *state);
/* How often to say WATCHDOG=1, in milliseconds; 0: nobody asks for it. */
uint64_t systemd_watchdog_ms(void);
/* Descriptors from 3 on that were opened for us; how many. */
int systemd_sockets(void);
/* Whom such a socket lets in. */
enum systemd_reach { REACH_UNIX, REACH_LOOPBACK, REACH_ANYWHERE };
enum systemd_reach systemd_socket_reach(int fd);

#endif
