/* SPDX-License-Identifier: MIT */
#include "daemon/edge/connection.h"
#include "daemon/edge/inside.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>

#include "daemon/common/log.h"
#include "daemon/edge/adopt.h"
#include "daemon/edge/feed.h"

/* 16 bytes in base64: 21 free characters, one of four, two signs of padding. */
static bool is_key(const char *key)
{
	if (strlen(key) != ADOPT_KEY_BYTES || strcmp(key + 22, "==") != 0)
		return false;
	for (int i = 0; i < 22; i++) {
		if (!isalnum((unsigned char)key[i]) && key[i] != '+' && key[i] != '/')
			return false;
	}
	return strchr("AQgw", key[21]) != NULL;
}

/* RFC 6455 §4.2.1, as far as parse.c has not looked already. */
static struct refusal check(const struct head *head)
{
	const char *const key = head_value(head, "Sec-WebSocket-Key", 0);
	const char *const version = head_value(head, "Sec-WebSocket-Version", 0);

	if (version == NULL || head_value(head, "Sec-WebSocket-Version", 1) != NULL)
		return (struct refusal){ 400,
					 "There must be one Sec-WebSocket-Version." };
	if (strcmp(version, "13") != 0)
		return (struct refusal){ 426,
					 "Only websocket version 13 is spoken here." };
	if (key == NULL || head_value(head, "Sec-WebSocket-Key", 1) != NULL)
		return (struct refusal){ 400, "There must be one Sec-WebSocket-Key." };
	if (!is_key(key))
		return (struct refusal){ 400, "Sec-WebSocket-Key is not a key." };
	return (struct refusal){ 0, NULL };
}

static void refuse(struct connection *connection, int status, const char *detail)
{
	const char *headers = NULL;

	if (status == 426)
		headers = connection->edge->config.feed == NULL
				  ? "Upgrade: HTTP/1.1\r\n"
				  : "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
	/* What follows may be frames: it is never read as HTTP. */
	text_finish(&connection->unread);
	connection_move(connection, CONNECTION_OPEN);
	connection_refuse(connection, status, detail, headers);
}

static struct edge_welcome ask(struct connection *connection)
{
	struct edge *const edge = connection->edge;
	const char *const scheme =
		head_value(parse_head(connection->parse), "X-Forwarded-Proto", 0);
	struct edge_request request = {
		.number = ++edge->request_serial << NUMBERS_PLACE_BITS |
			  numbers_place(connection->number),
		.peer = connection->peer,
		.secure = connection->transport.tls != NULL ||
			  (connection->is_unix && scheme != NULL &&
			   strcmp(scheme, "https") == 0),
	};

	edge->counts.requests++;
	parse_request(connection->parse, &request);
	return edge->config.on_upgrade(edge->config.context, &request);
}

/* TLS: libwebsockets gets one end of a pair, a relay serves the other. */
static int give_relayed(struct edge *edge, const struct transport *transport,
			struct adoption *adoption)
{
	const char *const early = adoption->early;
	const size_t early_bytes = adoption->early_bytes;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	adoption->fd = pair[0];
	adoption->early_bytes = 0;
	const int rc = feed_adopt(edge->config.feed, adoption);

	if (rc < 0) {
		close(pair[1]);
		return rc;
	}
	relay_begin(edge, transport, pair[1], early, early_bytes);
	return 0;
}

/* From here on the connection is gone, whatever happens. */
static void give(struct connection *connection, const struct edge_welcome *welcome)
{
	struct edge *const edge = connection->edge;
	struct transport transport = connection->transport;
	struct text early = connection->unread;
	char key[ADOPT_KEY_BYTES + 1];
	struct adoption adoption = {
		.fd = transport.fd,
		.key = key,
		.subprotocol = welcome->subprotocol,
		.channel = welcome->channel,
		.early = text_string(&early),
		.early_bytes = early.length,
	};
	int rc;

	memcpy(key, head_value(parse_head(connection->parse), "Sec-WebSocket-Key", 0),
	       sizeof(key));
	connection->unread = (struct text){ 0 };
	connection->transport = (struct transport){ .fd = -1 };
	connection_close(connection);
	if (transport.tls == NULL) {
		rc = feed_adopt(edge->config.feed, &adoption);
	} else {
		rc = give_relayed(edge, &transport, &adoption);
		if (rc < 0)
			transport_finish(&transport);
	}
	if (rc < 0)
		log_warning("edge", "websocket was not adopted reason=%s", strerror(-rc));
	text_finish(&early);
}

void upgrade_run(struct connection *connection)
{
	struct edge *const edge = connection->edge;
	const struct head *const head = parse_head(connection->parse);
	const struct refusal refusal = check(head);

	assert(connection->state == CONNECTION_UPGRADING);
	if (edge->config.feed == NULL || edge->config.on_upgrade == NULL) {
		refuse(connection, 426, "There are no websockets here.");
		return;
	}
	if (refusal.status != 0) {
		refuse(connection, refusal.status, refusal.detail);
		return;
	}
	if (edge->draining || !feed_is_open(edge->config.feed)) {
		refuse(connection, 503, "No more websockets are let in.");
		return;
	}

	const struct edge_welcome welcome = ask(connection);

	if (connection->state == CONNECTION_CLOSED)
		return;
	if (welcome.status != 101)
		refuse(connection, welcome.status, "The websocket may not come in.");
	else if (welcome.subprotocol == NULL)
		give(connection, &welcome);
	else if (!head_lists(head, "Sec-WebSocket-Protocol", welcome.subprotocol))
		refuse(connection, 400,
		       "The subprotocol that is spoken here was not offered.");
	else if (!feed_speaks(edge->config.feed, welcome.subprotocol))
		refuse(connection, 500, "The subprotocol is not known to the feed.");
	else
		give(connection, &welcome);
}
