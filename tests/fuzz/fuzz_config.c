/* SPDX-License-Identifier: MIT */
/* A configuration written by anybody: what is printed back is itself without a fault. */
#include <assert.h>
#include <stdlib.h>

#include "daemon/settings/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_back(const struct config *config)
{
	struct fault_list faults = { 0 };
	struct config *again = NULL;
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	config_print(out, config);
	fclose(out);
	const int rc = config_parse(text, bytes, "/etc/plenary", &again, &faults);
	assert(rc == 0);
	config_destroy(again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fault_list faults = { 0 };
	struct config *config = NULL;

	if (config_parse((const char *)data, size, "/etc/plenary", &config, &faults) == 0)
		read_back(config);
	else
		assert(faults.errors > 0 && config == NULL);
	config_destroy(config);
	return 0;
}
