/* SPDX-License-Identifier: MIT */
#include "tests/wire/asker.h"

#include "tests/check.h"

static void play(void *context, const struct script_request *request,
		 struct script_reply *reply)
{
	struct asker *const asker = context;

	text_clear(&asker->heard);
	text_addf(&asker->heard, "%s\r\n\r\n", request->head);
	text_add(&asker->heard, request->body, request->body_bytes);
	*reply = asker->next;
}

void asker_init(struct asker *asker)
{
	*asker = (struct asker){ 0 };
	uv_loop_init(&asker->loop);
	script_init(&asker->server, &asker->loop, play, asker);
	CHECK_INT(0, client_create(&asker->client, &asker->loop, NULL));
}

void asker_finish(struct asker *asker)
{
	client_destroy(asker->client);
	script_finish(&asker->server);
	uv_run(&asker->loop, UV_RUN_DEFAULT);
	CHECK_INT(0, uv_loop_close(&asker->loop));
	text_finish(&asker->heard);
	text_finish(&asker->body);
	text_finish(&asker->content_type);
}

void asker_reply(void *context, const struct client_reply *reply)
{
	struct asker *const asker = context;

	asker->replies++;
	asker->reply = *reply;
	text_clear(&asker->body);
	text_add(&asker->body, reply->body, reply->body_bytes);
	CHECK_INT(0, reply->body[reply->body_bytes]);
	text_clear(&asker->content_type);
	text_addf(&asker->content_type, "%s", reply->content_type);
	if (asker->other)
		client_cancel(asker->client, asker->other);
	if (asker->destroys) {
		client_destroy(asker->client);
		asker->client = NULL;
	}
	if (asker->replies == asker->wanted)
		uv_stop(&asker->loop);
}

void asker_wait(struct asker *asker, unsigned replies)
{
	asker->wanted = asker->replies + replies;
	uv_run(&asker->loop, UV_RUN_DEFAULT);
	CHECK_INT(asker->wanted, asker->replies);
}

const struct client_reply *asker_ask(struct asker *asker,
				     const struct client_request *request)
{
	const unsigned before = asker->replies;

	CHECK(client_send(asker->client, request, asker_reply, asker) != 0);
	CHECK_INT(before, asker->replies);
	asker_wait(asker, 1);
	CHECK_INT(0, client_in_flight(asker->client));
	return &asker->reply;
}

const struct client_reply *asker_get(struct asker *asker, const char *url)
{
	const struct client_request request = { .method = "GET", .url = url };

	return asker_ask(asker, &request);
}
