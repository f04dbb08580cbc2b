/* SPDX-License-Identifier: MIT */
/*
 * small - a message that was too big, made as small as it can be and still be of
 * use: its first words and what can be pressed.
 */
#ifndef PLENARY_ENCODE_SMALL_H
#define PLENARY_ENCODE_SMALL_H

enum { SMALL_TEXT_BYTES = 200 }; /* longer texts are cut, between characters */

/* The body of an activity; malloc'd.  NULL when it cannot be made smaller. */
char *encode_small(const char *body);

#endif
