/* SPDX-License-Identifier: MIT */
/* A programme file written by anybody: it reads and fits the core, or says why not. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/settings/programme.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What has been read can also be printed. */
static void print(const struct programme *programme)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	for (int i = 0; i < programme->module_count; i++) {
		assert(module_fits(&programme->modules[i]));
		programme_print(out, &programme->modules[i], NULL);
	}
	fclose(out);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fault_list faults = { 0 };
	struct programme *programme = NULL;

	if (programme_read((const char *)data, size, &programme, &faults) == 0)
		print(programme);
	else
		assert(faults.errors > 0 && faults.count > 0 && programme == NULL);
	for (int i = 0; i < faults.count; i++)
		assert(strchr(faults.faults[i].message, '\n') == NULL);
	programme_destroy(programme);
	return 0;
}
