/* SPDX-License-Identifier: MIT */
#include "daemon/wire/token_grant.h"

#include "daemon/wire/backoff.h"
#include "daemon/wire/base64url.h"
#include "daemon/wire/token.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LIFETIME_MOST_S = 7 * 24 * 60 * 60, CODES = 4 };

/* Letters and digits of what a server said: enough for a code, too little for mischief. */
static void add_word(struct text *text, const char *before, const char *word)
{
	text_addf(text, "%s", before);
	for (size_t i = 0; word[i] && i < REPLY_CODE_BYTES; i++) {
		if (isalnum((unsigned char)word[i]) || strchr("._-", word[i]))
			text_add(text, &word[i], 1);
	}
}

static bool is_final(const char *error)
{
	return strcmp(error, "invalid_client") == 0 ||
	       strcmp(error, "unauthorized_client") == 0 ||
	       strcmp(error, "invalid_scope") == 0;
}

bool token_refusal_read(const struct client_reply *reply, struct text *words)
{
	json_t *const root = json_loadb(reply->body, reply->body_bytes, 0, NULL);
	const char *const error = json_string_value(json_object_get(root, "error"));
	const char *const correlation =
		json_string_value(json_object_get(root, "correlation_id"));
	const json_t *const codes = json_object_get(root, "error_codes");

	text_addf(words, "http %d", reply->status);
	if (error)
		add_word(words, " ", error);
	for (size_t i = 0; i < json_array_size(codes) && i < CODES; i++)
		text_addf(words, "%s%" JSON_INTEGER_FORMAT, i ? "," : " codes=",
			  json_integer_value(json_array_get(codes, i)));
	if (correlation)
		add_word(words, " correlation=", correlation);
	const bool final = error && is_final(error) && reply->status < 500;

	json_decref(root);
	return final;
}

bool token_clock_is_off(const struct client_reply *reply, int64_t now_ms,
			struct text *words)
{
	const int64_t ahead_ms = reply->date_ms < 0 ? 0 : now_ms - reply->date_ms;
	const int64_t off_ms = ahead_ms < 0 ? -ahead_ms : ahead_ms;

	if (off_ms <= TOKEN_CLOCK_OFF_MS)
		return false;
	text_addf(
		words,
		"; this machine's clock is %lld s %s the sign-in server's: set it right",
		(long long)(off_ms / 1000), ahead_ms > 0 ? "ahead of" : "behind");
	return true;
}

/* Some endpoints write the number as text. */
static int64_t read_lifetime(const json_t *value)
{
	const int64_t lifetime_s = json_is_string(value)
					   ? strtoll(json_string_value(value), NULL, 10)
					   : (int64_t)json_integer_value(value);

	return lifetime_s < LIFETIME_MOST_S ? lifetime_s : LIFETIME_MOST_S;
}

static bool is_bearer(const char *token)
{
	const size_t bytes = token ? strlen(token) : 0;

	for (size_t i = 0; i < bytes; i++) {
		if (!isgraph((unsigned char)token[i]))
			return false;
	}
	return bytes > 0 && bytes <= TOKEN_BYTES;
}

bool token_grant_read(const struct client_reply *reply, struct token_grant *grant)
{
	json_t *const root = json_loadb(reply->body, reply->body_bytes, 0, NULL);
	const char *const token =
		json_string_value(json_object_get(root, "access_token"));
	const char *const type = json_string_value(json_object_get(root, "token_type"));
	const int64_t lifetime_s = read_lifetime(json_object_get(root, "expires_in"));
	const bool good = is_bearer(token) && type && strcasecmp(type, "Bearer") == 0 &&
			  lifetime_s > 0;

	if (good) {
		grant->token = memory_string(token);
		grant->lifetime_ms = lifetime_s * 1000;
	}
	json_decref(root);
	return good;
}

/* -- the claims challenge -------------------------------------------------------------- */

/* The value of name="…" in the header; its length, 0 when it is not there. */
static size_t parameter(const char *header, const char *name, const char **value)
{
	const size_t length = strlen(name);

	for (const char *at = strcasestr(header, name); at != NULL;
	     at = strcasestr(at + 1, name)) {
		if ((at != header && strchr(" ,", at[-1]) == NULL) ||
		    strncmp(at + length, "=\"", 2) != 0)
			continue;
		*value = at + length + 2;
		return strcspn(*value, "\"");
	}
	return 0;
}

char *token_challenge_claims(const char *header)
{
	const char *error = "", *claims = "";
	const size_t error_bytes = parameter(header, "error", &error);
	const size_t count = parameter(header, "claims", &claims);
	char letters[TOKEN_CLAIMS_BYTES], *found = NULL;
	char bytes[TOKEN_CLAIMS_BYTES];
	size_t kept = 0;

	if (error_bytes != strlen("insufficient_claims") ||
	    strncmp(error, "insufficient_claims", error_bytes) != 0 || count == 0 ||
	    count >= sizeof(letters))
		return NULL;
	/* Ordinary base64, mostly padded: as the other alphabet, without. */
	for (size_t i = 0; i < count && claims[i] != '='; i++)
		letters[kept++] = claims[i] == '+'   ? '-'
				  : claims[i] == '/' ? '_'
						     : claims[i];
	const ssize_t length = base64url_read(letters, kept, bytes);
	json_t *const wanted =
		length > 0 ? json_loadb(bytes, (size_t)length, 0, NULL) : NULL;

	if (json_is_object(wanted))
		found = json_dumps(wanted, JSON_COMPACT);
	json_decref(wanted);
	return found;
}
