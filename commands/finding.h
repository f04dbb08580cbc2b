/* SPDX-License-Identifier: MIT */
/*
 * finding - what one check saw, and what to do about it.
 *
 * Words are a sentence without a full stop; the remedy is an exact command or page, in one or
 * more lines, or nothing.
 */
#ifndef PLENARY_FINDING_H
#define PLENARY_FINDING_H

#include "daemon/common/text.h"

enum finding_state {
	FINDING_OK,
	FINDING_WARNING, /* it works today, or only part of it will not */
	FINDING_FAILED,  /* do not begin a session before this is put right */
	FINDING_NOT_CHECKED,
	FINDING_STATES
};

struct finding {
	enum finding_state state;
	struct text words, remedy;
};

struct finding finding_ok(const char *format, ...) __attribute__((format(printf, 1, 2)));
struct finding finding_warning(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
struct finding finding_failed(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
struct finding finding_not_checked(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
/* The same finding, with what to do. */
struct finding finding_remedy(struct finding finding, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void finding_finish(struct finding *finding);

/* "not checked" */
const char *finding_state_words(enum finding_state state);

#endif
