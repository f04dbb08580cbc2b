/* SPDX-License-Identifier: MIT */
#include "rehearsal/websocket.h"

#include "daemon/common/container.h"
#include "daemon/common/log.h"
#include "daemon/common/text.h"

#include <assert.h>
#include <errno.h>
#include <libwebsockets.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { FAREWELL_TURNS = 4, WEBSOCKET_PROTOCOLS = 4 };

struct unsent {
	struct unsent *next;
	size_t bytes;
	unsigned char *frame; /* LWS_PRE bytes that lws wants, then the text */
};

struct websockets {
	uv_timer_t farewell;
	uv_loop_t *loop;
	struct lws_context *context;
	struct lws_vhost *vhost;
	struct lws_protocols protocols[WEBSOCKET_PROTOCOLS + 1];
	struct websocket *first;
	unsigned farewells;
	bool destroyed;
};

struct websocket {
	uv_timer_t again;
	struct websocket *next;
	struct websockets *all;
	struct lws *wsi; /* NULL: not open, not being opened */
	struct websocket_config config;
	char host[256];
	int port;
	bool tls, open;
	unsigned tries;
	char *path, *bearer;
	struct text received;
	struct unsent *first, **last;
	size_t unsent_bytes;
};

static void connect_again(struct websocket *websocket);

static void unsent_finish(struct websocket *websocket)
{
	while (websocket->first != NULL) {
		struct unsent *const unsent = websocket->first;

		websocket->first = unsent->next;
		free(unsent->frame);
		free(unsent);
	}
	websocket->last = &websocket->first;
	websocket->unsent_bytes = 0;
}

static void on_again(uv_timer_t *again)
{
	struct websocket *const websocket = container_of(again, struct websocket, again);

	connect_again(websocket);
}

static void wait_and_connect(struct websocket *websocket)
{
	uint64_t wait_ms = (uint64_t)WEBSOCKET_FIRST_WAIT_MS
			   << (websocket->tries < 5 ? websocket->tries : 5);

	if (wait_ms > WEBSOCKET_LONGEST_WAIT_MS)
		wait_ms = WEBSOCKET_LONGEST_WAIT_MS;
	websocket->tries++;
	uv_timer_start(&websocket->again, on_again, wait_ms, 0);
}

static void lost(struct websocket *websocket)
{
	websocket->wsi = NULL;
	websocket->open = false;
	text_clear(&websocket->received);
	unsent_finish(websocket);
	if (!websocket->all->destroyed)
		wait_and_connect(websocket);
}

static void opened(struct websocket *websocket)
{
	assert(!websocket->open);
	assert(websocket->first == NULL);
	websocket->open = true;
	websocket->tries = 0;
	websocket->config.opened(websocket->config.context);
}

static int received(struct websocket *websocket, struct lws *wsi, const char *bytes,
		    size_t count)
{
	struct text *const text = &websocket->received;

	if (text->length + count > WEBSOCKET_MESSAGE_BYTES)
		return -1;
	text_add(text, bytes, count);
	if (!lws_is_final_fragment(wsi) || lws_remaining_packet_payload(wsi) != 0)
		return 0;
	websocket->config.message(websocket->config.context, text_string(text),
				  text->length);
	text_clear(text);
	return 0;
}

static int write_one(struct websocket *websocket, struct lws *wsi)
{
	struct unsent *const unsent = websocket->first;

	if (unsent == NULL)
		return 0;
	const int written =
		lws_write(wsi, unsent->frame + LWS_PRE, unsent->bytes, LWS_WRITE_TEXT);
	websocket->first = unsent->next;
	if (websocket->first == NULL)
		websocket->last = &websocket->first;
	else
		lws_callback_on_writable(wsi);
	assert(websocket->unsent_bytes >= unsent->bytes);
	websocket->unsent_bytes -= unsent->bytes;
	const bool whole = written >= 0 && (size_t)written >= unsent->bytes;
	free(unsent->frame);
	free(unsent);
	return whole ? 0 : -1;
}

static int add_headers(const struct websocket *websocket, struct lws *wsi,
		       unsigned char **at, unsigned char *end)
{
	struct text value = { 0 };

	text_addf(&value, "Bearer %s", websocket->bearer);
	const int rc = lws_add_http_header_by_token(wsi, WSI_TOKEN_HTTP_AUTHORIZATION,
						    (const unsigned char *)value.data,
						    (int)value.length, at, end);
	text_finish(&value);
	return rc != 0 ? -1 : 0;
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user,
		    void *in, size_t length)
{
	struct websocket *const websocket =
		wsi != NULL ? lws_get_opaque_user_data(wsi) : NULL;

	(void)user;
	if (websocket == NULL)
		return 0;
	switch (reason) {
	case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
		return add_headers(websocket, wsi, in, *(unsigned char **)in + length);
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		opened(websocket);
		return 0;
	case LWS_CALLBACK_CLIENT_RECEIVE:
		return websocket->all->destroyed ? -1
						 : received(websocket, wsi, in, length);
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		return websocket->all->destroyed ? -1 : write_one(websocket, wsi);
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
	case LWS_CALLBACK_CLIENT_CLOSED:
		lost(websocket);
		return 0;
	default:
		return 0;
	}
}

static void connect_again(struct websocket *websocket)
{
	char address[300];
	const bool loopback = strcmp(websocket->host, "127.0.0.1") == 0 ||
			      strcmp(websocket->host, "localhost") == 0;
	int flags = websocket->tls ? LCCSCF_USE_SSL : 0;

	if (websocket->tls && loopback)
		flags |= LCCSCF_ALLOW_SELFSIGNED | LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK;
	snprintf(address, sizeof(address), "%s:%d", websocket->host, websocket->port);
	const struct lws_client_connect_info info = {
		.context = websocket->all->context,
		.vhost = websocket->all->vhost,
		.address = websocket->host,
		.port = websocket->port,
		.ssl_connection = flags,
		.path = websocket->path,
		.host = address,
		.origin = NULL,
		.protocol = websocket->config.subprotocol,
		.local_protocol_name = websocket->config.subprotocol,
		.opaque_user_data = websocket,
	};
	/* on failure on_event() may have heard of it already, and set the timer */
	websocket->wsi = lws_client_connect_via_info(&info);
	if (websocket->wsi == NULL && !uv_is_active((uv_handle_t *)&websocket->again))
		wait_and_connect(websocket);
}

static int address_read(struct websocket *websocket, const char *base)
{
	const bool tls = strncmp(base, "https://", 8) == 0;

	if (!tls && strncmp(base, "http://", 7) != 0)
		return -EINVAL;
	const char *const host = base + (tls ? 8 : 7);
	const size_t bytes = strcspn(host, ":/");
	if (bytes == 0 || bytes >= sizeof(websocket->host))
		return -EINVAL;
	memcpy(websocket->host, host, bytes);
	websocket->port = tls ? 443 : 80;
	if (host[bytes] == ':')
		websocket->port = (int)strtol(host + bytes + 1, NULL, 10);
	websocket->tls = tls;
	return websocket->port > 0 && websocket->port < 65536 ? 0 : -EINVAL;
}

static int library_start(struct websockets *all, const char *ca_file)
{
	static const lws_retry_bo_t quiet = { 0 }; /* no pings of lws's own */
	void *loops[1] = { all->loop };
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
			   LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT,
		.foreign_loops = loops,
		.retry_and_idle_policy = &quiet,
	};
	struct lws_context_creation_info vhost = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT,
		.protocols = all->protocols,
		.retry_and_idle_policy = &quiet,
		.client_ssl_ca_filepath = ca_file[0] != '\0' ? ca_file : NULL,
	};

	lws_set_log_level(0, NULL);
	all->context = lws_create_context(&info);
	if (all->context == NULL)
		return -EIO;
	all->vhost = lws_create_vhost(all->context, &vhost);
	return all->vhost != NULL ? 0 : -EIO;
}

int websockets_create(struct websockets **websockets, uv_loop_t *loop,
		      const char *const *subprotocols, const char *ca_file)
{
	struct websockets *const made = memory_zeroed(sizeof(*made));

	made->loop = loop;
	for (size_t i = 0; subprotocols[i] != NULL; i++) {
		assert(i < WEBSOCKET_PROTOCOLS);
		made->protocols[i] = (struct lws_protocols){ .name = subprotocols[i],
							     .callback = on_event,
							     .rx_buffer_size = 4096 };
	}
	uv_timer_init(loop, &made->farewell);
	const int rc = library_start(made, ca_file);
	if (rc < 0) {
		log_error("websocket", "libwebsockets does not start");
		websockets_destroy(made);
		return rc;
	}
	*websockets = made;
	return 0;
}

int websocket_create(struct websocket **websocket, struct websockets *websockets,
		     const struct websocket_config *config)
{
	struct websocket *const made = memory_zeroed(sizeof(*made));
	const int rc = address_read(made, config->base);

	if (rc < 0) {
		free(made);
		return rc;
	}
	made->config = *config;
	made->all = websockets;
	made->path = memory_string(config->path);
	made->bearer = memory_string(config->bearer);
	made->last = &made->first;
	made->next = websockets->first;
	websockets->first = made;
	uv_timer_init(websockets->loop, &made->again);
	connect_again(made);
	*websocket = made;
	return 0;
}

int websocket_send(struct websocket *websocket, const char *text)
{
	const size_t bytes = strlen(text);

	if (!websocket->open)
		return -ENOTCONN;
	if (websocket->unsent_bytes + bytes > WEBSOCKET_UNSENT_BYTES)
		return -EAGAIN;
	struct unsent *const unsent = memory_zeroed(sizeof(*unsent));
	unsent->bytes = bytes;
	unsent->frame = memory_zeroed(LWS_PRE + bytes + 1);
	memcpy(unsent->frame + LWS_PRE, text, bytes);
	*websocket->last = unsent;
	websocket->last = &unsent->next;
	websocket->unsent_bytes += bytes;
	lws_callback_on_writable(websocket->wsi);
	return 0;
}

static void on_again_closed(uv_handle_t *again)
{
	struct websocket *const websocket =
		container_of((uv_timer_t *)again, struct websocket, again);

	unsent_finish(websocket);
	text_finish(&websocket->received);
	free(websocket->path);
	free(websocket->bearer);
	free(websocket);
}

static void on_farewell_closed(uv_handle_t *farewell)
{
	free(container_of((uv_timer_t *)farewell, struct websockets, farewell));
}

/*
 * On a loop that is not its own libwebsockets must be destroyed twice: the first call
 * closes its handles, the second frees what their closing needs.  It tells nobody when
 * they are closed; a few turns of the loop are enough.
 */
static void on_farewell(uv_timer_t *farewell)
{
	struct websockets *const all =
		container_of(farewell, struct websockets, farewell);

	if (++all->farewells < FAREWELL_TURNS)
		return;
	if (all->context != NULL)
		lws_context_destroy(all->context);
	while (all->first != NULL) {
		struct websocket *const websocket = all->first;

		all->first = websocket->next;
		uv_close((uv_handle_t *)&websocket->again, on_again_closed);
	}
	uv_close((uv_handle_t *)farewell, on_farewell_closed);
}

void websockets_destroy(struct websockets *websockets)
{
	if (websockets == NULL)
		return;
	websockets->destroyed = true;
	for (struct websocket *at = websockets->first; at != NULL; at = at->next)
		uv_timer_stop(&at->again);
	uv_timer_start(&websockets->farewell, on_farewell, 0, 1);
	if (websockets->context != NULL)
		lws_context_destroy(websockets->context);
}
