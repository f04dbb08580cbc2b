/* SPDX-License-Identifier: MIT */
#include "daemon/edge/transport.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <uv.h>

int transport_handshake(struct transport *transport)
{
	return tls_handshake(transport->tls, &transport->read_wants);
}

ssize_t transport_read(struct transport *transport, char *bytes, size_t room)
{
	transport->read_wants = TLS_WANTS_READABLE;
	if (transport->tls != NULL)
		return tls_read(transport->tls, bytes, room, &transport->read_wants);

	const ssize_t count = recv(transport->fd, bytes, room, 0);

	if (count >= 0)
		return count;
	return errno == EINTR || errno == EAGAIN ? -EAGAIN : -errno;
}

ssize_t transport_write(struct transport *transport, const char *bytes, size_t count)
{
	transport->write_wants = TLS_WANTS_WRITABLE;
	if (transport->tls != NULL)
		return tls_write(transport->tls, bytes, count, &transport->write_wants);

	const ssize_t sent = send(transport->fd, bytes, count, MSG_NOSIGNAL);

	if (sent >= 0)
		return sent;
	return errno == EINTR || errno == EAGAIN ? -EAGAIN : -errno;
}

static int event_of(enum tls_wants wants)
{
	return wants == TLS_WANTS_READABLE ? UV_READABLE : UV_WRITABLE;
}

int transport_events(const struct transport *transport, bool reading, bool writing)
{
	return (reading ? event_of(transport->read_wants) : 0) |
	       (writing ? event_of(transport->write_wants) : 0);
}

void transport_end(struct transport *transport)
{
	if (transport->tls != NULL)
		tls_goodbye(transport->tls);
	shutdown(transport->fd, SHUT_WR);
}

void transport_finish(struct transport *transport)
{
	tls_destroy(transport->tls);
	transport->tls = NULL;
	if (transport->fd >= 0)
		close(transport->fd);
	transport->fd = -1;
}
