/* SPDX-License-Identifier: MIT */
/*
 * libcurl tells us which sockets to watch and when to wake it; it forbids calls into a
 * multi handle from inside its own callbacks.  So the callbacks below only arm libuv, and
 * replies are handed out afterwards, by hand_out(), from a libuv callback.
 */
#include "daemon/wire/client.h"

#include "daemon/common/container.h"
#include "daemon/common/text.h"
#include "daemon/wire/transfer.h"

#include <assert.h>
#include <curl/curl.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	IDLE_CONNECTIONS = 64,
	REFUSAL_MS = 1, /* never 0: a sender that sends again must not hold the loop */
};

struct poller {
	uv_poll_t poll;
	struct poller *next, **link;
	struct client *client;
	curl_socket_t socket;
};

struct client {
	uv_loop_t *loop;
	CURLM *multi;
	uv_timer_t timer;   /* libcurl's own */
	uv_timer_t refusal; /* answers what could not begin */
	struct poller *pollers;
	struct transfer *transfers; /* with libcurl */
	struct transfer *refused;   /* newest first */
	size_t in_flight, handles;
	uint64_t last_number;
	char *ca_path;
	bool closing, firing;
};

static void transfer_link(struct transfer *transfer, struct transfer **head)
{
	transfer->next = *head;
	transfer->link = head;
	if (*head)
		(*head)->link = &transfer->next;
	*head = transfer;
}

static void transfer_unlink(struct transfer *transfer)
{
	*transfer->link = transfer->next;
	if (transfer->next)
		transfer->next->link = transfer->link;
}

static void transfer_take_out(struct client *client, struct transfer *transfer)
{
	assert(client->in_flight > 0);
	if (transfer->easy)
		curl_multi_remove_handle(client->multi, transfer->easy);
	transfer_unlink(transfer);
	client->in_flight--;
}

static void transfer_answer(struct client *client, struct transfer *transfer,
			    CURLcode code)
{
	struct client_reply reply = { .error = transfer->error,
				      .retry_after_ms = -1,
				      .content_type = "",
				      .body = "" };

	if (transfer->easy)
		transfer_reply(transfer, code, &reply);
	transfer_take_out(client, transfer);
	transfer->on_reply(transfer->context, &reply);
	transfer_destroy(transfer);
}

/* A reply function may send, cancel, or destroy the client: look again after each. */
static void hand_out(struct client *client)
{
	int left;

	while (!client->closing) {
		const CURLMsg *const message = curl_multi_info_read(client->multi, &left);
		void *transfer = NULL;

		if (message == NULL)
			return;
		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
		assert(transfer);
		transfer_answer(client, transfer, message->data.result);
	}
}

static void on_handle_closed(struct client *client)
{
	assert(client->handles > 0);
	client->handles--;
	if (client->handles > 0 || !client->closing)
		return;
	free(client->ca_path);
	free(client);
	curl_global_cleanup();
}

static void on_poller_closed(uv_handle_t *handle)
{
	struct poller *const poller = container_of(handle, struct poller, poll);
	struct client *const client = poller->client;

	free(poller);
	on_handle_closed(client);
}

static void on_timer_closed(uv_handle_t *handle)
{
	on_handle_closed(handle->data);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
	struct poller *const poller = container_of(poll, struct poller, poll);
	struct client *const client = poller->client;
	const int flags = (status < 0 ? CURL_CSELECT_ERR : 0) |
			  (events & UV_READABLE ? CURL_CSELECT_IN : 0) |
			  (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0);
	int running;

	/* The poller may be closed before this returns: only the client is used after. */
	curl_multi_socket_action(client->multi, poller->socket, flags, &running);
	hand_out(client);
}

static struct poller *poller_open(struct client *client, curl_socket_t socket)
{
	struct poller *const poller = memory_zeroed(sizeof(*poller));
	const int rc = uv_poll_init_socket(client->loop, &poller->poll, socket);

	assert(rc == 0);
	poller->client = client;
	poller->socket = socket;
	poller->next = client->pollers;
	poller->link = &client->pollers;
	if (poller->next)
		poller->next->link = &poller->next;
	client->pollers = poller;
	client->handles++;
	return poller;
}

/* The number may come back at once for a new socket, so the watch ends here and now;
 * only the memory waits for the loop. */
static void poller_close(struct poller *poller)
{
	uv_poll_stop(&poller->poll);
	*poller->link = poller->next;
	if (poller->next)
		poller->next->link = poller->link;
	uv_close((uv_handle_t *)&poller->poll, on_poller_closed);
}

static int on_socket(CURL *easy, curl_socket_t socket, int what, void *context,
		     void *held)
{
	struct client *const client = context;
	struct poller *poller = held;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (poller)
			poller_close(poller);
		return 0;
	}
	if (poller == NULL) {
		poller = poller_open(client, socket);
		/* The one call libcurl allows here. */
		curl_multi_assign(client->multi, socket, poller);
	}
	const int rc = uv_poll_start(&poller->poll,
				     (what & CURL_POLL_IN ? UV_READABLE : 0) |
					     (what & CURL_POLL_OUT ? UV_WRITABLE : 0),
				     on_ready);
	assert(rc == 0);
	return 0;
}

static void on_timer(uv_timer_t *timer)
{
	struct client *const client = container_of(timer, struct client, timer);
	int running;

	client->firing = true;
	curl_multi_socket_action(client->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	hand_out(client);
	client->firing = false;
}

static int on_timeout(CURLM *multi, long timeout_ms, void *context)
{
	struct client *const client = context;

	(void)multi;
	if (client->closing || timeout_ms < 0)
		return uv_timer_stop(&client->timer);
	/* libuv runs a timer set to 0 by a timer at once: sockets would never be looked at. */
	if (client->firing && timeout_ms == 0)
		timeout_ms = 1;
	return uv_timer_start(&client->timer, on_timer, (uint64_t)timeout_ms, 0);
}

static void on_refusal(uv_timer_t *timer)
{
	struct client *const client = container_of(timer, struct client, refusal);

	const uint64_t last = client->last_number;

	/* Newest first; one that a reply function adds has a timer of its own. */
	while (!client->closing && client->refused && client->refused->number <= last)
		transfer_answer(client, client->refused, CURLE_OK);
}

int client_create(struct client **client, uv_loop_t *loop, const char *ca_path)
{
	if (ca_path && access(ca_path, R_OK) < 0)
		return -errno;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return -EIO;

	struct client *const made = memory_zeroed(sizeof(*made));
	made->multi = curl_multi_init();
	if (made->multi == NULL)
		abort();
	signal(SIGPIPE, SIG_IGN);
	made->loop = loop;
	made->ca_path = ca_path ? memory_string(ca_path) : NULL;
	made->handles = 2;
	uv_timer_init(loop, &made->timer);
	uv_timer_init(loop, &made->refusal);
	made->timer.data = made->refusal.data = made;
	curl_multi_setopt(made->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(made->multi, CURLMOPT_SOCKETDATA, made);
	curl_multi_setopt(made->multi, CURLMOPT_TIMERFUNCTION, on_timeout);
	curl_multi_setopt(made->multi, CURLMOPT_TIMERDATA, made);
	curl_multi_setopt(made->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
			  (long)CLIENT_CONNECTIONS_PER_HOST);
	curl_multi_setopt(made->multi, CURLMOPT_MAXCONNECTS, (long)IDLE_CONNECTIONS);
	*client = made;
	return 0;
}

uint64_t client_send(struct client *client, const struct client_request *request,
		     client_reply_fn *on_reply, void *context)
{
	assert(!client->closing && request->method && request->url && on_reply);
	struct transfer *const transfer = memory_zeroed(sizeof(*transfer));

	transfer->number = ++client->last_number;
	transfer->on_reply = on_reply;
	transfer->context = context;
	if (client->in_flight >= CLIENT_IN_FLIGHT)
		transfer->error = -EAGAIN;
	else if (!transfer_request_is_clean(request))
		transfer->error = -EINVAL;
	client->in_flight++;
	if (transfer->error < 0) {
		transfer_link(transfer, &client->refused);
		uv_timer_start(&client->refusal, on_refusal, REFUSAL_MS, 0);
		return transfer->number;
	}
	transfer_link(transfer, &client->transfers);
	transfer_prepare(transfer, request, client->ca_path);
	curl_easy_setopt(transfer->easy, CURLOPT_NOSIGNAL, 1L);
	const CURLMcode code = curl_multi_add_handle(client->multi, transfer->easy);
	assert(code == CURLM_OK);
	return transfer->number;
}

static struct transfer *transfer_find(struct transfer *first, uint64_t number)
{
	while (first && first->number != number)
		first = first->next;
	return first;
}

void client_cancel(struct client *client, uint64_t number)
{
	struct transfer *transfer = transfer_find(client->transfers, number);

	if (transfer == NULL)
		transfer = transfer_find(client->refused, number);
	if (transfer == NULL)
		return;
	transfer_take_out(client, transfer);
	transfer_destroy(transfer);
}

size_t client_in_flight(const struct client *client)
{
	return client->in_flight;
}

void client_destroy(struct client *client)
{
	if (client == NULL)
		return;
	assert(!client->closing);
	while (client->transfers) {
		/* A name being looked up just now must not hold up the end. */
		curl_easy_setopt(client->transfers->easy, CURLOPT_QUICK_EXIT, 1L);
		client_cancel(client, client->transfers->number);
	}
	while (client->refused)
		client_cancel(client, client->refused->number);
	client->closing = true;
	curl_multi_cleanup(client->multi);
	while (client->pollers)
		poller_close(client->pollers);
	uv_close((uv_handle_t *)&client->timer, on_timer_closed);
	uv_close((uv_handle_t *)&client->refusal, on_timer_closed);
}

int client_ask(const struct client_request *request, const char *ca_path, char **body)
{
	if (!transfer_request_is_clean(request))
		return -EINVAL;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return -EIO;

	struct transfer *const transfer = memory_zeroed(sizeof(*transfer));
	struct client_reply reply;

	transfer_prepare(transfer, request, ca_path);
	transfer_reply(transfer, curl_easy_perform(transfer->easy), &reply);
	if (reply.error == 0)
		*body = memory_string(reply.body);
	transfer_destroy(transfer);
	curl_global_cleanup();
	return reply.error < 0 ? reply.error : reply.status;
}
