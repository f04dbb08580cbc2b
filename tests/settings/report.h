/* SPDX-License-Identifier: MIT */
/*
 * report - the faults of a text as people see them, one per line, for comparing.
 */
#ifndef PLENARY_TEST_REPORT_H
#define PLENARY_TEST_REPORT_H

#include <stdlib.h>
#include <string.h>

#include "daemon/settings/config.h"
#include "daemon/settings/programme.h"
#include "daemon/settings/yaml.h"

/* malloc'd; every line begins with "f". */
static inline char *report_of(const struct fault_list *faults)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	fault_print(out, "f", faults);
	fclose(out);
	return text;
}

static inline char *yaml_report_bytes(const char *text, size_t bytes)
{
	struct fault_list faults = { 0 };
	struct yaml *yaml = NULL;

	if (yaml_read(text, bytes, &yaml, &faults) == 0)
		yaml_destroy(yaml);
	return report_of(&faults);
}

static inline char *programme_report(const char *text)
{
	struct fault_list faults = { 0 };
	struct programme *programme = NULL;

	if (programme_read(text, strlen(text), &programme, &faults) == 0)
		programme_destroy(programme);
	return report_of(&faults);
}

static inline char *config_report(const char *text)
{
	struct fault_list faults = { 0 };
	struct config *config = NULL;

	if (config_parse(text, strlen(text), "/etc/plenary", &config, &faults) == 0)
		config_destroy(config);
	return report_of(&faults);
}

#define EXPECT_REPORT(expected, report) \
	do { \
		char *report_ = (report); \
		CHECK_TEXT(expected, report_); \
		free(report_); \
	} while (0)

#endif
