/* SPDX-License-Identifier: MIT */
#include "daemon/edge/head.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "daemon/edge/edge.h"

static const struct refusal fine = { 0, NULL };

/* Two of these could be read differently by a proxy and by us. */
static const char *const single_lines[] = {
	"Host",   "Content-Length", "Transfer-Encoding", "Content-Type", "Authorization",
	"Origin", "Expect",
};

void head_end_word(struct head *head)
{
	text_add(&head->bytes, "", 1);
}

void head_begin_value(struct head *head, size_t name_at)
{
	head_end_word(head);
	if (head->count < HEAD_LINES)
		head->lines[head->count] = (struct head_line){
			.name = (uint32_t)name_at,
			.value = (uint32_t)head->bytes.length,
		};
}

static bool is_printable(const char *word, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		const unsigned char byte = (unsigned char)word[i];

		if ((byte < 0x20 && byte != '\t') || byte == 0x7f)
			return false;
	}
	return true;
}

struct refusal head_end_value(struct head *head)
{
	struct text *const bytes = &head->bytes;

	if (head->count == HEAD_LINES)
		return (struct refusal){ 431, "There are too many header lines." };

	const size_t at = head->lines[head->count].value;

	while (bytes->length > at &&
	       strchr(" \t", bytes->data[bytes->length - 1]) != NULL)
		bytes->length--;
	if (!is_printable(bytes->data + at, bytes->length - at))
		return (struct refusal){ 400, "A header holds a control character." };
	head_end_word(head);
	head->count++;
	return fine;
}

const char *head_value(const struct head *head, const char *name, unsigned which)
{
	for (uint32_t i = 0; i < head->count; i++) {
		const struct head_line *const line = &head->lines[i];

		if (strcasecmp(head->bytes.data + line->name, name) == 0 && which-- == 0)
			return head->bytes.data + line->value;
	}
	return NULL;
}

const char *edge_header(const struct edge_request *request, const char *name)
{
	const struct head *const head = request->headers;

	return head_value(head, name, 0);
}

static bool list_has(const char *list, const char *token)
{
	const size_t length = strlen(token);

	while (*list != '\0') {
		list += strspn(list, ", \t");
		const size_t item = strcspn(list, ", \t");
		if (item == length && strncasecmp(list, token, length) == 0)
			return true;
		list += item;
	}
	return false;
}

bool head_lists(const struct head *head, const char *name, const char *token)
{
	const char *value;

	for (unsigned i = 0; (value = head_value(head, name, i)) != NULL; i++) {
		if (list_has(value, token))
			return true;
	}
	return false;
}

static bool is_authority(const char *host)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789-._~%:[]";

	return host[0] != '\0' && host[strspn(host, allowed)] == '\0';
}

static struct refusal check_coding(const struct head *head, bool is_http_1_1)
{
	const char *const coding = head_value(head, "Transfer-Encoding", 0);

	if (coding == NULL)
		return fine;
	if (!is_http_1_1)
		return (struct refusal){ 400, "HTTP/1.0 has no Transfer-Encoding." };
	if (head_value(head, "Content-Length", 0) != NULL)
		return (struct refusal){ 400, "The body has two lengths." };
	if (strcasecmp(coding, "chunked") != 0)
		return (struct refusal){ 501, "No coding but chunked is spoken here." };
	return fine;
}

struct refusal head_check(const struct head *head, bool is_http_1_1)
{
	const char *const host = head_value(head, "Host", 0);
	const char *const expect = head_value(head, "Expect", 0);

	for (size_t i = 0; i < sizeof(single_lines) / sizeof(single_lines[0]); i++) {
		if (head_value(head, single_lines[i], 1) != NULL)
			return (struct refusal){ 400, "A header stands twice." };
	}
	if (host == NULL && is_http_1_1)
		return (struct refusal){ 400, "There is no Host." };
	if (host != NULL && !is_authority(host))
		return (struct refusal){ 400, "Host is not a host." };
	if (expect != NULL && strcasecmp(expect, "100-continue") != 0)
		return (struct refusal){ 417, "No expectation but 100-continue is met." };
	return check_coding(head, is_http_1_1);
}

/* RFC 9112 §3.2.2: a server takes http://host/path too, and goes by its path. */
static char *skip_authority(char *target)
{
	static const char *const schemes[] = { "http://", "https://" };

	for (size_t i = 0; i < 2; i++) {
		const size_t length = strlen(schemes[i]);

		if (strncasecmp(target, schemes[i], length) == 0)
			return target + length + strcspn(target + length, "/?");
	}
	return target;
}

struct refusal head_split_target(struct head *head, bool is_options, const char **path,
				 const char **query)
{
	char *const target = skip_authority(head->bytes.data);
	char *const mark = strchr(target, '?');

	assert(head->bytes.length > 0);
	for (const char *at = head->bytes.data; *at != '\0'; at++) {
		if (*at <= ' ' || *at >= 0x7f || *at == '#')
			return (struct refusal){ 400, "The target is not a URL." };
	}
	if (target[0] != '/' && !(is_options && strcmp(target, "*") == 0))
		return (struct refusal){ 400, "The target is not a path." };
	*path = target;
	*query = "";
	if (mark != NULL) {
		*mark = '\0';
		*query = mark + 1;
	}
	return fine;
}
