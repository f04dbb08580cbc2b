/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "daemon/settings/address.h"
#include "daemon/settings/config_parts.h"

enum { IDENTITY_BYTES = 100 };

static const char *const bot_keys[] = {
	"app_id", "tenant_id",   "metadata_url",  "issuer", "token_url",
	"scope",  "secret_file", "service_hosts", NULL,
};
static const char *const graph_keys[] = {
	"client_id", "tenant_id",   "base_url",     "token_url",
	"scope",     "secret_file", "organiser_id", NULL,
};

/* Microsoft's own list of where the connector lives. */
static const char *const connector_hosts[] = {
	"botframework.com",
	"smba.trafficmanager.net",
	"teams.microsoft.com",
	"teams.microsoft.us",
	NULL,
};

static void read_url(const struct config_reading *reading, const struct section *section,
		     const char *key, const char **url)
{
	const struct yaml_node *node = section_find(section, key);
	const char *written;

	if (node == NULL || !section_place(section, key, &written))
		return;
	const char *wanted =
		address_url_problem(written, reading->config->allow_loopback_peers);
	const size_t length = strlen(written);
	assert(length > 0);
	if (wanted != NULL)
		fault_error(section->faults, node->line, node->column,
			    "`%s`: expected %s", key, wanted);
	else if (written[length - 1] == '/')
		*url = yaml_string(reading->config->source, "%.*s", (int)length - 1,
				   written);
	else
		*url = written;
}

/* Application and tenant ids go into URLs and comparisons, so their letters are checked. */
static void read_identity(const struct section *section, const char *key,
			  const char **identity)
{
	const struct yaml_node *node = section_find(section, key);
	const char *written;

	if (node == NULL || !section_line(section, key, &written))
		return;
	if (address_host_problem(written) != NULL || strlen(written) > IDENTITY_BYTES) {
		fault_error(
			section->faults, node->line, node->column,
			"`%s`: expected an id like 11112222-3333-4444-5555-666677778888",
			key);
		return;
	}
	if (!address_is_guid(written) && strchr(written, '.') == NULL)
		fault_warning(section->faults, node->line, node->column,
			      "`%s` is usually 8-4-4-4-12 hexadecimal digits", key);
	*identity = written;
}

static void read_hosts(const struct section *section, struct config_bot *bot)
{
	const struct yaml_node *list =
		section_list(section, "service_hosts", 1, CONFIG_HOSTS);
	int count = 0;

	if (list == NULL) {
		for (int i = 0; connector_hosts[i] != NULL; i++)
			bot->service_hosts[i] = connector_hosts[i];
		return;
	}
	for (const struct yaml_node *node = list->first; node != NULL;
	     node = node->next) {
		const char *host;

		if (!node_is_line(node, &host, section->faults))
			continue;
		if (address_host_problem(host) != NULL || strchr(host, '.') == NULL)
			fault_error(section->faults, node->line, node->column,
				    "expected a host name of at least two parts, like"
				    " botframework.com");
		else
			bot->service_hosts[count++] = host;
		assert(count <= CONFIG_HOSTS);
	}
}

static void read_bot(const struct config_reading *reading, const struct section *section)
{
	struct config_bot *bot = &reading->config->bot;

	section_keys(section, bot_keys);
	bot->metadata_url =
		"https://login.botframework.com/v1/.well-known/openidconfiguration";
	bot->issuer = "https://api.botframework.com";
	bot->scope = "https://api.botframework.com/.default";
	if (section_need(section, "app_id") != NULL)
		read_identity(section, "app_id", &bot->app_id);
	if (section_need(section, "tenant_id") != NULL)
		read_identity(section, "tenant_id", &bot->tenant_id);
	read_url(reading, section, "metadata_url", &bot->metadata_url);
	section_line(section, "issuer", &bot->issuer);
	section_line(section, "scope", &bot->scope);
	bot->token_url =
		yaml_string(reading->config->source,
			    "https://login.microsoftonline.com/%s/oauth2/v2.0/token",
			    bot->tenant_id != NULL ? bot->tenant_id : "");
	read_url(reading, section, "token_url", &bot->token_url);
	if (section_need(section, "secret_file") != NULL)
		config_reference(reading, section, "secret_file", &bot->secret_file);
	read_hosts(section, bot);
}

/* One registration usually serves both, so Graph's credentials default to the bot's. */
static void read_graph(const struct config_reading *reading,
		       const struct section *section)
{
	const struct config_bot *bot = &reading->config->bot;
	struct config_graph *graph = &reading->config->graph;

	section_keys(section, graph_keys);
	graph->client_id = bot->app_id;
	graph->tenant_id = bot->tenant_id;
	graph->secret_file = bot->secret_file;
	graph->base_url = "https://graph.microsoft.com";
	graph->scope = "https://graph.microsoft.com/.default";
	read_identity(section, "client_id", &graph->client_id);
	read_identity(section, "tenant_id", &graph->tenant_id);
	config_reference(reading, section, "secret_file", &graph->secret_file);
	if (graph->client_id == NULL || graph->tenant_id == NULL ||
	    graph->secret_file == NULL)
		section_error(section, "without a bot, `client_id`, `tenant_id` and"
				       " `secret_file` are needed here");
	read_url(reading, section, "base_url", &graph->base_url);
	section_line(section, "scope", &graph->scope);
	graph->token_url =
		yaml_string(reading->config->source,
			    "https://login.microsoftonline.com/%s/oauth2/v2.0/token",
			    graph->tenant_id != NULL ? graph->tenant_id : "");
	read_url(reading, section, "token_url", &graph->token_url);
	read_identity(section, "organiser_id", &graph->organiser_id);
}

static void read_mail(const struct config_reading *reading)
{
	static const char *const mail_keys[] = { "sender_id", NULL };
	struct config *config = reading->config;
	struct section section;

	if (!section_map(&reading->root, "mail", &section))
		return;
	section_keys(&section, mail_keys);
	if (section_need(&section, "sender_id") != NULL)
		read_identity(&section, "sender_id", &config->mail.sender_id);
	if (config->graph.client_id == NULL)
		section_warning(&section, "without `graph` no mail can be sent");
}

static void read_rooms(const struct config_reading *reading)
{
	static const char *const room_keys[] = { "spare", "lobby", NULL };
	static const struct section_range spare = { 0, CONFIG_SPARE_ROOMS, "rooms" };
	static const char *const lobbies[] = { "everyone", "organizationAndFederated",
					       "organization", "organizer", NULL };
	struct config *config = reading->config;
	struct section section;
	int lobby;

	if (!section_map(&reading->root, "rooms", &section))
		return;
	section_keys(&section, room_keys);
	section_whole(&section, "spare", &spare, &config->rooms.spare);
	if (section_choice(&section, "lobby", lobbies, &lobby))
		config->rooms.lobby = lobbies[lobby];
}

void config_read_peers(const struct config_reading *reading)
{
	struct config *config = reading->config;
	struct section section;

	read_url(reading, &reading->root, "public_url", &config->public_url);
	if (section_map(&reading->root, "bot", &section))
		read_bot(reading, &section);
	if (section_map(&reading->root, "graph", &section)) {
		read_graph(reading, &section);
		if (config->public_url == NULL)
			section_warning(&section,
					"without `public_url` Graph cannot be told where"
					" to send notifications");
	}
	read_mail(reading);
	read_rooms(reading);
}
