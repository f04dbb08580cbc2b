/* SPDX-License-Identifier: MIT */
/*
 * files - the attendance files of one import, all read or none.
 */
#ifndef PLENARY_FILES_H
#define PLENARY_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "imports/report.h"

struct file {
	const char *path;
	struct report *report;
	uint64_t digest; /* of its bytes */
};

struct files {
	struct file *list;
	size_t count;
};

/* session_day: as report_options has it.  -1 with each refusal on standard error. */
int files_read(struct files *files, char **paths, size_t count, int64_t session_day);
void files_finish(struct files *files);

#endif
