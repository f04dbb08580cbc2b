/* SPDX-License-Identifier: MIT */
#include "tests/wire/shared.h"

#include "daemon/common/text.h"

#include <stdio.h>

char *shared_sample(const char *name, size_t *bytes)
{
	struct text text = { 0 };
	char path[256], block[4096];
	size_t count;

	snprintf(path, sizeof(path), "../shared/protocols/samples/%s", name);
	FILE *const file = fopen(path, "re");

	if (file == NULL) {
		fprintf(stderr, "  (no %s here: that part is left out)\n", path);
		return NULL;
	}
	while ((count = fread(block, 1, sizeof(block), file)) > 0)
		text_add(&text, block, count);
	fclose(file);
	*bytes = text.length;
	return text.data;
}
