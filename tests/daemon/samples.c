/* SPDX-License-Identifier: MIT */
#include "tests/daemon/samples.h"

#include "tests/check.h"
#include "tests/wire/shared.h"

struct world sample_world;
uint32_t sample_session;

json_t *sample(const char *name)
{
	size_t bytes = 0;
	char *const text = shared_sample(name, &bytes);

	CHECK(text != NULL);
	json_t *const root = json_loadb(text, bytes, 0, NULL);

	CHECK(root != NULL);
	free(text);
	return root;
}

static bool listed(const char *const *names, const char *name)
{
	for (; names != NULL && *names != NULL; names++) {
		if (strcmp(*names, name) == 0)
			return true;
	}
	return false;
}

void like(const json_t *theirs, const json_t *ours, const char *const *left_out)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)theirs, name, value) {
		const json_t *const own = json_object_get(ours, name);

		if (listed(left_out, name))
			continue;
		if (own == NULL || (json_typeof(own) != json_typeof(value) &&
				    !(json_is_boolean(own) && json_is_boolean(value))))
			fprintf(stderr, "    member %s\n", name);
		CHECK(own != NULL);
		CHECK(json_is_boolean(own) ? json_is_boolean(value)
					   : json_typeof(own) == json_typeof(value));
		if (json_is_object(value))
			like(value, own, left_out);
	}
}

const char *text_of(const json_t *object, const char *name)
{
	const char *const text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

json_t *outgoing(enum effect_kind kind, struct request_draft *draft)
{
	struct effect effect = effect_blank(kind);

	effect.person = 0;
	effect.place = 2;
	effect.block = 1;
	effect.poll = 0;
	effect.to_ms = 4099194600000;
	effect.amount_ms = 300000;
	CHECK_INT(0, encode_delivery(&sample_world.plenary->words,
				     journal_batch(sample_world.plenary->journal),
				     sample_session, 4099194000000, &effect, draft));
	json_t *const body = json_loads(draft->delivery.body, 0, NULL);

	CHECK(json_is_object(body));
	return body;
}
