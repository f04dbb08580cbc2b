/* SPDX-License-Identifier: MIT */
/* HTTP requests of whatever bytes, cut anywhere: how they are cut must not matter. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "daemon/edge/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct told {
	unsigned requests;
	int refused;
	bool upgraded;
	uint64_t digest;
};

static void add(struct told *told, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		told->digest = (told->digest ^ (unsigned char)bytes[i]) * 1099511628211U;
}

static void take_request(const struct parse *parse, struct told *told)
{
	struct edge_request request = { 0 };

	parse_request(parse, &request);
	assert(request.path[0] == '/' || request.path[0] == '*');
	assert(request.body_bytes <= EDGE_BODY_BYTES);
	assert(request.body[request.body_bytes] == '\0');
	add(told, request.method, strlen(request.method) + 1);
	add(told, request.path, strlen(request.path) + 1);
	add(told, request.query, strlen(request.query) + 1);
	add(told, request.body, request.body_bytes);
	told->requests++;
}

static struct told tell(const char *bytes, size_t count, size_t piece)
{
	struct parse *const parse = parse_create();
	struct told told = { 0 };
	bool going = true;

	for (size_t at = 0; at < count && going;) {
		const size_t some = count - at < piece ? count - at : piece;
		size_t used = 0;

		switch (parse_take(parse, bytes + at, some, &used)) {
		case PARSE_MORE:
			assert(used == some);
			break;
		case PARSE_BODY_BEGINS:
			assert(used > 0 && used <= some);
			assert(parse_held(parse) == 0);
			break;
		case PARSE_REQUEST:
			assert(used <= some);
			take_request(parse, &told);
			going = !parse_closes(parse);
			if (going)
				parse_next(parse);
			break;
		case PARSE_UPGRADE:
			assert(used <= some);
			take_request(parse, &told);
			told.upgraded = true;
			going = false;
			break;
		case PARSE_REFUSED:
			told.refused = parse_refusal(parse).status;
			assert(told.refused >= 400 && told.refused < 600);
			going = false;
			break;
		}
		at += used;
	}
	parse_destroy(parse);
	return told;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct told whole = tell((const char *)data, size, size + 1);
	const struct told single = tell((const char *)data, size, 1);

	assert(whole.requests == single.requests);
	assert(whole.upgraded == single.upgraded);
	assert(whole.digest == single.digest);
	assert((whole.refused == 0) == (single.refused == 0));
	return 0;
}
