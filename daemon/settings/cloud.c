/* SPDX-License-Identifier: MIT */
#include "daemon/settings/cloud.h"

#include <assert.h>
#include <stddef.h>

const char *const cloud_names[] = {
	[CLOUD_GLOBAL] = "global", [CLOUD_US_GOV] = "us-gov", [CLOUD_US_DOD] = "us-dod",
	[CLOUD_CHINA] = "china",   [CLOUDS] = NULL,
};

#define METADATA "/v1/.well-known/openidconfiguration"
#define US_BOT \
	.bot_metadata = "https://login.botframework.azure.us" METADATA, \
	.bot_issuer = "https://api.botframework.us", \
	.bot_scope = "https://api.botframework.us/.default", \
	.connectors = { "botframework.azure.us", "teams.microsoft.us", NULL }, \
	.bot_login = "https://login.microsoftonline.us", \
	.login = "https://login.microsoftonline.us", .call_events = "none", \
	.reports = true

static const struct cloud_hosts clouds[CLOUDS] = {
	[CLOUD_GLOBAL] = {
		.bot_metadata = "https://login.botframework.com" METADATA,
		.bot_issuer = "https://api.botframework.com",
		.bot_scope = "https://api.botframework.com/.default",
		/* Microsoft's own list of where the connector lives. */
		.connectors = { "botframework.com", "smba.trafficmanager.net",
				"teams.microsoft.com", "teams.microsoft.us", NULL },
		.bot_login = "https://login.microsoftonline.com",
		.login = "https://login.microsoftonline.com",
		.graph = "https://graph.microsoft.com",
		.call_events = "beta",
		.reports = true,
	},
	[CLOUD_US_GOV] = { US_BOT, .graph = "https://graph.microsoft.us" },
	[CLOUD_US_DOD] = { US_BOT, .graph = "https://dod-graph.microsoft.us" },
	[CLOUD_CHINA] = {
		.bot_metadata = "https://login.botframework.azure.cn" METADATA,
		.bot_issuer = "https://api.botframework.azure.cn",
		.bot_scope = "https://api.botframework.azure.cn/.default",
		.connectors = { "botframework.azure.cn", "teams.microsoftonline.cn",
				NULL },
		.bot_login = "https://login.partner.microsoftonline.cn",
		.login = "https://login.chinacloudapi.cn",
		.graph = "https://microsoftgraph.chinacloudapi.cn",
		.call_events = "none",
		.reports = false,
	},
};

const struct cloud_hosts *cloud_hosts(enum cloud cloud)
{
	assert(cloud < CLOUDS);
	return &clouds[cloud];
}
