/* SPDX-License-Identifier: MIT */
/* Bytes that must be refused, and with what; each over plain TCP, TLS and a unix socket. */
#include <sys/socket.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/edge/client.h"

#define HOST "Host: e\r\n"
#define POST "POST /echo HTTP/1.1\r\n" HOST
#define GET "GET /hello HTTP/1.1\r\n"
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"

struct hostile {
	const char *words, *bytes;
	size_t count;
	int status;
};

#define BYTES(string) (string), sizeof(string) - 1

static const struct hostile hostiles[] = {
	/* two ways to tell the body's length: a proxy and we could differ */
	{ "Content-Length before Transfer-Encoding",
	  BYTES(POST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc"), 400 },
	{ "Transfer-Encoding before Content-Length",
	  BYTES(POST "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc"), 400 },
	{ "two different lengths",
	  BYTES(POST "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), 400 },
	{ "the same length twice",
	  BYTES(POST "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"), 400 },
	{ "a list of lengths", BYTES(POST "Content-Length: 3, 3\r\n\r\nabc"), 400 },
	{ "a length with a plus", BYTES(POST "Content-Length: +3\r\n\r\nabc"), 400 },
	{ "a negative length", BYTES(POST "Content-Length: -3\r\n\r\nabc"), 400 },
	{ "a length in hex", BYTES(POST "Content-Length: 0x3\r\n\r\nabc"), 400 },
	{ "a length with a blank inside", BYTES(POST "Content-Length: 3 3\r\n\r\nabc"),
	  400 },
	{ "an empty length", BYTES(POST "Content-Length:\r\n\r\nabc"), 400 },
	{ "a length above 2^64",
	  BYTES(POST "Content-Length: 18446744073709551617\r\n\r\nabc"), 400 },
	{ "a chunk size above 2^64", BYTES(CHUNKED "10000000000000000\r\nabc"), 400 },
	{ "a chunk size with a plus", BYTES(CHUNKED "+3\r\nabc\r\n0\r\n\r\n"), 400 },
	{ "a chunk size with a minus", BYTES(CHUNKED "-3\r\nabc\r\n0\r\n\r\n"), 400 },
	{ "a chunk size with 0x", BYTES(CHUNKED "0x3\r\nabc\r\n0\r\n\r\n"), 400 },
	{ "a chunk size ended by LF alone", BYTES(CHUNKED "3\nabc\r\n0\r\n\r\n"), 400 },
	{ "a chunk longer than its size", BYTES(CHUNKED "3\r\nabcd\r\n0\r\n\r\n"), 400 },
	{ "CR and another byte behind a chunk size",
	  BYTES(CHUNKED "3\rXabc\r\n0\r\n\r\n"), 400 },
	{ "two other bytes behind a chunk", BYTES(CHUNKED "3\r\nabcXX0\r\n\r\n"), 400 },
	{ "CR and another byte behind a chunk", BYTES(CHUNKED "3\r\nabc\rX0\r\n\r\n"),
	  400 },
	{ "CR and another byte behind the last chunk's size",
	  BYTES(CHUNKED "3\r\nabc\r\n0\rX\r\n"), 400 },
	{ "CR and another byte at the end of all chunks",
	  BYTES(CHUNKED "3\r\nabc\r\n0\r\n\rX"), 400 },
	{ "a chunk without a size", BYTES(CHUNKED "\r\nabc\r\n0\r\n\r\n"), 400 },
	{ "chunked, gzip",
	  BYTES(POST "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"), 400 },
	{ "Transfer-Encoding twice",
	  BYTES(POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"
		     "0\r\n\r\n"),
	  400 },
	{ "gzip, chunked",
	  BYTES(POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), 501 },
	{ "chunked with a parameter",
	  BYTES(POST "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n"), 0 },
	{ "identity, chunked",
	  BYTES(POST "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n"), 501 },
	{ "an unknown coding that ends in \"chunked\"",
	  BYTES(POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), 0 },
	{ "Transfer-Encoding in HTTP/1.0",
	  BYTES("POST /echo HTTP/1.0\r\n" HOST
		"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
	  400 },
	{ "a folded Transfer-Encoding",
	  BYTES(POST "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"), 400 },
	/* lines that are read in two ways */
	{ "a blank before the colon", BYTES(POST "Content-Length : 3\r\n\r\nabc"), 400 },
	{ "a folded header", BYTES(GET HOST "X-Folded: a\r\n b\r\n\r\n"), 400 },
	{ "a header folded with a tab", BYTES(GET HOST "X-Folded: a\r\n\tb\r\n\r\n"),
	  400 },
	{ "a folded Content-Length", BYTES(POST "Content-Length:\r\n 3\r\n\r\nabc"),
	  400 },
	{ "a Content-Length that goes on in the next line",
	  BYTES(POST "Content-Length: 3\r\n 3\r\n\r\nabc"), 400 },
	{ "a first header that begins with a blank", BYTES(GET " Host: e\r\n\r\n"), 400 },
	{ "NUL in a header's value", BYTES(GET HOST "X-Nul: a\0b\r\n\r\n"), 400 },
	{ "NUL in a header's name", BYTES(GET HOST "X\0: a\r\n\r\n"), 400 },
	{ "NUL in the path", BYTES("GET /hel\0lo HTTP/1.1\r\n" HOST "\r\n"), 400 },
	{ "CR alone in a value", BYTES(GET HOST "X-Bare: a\rb\r\n\r\n"), 400 },
	{ "two CR at a line's end", BYTES(GET HOST "X-Bare: a\r\r\n\r\n"), 400 },
	{ "a bell in a value", BYTES(GET HOST "X-Bell: a\ab\r\n\r\n"), 400 },
	{ "DEL in a value", BYTES(GET HOST "X-Delete: a\x7f\r\n\r\n"), 400 },
	{ "lines that end in LF", BYTES("GET /hello HTTP/1.1\nHost: e\n\n"), 400 },
	{ "CR and another byte at the end of the head",
	  BYTES(POST "Content-Length: 3\r\n\rTTP\r\nX: y\r\n\r\n"), 400 },
	{ "a header that ends in LF", BYTES(GET "Host: e\n\r\n"), 400 },
	{ "a header without a colon", BYTES(GET HOST "no colon here\r\n\r\n"), 400 },
	{ "a header without a name", BYTES(GET HOST ": no name\r\n\r\n"), 400 },
	{ "five empty lines before the request",
	  BYTES("\r\n\r\n\r\n\r\n\r\n\r\n" GET HOST "\r\n"), 400 },
	/* whose request it is */
	{ "no Host", BYTES(GET "\r\n"), 400 },
	{ "two Hosts", BYTES(GET HOST HOST "\r\n"), 400 },
	{ "a Host with a blank", BYTES(GET "Host: e f\r\n\r\n"), 400 },
	{ "an empty Host", BYTES(GET "Host:\r\n\r\n"), 400 },
	{ "a Host with user-info", BYTES(GET "Host: a@e\r\n\r\n"), 400 },
	{ "a Host with a path", BYTES(GET "Host: e/x\r\n\r\n"), 400 },
	{ "two Authorizations",
	  BYTES(GET HOST "Authorization: a\r\nAuthorization: b\r\n\r\n"), 400 },
	/* what it asks */
	{ "HTTP/2.0 in the request line", BYTES("GET /hello HTTP/2.0\r\n" HOST "\r\n"),
	  505 },
	{ "HTTP/0.9", BYTES("GET /hello HTTP/0.9\r\n" HOST "\r\n"), 505 },
	{ "HTTP/3.7", BYTES("GET /hello HTTP/3.7\r\n" HOST "\r\n"), 505 },
	{ "no version at all", BYTES("GET /hello\r\n\r\n"), 505 },
	{ "a blank behind the version", BYTES("GET /hello HTTP/1.1 \r\n" HOST "\r\n"),
	  505 },
	{ "a path without its slash", BYTES("GET hello HTTP/1.1\r\n" HOST "\r\n"), 400 },
	{ "a fragment in the path", BYTES("GET /hello#there HTTP/1.1\r\n" HOST "\r\n"),
	  400 },
	{ "bytes above 127 in the path",
	  BYTES("GET /h\xc3\xa4llo HTTP/1.1\r\n" HOST "\r\n"), 400 },
	{ "an asterisk for a path", BYTES("GET * HTTP/1.1\r\n" HOST "\r\n"), 400 },
	{ "CONNECT", BYTES("CONNECT e:443 HTTP/1.1\r\n" HOST "\r\n"), 501 },
	{ "TRACE", BYTES("TRACE /hello HTTP/1.1\r\n" HOST "\r\n"), 501 },
	{ "a method of WebDAV", BYTES("PROPFIND /hello HTTP/1.1\r\n" HOST "\r\n"), 501 },
	{ "a method nobody knows", BYTES("FETCH /hello HTTP/1.1\r\n" HOST "\r\n"), 400 },
	{ "a method in lower case", BYTES("get /hello HTTP/1.1\r\n" HOST "\r\n"), 400 },
	{ "an Expect that nobody can meet",
	  BYTES(POST "Expect: a-miracle\r\nContent-Length: 1\r\n\r\na"), 417 },
	{ "a length over the limit", BYTES(POST "Content-Length: 4194305\r\n\r\n"), 413 },
	{ "the same, politely asked first",
	  BYTES(POST "Expect: 100-continue\r\nContent-Length: 4194305\r\n\r\n"), 413 },
	/* other protocols */
	{ "TLS on the plain port", BYTES("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
	  400 },
	{ "the preface of HTTP/2", BYTES("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 400 },
	{ "SSH", BYTES("SSH-2.0-OpenSSH_9.2\r\n"), 400 },
	{ "an answer instead of a request", BYTES("HTTP/1.1 200 OK\r\n\r\n"), 400 },
};

static struct server *server;

static void expect_refusal(struct client *client, int status, const char *sent)
{
	struct reply reply = { 0 };

	client_reply(client, &reply, false);
	if (status == 0) /* llhttp or we: either may be the first to see it */
		status = reply.status == 501 ? 501 : 400;
	if (reply.status != status)
		fprintf(stderr, "sent: %.300s\n", sent);
	CHECK_INT(status, reply.status);
	CHECK(strstr(reply.head.data, "\r\nContent-Type: application/problem+json\r\n") !=
	      NULL);
	CHECK(strstr(reply.head.data, "\r\nConnection: close\r\n") != NULL);
	CHECK(strncmp(reply.body.data, "{\"type\":\"about:blank\",\"title\":\"", 31) ==
	      0);
	reply_finish(&reply);
	/* It was not read on: there is no second answer. */
	CHECK(client_at_end(client));
	client_close(client);
}

static void refuse_all(enum way way, bool byte_by_byte)
{
	for (size_t i = 0; i < sizeof(hostiles) / sizeof(hostiles[0]); i++) {
		const struct hostile *const hostile = &hostiles[i];
		const unsigned requests = server->requests;
		struct client client;

		client_open(&client, server, way);
		for (size_t at = 0; byte_by_byte && at + 1 < hostile->count; at++)
			client_send(&client, hostile->bytes + at, 1);
		if (byte_by_byte)
			client_send(&client, hostile->bytes + hostile->count - 1, 1);
		else
			client_send(&client, hostile->bytes, hostile->count);
		expect_refusal(&client, hostile->status, hostile->bytes);
		CHECK_INT(requests, server->requests);
	}
}

static void test_refused_at_once(void)
{
	for (int way = 0; way < WAYS; way++)
		refuse_all((enum way)way, false);
}

static void test_refused_byte_by_byte(void)
{
	for (int way = 0; way < WAYS; way++)
		refuse_all((enum way)way, true);
}

/* A request before the hostile one is answered first. */
static void test_refused_in_order(void)
{
	struct client client;
	struct reply reply = { 0 };

	client_open(&client, server, WAY_TLS);
	client_say(&client, "POST /later HTTP/1.1\r\n" HOST
			    "Content-Length: 2\r\n\r\nok" GET "\r\n" GET HOST "\r\n");
	client_reply(&client, &reply, false);
	CHECK_INT(200, reply.status);
	CHECK_TEXT("ok", reply.body.data);
	reply_finish(&reply);
	expect_refusal(&client, 400, "a request behind another");
}

static void too_much(enum way way, const char *before, const char *again,
		     const char *after, size_t most, int status)
{
	struct text all = { 0 };
	struct client client;

	text_addf(&all, "%s", before);
	while (all.length <= most)
		text_addf(&all, "%s", again);
	text_addf(&all, "%s", after);
	client_open(&client, server, way);
	client_send(&client, all.data, all.length);
	expect_refusal(&client, status, all.data);
	text_finish(&all);
}

static void test_too_much_of_anything(void)
{
	static const char chunk[] = "8\r\n12345678\r\n";

	for (int i = 0; i < WAYS; i++) {
		const enum way way = (enum way)i;

		too_much(way, "GET /", "a", "", EDGE_HEAD_BYTES, 431);
		too_much(way, GET HOST "X-Long: ", "a", "", EDGE_HEAD_BYTES, 431);
		too_much(way, GET HOST "X", "x", "", EDGE_HEAD_BYTES, 431);
		too_much(way, GET HOST, "X-Many: 12345678\r\n", "", EDGE_HEAD_BYTES, 431);
		too_much(way, GET HOST, "A:\r\n", "\r\n", 600, 431);
		too_much(way, "", "\r\n", "", 64, 400);
		too_much(way, CHUNKED "1;", "x", "", (size_t)2 * EDGE_HEAD_BYTES, 400);
		too_much(way, CHUNKED "0\r\n", "X-Trailer: 1\r\n", "",
			 (size_t)2 * EDGE_HEAD_BYTES, 400);
		too_much(way, CHUNKED, chunk, "0\r\n\r\n", (size_t)2 * EDGE_BODY_BYTES,
			 413);
	}
}

/* The largest of everything that is still allowed. */
static void test_just_enough(void)
{
	struct text all = { 0 };
	struct client client;
	struct reply reply = { 0 };

	text_addf(&all, "%s", GET HOST "X-Long: ");
	while (all.length < EDGE_HEAD_BYTES - 4)
		text_addf(&all, "a");
	text_addf(&all, "\r\n\r\n");
	CHECK_INT(EDGE_HEAD_BYTES, all.length);
	client_open(&client, server, WAY_TLS);
	client_send(&client, all.data, all.length);
	client_reply(&client, &reply, false);
	CHECK_INT(200, reply.status);
	text_clear(&all);
	text_addf(&all, "%s", CHUNKED);
	/* one byte a chunk: the dearest way to send a body */
	for (int i = 0; i < 100000; i++)
		text_addf(&all, "1\r\nx\r\n");
	text_addf(&all, "0\r\n\r\n");
	client_send(&client, all.data, all.length);
	client_reply(&client, &reply, false);
	CHECK_INT(200, reply.status);
	CHECK_INT(100000, reply.body.length);
	reply_finish(&reply);
	text_finish(&all);
	client_close(&client);
}

static void test_plain_http_on_the_tls_port(void)
{
	struct server other = *server;
	struct client client;

	other.plain_port = server->tls_port;
	client_open(&client, &other, WAY_PLAIN);
	client_say(&client, GET HOST "\r\n");
	/* An alert, not an answer in HTTP; then the end. */
	char bytes[64];
	const ssize_t count = client_receive(&client, bytes, sizeof(bytes));

	CHECK(count <= 0 || bytes[0] == 0x15);
	CHECK(count <= 0 || client_at_end(&client));
	client_close(&client);
}

/* The lines that docs/strangers.md has of this table. */
static void list(void)
{
	for (size_t i = 0; i < sizeof(hostiles) / sizeof(hostiles[0]); i++) {
		printf("| %s | ", hostiles[i].words);
		if (hostiles[i].status == 0)
			printf("400 or 501 |\n");
		else
			printf("%d |\n", hostiles[i].status);
	}
	printf("| a head above 8 KiB, by its address, one header or many | 431 |\n"
	       "| more than 500 headers | 431 |\n"
	       "| endless empty lines | 400 |\n"
	       "| a chunk extension or trailer above 8 KiB | 400 |\n"
	       "| chunks above 4 MiB together | 413 |\n"
	       "| plain HTTP on the TLS port | TLS alert, closed |\n");
}

int main(int count, char **words)
{
	if (count > 1 && strcmp(words[1], "--list") == 0) {
		list();
		return 0;
	}
	server = server_start(NULL);
	RUN(test_refused_at_once);
	RUN(test_refused_byte_by_byte);
	RUN(test_refused_in_order);
	RUN(test_too_much_of_anything);
	RUN(test_just_enough);
	RUN(test_plain_http_on_the_tls_port);
	CHECK(server_counts(server).refused > 0);
	server_stop(server);
	return check_done();
}
