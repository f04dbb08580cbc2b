/* SPDX-License-Identifier: MIT */
/*
 * cloud - Microsoft's clouds: which hosts stand where.
 *
 * Only defaults: each URL can be set on its own.  GCC (not High) and every country without
 * a cloud of its own, the United Kingdom too, are `global`.  The hosts of validation tokens
 * are documented for the global cloud alone; elsewhere they are those of its sign-in.
 * Rules: Microsoft Graph "National cloud deployments"; Bot Framework "Authentication";
 * "Change notifications for online meetings" (global only); artefacts of meetings (not in
 * China).
 */
#ifndef PLENARY_CLOUD_H
#define PLENARY_CLOUD_H

#include <stdbool.h>

enum cloud { CLOUD_GLOBAL, CLOUD_US_GOV, CLOUD_US_DOD, CLOUD_CHINA, CLOUDS };

struct cloud_hosts {
	const char *bot_metadata, *bot_issuer, *bot_scope;
	const char *connectors[5];     /* who may get the bot's token; ends in NULL */
	const char *bot_login, *login; /* https://host */
	const char *graph;             /* https://host; the scope is below it */
	const char *call_events;       /* API version, "none" where there are none */
	bool reports;                  /* attendance reports */
};

/* Ends in NULL: "global", "us-gov", "us-dod", "china". */
extern const char *const cloud_names[];
const struct cloud_hosts *cloud_hosts(enum cloud cloud);

#endif
