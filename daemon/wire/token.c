/* SPDX-License-Identifier: MIT */
#include "daemon/wire/token.h"

#include "daemon/common/clock.h"
#include "daemon/common/container.h"
#include "daemon/common/log.h"
#include "daemon/common/text.h"
#include "daemon/wire/assertion.h"
#include "daemon/wire/auth.h"
#include "daemon/wire/backoff.h"
#include "daemon/wire/client.h"
#include "daemon/wire/hosts.h"
#include "daemon/wire/token_grant.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CLOCK_WAIT_MS = 60 * 1000 };

static const char assertion_type[] =
	"urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

struct taker {
	struct taker *next;
	uint64_t number;
	token_fn *on_token;
	void *context;
};

struct token_source {
	uv_loop_t *loop;
	struct client *client;
	char *url, *client_id, *scope;
	char *secret_path;                 /* NULL: we prove ourselves with … */
	char *certificate_path, *key_path; /* … these two */
	char *claims;                      /* what a challenge asked for; NULL: nothing */
	int64_t young_ms, speed;
	uv_timer_t due; /* renewal, or the end of a back-off */
	uint64_t fetch; /* number of the request under way; 0: none */
	char *token;
	uint64_t fetched_at, ends_at; /* loop time */
	unsigned failures;
	bool refused; /* not to be repeated */
	char problem[TOKEN_PROBLEM_BYTES];
	struct taker *first, **last;
	size_t waiting;
	uint64_t last_number;
	bool closing;
};

static void fetch_begin(struct token_source *source);

static bool holds_token(const struct token_source *source)
{
	return source->token && uv_now(source->loop) < source->ends_at;
}

static void token_drop(struct token_source *source)
{
	if (source->token)
		explicit_bzero(source->token, strlen(source->token));
	free(source->token);
	source->token = NULL;
}

static struct taker *taker_pop(struct token_source *source)
{
	struct taker *const taker = source->first;

	assert(source->waiting > 0);
	source->first = taker->next;
	if (source->first == NULL)
		source->last = &source->first;
	source->waiting--;
	return taker;
}

/* A taker may refuse, forget or destroy: look again for each. */
static void settle(struct token_source *source)
{
	const uint64_t last = source->last_number;
	const int error = source->refused ? -EACCES : -EAGAIN;

	while (!source->closing && source->first && source->first->number <= last) {
		struct taker *const taker = taker_pop(source);
		const bool good = holds_token(source);

		taker->on_token(taker->context, good ? 0 : error,
				good ? source->token : NULL);
		free(taker);
	}
}

static void on_due(uv_timer_t *timer)
{
	struct token_source *const source = container_of(timer, struct token_source, due);

	if (source->fetch == 0)
		fetch_begin(source);
}

static void fetch_failed(struct token_source *source, int64_t retry_after_ms)
{
	uint64_t random;
	int64_t wait_ms = -1;

	auth_random(&random, sizeof(random));
	if (!source->refused) {
		wait_ms = backoff_ms(source->failures++, random, retry_after_ms) /
			  source->speed;
		uv_timer_start(&source->due, on_due, (uint64_t)wait_ms, 0);
	}
	log_warning("token", "fetch failed scope=%s problem=\"%s\" wait_ms=%lld",
		    source->scope, source->problem, (long long)wait_ms);
	settle(source);
}

static void problem_set(struct token_source *source, const struct text *words)
{
	snprintf(source->problem, sizeof(source->problem), "%s", text_string(words));
}

/*
 * A wrong clock makes the endpoint refuse our assertion (it is not valid yet, or any more)
 * with the same invalid_client as a wrong key; but a clock is put right without anybody
 * telling us, so that is asked again, slowly.
 */
static int64_t refusal_read(struct token_source *source, const struct client_reply *reply)
{
	struct text words = { 0 };
	const bool final = token_refusal_read(reply, &words);
	const bool off = token_clock_is_off(reply, clock_real_ms(), &words);

	problem_set(source, &words);
	text_finish(&words);
	source->refused = final && !(off && source->key_path != NULL);
	return final && !source->refused ? CLOCK_WAIT_MS : reply->retry_after_ms;
}

static bool grant_read(struct token_source *source, const struct client_reply *reply)
{
	struct token_grant grant;

	if (!token_grant_read(reply, &grant))
		return false;
	token_drop(source);
	source->token = grant.token;
	source->fetched_at = uv_now(source->loop);
	source->ends_at = source->fetched_at + (uint64_t)grant.lifetime_ms;
	return true;
}

uint64_t token_renewal_ms(uint64_t lifetime_ms)
{
	return lifetime_ms >= 2 * TOKEN_EARLY_MS ? lifetime_ms - TOKEN_EARLY_MS
						 : lifetime_ms / 2;
}

static void grant_taken(struct token_source *source)
{
	const uint64_t lifetime_ms = source->ends_at - source->fetched_at;

	source->failures = 0;
	source->problem[0] = '\0';
	uv_timer_start(&source->due, on_due, token_renewal_ms(lifetime_ms), 0);
	log_info("token", "fetched scope=%s lifetime_ms=%llu", source->scope,
		 (unsigned long long)lifetime_ms);
	settle(source);
}

static void on_reply(void *context, const struct client_reply *reply)
{
	struct token_source *const source = context;
	char code[REPLY_CODE_BYTES];

	source->fetch = 0;
	const enum reply_class class =
		reply_judge(PARTY_GRAPH, reply->status, reply->error, reply->body,
			    reply->body_bytes, code);
	if (class == REPLY_DONE && grant_read(source, reply)) {
		grant_taken(source);
		return;
	}
	int64_t wait_ms = reply->retry_after_ms;

	if (reply->error < 0)
		snprintf(source->problem, sizeof(source->problem), "%s", code);
	else if (class == REPLY_DONE)
		snprintf(source->problem, sizeof(source->problem),
			 "no token in the reply");
	else
		wait_ms = refusal_read(source, reply);
	fetch_failed(source, wait_ms);
}

/* 0, or a negative errno; secret is one line, without its end. */
static int secret_read(const char *path, char secret[TOKEN_SECRET_BYTES])
{
	const int file = open(path, O_RDONLY | O_CLOEXEC);

	if (file < 0)
		return -errno;
	const ssize_t bytes = read(file, secret, TOKEN_SECRET_BYTES);
	const int error = bytes < 0 ? -errno : 0;
	close(file);
	if (error < 0)
		return error;
	if (bytes == TOKEN_SECRET_BYTES)
		return -EMSGSIZE;
	secret[bytes] = '\0';
	secret[strcspn(secret, "\r\n")] = '\0';
	return secret[0] ? 0 : -ENODATA;
}

static void add_field(struct text *form, const char *name, const char *value)
{
	text_addf(form, "&%s=", name);
	text_add_percent(form, value, strlen(value));
}

/* Room first, so that what is wiped at the end was never somewhere else. */
static void form_begin(const struct token_source *source, struct text *form)
{
	text_addf(form, "%*s", 4 * TOKEN_SECRET_BYTES, "");
	text_clear(form);
	text_addf(form, "grant_type=client_credentials");
	add_field(form, "client_id", source->client_id);
	add_field(form, "scope", source->scope);
	if (source->claims != NULL)
		add_field(form, "claims", source->claims);
}

static int add_secret(const struct token_source *source, struct text *form)
{
	char secret[TOKEN_SECRET_BYTES];
	const int error = secret_read(source->secret_path, secret);

	if (error == 0)
		add_field(form, "client_secret", secret);
	explicit_bzero(secret, sizeof(secret));
	return error;
}

static int add_assertion(const struct token_source *source, struct text *form)
{
	const struct assertion assertion = {
		.certificate_path = source->certificate_path,
		.key_path = source->key_path,
		.client_id = source->client_id,
		.token_url = source->url,
		.now_s = clock_real_ms() / 1000,
	};
	struct text token = { 0 };
	const int error = assertion_make(&assertion, &token);

	if (error == 0) {
		add_field(form, "client_assertion_type", assertion_type);
		add_field(form, "client_assertion", text_string(&token));
	}
	text_finish(&token);
	return error;
}

static void fetch_send(struct token_source *source, const struct text *form)
{
	const struct client_request request = {
		.method = "POST",
		.url = source->url,
		.headers = { "Content-Type: application/x-www-form-urlencoded",
			     "Accept: application/json" },
		.body = form->data,
		.body_bytes = form->length,
	};
	source->fetch = client_send(source->client, &request, on_reply, source);
}

static void say_unprovable(struct token_source *source, int error)
{
	if (source->key_path != NULL)
		snprintf(source->problem, sizeof(source->problem), "certificate: %s",
			 assertion_problem(error));
	else
		snprintf(source->problem, sizeof(source->problem), "secret file %s",
			 strerrorname_np(-error));
}

static void fetch_begin(struct token_source *source)
{
	struct text form = { 0 };

	assert(source->fetch == 0 && !source->refused);
	uv_timer_stop(&source->due);
	form_begin(source, &form);
	const int error = source->key_path != NULL ? add_assertion(source, &form)
						   : add_secret(source, &form);
	if (error == 0)
		fetch_send(source, &form);
	explicit_bzero(form.data, form.length);
	text_finish(&form);
	if (error < 0) {
		say_unprovable(source, error);
		fetch_failed(source, -1);
	}
}

static bool may_be_asked(const char *url)
{
	char host[HOST_BYTES];

	return host_is_loopback(url) ||
	       (strncmp(url, "https://", 8) == 0 && host_read(url, host));
}

static char *copy(const char *string)
{
	return string != NULL ? memory_string(string) : NULL;
}

int token_create(struct token_source **source, uv_loop_t *loop, struct client *client,
		 const struct token_settings *settings)
{
	assert((settings->certificate_path != NULL) == (settings->key_path != NULL));
	assert((settings->secret_path != NULL) != (settings->key_path != NULL));
	if (!may_be_asked(settings->url))
		return -EINVAL;

	struct token_source *const made = memory_zeroed(sizeof(*made));
	made->loop = loop;
	made->client = client;
	made->url = memory_string(settings->url);
	made->client_id = memory_string(settings->client_id);
	made->scope = memory_string(settings->scope);
	made->secret_path = copy(settings->secret_path);
	made->certificate_path = copy(settings->certificate_path);
	made->key_path = copy(settings->key_path);
	made->young_ms = settings->young_ms ? settings->young_ms : TOKEN_YOUNG_MS;
	made->speed = settings->speed ? settings->speed : 1;
	made->last = &made->first;
	uv_timer_init(loop, &made->due);
	*source = made;
	return 0;
}

static uint64_t taker_add(struct token_source *source, token_fn *on_token, void *context)
{
	struct taker *const taker = memory_zeroed(sizeof(*taker));

	taker->number = ++source->last_number;
	taker->on_token = on_token;
	taker->context = context;
	*source->last = taker;
	source->last = &taker->next;
	source->waiting++;
	return taker->number;
}

/* Why there is nothing to wait for, or 0 when there is. */
static int why_not_wait(struct token_source *source)
{
	if (source->refused)
		return -EACCES;
	if (source->waiting >= TOKEN_WAITING)
		return -ENOBUFS;
	/* The timer runs without a token in hand: a back-off.  A try now would shorten it. */
	if (source->fetch == 0 && source->failures == 0)
		fetch_begin(source);
	return source->fetch ? 0 : -EAGAIN;
}

uint64_t token_take(struct token_source *source, token_fn *on_token, void *context)
{
	assert(!source->closing);
	if (holds_token(source)) {
		on_token(context, 0, source->token);
		return 0;
	}
	const int error = why_not_wait(source);
	if (error == 0)
		return taker_add(source, on_token, context);
	on_token(context, error, NULL);
	return 0;
}

int64_t token_wait_ms(const struct token_source *source)
{
	if (source->fetch != 0 || source->failures == 0 ||
	    !uv_is_active((const uv_handle_t *)&source->due))
		return -1;
	return (int64_t)uv_timer_get_due_in(&source->due);
}

void token_cancel(struct token_source *source, uint64_t number)
{
	struct taker **link = &source->first;

	while (*link && (*link)->number != number)
		link = &(*link)->next;
	struct taker *const taker = *link;
	if (taker == NULL)
		return;
	*link = taker->next;
	if (source->last == &taker->next)
		source->last = link;
	source->waiting--;
	free(taker);
}

static bool is_young(const struct token_source *source)
{
	return uv_now(source->loop) - source->fetched_at < (uint64_t)source->young_ms;
}

void token_refuse(struct token_source *source)
{
	if (source->token != NULL && !is_young(source))
		token_drop(source);
}

void token_challenge(struct token_source *source, const char *header)
{
	char *const claims = token_challenge_claims(header);

	if (claims == NULL) {
		token_refuse(source);
		return;
	}
	/* The young one was fetched for these claims: another would be the same. */
	if (source->claims != NULL && strcmp(source->claims, claims) == 0 &&
	    source->token != NULL && is_young(source)) {
		free(claims);
		return;
	}
	free(source->claims);
	source->claims = claims;
	token_drop(source);
}

void token_forget(struct token_source *source)
{
	const bool wanted = source->first;

	client_cancel(source->client, source->fetch);
	source->fetch = 0;
	source->refused = false;
	source->failures = 0;
	source->problem[0] = '\0';
	free(source->claims);
	source->claims = NULL;
	uv_timer_stop(&source->due);
	token_drop(source);
	if (wanted)
		uv_timer_start(&source->due, on_due, 0, 0);
}

const char *token_problem(const struct token_source *source)
{
	return source->problem;
}

static void on_closed(uv_handle_t *handle)
{
	struct token_source *const source =
		container_of(handle, struct token_source, due);

	free(source->url);
	free(source->client_id);
	free(source->scope);
	free(source->secret_path);
	free(source->certificate_path);
	free(source->key_path);
	free(source->claims);
	free(source);
}

void token_destroy(struct token_source *source)
{
	if (source == NULL)
		return;
	assert(!source->closing);
	source->closing = true;
	client_cancel(source->client, source->fetch);
	while (source->first)
		free(taker_pop(source));
	token_drop(source);
	uv_close((uv_handle_t *)&source->due, on_closed);
}
