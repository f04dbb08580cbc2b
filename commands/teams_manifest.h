/* SPDX-License-Identifier: MIT */
/*
 * teams_manifest - what the app's package tells Teams: who made it, where its bot may live,
 * which words it understands, what it asks to be allowed.
 *
 * The manifest has the form of Microsoft's schema 1.30 and is the same text for the same
 * configuration.  Its version is app.version and TEAMS_MANIFEST_REVISION, which rises with
 * every change of what stands in teams_manifest.c: Teams takes a changed package only with
 * a higher version.  Source: Microsoft Teams "App manifest schema", "Resource-specific
 * consent", "Meeting apps API references".
 */
#ifndef PLENARY_TEAMS_MANIFEST_H
#define PLENARY_TEAMS_MANIFEST_H

#include <stddef.h>

#include "daemon/common/text.h"

enum { TEAMS_MANIFEST_REVISION = 1 };

/* Resource-specific: whoever adds the app to a meeting, chat or team consents to it there. */
struct teams_permission {
	const char *name;
	const char *gives;
	const char *without; /* what does not work */
};

struct teams_command {
	const char *title; /* sent as it is when somebody picks it from the menu */
	const char *description;
};

extern const struct teams_permission teams_permissions[];
extern const size_t teams_permission_count;
extern const struct teams_command teams_commands[];
extern const size_t teams_command_count;

struct config;

/* Appends manifest.json.  0, or -EINVAL with what is missing in the configuration, and what
 * to do, in words. */
int teams_manifest_make(const struct config *config, struct text *out,
			struct text *words);

/* <0, 0, >0 as the first version is lower than, equal to or higher than the second; what is
 * no version is the lowest. */
int teams_version_compare(const char *a, const char *b);

#endif
