/* SPDX-License-Identifier: MIT */
#include "tests/wire/script.h"

#include "daemon/common/container.h"
#include "tests/check.h"

struct script_peer {
	uv_tcp_t tcp;
	uv_timer_t delay;
	struct script *script;
	struct text in, out;
	unsigned slot, open_handles;
	bool reset, close;
};

struct writing {
	uv_write_t write;
	struct script_peer *peer;
};

static void on_closed(uv_handle_t *handle)
{
	struct script_peer *const peer = handle->data;

	if (--peer->open_handles > 0)
		return;
	text_finish(&peer->in);
	text_finish(&peer->out);
	free(peer);
}

static void peer_close(struct script_peer *peer)
{
	if (uv_is_closing((uv_handle_t *)&peer->tcp))
		return;
	peer->script->peers[peer->slot] = NULL;
	peer->script->open--;
	uv_close((uv_handle_t *)&peer->delay, on_closed);
	if (!peer->reset || uv_tcp_close_reset(&peer->tcp, on_closed) < 0)
		uv_close((uv_handle_t *)&peer->tcp, on_closed);
}

static void on_written(uv_write_t *write, int status)
{
	struct writing *const writing = container_of(write, struct writing, write);
	struct script_peer *const peer = writing->peer;

	free(writing);
	if (status == UV_ECANCELED)
		return;
	if (status < 0 || peer->reset || peer->close)
		peer_close(peer);
}

static void on_due(uv_timer_t *timer)
{
	struct script_peer *const peer = timer->data;
	struct writing *const writing = memory_zeroed(sizeof(*writing));
	uv_buf_t buffer = uv_buf_init(peer->out.data, (unsigned)peer->out.length);

	writing->peer = peer;
	uv_write(&writing->write, (uv_stream_t *)&peer->tcp, &buffer, 1, on_written);
}

static void reply_write(struct script_peer *peer, const struct script_reply *reply)
{
	const size_t given = reply->body ? strlen(reply->body) : 0;
	const size_t bytes = reply->body_bytes ? reply->body_bytes : given;
	struct text *const out = &peer->out;

	text_clear(out);
	if (reply->raw) {
		text_addf(out, "%s", reply->raw);
	} else {
		text_addf(out, "HTTP/1.1 %d Scripted\r\nContent-Length: %zu\r\n%s\r\n",
			  reply->status ? reply->status : 200,
			  reply->promised_bytes ? reply->promised_bytes : bytes,
			  reply->headers ? reply->headers : "");
		text_add(out, reply->body ? reply->body : "", bytes);
	}
	peer->reset = reply->reset;
	peer->close = reply->close;
	if (!reply->silent)
		uv_timer_start(&peer->delay, on_due, reply->delay_ms, 0);
}

/* True when a whole request was there and has been answered. */
static bool request_take(struct script_peer *peer)
{
	struct script_request request = { 0 };
	struct script_reply reply = { 0 };
	char *const end = peer->in.length ? strstr(peer->in.data, "\r\n\r\n") : NULL;

	if (end == NULL)
		return false;
	char *const length = strcasestr(peer->in.data, "\r\ncontent-length:");
	const size_t head = (size_t)(end - peer->in.data) + 4;
	request.body_bytes = length && length < end ? strtoul(length + 17, NULL, 10) : 0;
	if (peer->in.length < head + request.body_bytes)
		return false;
	*end = '\0';
	sscanf(peer->in.data, "%255s %255s", request.method, request.path);
	request.head = peer->in.data;
	request.body = peer->in.data + head;
	peer->script->requests++;
	peer->script->play(peer->script->context, &request, &reply);
	text_clear(&peer->in);
	reply_write(peer, &reply);
	return true;
}

static void on_room(uv_handle_t *handle, size_t hint, uv_buf_t *buffer)
{
	(void)handle;
	*buffer = uv_buf_init(memory_resized(NULL, hint), (unsigned)hint);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
	struct script_peer *const peer = stream->data;

	if (count > 0) {
		text_add(&peer->in, buffer->base, (size_t)count);
		request_take(peer);
	} else if (count < 0) {
		peer_close(peer);
	}
	free(buffer->base);
}

static void on_connection(uv_stream_t *stream, int status)
{
	struct script *const script = stream->data;
	struct script_peer *const peer = memory_zeroed(sizeof(*peer));

	CHECK_INT(0, status);
	while (peer->slot < SCRIPT_PEERS && script->peers[peer->slot])
		peer->slot++;
	CHECK(peer->slot < SCRIPT_PEERS);
	script->peers[peer->slot] = peer;
	script->connections++;
	script->open++;
	if (script->open > script->most_open)
		script->most_open = script->open;
	peer->script = script;
	peer->open_handles = 2;
	uv_tcp_init(script->loop, &peer->tcp);
	uv_timer_init(script->loop, &peer->delay);
	peer->tcp.data = peer->delay.data = peer;
	CHECK_INT(0, uv_accept(stream, (uv_stream_t *)&peer->tcp));
	uv_read_start((uv_stream_t *)&peer->tcp, on_room, on_read);
}

void script_init(struct script *script, uv_loop_t *loop, script_play_fn *play,
		 void *context)
{
	struct sockaddr_in address;
	int bytes = sizeof(address);

	*script = (struct script){ .loop = loop, .play = play, .context = context };
	uv_ip4_addr("127.0.0.1", 0, &address);
	uv_tcp_init(loop, &script->listener);
	script->listener.data = script;
	CHECK_INT(0, uv_tcp_bind(&script->listener, (struct sockaddr *)&address, 0));
	CHECK_INT(0, uv_listen((uv_stream_t *)&script->listener, 128, on_connection));
	CHECK_INT(0, uv_tcp_getsockname(&script->listener, (struct sockaddr *)&address,
					&bytes));
	script->port = ntohs(address.sin_port);
}

const char *script_url(const struct script *script, const char *path)
{
	static char urls[8][SCRIPT_WORD_BYTES];
	static unsigned next;
	char *const url = urls[next++ % 8];

	snprintf(url, SCRIPT_WORD_BYTES, "http://127.0.0.1:%d%s", script->port, path);
	return url;
}

void script_finish(struct script *script)
{
	for (unsigned i = 0; i < SCRIPT_PEERS; i++) {
		if (script->peers[i])
			peer_close(script->peers[i]);
	}
	uv_close((uv_handle_t *)&script->listener, NULL);
}
