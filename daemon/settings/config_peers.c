/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "daemon/settings/address.h"
#include "daemon/settings/cloud.h"
#include "daemon/settings/config_parts.h"

enum { IDENTITY_BYTES = 100 };

static const char *const bot_keys[] = {
	"app_id",    "tenant_id",     "metadata_url", "issuer",
	"token_url", "scope",         "secret_file",  "certificate",
	"key",       "service_hosts", NULL,
};
static const char *const graph_keys[] = {
	"client_id",
	"tenant_id",
	"base_url",
	"token_url",
	"scope",
	"secret_file",
	"certificate",
	"key",
	"organiser_id",
	"metadata_url",
	"metadata_url_v1",
	"call_events_api",
	"attendance_reports",
	NULL,
};

void config_url(const struct config_reading *reading, const struct section *section,
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

static void read_hosts(const struct section *section, const struct cloud_hosts *cloud,
		       struct config_bot *bot)
{
	const struct yaml_node *list =
		section_list(section, "service_hosts", 1, CONFIG_HOSTS);
	int count = 0;

	if (list == NULL) {
		for (int i = 0; cloud->connectors[i] != NULL; i++)
			bot->service_hosts[i] = cloud->connectors[i];
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

/* A secret, or a certificate with its key: one of them, and not half of one. */
static void read_proof(const struct config_reading *reading,
		       const struct section *section, struct config_proof *proof)
{
	struct config_proof read = { 0 };

	config_reference(reading, section, "secret_file", &read.secret_file);
	config_reference(reading, section, "certificate", &read.certificate);
	config_reference(reading, section, "key", &read.key);
	if ((read.certificate != NULL) != (read.key != NULL))
		section_error(section, "`certificate` and `key` go together");
	else if (read.secret_file != NULL && read.key != NULL)
		section_error(section, "`secret_file`, or `certificate` and `key`: not"
				       " both");
	else if (read.secret_file != NULL || read.key != NULL)
		*proof = read;
}

static bool is_proof(const struct config_proof *proof)
{
	return proof->secret_file != NULL || proof->key != NULL;
}

static const char *token_url(const struct config_reading *reading, const char *login,
			     const char *tenant_id)
{
	return yaml_string(reading->config->source, "%s/%s/oauth2/v2.0/token", login,
			   tenant_id != NULL ? tenant_id : "");
}

static void read_bot(const struct config_reading *reading, const struct section *section)
{
	const struct cloud_hosts *cloud = cloud_hosts(reading->config->cloud);
	struct config_bot *bot = &reading->config->bot;

	section_keys(section, bot_keys);
	bot->metadata_url = cloud->bot_metadata;
	bot->issuer = cloud->bot_issuer;
	bot->scope = cloud->bot_scope;
	if (section_need(section, "app_id") != NULL)
		read_identity(section, "app_id", &bot->app_id);
	if (section_need(section, "tenant_id") != NULL)
		read_identity(section, "tenant_id", &bot->tenant_id);
	config_url(reading, section, "metadata_url", &bot->metadata_url);
	section_line(section, "issuer", &bot->issuer);
	section_line(section, "scope", &bot->scope);
	bot->token_url = token_url(reading, cloud->bot_login, bot->tenant_id);
	config_url(reading, section, "token_url", &bot->token_url);
	read_proof(reading, section, &bot->proof);
	if (section_find(section, "secret_file") == NULL &&
	    section_find(section, "certificate") == NULL &&
	    section_find(section, "key") == NULL)
		section_error(section, "`secret_file`, or `certificate` and `key`, is"
				       " missing");
	read_hosts(section, cloud, bot);
}

/* What the cloud has, and an operator may know better. */
static void read_services(const struct section *section, const struct cloud_hosts *cloud,
			  struct config_graph *graph)
{
	static const char *const versions[] = { "beta", "v1.0", "none", NULL };
	int version;

	graph->call_events_api = cloud->call_events;
	if (section_choice(section, "call_events_api", versions, &version))
		graph->call_events_api = versions[version];
	graph->attendance_reports = cloud->reports;
	section_flag(section, "attendance_reports", &graph->attendance_reports);
}

static void read_graph_urls(const struct config_reading *reading,
			    const struct section *section,
			    const struct cloud_hosts *cloud)
{
	struct config_graph *graph = &reading->config->graph;
	struct yaml *source = reading->config->source;

	graph->base_url = cloud->graph;
	graph->scope = yaml_string(source, "%s/.default", cloud->graph);
	graph->token_url = token_url(reading, cloud->login, graph->tenant_id);
	graph->metadata_url =
		yaml_string(source, "%s/common/v2.0/.well-known/openid-configuration",
			    cloud->login);
	graph->metadata_url_v1 =
		yaml_string(source, "%s/common/.well-known/openid-configuration",
			    cloud->login);
	config_url(reading, section, "base_url", &graph->base_url);
	section_line(section, "scope", &graph->scope);
	config_url(reading, section, "token_url", &graph->token_url);
	config_url(reading, section, "metadata_url", &graph->metadata_url);
	config_url(reading, section, "metadata_url_v1", &graph->metadata_url_v1);
}

/* One registration usually serves both, so Graph's credentials default to the bot's. */
static void read_graph(const struct config_reading *reading,
		       const struct section *section)
{
	const struct cloud_hosts *cloud = cloud_hosts(reading->config->cloud);
	const struct config_bot *bot = &reading->config->bot;
	struct config_graph *graph = &reading->config->graph;

	section_keys(section, graph_keys);
	graph->client_id = bot->app_id;
	graph->tenant_id = bot->tenant_id;
	graph->proof = bot->proof;
	read_identity(section, "client_id", &graph->client_id);
	read_identity(section, "tenant_id", &graph->tenant_id);
	read_proof(reading, section, &graph->proof);
	if (graph->client_id == NULL || graph->tenant_id == NULL ||
	    !is_proof(&graph->proof))
		section_error(section, "without a bot, `client_id`, `tenant_id` and"
				       " `secret_file` (or `certificate` and `key`)"
				       " are needed here");
	read_graph_urls(reading, section, cloud);
	read_services(section, cloud, graph);
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
	int cloud;

	if (section_choice(&reading->root, "cloud", cloud_names, &cloud))
		config->cloud = (enum cloud)cloud;
	config_url(reading, &reading->root, "public_url", &config->public_url);
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
