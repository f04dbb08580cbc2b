/* SPDX-License-Identifier: MIT */
/*
 * section - a map of a document, read key by key; what is wrong is said where it stands.
 *
 *	const struct section section = { node, faults };
 *	section_keys(&section, keys);
 *	section_need_line(&section, "title", &title);
 *
 * Every reader returns whether the key was there with a good value, and otherwise leaves
 * its output untouched, so a default is set beforehand.  Strings belong to the document.
 */
#ifndef PLENARY_SECTION_H
#define PLENARY_SECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/settings/yaml.h"

enum {
	SECTION_PLACE_BYTES = 1024, /* a path, a URL */
	SECTION_LINE_BYTES = 200,   /* a title, a choice, a name */
	SECTION_PROSE_BYTES = 4000, /* a prompt, a question */
	SECTION_ID_BYTES = 64,
};

struct section {
	const struct yaml_node *node; /* a YAML_MAP */
	struct fault_list *faults;
};

/* "a whole number of minutes from 1 to 480"; unit may be NULL. */
struct section_range {
	int64_t least, most;
	const char *unit;
};

/* What one node is, for items of a list and for readers of your own. */
bool node_is_line(const struct yaml_node *node, const char **line,
		  struct fault_list *faults);
bool node_is_prose(const struct yaml_node *node, const char **prose,
		   struct fault_list *faults);
bool node_is_id(const struct yaml_node *node, const char **id, struct fault_list *faults);
bool node_is_whole(const struct yaml_node *node, const struct section_range *range,
		   int64_t *number, struct fault_list *faults);
bool node_is_map(const struct yaml_node *node, const char *what, struct section *section,
		 struct fault_list *faults);

/* An error for every key that is not in the NULL-ended list, with the nearest that is. */
void section_keys(const struct section *section, const char *const keys[]);

/* The value of a key, NULL when absent or null. */
const struct yaml_node *section_find(const struct section *section, const char *key);
/* The same; absence is an error at the section's place. */
const struct yaml_node *section_need(const struct section *section, const char *key);

bool section_line(const struct section *section, const char *key, const char **line);
bool section_place(const struct section *section, const char *key, const char **place);
bool section_need_line(const struct section *section, const char *key, const char **line);
bool section_prose(const struct section *section, const char *key, const char **prose);
bool section_id(const struct section *section, const char *key, const char **id);
bool section_flag(const struct section *section, const char *key, bool *flag);
bool section_whole(const struct section *section, const char *key,
		   const struct section_range *range, int32_t *number);
/* names ends in NULL; *chosen is an index into it. */
bool section_choice(const struct section *section, const char *key,
		    const char *const names[], int *chosen);
bool section_map(const struct section *section, const char *key, struct section *map);
/* A list of least to most items; the node is handed out, walk it by first and next. */
const struct yaml_node *section_list(const struct section *section, const char *key,
				     int least, int most);

void section_error(const struct section *section, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void section_warning(const struct section *section, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
