/* SPDX-License-Identifier: MIT */
/*
 * shared - samples of Microsoft's documentation, where the folder with them lies beside the
 * project.  Without it a test says so and goes on with its own.
 */
#ifndef PLENARY_TESTS_SHARED_H
#define PLENARY_TESTS_SHARED_H

#include <stdbool.h>
#include <stddef.h>

/* NUL-terminated and malloc'd, bytes without the NUL; NULL (and a word on standard error)
 * when there is no such file. */
char *shared_sample(const char *name, size_t *bytes);

#endif
