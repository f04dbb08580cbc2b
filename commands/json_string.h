/* SPDX-License-Identifier: MIT */
/*
 * json_string - a string as RFC 8259 §7 writes it, quotes included; its bytes must be UTF-8.
 */
#ifndef PLENARY_JSON_STRING_H
#define PLENARY_JSON_STRING_H

#include "daemon/common/text.h"

void json_string_add(struct text *out, const char *string);

#endif
