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

enum { FAREWELL_TURNS = 4 };

struct unsent {
	struct unsent *next;
	size_t bytes;
	unsigned char *frame; /* LWS_PRE bytes that lws wants, then the text */
};

struct websocket {
	uv_timer_t again;
	struct lws_context *context;
	struct lws_vhost *vhost;
	struct lws *wsi; /* NULL: not open, not being opened */
	struct websocket_config config;
	struct lws_protocols protocols[2];
	char host[256];
	int port;
	bool tls, open, destroyed;
	unsigned tries, farewells;
	char *path, *bearer, *ca_file, *subprotocol;
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
	const bool was_open = websocket->open;

	websocket->wsi = NULL;
	websocket->open = false;
	text_clear(&websocket->received);
	unsent_finish(websocket);
	if (websocket->destroyed)
		return;
	if (was_open && websocket->config.closed != NULL)
		websocket->config.closed(websocket->config.context);
	wait_and_connect(websocket);
}

static void opened(struct websocket *websocket)
{
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
	struct lws_vhost *const vhost = wsi != NULL ? lws_get_vhost(wsi) : NULL;
	struct websocket *const websocket = vhost != NULL ? lws_vhost_user(vhost) : NULL;

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
		return websocket->destroyed ? -1 : received(websocket, wsi, in, length);
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		return websocket->destroyed ? -1 : write_one(websocket, wsi);
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
		.context = websocket->context,
		.vhost = websocket->vhost,
		.address = websocket->host,
		.port = websocket->port,
		.ssl_connection = flags,
		.path = websocket->path,
		.host = address,
		.origin = NULL,
		.protocol = websocket->subprotocol,
		.local_protocol_name = websocket->subprotocol,
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

static int library_start(struct websocket *websocket)
{
	static const lws_retry_bo_t quiet = { 0 }; /* no pings of lws's own */
	void *loops[1] = { websocket->config.loop };
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
			   (websocket->tls ? LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT : 0),
		.foreign_loops = loops,
		.retry_and_idle_policy = &quiet,
	};
	struct lws_context_creation_info vhost = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.options = websocket->tls ? LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT : 0,
		.protocols = websocket->protocols,
		.retry_and_idle_policy = &quiet,
		.user = websocket,
		.client_ssl_ca_filepath =
			websocket->ca_file[0] != '\0' ? websocket->ca_file : NULL,
	};

	lws_set_log_level(0, NULL);
	websocket->context = lws_create_context(&info);
	if (websocket->context == NULL)
		return -EIO;
	websocket->vhost = lws_create_vhost(websocket->context, &vhost);
	return websocket->vhost != NULL ? 0 : -EIO;
}

static void on_again_closed(uv_handle_t *again)
{
	struct websocket *const websocket =
		container_of((uv_timer_t *)again, struct websocket, again);

	unsent_finish(websocket);
	text_finish(&websocket->received);
	free(websocket->path);
	free(websocket->bearer);
	free(websocket->ca_file);
	free(websocket->subprotocol);
	free(websocket);
}

int websocket_create(struct websocket **websocket, const struct websocket_config *config)
{
	struct websocket *const made = memory_zeroed(sizeof(*made));
	int rc = address_read(made, config->base);

	if (rc < 0) {
		free(made);
		return rc;
	}
	made->config = *config;
	made->path = memory_string(config->path);
	made->bearer = memory_string(config->bearer);
	made->ca_file = memory_string(config->ca_file);
	made->subprotocol = memory_string(config->subprotocol);
	made->last = &made->first;
	made->protocols[0] = (struct lws_protocols){ .name = made->subprotocol,
						     .callback = on_event,
						     .rx_buffer_size = 4096 };
	uv_timer_init(config->loop, &made->again);
	rc = library_start(made);
	if (rc < 0) {
		log_error("websocket", "libwebsockets does not start");
		websocket_destroy(made);
		return rc;
	}
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

/*
 * On a loop that is not its own libwebsockets must be destroyed twice: the first call
 * closes its handles, the second frees what their closing needs.  It tells nobody when they
 * are closed; a few turns of the loop are enough.
 */
static void on_farewell(uv_timer_t *again)
{
	struct websocket *const websocket = container_of(again, struct websocket, again);

	if (++websocket->farewells < FAREWELL_TURNS)
		return;
	lws_context_destroy(websocket->context);
	uv_close((uv_handle_t *)again, on_again_closed);
}

void websocket_destroy(struct websocket *websocket)
{
	if (websocket == NULL)
		return;
	websocket->destroyed = true;
	uv_timer_stop(&websocket->again);
	if (websocket->context == NULL) {
		uv_close((uv_handle_t *)&websocket->again, on_again_closed);
		return;
	}
	uv_timer_start(&websocket->again, on_farewell, 0, 1);
	lws_context_destroy(websocket->context);
}
