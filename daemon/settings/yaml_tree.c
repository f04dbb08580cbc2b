/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"
#include "daemon/settings/yaml.h"

const struct yaml_node *yaml_child(const struct yaml_node *map, const char *key)
{
	assert(map->kind == YAML_MAP);
	for (const struct yaml_node *child = map->first; child != NULL;
	     child = child->next) {
		if (strcmp(child->key, key) == 0)
			return child;
	}
	return NULL;
}

bool yaml_is_null(const struct yaml_node *node)
{
	if (node->kind != YAML_VALUE || node->quoted)
		return false;
	assert(node->text != NULL);
	return strcmp(node->text, "") == 0 || strcmp(node->text, "~") == 0 ||
	       strcmp(node->text, "null") == 0;
}

static int read_all(FILE *file, struct text *text)
{
	char bytes[8192];

	for (;;) {
		const size_t count = fread(bytes, 1, sizeof(bytes), file);

		if (count == 0)
			return ferror(file) ? -errno : 0;
		text_add(text, bytes, count);
		if (text->length > YAML_BYTES)
			return -EFBIG;
	}
}

int yaml_file(const char *path, char **text, size_t *bytes, struct fault_list *faults)
{
	struct text content = { 0 };
	FILE *file = fopen(path, "re");
	int rc = file == NULL ? -errno : 0;

	if (rc == 0)
		rc = read_all(file, &content);
	if (file != NULL)
		fclose(file);
	if (rc < 0) {
		fault_error(faults, 0, 0, "%s",
			    rc == -EFBIG ? "the file is longer than 1048576 bytes"
					 : strerror(-rc));
		text_finish(&content);
		return rc;
	}
	assert(content.length <= YAML_BYTES);
	*bytes = content.length;
	*text = content.data != NULL ? content.data : memory_string("");
	return 0;
}
