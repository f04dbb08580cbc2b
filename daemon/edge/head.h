/* SPDX-License-Identifier: MIT */
/*
 * head - a request's target and header lines, and the rules they must keep whatever the
 * parser let through (RFC 9112 §3, §5, §6.1; RFC 9110 §7.2).
 *
 * Everything lives in one buffer, each word ending in NUL.  At most HEAD_LINES lines: 431
 * above.  Names are compared without regard to case.
 */
#ifndef PLENARY_HEAD_H
#define PLENARY_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/common/text.h"

enum { HEAD_LINES = 100 };

/* A refusal's status, 0 for none, and the sentence for its body: a static string. */
struct refusal {
	int status;
	const char *detail;
};

struct head {
	struct text bytes; /* target, then name and value of every line */
	uint32_t count;
	struct head_line {
		uint32_t name, value; /* where they begin in bytes */
	} lines[HEAD_LINES];
};

/* The parser adds bytes as they come and says when a word is complete. */
void head_end_word(struct head *head);
void head_begin_value(struct head *head, size_t name_at);
struct refusal head_end_value(struct head *head);

/* The value of the given one of equal names (0: the first), NULL when there are fewer. */
const char *head_value(const struct head *head, const char *name, unsigned which);

/* Whether a comma-separated list, over all lines of that name, has the token. */
bool head_lists(const struct head *head, const char *name, const char *token);

/* Host, single lines and coding; then the target, which it splits in place. */
struct refusal head_check(const struct head *head, bool is_http_1_1);
struct refusal head_split_target(struct head *head, bool is_options, const char **path,
				 const char **query);

#endif
