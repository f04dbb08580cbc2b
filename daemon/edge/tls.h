/* SPDX-License-Identifier: MIT */
/*
 * tls - the server's side of TLS 1.2 and 1.3 on a non-blocking socket, by OpenSSL.
 *
 * ECDHE with AES-GCM or ChaCha20 only, session tickets on, no renegotiation, ALPN
 * "http/1.1" (a client that offers only others is refused, RFC 7301 §3.2).  Reading and
 * writing answer as transport.h says.
 */
#ifndef PLENARY_TLS_H
#define PLENARY_TLS_H

#include <stddef.h>
#include <sys/types.h>

struct tls;
struct tls_settings;

enum tls_wants { TLS_WANTS_READABLE, TLS_WANTS_WRITABLE };

/* 0, or a negative errno after logging OpenSSL's words. */
int tls_settings_create(struct tls_settings **settings, const char *certificate_path,
			const char *key_path);
void tls_settings_destroy(struct tls_settings *settings);

/* Outlives the settings it was made from; does not own the descriptor. */
struct tls *tls_create(struct tls_settings *settings, int fd);
void tls_destroy(struct tls *tls);

/* 0 when agreed; -EAGAIN says what to wait for in *wants. */
int tls_handshake(struct tls *tls, enum tls_wants *wants);
ssize_t tls_read(struct tls *tls, char *bytes, size_t room, enum tls_wants *wants);
ssize_t tls_write(struct tls *tls, const char *bytes, size_t count,
		  enum tls_wants *wants);
/* Says goodbye (close_notify) if it can be said at once. */
void tls_goodbye(struct tls *tls);

#endif
