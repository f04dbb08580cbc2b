/* SPDX-License-Identifier: MIT */
/*
 * problem - what was wrong with a request, as application/problem+json (RFC 9457).
 */
#ifndef PLENARY_PROBLEM_H
#define PLENARY_PROBLEM_H

#include "daemon/common/text.h"

enum { PROBLEM_DETAIL_BYTES = 256 };

struct problem {
	int status; /* 0: nothing is wrong */
	char detail[PROBLEM_DETAIL_BYTES];
};

/* Says what is wrong; returns -1 so that it can be returned on. */
int problem_say(struct problem *problem, int status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void problem_write(const struct problem *problem, struct text *body);

#endif
