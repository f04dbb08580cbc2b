/* SPDX-License-Identifier: MIT */
/*
 * run - the real program, run to its end with these words after `plenary`; what it said on
 * both outputs replaces said.  Answers its exit status; a signal fails the test.
 */
#ifndef PLENARY_TESTS_RUN_H
#define PLENARY_TESTS_RUN_H

#include "daemon/common/text.h"

enum { RUN_WORDS = 12 };

int run_program(const char *const words[], struct text *said);

#endif
