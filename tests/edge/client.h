/* SPDX-License-Identifier: MIT */
/*
 * client - a blocking HTTP client that sends exactly the bytes it is told to.
 *
 * Reading gives up after CLIENT_SECONDS, so that a silent server fails a test.
 */
#ifndef PLENARY_TEST_CLIENT_H
#define PLENARY_TEST_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "daemon/common/text.h"
#include "tests/edge/server.h"

enum { CLIENT_SECONDS = 60 };

enum way { WAY_PLAIN, WAY_TLS, WAY_UNIX, WAYS };

struct client {
	int fd;
	void *tls, *tls_context;
	struct text unread; /* read from the socket, not yet looked at */
};

struct reply {
	int status; /* 0: the server closed without a word */
	struct text head, body;
};

void client_open(struct client *client, const struct server *server, enum way way);
void client_send(struct client *client, const char *bytes, size_t count);
void client_say(struct client *client, const char *words);
/* 0 at the end, negative when the connection was reset. */
ssize_t client_receive(struct client *client, char *bytes, size_t room);
/* Exactly so many bytes; false at the end. */
bool client_exactly(struct client *client, char *bytes, size_t count);
/* One reply; the words of the former one go. */
void client_reply(struct client *client, struct reply *reply, bool is_head);
/* Whether the server has hung up, and not said another word. */
bool client_at_end(struct client *client);
void client_half_close(struct client *client);
void client_close(struct client *client);
void reply_finish(struct reply *reply);

#endif
