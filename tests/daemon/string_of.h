/* SPDX-License-Identifier: MIT */
/* string_of - what a test expects to be a string in JSON; "" when it is none. */
#ifndef PLENARY_TESTS_STRING_OF_H
#define PLENARY_TESTS_STRING_OF_H

#include <jansson.h>

static inline const char *string_of(const json_t *object, const char *name)
{
	const char *const string = json_string_value(json_object_get(object, name));

	return string != NULL ? string : "";
}

#endif
