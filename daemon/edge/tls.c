/* SPDX-License-Identifier: MIT */
#include "daemon/edge/tls.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "daemon/common/log.h"
#include "daemon/common/text.h"

struct tls_settings {
	SSL_CTX *context;
};

struct tls {
	SSL *ssl;
	int fd;
};

static int logged(const char *what, const char *path)
{
	char words[160];

	ERR_error_string_n(ERR_get_error(), words, sizeof(words));
	ERR_clear_error();
	log_error("edge", "%s file=%s reason=\"%s\"", what, path, words);
	return -EINVAL;
}

static int choose_protocol(SSL *ssl, const unsigned char **chosen, unsigned char *length,
			   const unsigned char *offered, unsigned offered_bytes,
			   void *context)
{
	static const unsigned char ours[] = "\x08http/1.1";

	(void)ssl;
	(void)context;
	for (unsigned at = 0; at < offered_bytes; at += 1U + offered[at]) {
		if (offered_bytes - at >= 9 && memcmp(offered + at, ours, 9) == 0) {
			*chosen = offered + at + 1;
			*length = 8;
			return SSL_TLSEXT_ERR_OK;
		}
	}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static void set_rules(SSL_CTX *context)
{
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
	/* A client that hangs up without close_notify has only ended; HTTP's own lengths
	 * tell a cut-off request. */
	SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
					     SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
					  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
					  SSL_MODE_RELEASE_BUFFERS);
	/* Tickets keep sessions at the client; our memory holds none. */
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_num_tickets(context, 1);
	SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
}

int tls_settings_create(struct tls_settings **settings, const char *certificate_path,
			const char *key_path)
{
	SSL_CTX *const context = SSL_CTX_new(TLS_server_method());
	int rc = 0;

	if (context == NULL)
		return logged("tls is not to be had", "");
	set_rules(context);
	if (SSL_CTX_use_certificate_chain_file(context, certificate_path) != 1)
		rc = logged("certificate is not usable", certificate_path);
	else if (SSL_CTX_use_PrivateKey_file(context, key_path, SSL_FILETYPE_PEM) != 1 ||
		 SSL_CTX_check_private_key(context) != 1)
		rc = logged("key is not usable", key_path);
	if (rc < 0) {
		SSL_CTX_free(context);
		return rc;
	}
	*settings = memory_zeroed(sizeof(**settings));
	(*settings)->context = context;
	return 0;
}

void tls_settings_destroy(struct tls_settings *settings)
{
	if (settings == NULL)
		return;
	SSL_CTX_free(settings->context);
	free(settings);
}

struct tls *tls_create(struct tls_settings *settings, int fd)
{
	struct tls *const tls = memory_zeroed(sizeof(*tls));

	tls->ssl = SSL_new(settings->context);
	tls->fd = fd;
	if (tls->ssl == NULL || SSL_set_fd(tls->ssl, fd) != 1)
		abort(); /* only for want of memory */
	SSL_set_accept_state(tls->ssl);
	return tls;
}

void tls_destroy(struct tls *tls)
{
	if (tls == NULL)
		return;
	SSL_free(tls->ssl);
	ERR_clear_error();
	free(tls);
}

/* What OpenSSL's refusal to go on means: -EAGAIN, -EPIPE, or 0 for the end. */
static int outcome(const struct tls *tls, int rc, enum tls_wants *wants)
{
	const int error = SSL_get_error(tls->ssl, rc);

	ERR_clear_error();
	switch (error) {
	case SSL_ERROR_WANT_READ:
		*wants = TLS_WANTS_READABLE;
		return -EAGAIN;
	case SSL_ERROR_WANT_WRITE:
		*wants = TLS_WANTS_WRITABLE;
		return -EAGAIN;
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	default:
		return -EPIPE;
	}
}

int tls_handshake(struct tls *tls, enum tls_wants *wants)
{
	const int rc = SSL_do_handshake(tls->ssl);

	if (rc == 1)
		return 0;
	const int what = outcome(tls, rc, wants);
	return what == 0 ? -EPIPE : what;
}

static int at_most(size_t count)
{
	return count > INT_MAX ? INT_MAX : (int)count;
}

ssize_t tls_read(struct tls *tls, char *bytes, size_t room, enum tls_wants *wants)
{
	const int rc = SSL_read(tls->ssl, bytes, at_most(room));

	return rc > 0 ? rc : outcome(tls, rc, wants);
}

ssize_t tls_write(struct tls *tls, const char *bytes, size_t count, enum tls_wants *wants)
{
	assert(count > 0);
	const int rc = SSL_write(tls->ssl, bytes, at_most(count));

	if (rc > 0)
		return rc;
	const int what = outcome(tls, rc, wants);
	return what == 0 ? -EPIPE : what;
}

void tls_goodbye(struct tls *tls)
{
	if (SSL_is_init_finished(tls->ssl))
		SSL_shutdown(tls->ssl);
	ERR_clear_error();
}
