/* SPDX-License-Identifier: MIT */
#include "daemon/edge/parse.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <llhttp.h>

/*
 * Where our own scan for the head's end stands: llhttp does not tell of folded lines, and
 * takes a CR without an LF for an end of line.
 */
enum scan { SCAN_LINE, SCAN_CR, SCAN_LINE_BEGINS, SCAN_LAST_CR, SCAN_ENDED, SCAN_WRONG };

struct parse {
	llhttp_t http;
	enum parse_stage stage;
	enum scan scan;
	struct refusal refusal;
	struct head *head; /* from the first byte to parse_next() */
	struct text body;
	const char *path, *query;
	size_t empty_bytes, head_bytes, raw_body_bytes, name_at, most_body_bytes;
	bool head_complete, upgrades, closes, waits;
};

static struct parse *owner(llhttp_t *http)
{
	return http->data;
}

static int refuse(struct parse *parse, struct refusal refusal)
{
	assert(refusal.status >= 400);
	if (parse->refusal.status == 0)
		parse->refusal = refusal;
	return -1;
}

static int on_word(llhttp_t *http, const char *at, size_t count)
{
	struct parse *const parse = owner(http);

	/* Trailers come after the head; nothing here needs them. */
	if (parse->stage == PARSE_HEAD)
		text_add(&parse->head->bytes, at, count);
	return 0;
}

static int on_url_complete(llhttp_t *http)
{
	struct parse *const parse = owner(http);

	head_end_word(parse->head);
	parse->name_at = parse->head->bytes.length;
	return 0;
}

static int on_name_complete(llhttp_t *http)
{
	struct parse *const parse = owner(http);

	if (parse->stage != PARSE_HEAD)
		return 0;
	if (parse->head->bytes.length == parse->name_at)
		return refuse(parse, (struct refusal){ 400, "A header has no name." });
	head_begin_value(parse->head, parse->name_at);
	return 0;
}

static int on_value_complete(llhttp_t *http)
{
	struct parse *const parse = owner(http);

	if (parse->stage != PARSE_HEAD)
		return 0;
	const struct refusal refusal = head_end_value(parse->head);
	parse->name_at = parse->head->bytes.length;
	return refusal.status == 0 ? 0 : refuse(parse, refusal);
}

static struct refusal check_line(const llhttp_t *http)
{
	switch (http->method) {
	case HTTP_GET:
	case HTTP_HEAD:
	case HTTP_POST:
	case HTTP_PUT:
	case HTTP_PATCH:
	case HTTP_DELETE:
	case HTTP_OPTIONS:
		break;
	default:
		return (struct refusal){ 501, "The method is not spoken here." };
	}
	if (http->http_major != 1 || http->http_minor > 1)
		return (struct refusal){ 505,
					 "Only HTTP/1.1 and HTTP/1.0 are spoken here." };
	return (struct refusal){ 0, NULL };
}

static bool has_body(const llhttp_t *http)
{
	return (http->flags & F_CHUNKED) != 0 || http->content_length > 0;
}

static struct refusal check_upgrade(struct parse *parse, llhttp_t *http)
{
	const bool is_1_1 = http->http_minor == 1;

	/* llhttp would end the HTTP of a connection for any Upgrade line. */
	parse->upgrades =
		http->upgrade && head_lists(parse->head, "Upgrade", "websocket");
	http->upgrade = parse->upgrades;
	if (parse->upgrades && (http->method != HTTP_GET || has_body(http) || !is_1_1 ||
				(http->flags & F_CONTENT_LENGTH) != 0))
		return (struct refusal){ 400, "A websocket begins with a GET." };
	return (struct refusal){ 0, NULL };
}

static int on_headers_complete(llhttp_t *http)
{
	struct parse *const parse = owner(http);
	const bool is_1_1 = http->http_minor == 1;
	struct refusal refusal = check_line(http);

	if (refusal.status == 0)
		refusal = head_check(parse->head, is_1_1);
	if (refusal.status == 0)
		refusal = head_split_target(parse->head, http->method == HTTP_OPTIONS,
					    &parse->path, &parse->query);
	if (refusal.status == 0)
		refusal = check_upgrade(parse, http);
	parse->most_body_bytes = EDGE_BODY_BYTES;
	if (refusal.status == 0 && http->content_length > EDGE_BODY_BYTES)
		refusal = (struct refusal){ 413, "The body is too large." };
	if (refusal.status != 0)
		return refuse(parse, refusal);
	parse->head_complete = true;
	parse->closes = !is_1_1 || (http->flags & F_CONNECTION_CLOSE) != 0;
	parse->waits =
		is_1_1 && has_body(http) && head_value(parse->head, "Expect", 0) != NULL;
	parse->stage = PARSE_BODY;
	return 0;
}

static int on_body(llhttp_t *http, const char *at, size_t count)
{
	struct parse *const parse = owner(http);

	parse->waits = false;
	if (parse->body.length + count > parse->most_body_bytes)
		return refuse(parse, (struct refusal){ 413, "The body is too large." });
	text_add(&parse->body, at, count);
	return 0;
}

static int on_message_complete(llhttp_t *http)
{
	struct parse *const parse = owner(http);

	parse->stage = PARSE_DONE;
	return parse->upgrades ? 0 : HPE_PAUSED;
}

static const llhttp_settings_t settings = {
	.on_url = on_word,
	.on_url_complete = on_url_complete,
	.on_header_field = on_word,
	.on_header_field_complete = on_name_complete,
	.on_header_value = on_word,
	.on_header_value_complete = on_value_complete,
	.on_headers_complete = on_headers_complete,
	.on_body = on_body,
	.on_message_complete = on_message_complete,
};

struct parse *parse_create(void)
{
	struct parse *const parse = memory_zeroed(sizeof(*parse));

	llhttp_init(&parse->http, HTTP_REQUEST, &settings);
	parse->http.data = parse;
	return parse;
}

static void forget(struct parse *parse)
{
	if (parse->head != NULL)
		text_finish(&parse->head->bytes);
	free(parse->head);
	parse->head = NULL;
	text_finish(&parse->body);
}

void parse_destroy(struct parse *parse)
{
	if (parse == NULL)
		return;
	forget(parse);
	free(parse);
}

void parse_next(struct parse *parse)
{
	const llhttp_t http = parse->http;

	assert(parse->stage == PARSE_DONE);
	forget(parse);
	*parse = (struct parse){ .http = http };
	llhttp_resume(&parse->http);
}

static enum scan scan_byte(enum scan scan, char byte)
{
	switch (scan) {
	case SCAN_CR:
		return byte == '\n' ? SCAN_LINE_BEGINS : SCAN_WRONG;
	case SCAN_LAST_CR:
		return byte == '\n' ? SCAN_ENDED : SCAN_WRONG;
	case SCAN_LINE_BEGINS:
		if (byte == '\r')
			return SCAN_LAST_CR;
		if (byte == ' ' || byte == '\t')
			return SCAN_WRONG;
		break;
	default:
		break;
	}
	if (byte == '\n')
		return SCAN_WRONG;
	return byte == '\r' ? SCAN_CR : SCAN_LINE;
}

/* How many of the bytes belong to the head. */
static size_t scan_head(struct parse *parse, const char *bytes, size_t count)
{
	size_t i = 0;

	while (i < count && parse->scan != SCAN_ENDED && parse->scan != SCAN_WRONG)
		parse->scan = scan_byte(parse->scan, bytes[i++]);
	return i;
}

static enum parse_outcome refused(struct parse *parse, int status, const char *detail)
{
	refuse(parse, (struct refusal){ status, detail });
	return PARSE_REFUSED;
}

static enum parse_outcome execute(struct parse *parse, const char *bytes, size_t count,
				  size_t *used)
{
	switch (llhttp_execute(&parse->http, bytes, count)) {
	case HPE_OK:
		*used += count;
		return PARSE_MORE;
	case HPE_PAUSED:
		*used += (size_t)(llhttp_get_error_pos(&parse->http) - bytes);
		return PARSE_REQUEST;
	case HPE_PAUSED_UPGRADE:
		*used += (size_t)(llhttp_get_error_pos(&parse->http) - bytes);
		return PARSE_UPGRADE;
	case HPE_INVALID_VERSION:
		return refused(parse, 505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
	default:
		return refused(parse, 400, "This is not a well-formed request.");
	}
}

static enum parse_outcome take_head(struct parse *parse, const char *bytes, size_t count,
				    size_t *used)
{
	const size_t mine = scan_head(parse, bytes, count);

	parse->head_bytes += mine;
	if (parse->head_bytes > EDGE_HEAD_BYTES)
		return refused(parse, 431, "The head is too large.");
	if (parse->scan == SCAN_WRONG)
		return refused(parse, 400,
			       "A line of the head is folded or does not end in CRLF.");

	const enum parse_outcome outcome = execute(parse, bytes, mine, used);

	if (outcome != PARSE_REFUSED &&
	    parse->head_complete != (parse->scan == SCAN_ENDED))
		return refused(parse, 400, "The head does not end as it should.");
	return outcome;
}

static enum parse_outcome take_body(struct parse *parse, const char *bytes, size_t count,
				    size_t *used)
{
	const size_t before = *used;
	const enum parse_outcome outcome = execute(parse, bytes, count, used);

	parse->raw_body_bytes += *used - before;
	if (parse->raw_body_bytes >
	    EDGE_HEAD_BYTES + (1 + PARSE_CHUNK_BYTES) * parse->body.length)
		return refused(parse, 400, "The chunks hold more than a body.");
	return outcome;
}

static enum parse_outcome begin(struct parse *parse, const char *bytes, size_t count,
				size_t *used)
{
	while (*used < count && strchr("\r\n", bytes[*used]) != NULL &&
	       bytes[*used] != '\0') {
		++*used;
		if (++parse->empty_bytes > PARSE_EMPTY_BYTES)
			return refused(parse, 400, "There are only empty lines.");
	}
	if (*used < count) {
		parse->stage = PARSE_HEAD;
		parse->head = memory_zeroed(sizeof(*parse->head));
	}
	return PARSE_MORE;
}

enum parse_outcome parse_take(struct parse *parse, const char *bytes, size_t count,
			      size_t *used)
{
	enum parse_outcome outcome = PARSE_MORE;

	assert(parse->stage != PARSE_DONE);
	*used = 0;
	if (parse->stage == PARSE_IDLE)
		outcome = begin(parse, bytes, count, used);
	if (outcome == PARSE_MORE && parse->stage == PARSE_HEAD && *used < count) {
		outcome = take_head(parse, bytes + *used, count - *used, used);
		if (outcome == PARSE_MORE && parse->stage == PARSE_BODY)
			return PARSE_BODY_BEGINS;
	}
	if (outcome == PARSE_MORE && parse->stage == PARSE_BODY && *used < count)
		outcome = take_body(parse, bytes + *used, count - *used, used);
	return outcome;
}

enum parse_stage parse_stage(const struct parse *parse)
{
	return parse->stage;
}

struct refusal parse_refusal(const struct parse *parse)
{
	return parse->refusal;
}

const struct head *parse_head(const struct parse *parse)
{
	return parse->head;
}

void parse_allow_body(struct parse *parse, size_t bytes)
{
	assert(parse->stage == PARSE_BODY && parse->body.length == 0);
	if (bytes < parse->most_body_bytes)
		parse->most_body_bytes = bytes;
}

size_t parse_held(const struct parse *parse)
{
	return parse->stage == PARSE_BODY ? parse->body.room : 0;
}

void parse_drop_body(struct parse *parse)
{
	text_finish(&parse->body);
}

void parse_request(const struct parse *parse, struct edge_request *request)
{
	const bool is_complete = parse->stage == PARSE_DONE;

	assert(is_complete || parse->stage == PARSE_BODY);
	request->method = llhttp_method_name((llhttp_method_t)parse->http.method);
	request->path = parse->path;
	request->query = parse->query;
	request->body = text_string(&parse->body);
	request->body_bytes =
		is_complete ? parse->body.length : (size_t)parse->http.content_length;
	request->headers = parse->head;
}

bool parse_closes(const struct parse *parse)
{
	return parse->closes;
}

bool parse_is_head(const struct parse *parse)
{
	return parse->http.method == HTTP_HEAD;
}

bool parse_waits(const struct parse *parse)
{
	return parse->waits;
}

void parse_waits_no_more(struct parse *parse)
{
	parse->waits = false;
}
