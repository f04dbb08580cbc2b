/* SPDX-License-Identifier: MIT */
#include "daemon/edge/connection.h"
#include "daemon/edge/inside.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "daemon/common/container.h"
#include "daemon/common/log.h"
#include "daemon/edge/feed.h"

enum { LISTEN_BACKLOG = 1024, HOST_BYTES = 64, UNIX_MODE = 0660 };

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un unix_socket;
	struct sockaddr_storage room;
};

static bool is_loopback(const union address *address)
{
	if (address->any.sa_family == AF_UNIX)
		return true;
	if (address->any.sa_family == AF_INET)
		return ntohl(address->v4.sin_addr.s_addr) >> 24 == 127;
	return address->any.sa_family == AF_INET6 &&
	       IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
}

static int parse_port(const char *text, in_port_t *port)
{
	char *end;
	const unsigned long number = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end != '\0' || number > 65535)
		return -EINVAL;
	*port = htons((in_port_t)number);
	return 0;
}

/* "127.0.0.1:8443" or "[::1]:0" */
static int parse_inet(const char *text, union address *address, socklen_t *length)
{
	const char *const colon = strrchr(text, ':');
	char host[HOST_BYTES];

	if (colon == NULL || (size_t)(colon - text) >= sizeof(host))
		return -EINVAL;
	snprintf(host, sizeof(host), "%.*s", (int)(colon - text), text);
	const size_t end = strlen(host);

	if (end > 1 && host[0] == '[' && host[end - 1] == ']') {
		host[end - 1] = '\0';
		address->v6.sin6_family = AF_INET6;
		*length = sizeof(address->v6);
		if (inet_pton(AF_INET6, host + 1, &address->v6.sin6_addr) != 1)
			return -EINVAL;
		return parse_port(colon + 1, &address->v6.sin6_port);
	}
	address->v4.sin_family = AF_INET;
	*length = sizeof(address->v4);
	if (inet_pton(AF_INET, host, &address->v4.sin_addr) != 1)
		return -EINVAL;
	return parse_port(colon + 1, &address->v4.sin_port);
}

static int parse_unix(const char *path, union address *address, socklen_t *length)
{
	if (path[0] != '/' || strlen(path) >= sizeof(address->unix_socket.sun_path))
		return -EINVAL;
	address->unix_socket.sun_family = AF_UNIX;
	snprintf(address->unix_socket.sun_path, sizeof(address->unix_socket.sun_path),
		 "%s", path);
	*length = sizeof(address->unix_socket);
	return 0;
}

/* Only a socket that nobody answers on is stale; anything else stays where it is. */
static int remove_stale(const union address *address, socklen_t length)
{
	const char *const path = address->unix_socket.sun_path;
	struct stat about;

	if (lstat(path, &about) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(about.st_mode))
		return -EEXIST;

	const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (probe < 0)
		return -errno;
	const bool answered =
		connect(probe, &address->any, length) == 0 || errno == EAGAIN;
	close(probe);
	if (answered)
		return -EADDRINUSE;
	return unlink(path) == 0 || errno == ENOENT ? 0 : -errno;
}

static int bind_and_listen(int fd, const union address *address, socklen_t length)
{
	const int yes = 1;
	const bool is_unix = address->any.sa_family == AF_UNIX;
	int rc = is_unix ? remove_stale(address, length) : 0;

	if (rc < 0)
		return rc;
	if (!is_unix)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(fd, &address->any, length) < 0)
		return -errno;
	/* Nobody can connect before listen(), so the mode is never a moment too wide. */
	if (is_unix && chmod(address->unix_socket.sun_path, UNIX_MODE) < 0)
		return -errno;
	return listen(fd, LISTEN_BACKLOG) < 0 ? -errno : 0;
}

static int bound_port(int fd)
{
	union address address = { 0 };
	socklen_t length = sizeof(address);

	if (getsockname(fd, &address.any, &length) < 0)
		return -errno;
	if (address.any.sa_family == AF_INET)
		return ntohs(address.v4.sin_port);
	return address.any.sa_family == AF_INET6 ? ntohs(address.v6.sin6_port) : 0;
}

static int permission(const struct edge *edge, const union address *address, bool tls)
{
	if (tls && (edge->tls == NULL || address->any.sa_family == AF_UNIX))
		return -EINVAL;
	if (!tls && !is_loopback(address))
		return -EPERM;
	return edge->listener_count == EDGE_LISTENERS || edge->draining ? -ENOSPC : 0;
}

static void say_full(int fd, bool tls)
{
	static const char words[] =
		"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n"
		"Retry-After: 5\r\nConnection: close\r\n\r\n";

	/* Best effort: a full house does no handshakes and keeps nobody waiting. */
	if (!tls && send(fd, words, sizeof(words) - 1, MSG_NOSIGNAL) > 0)
		shutdown(fd, SHUT_WR);
	close(fd);
}

static void name_peer(const union address *address, char *peer)
{
	if (address->any.sa_family == AF_INET)
		inet_ntop(AF_INET, &address->v4.sin_addr, peer, EDGE_PEER_BYTES);
	else if (address->any.sa_family == AF_INET6)
		inet_ntop(AF_INET6, &address->v6.sin6_addr, peer, EDGE_PEER_BYTES);
	else
		snprintf(peer, EDGE_PEER_BYTES, "unix");
}

static void welcome(struct listener *listener, int fd, const union address *address)
{
	struct edge *const edge = listener->edge;
	const size_t viewers =
		edge->config.feed != NULL ? feed_viewers(edge->config.feed) : 0;
	const int yes = 1;
	char peer[EDGE_PEER_BYTES] = "";

	if (edge->connections.live + viewers >= edge->most_connections) {
		edge->counts.refused++;
		say_full(fd, listener->tls);
		return;
	}
	if (!listener->is_unix)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	name_peer(address, peer);
	connection_open(listener, fd, peer);
}

static void on_connect(uv_poll_t *poll, int status, int events);

static void pause_accepting(struct edge *edge)
{
	uint64_t left_out;

	if (log_may(&edge->full, (int64_t)uv_now(edge->config.loop), &left_out))
		log_warning("edge",
			    "out of descriptors connections=%u not_logged_before=%llu",
			    edge->connections.live, (unsigned long long)left_out);
	edge->accepting_paused = true;
	for (unsigned i = 0; i < edge->listener_count; i++)
		uv_poll_stop(&edge->listeners[i].poll);
}

void listeners_resume(struct edge *edge)
{
	if (!edge->accepting_paused || edge->draining)
		return;
	edge->accepting_paused = false;
	for (unsigned i = 0; i < edge->listener_count; i++)
		uv_poll_start(&edge->listeners[i].poll, UV_READABLE, on_connect);
}

static void on_connect(uv_poll_t *poll, int status, int events)
{
	struct listener *const listener = container_of(poll, struct listener, poll);

	(void)status;
	(void)events;
	for (int i = 0; i < EDGE_ACCEPTS_AT_ONCE; i++) {
		union address address = { 0 };
		socklen_t length = sizeof(address);
		const int fd = accept4(listener->fd, &address.any, &length,
				       SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			welcome(listener, fd, &address);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		    errno == ENOMEM)
			pause_accepting(listener->edge);
		return;
	}
}

static int add_listener(struct edge *edge, int fd, bool tls, const union address *address)
{
	struct listener *const listener = &edge->listeners[edge->listener_count];
	const int port = bound_port(fd);
	int rc = port;

	if (rc >= 0)
		rc = uv_poll_init(edge->config.loop, &listener->poll, fd);
	if (rc < 0)
		return rc;
	edge->listener_count++;
	edge_handle_opened(edge);
	listener->edge = edge;
	listener->fd = fd;
	listener->tls = tls;
	listener->is_unix = address->any.sa_family == AF_UNIX;
	uv_poll_start(&listener->poll, UV_READABLE, on_connect);
	return port;
}

static int open_listener(struct edge *edge, const union address *address,
			 socklen_t length, bool tls)
{
	const int fd = socket(address->any.sa_family,
			      SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int rc = fd < 0 ? -errno : bind_and_listen(fd, address, length);

	if (rc == 0)
		rc = add_listener(edge, fd, tls, address);
	if (rc < 0 && fd >= 0)
		close(fd);
	return rc;
}

int edge_listen(struct edge *edge, const char *text, bool tls)
{
	static const char unix_prefix[] = "unix:";
	const bool is_unix = strncmp(text, unix_prefix, sizeof(unix_prefix) - 1) == 0;
	union address address = { 0 };
	socklen_t length = 0;

	int rc = is_unix ? parse_unix(text + sizeof(unix_prefix) - 1, &address, &length)
			 : parse_inet(text, &address, &length);
	if (rc == 0)
		rc = permission(edge, &address, tls);
	if (rc == 0)
		rc = open_listener(edge, &address, length, tls);
	if (rc < 0)
		return rc;
	if (is_unix)
		edge->listeners[edge->listener_count - 1].unix_path =
			memory_string(address.unix_socket.sun_path);
	return rc;
}

int edge_listen_fd(struct edge *edge, int fd, bool tls)
{
	union address address = { 0 };
	socklen_t length = sizeof(address);

	if (getsockname(fd, &address.any, &length) < 0)
		return -errno;
	const int rc = permission(edge, &address, tls);

	if (rc < 0)
		return rc;
	if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return -errno;
	return add_listener(edge, fd, tls, &address);
}

static void on_listener_closed(uv_handle_t *handle)
{
	struct listener *const listener =
		container_of((uv_poll_t *)handle, struct listener, poll);

	edge_handle_closed(listener->edge);
}

void listeners_close(struct edge *edge)
{
	for (unsigned i = 0; i < edge->listener_count; i++) {
		struct listener *const listener = &edge->listeners[i];

		if (listener->fd < 0)
			continue;
		uv_poll_stop(&listener->poll);
		uv_close((uv_handle_t *)&listener->poll, on_listener_closed);
		close(listener->fd);
		listener->fd = -1;
		if (listener->unix_path != NULL)
			unlink(listener->unix_path);
		free(listener->unix_path);
		listener->unix_path = NULL;
	}
}
