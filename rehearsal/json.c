/* SPDX-License-Identifier: MIT */
#include "rehearsal/json.h"

#include <assert.h>

json_t *json_parsed(const char *bytes, size_t count)
{
	return json_loadb(bytes, count, JSON_REJECT_DUPLICATES, NULL);
}

static char *written(const json_t *value, size_t flags)
{
	char *const text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | flags);

	assert(text != NULL);
	return text;
}

char *json_written(const json_t *value)
{
	return written(value, 0);
}

char *json_canonical(const json_t *value)
{
	return written(value, JSON_SORT_KEYS);
}

const char *json_string_at(const json_t *object, const char *key)
{
	const char *const string = json_string_value(json_object_get(object, key));

	return string != NULL ? string : "";
}

int64_t json_number_at(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

void json_each_object(const json_t *value, json_object_fn *visit, void *context)
{
	const char *key;
	json_t *member;
	size_t index;

	if (json_is_object(value)) {
		visit(context, value);
		json_object_foreach ((json_t *)value, key, member)
			json_each_object(member, visit, context);
	}
	json_array_foreach (value, index, member)
		json_each_object(member, visit, context);
}

void json_each_string(const json_t *value, json_string_fn *visit, void *context)
{
	const char *key;
	json_t *member;
	size_t index;

	if (json_is_string(value))
		visit(context, json_string_value(value));
	json_object_foreach ((json_t *)value, key, member)
		json_each_string(member, visit, context);
	json_array_foreach (value, index, member)
		json_each_string(member, visit, context);
}
