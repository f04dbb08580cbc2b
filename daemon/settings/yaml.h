/* SPDX-License-Identifier: MIT */
/*
 * yaml - text into a small tree that knows where everything stood.  The only file that
 * knows libyaml; what the tree means is asked through section.h.
 *
 * JSON is accepted, being nearly all YAML (only \u surrogate pairs are not read).  Anchors,
 * aliases and tags, duplicate keys, several documents, control characters other than line
 * feeds, and whatever exceeds a limit below are refused, each with one fault at its place.
 * Lines and columns count from 1; a column is a character, not a byte.
 */
#ifndef PLENARY_YAML_H
#define PLENARY_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "daemon/settings/fault.h"

enum {
	YAML_BYTES = 1024 * 1024,
	YAML_DEPTH = 16,
	YAML_NODES = 20000,
};

enum yaml_kind {
	YAML_VALUE, /* a scalar; text and quoted say what stood there */
	YAML_LIST,
	YAML_MAP,
	YAML_KINDS
};

struct yaml_node {
	enum yaml_kind kind;
	int line, column;
	bool quoted;      /* "12" and 'no' are text, 12 and no need not be */
	const char *text; /* YAML_VALUE; final line feeds removed */
	const char *key;  /* when it stands in a map, else NULL */
	int key_line, key_column;
	int count;                     /* children of a list or map */
	const struct yaml_node *first; /* in file order */
	const struct yaml_node *next;
};

struct yaml;

/* 0, or -EINVAL with one error added to faults; *yaml is untouched on failure. */
int yaml_read(const char *text, size_t bytes, struct yaml **yaml,
	      struct fault_list *faults);
void yaml_destroy(struct yaml *yaml);

const struct yaml_node *yaml_root(const struct yaml *yaml);
const struct yaml_node *yaml_child(const struct yaml_node *map, const char *key);

/* Nothing, ~ or null: a key without a value counts as absent. */
bool yaml_is_null(const struct yaml_node *node);

/* A string that lives as long as the document. */
const char *yaml_string(struct yaml *yaml, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * The whole file, malloc'd and ended by NUL (which *bytes does not count).  Not more than
 * YAML_BYTES: -EFBIG.  Otherwise the negative errno of opening or reading; the words are
 * added to faults.
 */
int yaml_file(const char *path, char **text, size_t *bytes, struct fault_list *faults);

#endif
