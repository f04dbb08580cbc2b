/* SPDX-License-Identifier: MIT */
/*
 * files - the sample files of a folder, for tests.
 */
#ifndef PLENARY_TESTS_IMPORTS_FILES_H
#define PLENARY_TESTS_IMPORTS_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "daemon/common/text.h"

#define SAMPLES "tests/imports/samples/"
#define EXPECTED_ENDING ".expected.json"

/* The whole file, appended; false when it cannot be read. */
bool file_read(const char *path, struct text *bytes);
/* Calls with every name in the folder that is no expectation, sorted; how many. */
size_t files_each(const char *folder, void (*call)(const char *folder, const char *name));
bool ends_with(const char *string, const char *ending);

#endif
