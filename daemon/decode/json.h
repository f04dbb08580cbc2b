/* SPDX-License-Identifier: MIT */
/*
 * json - reading objects whose keys may come in any case (Microsoft's services write both
 * participantJoin and ParticipantJoin), whose strings may be null, absent or empty, and
 * whose numbers may be strings.
 *
 * For what others send.  What we write ourselves is made with jansson's own functions; which
 * files may know jansson is said in tests/purity.sh.
 */
#ifndef PLENARY_JSON_H
#define PLENARY_JSON_H

#include <jansson.h>
#include <stdint.h>

enum { JSON_DEPTH = 32, JSON_FAULT_BYTES = 160 };

/* NULL with words in fault when it is no JSON, too deep, or has a key twice. */
json_t *json_read(const char *text, size_t bytes, char fault[JSON_FAULT_BYTES]);

/* The member whatever the case of its name and blanks around it; NULL when absent. */
json_t *json_member(const json_t *object, const char *name);
/* The same for a path "conversation.id". */
json_t *json_at(const json_t *object, const char *path);
/* "" when absent or not a string. */
const char *json_text(const json_t *object, const char *path);
/* 0, or -1 when absent or not a whole number (a string of digits is one). */
int json_number(const json_t *object, const char *path, int64_t *number);

#endif
