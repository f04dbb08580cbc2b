/* SPDX-License-Identifier: MIT */
#include "daemon/wire/backoff.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { INNER_ERRORS = 8 };

int64_t backoff_ms(unsigned attempt, uint64_t random, int64_t retry_after_ms)
{
	const int64_t doubled =
		attempt < 16 ? (int64_t)BACKOFF_FIRST_MS << attempt : BACKOFF_LONGEST_MS;
	const int64_t bound = doubled < BACKOFF_LONGEST_MS ? doubled : BACKOFF_LONGEST_MS;
	const int64_t jitter = (int64_t)(random % ((uint64_t)bound + 1));

	assert(bound >= BACKOFF_FIRST_MS);
	return (retry_after_ms > 0 ? retry_after_ms : 0) + jitter;
}

static int64_t wait_cut(int64_t wait_ms)
{
	if (wait_ms < 0)
		return 0;
	return wait_ms < RETRY_AFTER_LONGEST_MS ? wait_ms : RETRY_AFTER_LONGEST_MS;
}

int64_t retry_after_read(const char *value, int64_t date_s, int64_t now_s)
{
	const char *at = value;
	int64_t wait_ms = 0, unit_ms = 100;

	if (!isdigit((unsigned char)*at)) {
		if (date_s < 0 || !isalpha((unsigned char)*at))
			return -1;
		/* Compared as seconds first: a date of the year 9999 must not overflow.
		 */
		return date_s - now_s > RETRY_AFTER_LONGEST_MS / 1000
			       ? RETRY_AFTER_LONGEST_MS
			       : wait_cut((date_s - now_s) * 1000);
	}
	for (; isdigit((unsigned char)*at); at++)
		wait_ms = wait_cut(wait_ms * 10 + (*at - '0') * 1000);
	if (*at == '.') {
		bool more = false;

		for (at++; isdigit((unsigned char)*at); at++, unit_ms /= 10) {
			wait_ms += (*at - '0') * unit_ms;
			more |= unit_ms == 0 && *at != '0';
		}
		wait_ms += more;
	}
	return at[strspn(at, " \t")] == '\0' ? wait_cut(wait_ms) : -1;
}

/* The body is not ours: whatever could upset a log line stays out. */
static void code_copy(char code[REPLY_CODE_BYTES], const char *name)
{
	size_t count = 0;

	for (; *name && count + 1 < REPLY_CODE_BYTES; name++) {
		if (isalnum((unsigned char)*name) || strchr("._- ", *name))
			code[count++] = *name;
	}
	code[count] = '\0';
}

static const json_t *inner_error(const json_t *error)
{
	const json_t *const inner = json_object_get(error, "innerError");

	return inner ? inner : json_object_get(error, "innererror");
}

static const char *error_name(enum reply_party party, const json_t *error)
{
	const char *name = json_string_value(json_object_get(error, "code"));

	if (party != PARTY_GRAPH)
		return name;
	for (int depth = 0; depth < INNER_ERRORS && (error = inner_error(error));
	     depth++) {
		const char *const closer =
			json_string_value(json_object_get(error, "code"));
		/* Some say 429 once more in there: a number is no name. */
		name = closer && isalpha((unsigned char)closer[0]) ? closer : name;
	}
	return name;
}

static bool says(const json_t *error, const char *words)
{
	const char *const message = json_string_value(json_object_get(error, "message"));

	return message && strstr(message, words);
}

static enum reply_class judge_connector(int status, const char *name)
{
	switch (status) {
	case 401:
		return strcmp(name, "BotNotRegistered") == 0 ? REPLY_GIVE_UP
							     : REPLY_FRESH_TOKEN;
	case 412:
	case 429:
	case 502:
	case 503:
	case 504:
		return REPLY_RETRY;
	default:
		return REPLY_GIVE_UP;
	}
}

static enum reply_class judge_graph(int status, const json_t *error)
{
	switch (status) {
	case 400:
		/* Graph could not reach our own endpoint in time; only the text says so.
		 */
		return says(error, "alidation") && says(error, "timed out")
			       ? REPLY_RETRY
			       : REPLY_GIVE_UP;
	case 401:
		return REPLY_FRESH_TOKEN;
	case 423:
	case 429:
	case 500:
	case 502:
	case 503:
	case 504:
	case 509:
		return REPLY_RETRY;
	default:
		return REPLY_GIVE_UP;
	}
}

static enum reply_class judge_network(int error)
{
	switch (error) {
	case -EINVAL:   /* our own URL or header */
	case -EMSGSIZE: /* it would be as long the next time */
		return REPLY_GIVE_UP;
	default:
		return REPLY_RETRY;
	}
}

enum reply_class reply_judge(enum reply_party party, int status, int error,
			     const char *body, size_t bytes, char code[REPLY_CODE_BYTES])
{
	assert(party < REPLY_PARTIES);
	if (error < 0) {
		code_copy(code,
			  strerrorname_np(-error) ? strerrorname_np(-error) : "error");
		return judge_network(error);
	}
	if (status >= 200 && status < 300) {
		code[0] = '\0';
		return REPLY_DONE;
	}
	json_t *const root = json_loadb(body, bytes, 0, NULL);
	const json_t *const problem = json_object_get(root, "error");
	const char *const name = error_name(party, problem);

	if (name)
		code_copy(code, name);
	if (name == NULL || code[0] == '\0')
		snprintf(code, REPLY_CODE_BYTES, "http %d", status);
	const enum reply_class class = party == PARTY_GRAPH
					       ? judge_graph(status, problem)
					       : judge_connector(status, code);
	json_decref(root);
	return class;
}

const char *reply_class_name(enum reply_class class)
{
	static const char *const names[] = {
		[REPLY_DONE] = "done",
		[REPLY_RETRY] = "retry",
		[REPLY_FRESH_TOKEN] = "fresh-token",
		[REPLY_GIVE_UP] = "give-up",
	};
	static_assert(sizeof(names) / sizeof(names[0]) == REPLY_CLASSES, "a name each");

	assert(class < REPLY_CLASSES);
	return names[class];
}
