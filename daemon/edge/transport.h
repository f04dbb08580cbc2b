/* SPDX-License-Identifier: MIT */
/*
 * transport - one connected socket, with or without TLS, that never blocks.
 *
 * Reading and writing return a count of bytes, 0 for the client's end (reading only),
 * -EAGAIN, or another negative errno for a connection that is lost.  TLS may have to write
 * in order to read and the other way round: transport_events() knows.
 */
#ifndef PLENARY_TRANSPORT_H
#define PLENARY_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "daemon/edge/tls.h"

struct transport {
	int fd;          /* owned; -1 when it was given away or closed */
	struct tls *tls; /* owned; NULL for plain */
	enum tls_wants read_wants, write_wants;
};

int transport_handshake(struct transport *transport);
ssize_t transport_read(struct transport *transport, char *bytes, size_t room);
ssize_t transport_write(struct transport *transport, const char *bytes, size_t count);
/* What uv_poll must watch for in order to read, to write, or both; 0 for neither. */
int transport_events(const struct transport *transport, bool reading, bool writing);
/* Nothing more will be sent: TLS's goodbye, then the socket's. */
void transport_end(struct transport *transport);
void transport_finish(struct transport *transport);

#endif
