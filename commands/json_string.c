/* SPDX-License-Identifier: MIT */
#include "commands/json_string.h"

void json_string_add(struct text *out, const char *string)
{
	text_add(out, "\"", 1);
	for (; *string != '\0'; string++) {
		if (*string == '"' || *string == '\\')
			text_addf(out, "\\%c", *string);
		else if ((unsigned char)*string < 0x20)
			text_addf(out, "\\u%04x", (unsigned)*string);
		else
			text_add(out, string, 1);
	}
	text_add(out, "\"", 1);
}
