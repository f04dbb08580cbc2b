/* SPDX-License-Identifier: MIT */
/* Bodies that nobody waits for: what the head alone is refused for is answered before a
 * byte of the body has come, and none of it is kept. */
#include "tests/check.h"
#include "tests/strangers/visit.h"

static struct visit visit;

#define LENGTH(bytes) "Content-Length: " #bytes "\r\n"
#define CHUNKS "Transfer-Encoding: chunked\r\n"
#define TOKEN "Authorization: Bearer a.b.c\r\n"

/* Each says that a body follows, and then nothing. */
static const struct head_only {
	const char *what, *method, *target, *headers;
	int status;
} heads[] = {
	{ "to an address where nothing is", "POST", "/nothing", LENGTH(1000000), 404 },
	{ "the same in chunks", "POST", "/nothing", CHUNKS, 404 },
	{ "the same, politely asked first", "POST", "/nothing",
	  CHUNKS "Expect: 100-continue\r\n", 404 },
	{ "by PUT at the bot's door", "PUT", "/api/messages", LENGTH(1000000), 405 },
	{ "by DELETE of the live page", "DELETE", "/", CHUNKS, 405 },
	{ "to the bot without a token", "POST", "/api/messages", LENGTH(1000000), 401 },
	{ "to the bot without a token, in chunks", "POST", "/api/messages", CHUNKS, 401 },
	{ "to the bot, above 1 MiB", "POST", "/api/messages", TOKEN LENGTH(1048577),
	  413 },
	{ "of a relay without the secret", "POST", "/events", HOUSE_EVENT LENGTH(1000000),
	  401 },
	{ "of a relay without the secret, in chunks", "POST", "/events",
	  HOUSE_EVENT CHUNKS, 401 },
	{ "to Graph's door, above 4 MiB", "POST", "/graph/notifications", LENGTH(4194305),
	  413 },
	{ "to Graph's door, compressed", "POST", "/graph/notifications",
	  CHUNKS "Content-Encoding: gzip\r\n", 415 },
	{ "to the sign-in, above 4 KiB", "POST", "/login", LENGTH(4097), 413 },
};

static void test_heads(void)
{
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		const struct head_only *const head = &heads[i];
		struct client client;
		struct reply reply = { 0 };
		struct text words = { 0 };

		text_addf(&words, "%s %s HTTP/1.1\r\nHost: example.test\r\n%s\r\n",
			  head->method, head->target, head->headers);
		client_open(&client, &visit.house.server, WAY_PLAIN);
		client_say(&client, text_string(&words));
		client_reply(&client, &reply, false);
		if (reply.status != head->status)
			fprintf(stderr, "    %s\n", head->what);
		CHECK_INT(head->status, reply.status);
		CHECK(strstr(reply.head.data, "\r\nConnection: close\r\n") != NULL);
		CHECK(client_at_end(&client));
		client_close(&client);
		text_finish(&words);
		reply_finish(&reply);
	}
	CHECK_INT(0, house_figure(&visit.house, "body_bytes"));
}

/* A length that is not told is found out as it comes. */
static void test_chunks_over_the_route(void)
{
	static char chunk[64 * 1024];
	struct client client;
	struct reply reply = { 0 };

	memset(chunk, ' ', sizeof(chunk));
	client_open(&client, &visit.house.server, WAY_PLAIN);
	client_say(&client, "POST /api/messages HTTP/1.1\r\nHost: e\r\n" TOKEN CHUNKS
			    "\r\n100001\r\n");
	for (int i = 0; i < 16; i++)
		client_send(&client, chunk, sizeof(chunk));
	client_say(&client, " ");
	client_reply(&client, &reply, false);
	CHECK_INT(413, reply.status);
	CHECK(client_at_end(&client));
	client_close(&client);
	reply_finish(&reply);
	CHECK_INT(0, house_figure(&visit.house, "body_bytes"));
}

static void list(void)
{
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		printf("| a body %s | %d before it has come, hung up |\n", heads[i].what,
		       heads[i].status);
	printf("| a body to the bot that turns out to be above 1 MiB | 413 |\n"
	       "| bodies that do not end, more than %d MiB together | the oldest of them "
	       "503 with Retry-After, hung up; others are served |\n",
	       EDGE_BODIES_BYTES / 1024 / 1024);
}

int main(int count, char **words)
{
	if (count > 1 && strcmp(words[1], "--list") == 0) {
		list();
		return 0;
	}
	visit_begin(&visit);
	RUN(test_heads);
	RUN(test_chunks_over_the_route);
	visit_end(&visit);
	return check_done();
}
