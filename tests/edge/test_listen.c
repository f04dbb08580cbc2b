/* SPDX-License-Identifier: MIT */
/* Addresses, inherited sockets, and what TLS agrees to. */
#include <errno.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/edge/selfsigned.h"
#include "tests/check.h"
#include "tests/edge/client.h"

#define HOST "Host: e\r\n"
#define HELLO "GET /hello HTTP/1.1\r\n" HOST "\r\n"

static void expect(struct client *client, int status)
{
	struct reply reply = { 0 };

	client_reply(client, &reply, false);
	CHECK_INT(status, reply.status);
	reply_finish(&reply);
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
	RUN(test_reload);
	RUN(test_tls_is_modern);
	RUN(test_tickets_resume);
	RUN(test_where_to_listen);
	RUN(test_stale_unix_sockets);
	return check_done();
}
