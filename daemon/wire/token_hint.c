/* SPDX-License-Identifier: MIT */
#include "daemon/wire/token_hint.h"

#include "daemon/common/text.h"
#include "daemon/wire/base64url.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PAYLOAD_LETTERS = 16 * 1024 };

/* The part between the dots. */
static json_t *payload_read(const char *token)
{
	const char *const first = strchr(token, '.');
	const char *const second = first != NULL ? strchr(first + 1, '.') : NULL;
	json_t *payload = NULL;

	if (second == NULL || second - first - 1 > PAYLOAD_LETTERS)
		return NULL;
	const size_t letters = (size_t)(second - first - 1);
	char *const bytes = memory_zeroed(letters + 1);
	const ssize_t length = base64url_read(first + 1, letters, bytes);

	if (length > 0)
		payload = json_loadb(bytes, (size_t)length, JSON_REJECT_DUPLICATES, NULL);
	free(bytes);
	if (json_is_object(payload))
		return payload;
	json_decref(payload);
	return NULL;
}

/* These words end in front of people: letters, digits and what ids are written with. */
static bool word_copy(const json_t *value, char word[TOKEN_HINT_BYTES])
{
	const char *const text = json_string_value(value);
	const size_t length = text != NULL ? strlen(text) : 0;

	for (size_t i = 0; i < length; i++) {
		if (!isalnum((unsigned char)text[i]) && strchr("._-", text[i]) == NULL)
			return false;
	}
	if (length == 0 || length >= TOKEN_HINT_BYTES)
		return false;
	memcpy(word, text, length + 1);
	return true;
}

int token_hint_read(const char *token, struct token_hint *hint)
{
	json_t *const payload = payload_read(token);
	const json_t *role;
	size_t i;

	if (payload == NULL)
		return -1;
	*hint = (struct token_hint){ 0 };
	word_copy(json_object_get(payload, "tid"), hint->tenant);
	if (!word_copy(json_object_get(payload, "appid"), hint->application))
		word_copy(json_object_get(payload, "azp"), hint->application);
	hint->expires_s = json_integer_value(json_object_get(payload, "exp"));
	json_array_foreach (json_object_get(payload, "roles"), i, role) {
		if (hint->role_count < TOKEN_HINT_ROLES &&
		    word_copy(role, hint->roles[hint->role_count]))
			hint->role_count++;
		else
			hint->left_out++;
	}
	json_decref(payload);
	return 0;
}

bool token_hint_has(const struct token_hint *hint, const char *role)
{
	for (uint32_t i = 0; i < hint->role_count; i++) {
		if (strcasecmp(hint->roles[i], role) == 0)
			return true;
	}
	return false;
}
