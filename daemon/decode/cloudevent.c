/* SPDX-License-Identifier: MIT */
#include "daemon/decode/cloudevent.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/common/clock.h"
#include "daemon/common/utf8.h"
#include "daemon/decode/json.h"
#include "daemon/wire/base64url.h"

/* -- attributes (CloudEvents 1.0.2, Context Attributes) --------------------------------- */

static int required(const json_t *root, const char *name, const char **value,
		    struct problem *problem)
{
	const json_t *const member = json_object_get(root, name);

	*value = json_is_string(member) ? json_string_value(member) : "";
	if (**value == '\0')
		return problem_say(problem, 400, "the CloudEvent has no `%s`", name);
	if (strlen(*value) >= CLOUDEVENT_TEXT)
		return problem_say(problem, 400, "`%s` has more than %d bytes", name,
				   CLOUDEVENT_TEXT - 1);
	return 0;
}

/* Lower-case letters and digits of ASCII, and no more. */
static bool is_attribute_name(const char *name)
{
	const size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789");

	return length > 0 && name[length] == '\0';
}

/* Extensions are not ours to understand; their form is said all the same. */
static int attribute_good(const char *name, const json_t *value, struct problem *problem)
{
	static const char *const texts[] = { "datacontenttype", "dataschema", "subject",
					     "time" };

	if (strcmp(name, "data") == 0 || strcmp(name, "data_base64") == 0)
		return 0;
	if (!is_attribute_name(name))
		return problem_say(problem, 400,
				   "`%.60s` is no name of an attribute: a to z and 0 to "
				   "9 only",
				   name);
	if (json_is_object(value) || json_is_array(value) || json_is_real(value))
		return problem_say(problem, 400,
				   "`%.60s` is neither text, a whole number nor a truth "
				   "value",
				   name);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (strcmp(name, texts[i]) == 0 && !json_is_null(value) &&
		    (!json_is_string(value) || json_string_length(value) == 0))
			return problem_say(problem, 400, "`%s` is text, and not empty",
					   name);
	}
	return 0;
}

static int attributes_good(const json_t *root, struct problem *problem)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)root, name, value) {
		if (attribute_good(name, value, problem) < 0)
			return -1;
	}
	return 0;
}

/* -- data ------------------------------------------------------------------------------- */

bool cloudevent_is_json(const char *content_type)
{
	const size_t length = strcspn(content_type, "; \t");

	return (length == 16 && strncasecmp(content_type, "application/json", 16) == 0) ||
	       (length == 9 && strncasecmp(content_type, "text/json", 9) == 0) ||
	       (length > 5 && strncasecmp(content_type + length - 5, "+json", 5) == 0);
}

/* Data in base64 are bytes of the datacontenttype, and that is JSON where none is said. */
static int unpack_base64(json_t *root, struct problem *problem)
{
	const json_t *const packed = json_object_get(root, "data_base64");
	char fault[JSON_FAULT_BYTES];

	if (packed == NULL)
		return 0;
	if (json_object_get(root, "data") != NULL)
		return problem_say(problem, 400, "`data` and `data_base64`: one of them");
	const char *const letters =
		json_is_string(packed) ? json_string_value(packed) : "!";
	const size_t count = strlen(letters);
	char *const bytes = memory_zeroed(count * 3 / 4 + 1);
	const ssize_t length = base64_read(letters, count, bytes);
	json_t *const data = length < 0 ? NULL : json_read(bytes, (size_t)length, fault);

	free(bytes);
	if (length < 0)
		return problem_say(problem, 400, "`data_base64` is not base64");
	if (data == NULL)
		return problem_say(problem, 400, "`data_base64` holds no JSON: %s",
				   fault);
	json_object_del(root, "data_base64");
	json_object_set_new(root, "data", data);
	return 0;
}

static int read_data(json_t *root, struct cloudevent *cloudevent, struct problem *problem)
{
	const char *const type = json_text(root, "datacontenttype");

	if (type[0] != '\0' && !cloudevent_is_json(type))
		return problem_say(problem, 400,
				   "datacontenttype %.60s: only JSON is understood here",
				   type);
	if (unpack_base64(root, problem) < 0)
		return -1;
	cloudevent->data = (struct json_t *)json_object_get(root, "data");
	if (!json_is_object((json_t *)cloudevent->data))
		cloudevent->data = NULL;
	return 0;
}

int cloudevent_read(struct json_t *root, struct cloudevent *cloudevent,
		    struct problem *problem)
{
	struct cloudevent read = { 0 };
	const char *version;

	if (!json_is_object(root))
		return problem_say(problem, 400, "a CloudEvent is a JSON object");
	if (required(root, "specversion", &version, problem) < 0)
		return -1;
	if (strcmp(version, "1.0") != 0)
		return problem_say(problem, 400,
				   "specversion is %.16s; only 1.0 is spoken here",
				   version);
	if (required(root, "id", &read.id, problem) < 0 ||
	    required(root, "source", &read.source, problem) < 0 ||
	    required(root, "type", &read.type, problem) < 0 ||
	    attributes_good(root, problem) < 0)
		return -1;
	read.time = json_text(root, "time");
	if (read.time[0] != '\0' && clock_parse(read.time, &read.occurred_ms) < 0)
		return problem_say(problem, 400, "`time` is no RFC 3339 time");
	if (read_data(root, &read, problem) < 0)
		return -1;
	snprintf(read.key, sizeof(read.key), "ce|%zu|%s|%s", strlen(read.source),
		 read.source, read.id);
	*cloudevent = read;
	return 0;
}

/* -- headers (CloudEvents HTTP binding 1.0.2, 3.1.3.2) ---------------------------------- */

static int hex(char digit)
{
	if (isdigit((unsigned char)digit))
		return digit - '0';
	digit = (char)tolower((unsigned char)digit);
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* One byte of what stands for a value, and how many letters of it; 0: malformed. */
static size_t header_byte(const char *at, bool quoted, char *byte)
{
	*byte = *at;
	if (quoted && *at == '\\') {
		*byte = at[1];
		return at[1] != '\0' ? 2 : 0;
	}
	if (*at != '%')
		return 1;
	const int high = hex(at[1]), low = high < 0 ? -1 : hex(at[2]);

	*byte = (char)(high * 16 + low);
	return low < 0 || *byte == '\0' ? 0 : 3;
}

int cloudevent_header(const char *value, struct text *text)
{
	size_t length = strlen(value);
	const bool quoted = length >= 2 && value[0] == '"' && value[length - 1] == '"';
	const char *const end = value + length - quoted;
	const size_t before = text->length;

	for (const char *at = value + quoted; at < end;) {
		char byte;
		const size_t count = header_byte(at, quoted, &byte);

		if (count == 0 || at + count > end)
			return -1;
		text_add(text, &byte, 1);
		at += count;
	}
	return utf8_is_valid(text_string(text) + before, text->length - before, NULL)
		       ? 0
		       : -1;
}
