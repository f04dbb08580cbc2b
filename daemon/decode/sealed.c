/* SPDX-License-Identifier: MIT */
#include "daemon/decode/sealed.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/decode/json.h"
#include "handlers/kinds.h"

void sealed_whose_write(struct text *text, const struct sealed_whose *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		text_addf(text, "%s%u:%u:%u", i > 0 ? " " : "", list[i].index,
			  list[i].session, list[i].place);
}

/* One number and what ends it; false when it is none or too large. */
static bool read_number(const char **at, unsigned long most, char end,
			unsigned long *number)
{
	char *after;

	if (**at < '0' || **at > '9')
		return false;
	*number = strtoul(*at, &after, 10);
	if (*number > most || (*after != end && !(end == ' ' && *after == '\0')))
		return false;
	*at = *after == '\0' ? after : after + 1;
	return true;
}

int sealed_whose_read(const char *text, struct sealed_whose **list, size_t *count)
{
	struct sealed_whose *read = NULL;
	size_t used = 0;

	while (*text != '\0') {
		unsigned long index, session, place;

		if (!read_number(&text, UINT32_MAX, ':', &index) ||
		    !read_number(&text, UINT32_MAX, ':', &session) ||
		    !read_number(&text, PLACES_MAX - 1, ' ', &place)) {
			free(read);
			return -1;
		}
		read = memory_resized(read, (used + 1) * sizeof(*read));
		read[used++] = (struct sealed_whose){ .index = (uint32_t)index,
						      .session = (uint32_t)session,
						      .place = (uint16_t)place };
	}
	*list = read;
	*count = used;
	return 0;
}

/* NULL where there is no such text. */
static const char *text_of(const json_t *object, const char *name)
{
	return json_string_value(json_member(object, name));
}

static void read_item(const json_t *value, struct sealed_item *item)
{
	const json_t *const content = json_member(value, "encryptedContent");
	const char *const tenant = text_of(value, "tenantId");

	item->tenant = tenant != NULL ? tenant : "";
	item->envelope = (struct envelope_item){
		.id = text_of(content, "encryptionCertificateId"),
		.thumbprint = text_of(content, "encryptionCertificateThumbprint"),
		.key = text_of(content, "dataKey"),
		.data = text_of(content, "data"),
		.signature = text_of(content, "dataSignature"),
	};
}

static void read_tokens(struct sealed *sealed, const json_t *tokens)
{
	const json_t *each;
	size_t i;

	json_array_foreach (tokens, i, each) {
		const char *const token = json_string_value(each);

		if (token != NULL && sealed->tokens < SEALED_TOKENS)
			sealed->token[sealed->tokens++] = token;
	}
}

struct sealed *sealed_read(const char *body, size_t bytes,
			   const struct sealed_whose *whose, size_t count)
{
	char fault[JSON_FAULT_BYTES];
	json_t *const root = json_read(body, bytes, fault);
	const json_t *const values = json_member(root, "value");

	if (!json_is_array(values)) {
		json_decref(root);
		return NULL;
	}
	struct sealed *const sealed = memory_zeroed(sizeof(*sealed));
	sealed->root = (struct json_t *)root;
	sealed->count = count;
	sealed->items = memory_zeroed(count * sizeof(*sealed->items) + 1);
	for (size_t i = 0; i < count; i++) {
		sealed->items[i].whose = whose[i];
		read_item(json_array_get(values, whose[i].index), &sealed->items[i]);
	}
	read_tokens(sealed, json_member(root, "validationTokens"));
	return sealed;
}

void sealed_open(struct sealed *sealed, const struct envelopes *envelopes)
{
	for (size_t i = 0; i < sealed->count; i++) {
		struct sealed_item *const item = &sealed->items[i];

		if (item->vouched && !item->settled)
			item->verdict =
				envelope_open(envelopes, &item->envelope, &item->plain);
	}
}

void sealed_destroy(struct sealed *sealed)
{
	if (sealed == NULL)
		return;
	for (size_t i = 0; i < sealed->count; i++)
		envelope_wipe(&sealed->items[i].plain);
	free(sealed->items);
	json_decref((json_t *)sealed->root);
	free(sealed);
}
