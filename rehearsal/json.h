/* SPDX-License-Identifier: MIT */
/*
 * json - JSON as the stand-in tenant needs it: the only place of this room that knows
 * jansson, with the few words it lacks.
 *
 * Readers never fail: what is absent or of another kind reads as "" or 0.  Strings are
 * borrowed from the value they came from.
 */
#ifndef PLENARY_STAGE_JSON_H
#define PLENARY_STAGE_JSON_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/* NULL when the bytes are not one JSON value. */
json_t *json_parsed(const char *bytes, size_t count);
/* Compact, malloc'd; members in the order they were put. */
char *json_written(const json_t *value);
/* The same with members sorted, so that equal values give equal text. */
char *json_canonical(const json_t *value);

const char *json_string_at(const json_t *object, const char *key);
int64_t json_number_at(const json_t *object, const char *key);

/* Calls visit for every object in the value, at any depth. */
typedef void json_object_fn(void *context, const json_t *object);
void json_each_object(const json_t *value, json_object_fn *visit, void *context);
/* Calls visit for every string in the value, at any depth. */
typedef void json_string_fn(void *context, const char *string);
void json_each_string(const json_t *value, json_string_fn *visit, void *context);

#endif
