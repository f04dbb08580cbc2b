/* SPDX-License-Identifier: MIT */
/*
 * token - our own bearer token for one (token URL, client id, scope): asked for once, shared
 * by every request, renewed before it ends.
 *
 * OAuth 2.0 client credentials (RFC 6749 §4.4).  Nothing is fetched before the first take.
 * One fetch at a time; those who need it wait.  Renewed five minutes before its end (half
 * way for one that lives less than ten); the old one serves while a renewal fails.  A
 * failure is repeated after back-off or Retry-After; but invalid_client,
 * unauthorized_client and invalid_scope only after token_forget(): repeating cures none of
 * them and gets an application locked out.
 *
 * We prove ourselves with a client secret or with a certificate (assertion.h).  Either is
 * read from its file at each use, wiped after it, and never logged; nor is a token, nor the
 * server's own prose: only its codes.  A clock that is wrong by more than five minutes is
 * said in words and, with a certificate, asked about again each minute.
 */
#ifndef PLENARY_TOKEN_H
#define PLENARY_TOKEN_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

enum {
	TOKEN_WAITING = 1024, /* takers that wait; one more gets -ENOBUFS */
	TOKEN_BYTES = 16 * 1024,
	TOKEN_SECRET_BYTES = 4096,
	TOKEN_PROBLEM_BYTES = 320,
	TOKEN_EARLY_MS = 5 * 60 * 1000,
	TOKEN_YOUNG_MS = 5 * 1000,
};

struct client;
struct token_source;

/* Texts are copied. */
struct token_settings {
	const char *url; /* https, or loopback */
	const char *client_id, *scope;
	/* either the secret, one line whose end does not count … */
	const char *secret_path;
	const char *certificate_path, *key_path; /* … or these, PEM; the other NULL */
	int64_t young_ms; /* see token_refuse(); 0: TOKEN_YOUNG_MS */
	int64_t speed;    /* waits are so much shorter, in a rehearsal; 0: 1 */
};

/* token: NULL unless error is 0; borrowed for the call.  -EAGAIN: failed, will be tried
 * again; -EACCES: refused until token_forget(); -ENOBUFS. */
typedef void token_fn(void *context, int error, const char *token);

/* -EINVAL: a URL that may not have the secret. */
int token_create(struct token_source **source, uv_loop_t *loop, struct client *client,
		 const struct token_settings *settings);

/* Calls back exactly once.  Returns 0 when it has already done so; otherwise it waits for a
 * fetch, calls from the loop, and the number cancels it. */
uint64_t token_take(struct token_source *source, token_fn *on_token, void *context);
/* After -EAGAIN: in how many milliseconds it is tried again; -1 when that is not settled. */
int64_t token_wait_ms(const struct token_source *source);
void token_cancel(struct token_source *source, uint64_t number);

/* After a 401: the next take fetches anew.  Many requests carried the refused token and all
 * come back with 401, so one that has only just been fetched (young_ms) is kept. */
void token_refuse(struct token_source *source);

/* After a 401 with this WWW-Authenticate header: when it is a claims challenge, the next take
 * fetches a token with those claims; otherwise the same as token_refuse(). */
void token_challenge(struct token_source *source, const char *header);

/* Drops token, problem and back-off: the configuration has changed. */
void token_forget(struct token_source *source);

/* What the last fetch died of, "" when it lived: "invalid_client codes=7000215 …". */
const char *token_problem(const struct token_source *source);

/* When one that lives so long is renewed, counted from its birth. */
uint64_t token_renewal_ms(uint64_t lifetime_ms);

/* Those who wait are not called any more.  Before client_destroy(); the memory goes when
 * the loop has run the closings. */
void token_destroy(struct token_source *source);

#endif
