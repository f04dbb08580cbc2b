/* SPDX-License-Identifier: MIT */
#include "daemon/decode/json.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* jansson would follow 2,048 levels; what we read has ten. */
static bool too_deep(const char *text, size_t bytes)
{
	bool in_string = false;
	int depth = 0;

	for (size_t i = 0; i < bytes; i++) {
		if (in_string) {
			if (text[i] == '\\')
				i++;
			else
				in_string = text[i] != '"';
		} else if (text[i] == '"') {
			in_string = true;
		} else if (text[i] == '{' || text[i] == '[') {
			if (++depth > JSON_DEPTH)
				return true;
		} else if (text[i] == '}' || text[i] == ']') {
			depth--;
		}
	}
	return false;
}

json_t *json_read(const char *text, size_t bytes, char fault[JSON_FAULT_BYTES])
{
	json_error_t error;

	if (too_deep(text, bytes)) {
		snprintf(fault, JSON_FAULT_BYTES, "nested more than %d levels deep",
			 JSON_DEPTH);
		return NULL;
	}
	json_t *const root = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		snprintf(fault, JSON_FAULT_BYTES, "line %d, column %d: %.100s",
			 error.line, error.column, error.text);
	return root;
}

static bool same_name(const char *key, const char *name, size_t length)
{
	while (*key == ' ')
		key++;
	size_t key_length = strlen(key);

	while (key_length > 0 && key[key_length - 1] == ' ')
		key_length--;
	return key_length == length && strncasecmp(key, name, length) == 0;
}

static json_t *member(const json_t *object, const char *name, size_t length)
{
	const char *key;
	json_t *value;

	if (!json_is_object(object))
		return NULL;
	json_object_foreach ((json_t *)object, key, value) {
		if (same_name(key, name, length))
			return value;
	}
	return NULL;
}

json_t *json_member(const json_t *object, const char *name)
{
	return member(object, name, strlen(name));
}

json_t *json_at(const json_t *object, const char *path)
{
	while (object != NULL) {
		const size_t length = strcspn(path, ".");

		object = member(object, path, length);
		if (path[length] == '\0')
			break;
		path += length + 1;
	}
	return (json_t *)object;
}

const char *json_text(const json_t *object, const char *path)
{
	const char *const text = json_string_value(json_at(object, path));

	return text != NULL ? text : "";
}

int json_number(const json_t *object, const char *path, int64_t *number)
{
	const json_t *const value = json_at(object, path);
	const char *const text = json_string_value(value);
	char *end;

	if (json_is_integer(value)) {
		*number = json_integer_value(value);
		return 0;
	}
	if (text == NULL || *text == '\0')
		return -1;
	errno = 0;
	const long long parsed = strtoll(text, &end, 10);
	if (errno != 0 || *end != '\0')
		return -1;
	*number = parsed;
	return 0;
}
