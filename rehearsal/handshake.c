/* SPDX-License-Identifier: MIT */
#include "rehearsal/handshake.h"

#include "daemon/wire/client.h"
#include "rehearsal/stage.h"
#include "rehearsal/subscription.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

static void token_of(const struct subscription *subscription, struct text *token)
{
	text_addf(token,
		  "Validation: Testing client application reachability for subscription "
		  "Request-Id: %s",
		  subscription->id);
}

static bool is_echo(const struct subscription *subscription,
		    const struct client_reply *reply)
{
	struct text token = { 0 };

	token_of(subscription, &token);
	const bool same = reply->status == 200 &&
			  strncasecmp(reply->content_type, "text/plain", 10) == 0 &&
			  reply->body_bytes == token.length &&
			  memcmp(reply->body, token.data, token.length) == 0;
	text_finish(&token);
	return same;
}

static void heard(struct subscription *subscription, size_t which,
		  const struct client_reply *reply)
{
	const char *fault = NULL;

	assert(which < 2);
	assert(subscription->echoes_awaited > 0);
	assert(subscription->state == SUBSCRIPTION_ASKED);
	subscription->handshakes[which] = 0;
	subscription->echoes_awaited--;
	if (reply->error == -ETIMEDOUT)
		fault = "Subscription validation request timed out.";
	else if (reply->error != 0 || !is_echo(subscription, reply))
		fault = "Subscription validation request failed. Notification endpoint "
			"must "
			"respond with 200 OK to validation request.";
	if (fault == NULL && subscription->echoes_awaited > 0)
		return;
	handshake_cancel(subscription);
	handshake_done(subscription, fault);
}

static void on_notification_echo(void *context, const struct client_reply *reply)
{
	heard(context, 0, reply);
}

static void on_lifecycle_echo(void *context, const struct client_reply *reply)
{
	heard(context, 1, reply);
}

static uint64_t ask(struct subscription *subscription, const char *url,
		    client_reply_fn *on_echo)
{
	struct text whole = { 0 }, token = { 0 };

	token_of(subscription, &token);
	text_addf(&whole, "%s%cvalidationToken=", url,
		  strchr(url, '?') != NULL ? '&' : '?');
	text_add_percent(&whole, token.data, token.length);
	const struct client_request request = {
		.method = "POST",
		.url = text_string(&whole),
		.headers = { "Content-Type: text/plain; charset=utf-8" },
		.body = "",
		.timeout_ms = HANDSHAKE_MS,
	};
	subscription->echoes_awaited++;
	const uint64_t number =
		client_send(subscription->stage->client, &request, on_echo, subscription);
	text_finish(&token);
	text_finish(&whole);
	return number;
}

void handshake_begin(struct subscription *subscription)
{
	subscription->handshakes[0] =
		ask(subscription, subscription->notification_url, on_notification_echo);
	if (subscription->lifecycle_url[0] != '\0')
		subscription->handshakes[1] =
			ask(subscription, subscription->lifecycle_url, on_lifecycle_echo);
}

void handshake_cancel(struct subscription *subscription)
{
	for (size_t i = 0; i < 2; i++) {
		if (subscription->handshakes[i] != 0)
			client_cancel(subscription->stage->client,
				      subscription->handshakes[i]);
		subscription->handshakes[i] = 0;
	}
	subscription->echoes_awaited = 0;
}
