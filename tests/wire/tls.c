/* SPDX-License-Identifier: MIT */
/*
 * The other side's certificate, checked for real: a TLS server in a thread of its own.
 */
#include "tests/check.h"

#include "daemon/common/log.h"
#include "daemon/wire/client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

struct server {
	SSL_CTX *context;
	EVP_PKEY *key;
	X509 *certificate;
	char path[64]; /* of the certificate */
	int listener, port;
	uv_thread_t thread;
	unsigned handshakes;
};

static void certificate_make(struct server *server, const char *names)
{
	X509 *const made = X509_new();
	X509_EXTENSION *const extension =
		X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);
	X509_EXTENSION *const authority =
		X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints,
				    "critical,CA:TRUE");

	server->key = EVP_EC_gen("P-256");
	X509_set_version(made, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(made), 7);
	X509_gmtime_adj(X509_getm_notBefore(made), -3600);
	X509_gmtime_adj(X509_getm_notAfter(made), 3600);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
				   (const unsigned char *)"plenary test", -1, -1, 0);
	X509_set_issuer_name(made, X509_get_subject_name(made));
	X509_set_pubkey(made, server->key);
	X509_add_ext(made, extension, -1);
	X509_add_ext(made, authority, -1);
	CHECK(X509_sign(made, server->key, EVP_sha256()) > 0);
	X509_EXTENSION_free(extension);
	X509_EXTENSION_free(authority);
	server->certificate = made;
}

static void certificate_write(struct server *server)
{
	strcpy(server->path, "/tmp/plenary-test-certificate-XXXXXX");
	FILE *const file = fdopen(mkstemp(server->path), "w");

	CHECK(file && PEM_write_X509(file, server->certificate) == 1 &&
	      fclose(file) == 0);
}

static void serve(void *context)
{
	static const char reply[] = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n"
				    "Connection: close\r\n\r\nsecure";
	struct server *const server = context;
	char request[4096];

	for (;;) {
		const int peer = accept(server->listener, NULL, NULL);

		if (peer < 0)
			return;
		SSL *const ssl = SSL_new(server->context);
		SSL_set_fd(ssl, peer);
		if (SSL_accept(ssl) == 1 && SSL_read(ssl, request, sizeof(request)) > 0) {
			server->handshakes++;
			SSL_write(ssl, reply, sizeof(reply) - 1);
			SSL_shutdown(ssl);
		}
		SSL_free(ssl);
		close(peer);
	}
}

static void server_start(struct server *server, const char *names, int newest)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t bytes = sizeof(address);

	*server = (struct server){ 0 };
	certificate_make(server, names);
	certificate_write(server);
	server->context = SSL_CTX_new(TLS_server_method());
	SSL_CTX_set_security_level(server->context, 0);
	SSL_CTX_set_min_proto_version(server->context, TLS1_VERSION);
	SSL_CTX_set_max_proto_version(server->context, newest);
	SSL_CTX_use_certificate(server->context, server->certificate);
	SSL_CTX_use_PrivateKey(server->context, server->key);
	server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK_INT(0, bind(server->listener, (struct sockaddr *)&address, bytes));
	CHECK_INT(0, listen(server->listener, 16));
	CHECK_INT(0, getsockname(server->listener, (struct sockaddr *)&address, &bytes));
	server->port = ntohs(address.sin_port);
	CHECK_INT(0, uv_thread_create(&server->thread, serve, server));
}

static unsigned server_stop(struct server *server)
{
	shutdown(server->listener, SHUT_RDWR);
	uv_thread_join(&server->thread);
	close(server->listener);
	unlink(server->path);
	X509_free(server->certificate);
	EVP_PKEY_free(server->key);
	SSL_CTX_free(server->context);
	return server->handshakes;
}

static void on_reply(void *context, const struct client_reply *reply)
{
	int *const outcome = context;

	*outcome = reply->error < 0 ? reply->error : reply->status;
}

/* The same question through the loop and without one; both must agree. */
static int outcome_of(const struct server *server, const char *host, const char *ca_path)
{
	uv_loop_t loop;
	struct client *client;
	char url[128], *body = NULL;
	int outcome = 0;

	snprintf(url, sizeof(url), "https://%s:%d/", host, server->port);
	const struct client_request request = { .method = "GET", .url = url };
	uv_loop_init(&loop);
	CHECK_INT(0, client_create(&client, &loop, ca_path));
	client_send(client, &request, on_reply, &outcome);
	while (outcome == 0)
		uv_run(&loop, UV_RUN_ONCE);
	client_destroy(client);
	uv_run(&loop, UV_RUN_DEFAULT);
	CHECK_INT(0, uv_loop_close(&loop));
	CHECK_INT(outcome, client_ask(&request, ca_path, &body));
	CHECK((body != NULL) == (outcome == 200));
	if (body)
		CHECK_TEXT("secure", body);
	free(body);
	return outcome;
}

static void test_trusted(void)
{
	struct server server;

	server_start(&server, "IP:127.0.0.1,DNS:localhost", TLS1_3_VERSION);
	CHECK_INT(200, outcome_of(&server, "127.0.0.1", server.path));
	CHECK_INT(200, outcome_of(&server, "localhost", server.path));
	CHECK_INT(4, server_stop(&server));
}

static void test_unknown_authority(void)
{
	struct server server;

	server_start(&server, "IP:127.0.0.1", TLS1_3_VERSION);
	CHECK_INT(-EKEYREJECTED, outcome_of(&server, "127.0.0.1", NULL));
	CHECK_INT(0, server_stop(&server));
}

static void test_other_name(void)
{
	struct server server;

	server_start(&server, "DNS:other.example.test", TLS1_3_VERSION);
	CHECK_INT(-EKEYREJECTED, outcome_of(&server, "127.0.0.1", server.path));
	CHECK_INT(-EKEYREJECTED, outcome_of(&server, "localhost", server.path));
	CHECK_INT(0, server_stop(&server));
}

static void test_old_protocol(void)
{
	struct server server;

	server_start(&server, "IP:127.0.0.1", TLS1_1_VERSION);
	CHECK_INT(-EPROTO, outcome_of(&server, "127.0.0.1", server.path));
	CHECK_INT(0, server_stop(&server));
	server_start(&server, "IP:127.0.0.1", TLS1_2_VERSION);
	CHECK_INT(200, outcome_of(&server, "127.0.0.1", server.path));
	CHECK_INT(2, server_stop(&server));
}

int main(void)
{
	log_threshold(LOG_LEVEL_ERROR);
	signal(SIGPIPE, SIG_IGN);
	RUN(test_trusted);
	RUN(test_unknown_authority);
	RUN(test_other_name);
	RUN(test_old_protocol);
	return check_done();
}
