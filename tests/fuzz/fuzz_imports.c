/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <stdlib.h>

#include "imports/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct report_options options = { REPORT_NEVER, REPORT_NEVER };
	struct report *report = NULL;
	struct report_fault fault;

	if (report_read("fuzz.csv", data, size, &options, &report, &fault) == 0)
		free(report_outcomes_json(&(struct report_outcome){ .file = "fuzz.csv",
								    .report = report },
					  1));
	report_destroy(report);
	return 0;
}
