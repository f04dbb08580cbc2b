/* SPDX-License-Identifier: MIT */
#include "daemon/settings/yaml.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "daemon/common/text.h"
#include "daemon/common/utf8.h"

/* Everything a document owns is a chain of allocations that end together. */
struct piece {
	struct piece *next;
	max_align_t bytes[];
};

struct yaml {
	struct piece *pieces;
	const struct yaml_node *root;
	int nodes;
};

struct builder {
	struct yaml *yaml;
	struct fault_list *faults;
	struct yaml_node *open[YAML_DEPTH]; /* the lists and maps we are inside of */
	struct yaml_node *last[YAML_DEPTH]; /* the newest child of each */
	int depth;
	const char *key; /* read, and waiting for its value */
	int key_line, key_column;
	bool ended;
};

static void *piece_of(struct yaml *yaml, size_t bytes)
{
	assert(bytes <= SIZE_MAX - sizeof(struct piece));
	struct piece *piece = memory_zeroed(sizeof(*piece) + bytes);

	piece->next = yaml->pieces;
	yaml->pieces = piece;
	return piece->bytes;
}

const char *yaml_string(struct yaml *yaml, const char *format, ...)
{
	va_list arguments, again;

	va_start(arguments, format);
	va_copy(again, arguments);
	const int length = vsnprintf(NULL, 0, format, arguments);
	assert(length >= 0);
	char *string = piece_of(yaml, (size_t)length + 1);
	vsnprintf(string, (size_t)length + 1, format, again);
	va_end(again);
	va_end(arguments);
	return string;
}

static int refuse(struct builder *builder, yaml_mark_t mark, const char *words)
{
	fault_error(builder->faults, (int)mark.line + 1, (int)mark.column + 1, "%s",
		    words);
	return -EINVAL;
}

static const char *copy_scalar(struct yaml *yaml, const yaml_event_t *event)
{
	size_t length = event->data.scalar.length;
	const char *value = (const char *)event->data.scalar.value;

	while (length > 0 && value[length - 1] == '\n')
		length--;
	char *text = piece_of(yaml, length + 1);
	memcpy(text, value, length);
	return text;
}

static bool has_control_character(const yaml_event_t *event)
{
	const unsigned char *value = event->data.scalar.value;

	for (size_t i = 0; i < event->data.scalar.length; i++) {
		if ((value[i] < 0x20 && value[i] != '\n') || value[i] == 0x7f)
			return true;
		if (value[i] == 0xc2 && value[i + 1] < 0xa0)
			return true;
	}
	return false;
}

/* Anchors, aliases and tags: one text should say one thing in one place. */
static const char *forbidden(const yaml_event_t *event)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;

	switch (event->type) {
	case YAML_ALIAS_EVENT:
		return "aliases (*name) are not used here: write it out";
	case YAML_SCALAR_EVENT:
		anchor = event->data.scalar.anchor;
		tag = event->data.scalar.tag;
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = event->data.sequence_start.anchor;
		tag = event->data.sequence_start.tag;
		break;
	case YAML_MAPPING_START_EVENT:
		anchor = event->data.mapping_start.anchor;
		tag = event->data.mapping_start.tag;
		break;
	default:
		break;
	}
	if (anchor != NULL)
		return "anchors (&name) are not used here: write it out";
	return tag != NULL ? "tags (!name) are not used here" : NULL;
}

static bool expects_key(const struct builder *builder)
{
	return builder->depth > 0 &&
	       builder->open[builder->depth - 1]->kind == YAML_MAP &&
	       builder->key == NULL;
}

static int take_key(struct builder *builder, const yaml_event_t *event)
{
	const struct yaml_node *map = builder->open[builder->depth - 1];
	char words[96];

	if (event->type != YAML_SCALAR_EVENT)
		return refuse(builder, event->start_mark, "a key must be a plain word");
	const char *key = copy_scalar(builder->yaml, event);
	if (has_control_character(event) || strchr(key, '\n') != NULL)
		return refuse(builder, event->start_mark, "a key must be one plain word");
	const struct yaml_node *same = yaml_child(map, key);
	if (same != NULL) {
		char shown[UTF8_SHOWN_BYTES];
		snprintf(words, sizeof(words), "`%s` is here twice, first in line %d",
			 utf8_shown(key, shown), same->key_line);
		return refuse(builder, event->start_mark, words);
	}
	builder->key = key;
	builder->key_line = (int)event->start_mark.line + 1;
	builder->key_column = (int)event->start_mark.column + 1;
	return 0;
}

static struct yaml_node *add_node(struct builder *builder, enum yaml_kind kind,
				  const yaml_event_t *event)
{
	struct yaml_node *node = piece_of(builder->yaml, sizeof(*node));

	node->kind = kind;
	node->line = (int)event->start_mark.line + 1;
	node->column = (int)event->start_mark.column + 1;
	node->key = builder->key;
	node->key_line = builder->key_line;
	node->key_column = builder->key_column;
	builder->key = NULL;
	builder->yaml->nodes++;
	assert(builder->yaml->nodes <= YAML_NODES);
	if (builder->depth == 0) {
		assert(builder->yaml->root == NULL);
		builder->yaml->root = node;
		return node;
	}
	struct yaml_node *parent = builder->open[builder->depth - 1];
	struct yaml_node *before = builder->last[builder->depth - 1];
	assert(parent->kind != YAML_VALUE);
	assert((parent->kind == YAML_MAP) == (node->key != NULL));
	assert((before == NULL) == (parent->count == 0));
	if (before == NULL)
		parent->first = node;
	else
		before->next = node;
	builder->last[builder->depth - 1] = node;
	parent->count++;
	return node;
}

static int take_scalar(struct builder *builder, const yaml_event_t *event)
{
	if (has_control_character(event))
		return refuse(builder, event->start_mark,
			      "the text has a tab or another control character");
	struct yaml_node *node = add_node(builder, YAML_VALUE, event);
	node->text = copy_scalar(builder->yaml, event);
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	return 0;
}

static int take_start(struct builder *builder, enum yaml_kind kind,
		      const yaml_event_t *event)
{
	if (builder->depth == YAML_DEPTH)
		return refuse(builder, event->start_mark, "nested too deeply");
	struct yaml_node *node = add_node(builder, kind, event);
	builder->open[builder->depth] = node;
	builder->last[builder->depth] = NULL;
	builder->depth++;
	return 0;
}

static int take_event(struct builder *builder, const yaml_event_t *event)
{
	const char *words = forbidden(event);

	if (words != NULL)
		return refuse(builder, event->start_mark, words);
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (builder->yaml->root != NULL)
			return refuse(builder, event->start_mark,
				      "only one document (---) per file");
		return 0;
	case YAML_STREAM_END_EVENT:
		builder->ended = true;
		return 0;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		assert(builder->depth > 0);
		builder->depth--;
		return 0;
	case YAML_SCALAR_EVENT:
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		break;
	default:
		return 0;
	}
	if (builder->yaml->nodes >= YAML_NODES)
		return refuse(builder, event->start_mark, "the file has too many parts");
	if (expects_key(builder))
		return take_key(builder, event);
	if (event->type == YAML_SCALAR_EVENT)
		return take_scalar(builder, event);
	return take_start(builder,
			  event->type == YAML_MAPPING_START_EVENT ? YAML_MAP : YAML_LIST,
			  event);
}

/* The most frequent slip of people new to YAML deserves better words than libyaml's. */
static bool line_begins_with_tab(const char *text, size_t bytes, size_t line)
{
	const char *end = text + bytes;

	for (; line > 0 && text < end; line--) {
		const char *feed = memchr(text, '\n', (size_t)(end - text));
		text = feed != NULL ? feed + 1 : end;
	}
	while (text < end && *text == ' ')
		text++;
	return text < end && *text == '\t';
}

static int refuse_syntax(struct builder *builder, const yaml_parser_t *parser,
			 const char *text, size_t bytes)
{
	const yaml_mark_t mark = parser->problem_mark;
	char words[FAULT_MESSAGE_BYTES];

	if (parser->error == YAML_MEMORY_ERROR)
		abort();
	if (line_begins_with_tab(text, bytes, mark.line))
		return refuse(builder, mark, "this line begins with a tab: use blanks");
	snprintf(words, sizeof(words), "not YAML: %s%s%s%s",
		 parser->problem != NULL ? parser->problem : "it cannot be read",
		 parser->context != NULL ? " (" : "",
		 parser->context != NULL ? parser->context : "",
		 parser->context != NULL ? ")" : "");
	return refuse(builder, mark, words);
}

static int build(struct builder *builder, const char *text, size_t bytes)
{
	yaml_parser_t parser;
	int rc = 0;

	if (!yaml_parser_initialize(&parser))
		abort();
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, bytes);
	while (rc == 0 && !builder->ended) {
		yaml_event_t event;

		if (!yaml_parser_parse(&parser, &event)) {
			rc = refuse_syntax(builder, &parser, text, bytes);
			break;
		}
		rc = take_event(builder, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return rc;
}

static int check_text(const char *text, size_t bytes, struct fault_list *faults)
{
	size_t wrong;
	int line, column;

	if (bytes > YAML_BYTES) {
		fault_error(faults, 0, 0, "the file is longer than %d bytes", YAML_BYTES);
		return -EINVAL;
	}
	if (!utf8_is_valid(text, bytes, &wrong)) {
		utf8_place(text, wrong, &line, &column);
		fault_error(faults, line, column,
			    "not UTF-8: byte 0x%02x (save the file as UTF-8)",
			    (unsigned)(unsigned char)text[wrong]);
		return -EINVAL;
	}
	return 0;
}

int yaml_read(const char *text, size_t bytes, struct yaml **yaml,
	      struct fault_list *faults)
{
	static const char mark[] = "\xef\xbb\xbf"; /* Windows editors write it first */

	if (check_text(text, bytes, faults) < 0)
		return -EINVAL;
	if (bytes >= 3 && memcmp(text, mark, 3) == 0) {
		text += 3;
		bytes -= 3;
	}
	struct builder builder = { .yaml = memory_zeroed(sizeof(struct yaml)),
				   .faults = faults };
	int rc = build(&builder, text, bytes);
	if (rc == 0 && builder.yaml->root == NULL) {
		fault_error(faults, 0, 0, "the file is empty");
		rc = -EINVAL;
	}
	if (rc < 0) {
		yaml_destroy(builder.yaml);
		return rc;
	}
	assert(builder.depth == 0 && builder.key == NULL);
	*yaml = builder.yaml;
	return 0;
}

void yaml_destroy(struct yaml *yaml)
{
	if (yaml == NULL)
		return;
	while (yaml->pieces != NULL) {
		struct piece *piece = yaml->pieces;

		yaml->pieces = piece->next;
		free(piece);
	}
	free(yaml);
}

const struct yaml_node *yaml_root(const struct yaml *yaml)
{
	assert(yaml->root != NULL);
	return yaml->root;
}
