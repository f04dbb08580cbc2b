/* SPDX-License-Identifier: MIT */
#include "tests/edge/client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/check.h"

static int connect_inet(int port)
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((in_port_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;

	CHECK(fd >= 0);
	CHECK_INT(0, connect(fd, (const struct sockaddr *)&address, sizeof(address)));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	return fd;
}

static int connect_unix(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	CHECK(fd >= 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	CHECK_INT(0, connect(fd, (const struct sockaddr *)&address, sizeof(address)));
	return fd;
}

static void begin_tls(struct client *client)
{
	SSL_CTX *const context = SSL_CTX_new(TLS_client_method());
	SSL *const ssl = SSL_new(context);

	SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_set_options(ssl, SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_set_fd(ssl, client->fd);
	CHECK_INT(0, SSL_set_alpn_protos(ssl, (const unsigned char *)"\x02h2\x08http/1.1",
					 12));
	CHECK_INT(1, SSL_connect(ssl));
	const unsigned char *chosen;
	unsigned length;
	SSL_get0_alpn_selected(ssl, &chosen, &length);
	CHECK_INT(8, length);
	client->tls = ssl;
	client->tls_context = context;
}

void client_open(struct client *client, const struct server *server, enum way way)
{
	const struct timeval patience = { .tv_sec = CLIENT_SECONDS };

	*client = (struct client){ 0 };
	if (way == WAY_UNIX)
		client->fd = connect_unix(server->unix_path);
	else
		client->fd = connect_inet(way == WAY_TLS ? server->tls_port
							 : server->plain_port);
	setsockopt(client->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(client->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (way == WAY_TLS)
		begin_tls(client);
}

/* A server that refuses may hang up before it has heard everything. */
void client_send(struct client *client, const char *bytes, size_t count)
{
	while (count > 0) {
		const ssize_t sent =
			client->tls != NULL
				? SSL_write(client->tls, bytes, (int)count)
				: send(client->fd, bytes, count, MSG_NOSIGNAL);
		if (sent <= 0) {
			ERR_clear_error();
			return;
		}
		bytes += sent;
		count -= (size_t)sent;
	}
}

void client_say(struct client *client, const char *words)
{
	client_send(client, words, strlen(words));
}

static ssize_t receive(struct client *client, char *bytes, size_t room)
{
	if (client->tls == NULL) {
		const ssize_t count = recv(client->fd, bytes, room, 0);

		CHECK(count >= 0 || errno != EAGAIN); /* the server is silent */
		return count;
	}
	const int count = SSL_read(client->tls, bytes, (int)room);

	if (count > 0)
		return count;
	const int error = SSL_get_error(client->tls, count);

	CHECK(error != SSL_ERROR_WANT_READ);
	ERR_clear_error();
	return error == SSL_ERROR_ZERO_RETURN ? 0 : -1;
}

ssize_t client_receive(struct client *client, char *bytes, size_t room)
{
	const size_t ready = client->unread.length < room ? client->unread.length : room;

	if (ready == 0)
		return receive(client, bytes, room);
	memcpy(bytes, client->unread.data, ready);
	memmove(client->unread.data, client->unread.data + ready,
		client->unread.length - ready);
	client->unread.length -= ready;
	return (ssize_t)ready;
}

bool client_exactly(struct client *client, char *bytes, size_t count)
{
	while (count > 0) {
		const ssize_t got = client_receive(client, bytes, count);

		if (got <= 0)
			return false;
		bytes += got;
		count -= (size_t)got;
	}
	return true;
}

static bool read_head(struct client *client, struct reply *reply)
{
	char byte;

	while (client_receive(client, &byte, 1) == 1) {
		text_add(&reply->head, &byte, 1);
		if (reply->head.length >= 4 &&
		    strcmp(reply->head.data + reply->head.length - 4, "\r\n\r\n") == 0)
			return true;
		/* One byte at a time is slow over TLS: take what is there at once. */
		if (client->unread.length == 0) {
			char more[4096];
			const ssize_t count = receive(client, more, sizeof(more));

			if (count <= 0)
				return false;
			text_add(&client->unread, more, (size_t)count);
		}
	}
	return false;
}

void client_reply(struct client *client, struct reply *reply, bool is_head)
{
	reply_finish(reply);
	if (!read_head(client, reply))
		return;
	CHECK(strncmp(reply->head.data, "HTTP/1.1 ", 9) == 0);
	reply->status = (int)strtol(reply->head.data + 9, NULL, 10);
	CHECK(reply->status >= 100);
	const char *const length = strstr(reply->head.data, "Content-Length: ");
	const size_t bytes =
		length != NULL && !is_head ? strtoul(length + 16, NULL, 10) : 0;
	char *const body = memory_zeroed(bytes + 1);

	CHECK(client_exactly(client, body, bytes));
	text_add(&reply->body, body, bytes);
	free(body);
}

bool client_at_end(struct client *client)
{
	char byte;

	return client_receive(client, &byte, 1) <= 0;
}

void client_half_close(struct client *client)
{
	if (client->tls != NULL)
		SSL_shutdown(client->tls);
	shutdown(client->fd, SHUT_WR);
}

void client_close(struct client *client)
{
	SSL_free(client->tls);
	SSL_CTX_free(client->tls_context);
	close(client->fd);
	text_finish(&client->unread);
}

void reply_finish(struct reply *reply)
{
	text_finish(&reply->head);
	text_finish(&reply->body);
	reply->status = 0;
}
