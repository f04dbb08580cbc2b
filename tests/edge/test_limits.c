/* SPDX-License-Identifier: MIT */
/* Time-outs, numbers of things, listening, draining.  Time-outs are shortened, never raced:
 * a test waits for what must happen and would wait for ever if it did not. */
#include <errno.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/edge/adopt.h"
#include "daemon/edge/inside.h"
#include "daemon/edge/selfsigned.h"
#include "tests/check.h"
#include "tests/edge/ws_client.h"

#define HOST "Host: e\r\n"
#define HELLO "GET /hello HTTP/1.1\r\n" HOST "\r\n"

static void hurry(struct server *server)
{
	for (int kind = 0; kind < TIMER_KINDS; kind++)
		server->edge->timers.kinds[kind].lasts_ms = 1;
	feed_set_patience(server->feed, 1, 3000);
}

static void expect(struct client *client, int status)
{
	struct reply reply = { 0 };

	client_reply(client, &reply, false);
	CHECK_INT(status, reply.status);
	reply_finish(&reply);
}

static void slow_clients(struct server *server, enum way way)
{
	struct client client;

	client_open(&client, server, way);
	client_say(&client, "GET /hello HTTP/1.1\r\nHo");
	expect(&client, 408);
	CHECK(client_at_end(&client));
	client_close(&client);

	client_open(&client, server, way);
	client_say(&client, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nab");
	expect(&client, 408);
	CHECK(client_at_end(&client));
	client_close(&client);

	client_open(&client, server, way);
	CHECK(client_at_end(&client)); /* idle from the start: without a word */
	client_close(&client);

	client_open(&client, server, way);
	client_say(&client, HELLO);
	expect(&client, 200);
	CHECK(client_at_end(&client));
	client_close(&client);

	client_open(&client, server, way);
	client_say(&client, "GET /never HTTP/1.1\r\n" HOST "\r\n");
	expect(&client, 503);
	client_close(&client);
}

static void test_time_outs(void)
{
	struct server *const server = server_start(hurry);
	struct server to_tls = *server;
	struct client client;

	for (int way = 0; way < WAYS; way++)
		slow_clients(server, (enum way)way);
	to_tls.plain_port = server->tls_port;
	client_open(&client, &to_tls, WAY_PLAIN);
	CHECK(client_at_end(&client)); /* never began its TLS handshake */
	client_close(&client);
	const struct edge_counts counts = server_counts(server);
	CHECK_INT(3, counts.unanswered);
	CHECK_INT(7, counts.timeouts);
	server_stop(server);
}

/* It answers nothing, not even pings, and is let go; one that answers pings stays. */
static void test_silent_websockets_are_closed(void)
{
	struct server *const server = server_start(hurry);
	struct ws_frame frame = { 0 };

	for (int i = 0; i < WAYS; i++) {
		struct client talker, silent;

		ws_open(&talker, server, (enum way)i, "echo");
		ws_open(&silent, server, (enum way)i, "echo");
		while (server->closed < (unsigned)i * 2 + 1) {
			ws_next(&talker, &frame);
			CHECK_INT(WS_FINAL | WS_PING, frame.opcode);
			ws_send(&talker, WS_FINAL | WS_PONG, frame.bytes.data,
				frame.bytes.length);
		}
		ws_say(&talker, "still here");
		do
			ws_next(&talker, &frame);
		while (frame.opcode == (WS_FINAL | WS_PING));
		CHECK_TEXT("still here", text_string(&frame.bytes));
		client_close(&silent);
		client_close(&talker);
		while (server->closed < (unsigned)i * 2 + 2)
			server_counts(server);
	}
	text_finish(&frame.bytes);
	server_stop(server);
}

/* 32 requests, or 64 KB of answers, and no more is read until it takes some. */
static void never_reads(struct server *server, enum way way)
{
	struct client client;
	const unsigned before = server->requests;

	client_open(&client, server, way);
	for (int i = 0; i < 2 * EDGE_PIPELINE; i++)
		client_say(&client, "POST /hold HTTP/1.1\r\n" HOST "\r\n");
	while (server->held_count < EDGE_PIPELINE)
		server_counts(server);
	for (int i = 0; i < 100; i++)
		server_counts(server);
	CHECK_INT(EDGE_PIPELINE, server->held_count);
	CHECK_INT(before + EDGE_PIPELINE, server->requests);
	server->held_count = 0;
	client_close(&client);

	const unsigned then = server->requests;

	client_open(&client, server, way);
	for (int i = 0; i < 500; i++)
		client_say(&client, "GET /big?10000000 HTTP/1.1\r\n" HOST "\r\n");
	for (int i = 0; i < 100; i++)
		server_counts(server);
	CHECK(server->requests > then);
	CHECK(server->requests - then < 3); /* one answer fills it many times over */
	client_close(&client);
}

static void test_clients_that_never_read(void)
{
	struct server *const server = server_start(NULL);

	for (int way = 0; way < WAYS; way++)
		never_reads(server, (enum way)way);
	server_stop(server);
}

static void allow_three(struct server *server)
{
	server->edge->most_connections = 3;
}

static void test_too_many_connections(void)
{
	struct server *const server = server_start(allow_three);
	struct client clients[3], late;

	client_open(&clients[0], server, WAY_PLAIN);
	client_open(&clients[1], server, WAY_TLS);
	ws_open(&clients[2], server, WAY_PLAIN, "echo"); /* a viewer counts too */
	client_open(&late, server, WAY_PLAIN);
	expect(&late, 503);
	CHECK(client_at_end(&late));
	client_close(&late);
	client_close(&clients[0]);
	while (server_counts(server).connections_now > 1)
		;
	client_open(&late, server, WAY_PLAIN);
	client_say(&late, HELLO);
	expect(&late, 200);
	client_close(&late);
	client_close(&clients[1]);
	client_close(&clients[2]);
	server_stop(server);
}

static void test_thousands_of_clients(void)
{
	struct rlimit limit;
	struct server *const server = server_start(NULL);

	getrlimit(RLIMIT_NOFILE, &limit);
	const size_t count = limit.rlim_cur > 5000 ? 2000 : limit.rlim_cur / 3;
	struct client *const clients = memory_zeroed(count * sizeof(*clients));

	for (size_t i = 0; i < count; i++)
		client_open(&clients[i], server, WAY_PLAIN);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < count; i++)
			client_say(&clients[i], "POST /later HTTP/1.1\r\n" HOST
						"Content-Length: 2\r\n\r\nok");
		for (size_t i = 0; i < count; i++)
			expect(&clients[i], 200);
	}
	CHECK_INT(count, server_counts(server).connections_now);
	server_stop(server); /* with all of them connected */
	for (size_t i = 0; i < count; i++)
		client_close(&clients[i]);
	free(clients);
}

static struct client drain_clients[3];

static void drain(struct server *server)
{
	edge_drain(server->edge);
}

static void test_drain(void)
{
	struct server *const server = server_start(NULL);
	struct client *const fresh = &drain_clients[0], *const waiting =
								&drain_clients[1];
	struct client *const done = &drain_clients[2];
	struct reply reply = { 0 };

	client_open(fresh, server, WAY_TLS);
	client_open(waiting, server, WAY_TLS);
	client_open(done, server, WAY_TLS);
	client_say(done, HELLO);
	expect(done, 200);
	client_say(waiting, "GET /hold HTTP/1.1\r\n" HOST "\r\n");
	while (server->held_count == 0)
		server_counts(server);
	server_act(server, drain);
	CHECK(client_at_end(done));
	CHECK_INT(-1, access(server->unix_path, F_OK));
	client_say(fresh, "GET /release HTTP/1.1\r\n" HOST "\r\n");
	client_reply(fresh, &reply, false);
	CHECK_INT(200, reply.status);
	CHECK(strstr(reply.head.data, "\r\nConnection: close\r\n") != NULL);
	expect(waiting, 200);
	CHECK(client_at_end(waiting));
	for (int i = 0; i < 3; i++)
		client_close(&drain_clients[i]);
	while (server_counts(server).connections_now > 0)
		;
	reply_finish(&reply);
	server_stop(server);
}

static int reload_rc;

static void reload(struct server *server)
{
	reload_rc = edge_reload(server->edge);
}

static void read_serial(struct server *server, char *serial, size_t room)
{
	struct client client;

	client_open(&client, server, WAY_TLS);
	X509 *const certificate = SSL_get1_peer_certificate(client.tls);
	const ASN1_INTEGER *const number = X509_get0_serialNumber(certificate);
	uint64_t value = 0;

	ASN1_INTEGER_get_uint64(&value, number);
	snprintf(serial, room, "%llx", (unsigned long long)value);
	X509_free(certificate);
	client_close(&client);
}

static void test_reload(void)
{
	struct server *const server = server_start(NULL);
	char before[32], after[32];
	struct client old;

	client_open(&old, server, WAY_TLS);
	read_serial(server, before, sizeof(before));
	CHECK_INT(0, selfsigned_make(server->certificate_path, server->key_path));
	server_act(server, reload);
	CHECK_INT(0, reload_rc);
	read_serial(server, after, sizeof(after));
	CHECK(strcmp(before, after) != 0);
	client_say(&old, HELLO);
	expect(&old, 200);
	client_close(&old);
	/* a broken pair changes nothing */
	CHECK_INT(0, truncate(server->key_path, 10));
	server_act(server, reload);
	CHECK(reload_rc < 0);
	read_serial(server, before, sizeof(before));
	CHECK_TEXT(after, before);
	server_stop(server);
}

static int shake(struct server *server, void (*tune)(SSL_CTX *), char *chosen)
{
	SSL_CTX *const context = SSL_CTX_new(TLS_client_method());
	struct server raw = *server;
	struct client client;

	tune(context);
	raw.plain_port = server->tls_port;
	client_open(&client, &raw, WAY_PLAIN);
	SSL *const ssl = SSL_new(context);
	SSL_set_fd(ssl, client.fd);
	const int rc = SSL_connect(ssl);
	snprintf(chosen, 64, "%s %s", SSL_get_version(ssl), SSL_get_cipher(ssl));
	SSL_free(ssl);
	SSL_CTX_free(context);
	client_close(&client);
	return rc;
}

static void only_1_2(SSL_CTX *context)
{
	SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
}

static void only_1_1(SSL_CTX *context)
{
	SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
	SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
	SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
}

static void only_cbc(SSL_CTX *context)
{
	only_1_2(context);
	SSL_CTX_set_cipher_list(context,
				"ECDHE+AES+SHA256:ECDHE+AES+SHA384:!AESGCM:!AESCCM");
}

static void only_h2(SSL_CTX *context)
{
	SSL_CTX_set_alpn_protos(context, (const unsigned char *)"\x02h2", 3);
}

static void test_tls_is_modern(void)
{
	struct server *const server = server_start(NULL);
	char chosen[64];

	CHECK_INT(1, shake(server, only_1_2, chosen));
	CHECK(strncmp(chosen, "TLSv1.2 ECDHE-ECDSA-", 20) == 0);
	CHECK(shake(server, only_1_1, chosen) != 1);
	CHECK(shake(server, only_cbc, chosen) != 1);
	CHECK(shake(server, only_h2, chosen) != 1);
	server_stop(server);
}

static bool resumes(struct server *server, SSL_CTX *context, SSL_SESSION **session)
{
	struct server raw = *server;
	struct client client;
	struct reply reply = { 0 };

	raw.plain_port = server->tls_port;
	client_open(&client, &raw, WAY_PLAIN);
	SSL *const ssl = SSL_new(context);
	SSL_set_fd(ssl, client.fd);
	if (*session != NULL)
		SSL_set_session(ssl, *session);
	CHECK_INT(1, SSL_connect(ssl));
	client.tls = ssl;
	client_say(&client, HELLO); /* 1.3's ticket comes with the first answer */
	client_reply(&client, &reply, false);
	CHECK_INT(200, reply.status);
	const bool resumed = SSL_session_reused(ssl) == 1;
	SSL_SESSION_free(*session);
	*session = SSL_get1_session(ssl);
	SSL_shutdown(ssl);
	client_close(&client);
	reply_finish(&reply);
	return resumed;
}

static void test_tickets_resume(void)
{
	struct server *const server = server_start(NULL);

	for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
		SSL_CTX *const context = SSL_CTX_new(TLS_client_method());
		SSL_SESSION *session = NULL;

		SSL_CTX_set_min_proto_version(context, version);
		SSL_CTX_set_max_proto_version(context, version);
		CHECK(!resumes(server, context, &session));
		CHECK(resumes(server, context, &session));
		SSL_SESSION_free(session);
		SSL_CTX_free(context);
	}
	server_stop(server);
}

static int listen_rc;
static const char *listen_address;
static bool listen_tls;
static int listen_fd;

static void do_listen(struct server *server)
{
	listen_rc = listen_fd >= 0
			    ? edge_listen_fd(server->edge, listen_fd, listen_tls)
			    : edge_listen(server->edge, listen_address, listen_tls);
}

static int try_listen(struct server *server, const char *address, bool tls)
{
	listen_fd = -1;
	listen_address = address;
	listen_tls = tls;
	server_act(server, do_listen);
	return listen_rc;
}

static int bound_socket(uint32_t host)
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(host),
	};
	const int fd = socket(AF_INET, SOCK_STREAM, 0);

	CHECK_INT(0, bind(fd, (const struct sockaddr *)&address, sizeof(address)));
	CHECK_INT(0, listen(fd, 5));
	return fd;
}

static int try_fd(struct server *server, int fd, bool tls)
{
	listen_fd = fd;
	listen_tls = tls;
	server_act(server, do_listen);
	return listen_rc;
}

static void test_where_to_listen(void)
{
	struct server *const server = server_start(NULL);
	char address[128];
	struct stat about;

	CHECK_INT(-EPERM, try_listen(server, "0.0.0.0:0", false));
	CHECK_INT(-EPERM, try_listen(server, "[::]:0", false));
	CHECK_INT(-EINVAL, try_listen(server, "127.0.0.1", false));
	CHECK_INT(-EINVAL, try_listen(server, "localhost:80", false));
	CHECK_INT(-EINVAL, try_listen(server, "127.0.0.1:65536", false));
	CHECK_INT(-EINVAL, try_listen(server, "127.0.0.1:+1", false));
	CHECK_INT(-EINVAL, try_listen(server, "unix:relative", false));
	snprintf(address, sizeof(address), "127.0.0.1:%d", server->plain_port);
	CHECK_INT(-EADDRINUSE, try_listen(server, address, false));

	CHECK_INT(0, stat(server->unix_path, &about));
	CHECK_INT(0660, about.st_mode & 07777);
	snprintf(address, sizeof(address), "unix:%s", server->unix_path);
	CHECK_INT(-EINVAL, try_listen(server, address, true));
	CHECK_INT(-EADDRINUSE,
		  try_listen(server, address, false)); /* somebody is there */

	int fd = bound_socket(INADDR_ANY);
	CHECK_INT(-EPERM, try_fd(server, fd, false));
	CHECK(try_fd(server, fd, true) > 0);
	fd = bound_socket(INADDR_LOOPBACK);
	const int port = try_fd(server, fd, false);
	CHECK(port > 0);

	struct server other = *server;
	struct client client;

	other.plain_port = port;
	client_open(&client, &other, WAY_PLAIN);
	client_say(&client, HELLO);
	expect(&client, 200);
	client_close(&client);
	server_stop(server);
}

/* What a killed server leaves behind is taken over; a file of another kind is not. */
static void test_stale_unix_sockets(void)
{
	struct server *const server = server_start(NULL);
	char path[96], address[112];
	struct sockaddr_un stale = { .sun_family = AF_UNIX };

	snprintf(path, sizeof(path), "%s/stale", server->directory);
	snprintf(address, sizeof(address), "unix:%s", path);
	snprintf(stale.sun_path, sizeof(stale.sun_path), "%s", path);
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK_INT(0, bind(fd, (const struct sockaddr *)&stale, sizeof(stale)));
	close(fd);
	CHECK_INT(0, try_listen(server, address, false));

	snprintf(path, sizeof(path), "%s/file", server->directory);
	snprintf(address, sizeof(address), "unix:%s", path);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	CHECK_INT(-EEXIST, try_listen(server, address, false));
	CHECK_INT(0, unlink(path));
	server_stop(server);
}

int main(void)
{
	RUN(test_time_outs);
	RUN(test_silent_websockets_are_closed);
	RUN(test_clients_that_never_read);
	RUN(test_too_many_connections);
	RUN(test_thousands_of_clients);
	RUN(test_drain);
	RUN(test_reload);
	RUN(test_tls_is_modern);
	RUN(test_tickets_resume);
	RUN(test_where_to_listen);
	RUN(test_stale_unix_sockets);
	return check_done();
}
