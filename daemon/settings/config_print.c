/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "daemon/settings/config.h"

/* Strings are printed quoted, so that whatever they hold reads back as the same. */
static void print_quoted(FILE *out, const char *string)
{
	assert(strchr(string, '\n') == NULL);
	fputc('"', out);
	for (; *string != '\0'; string++) {
		if (*string == '"' || *string == '\\')
			fputc('\\', out);
		fputc(*string, out);
	}
	fputs("\"\n", out);
}

static void print_string(FILE *out, const char *key, const char *string)
{
	fprintf(out, "%s: ", key);
	if (string == NULL)
		fputs("null\n", out);
	else
		print_quoted(out, string);
}

static void print_proof(FILE *out, const struct config_proof *proof)
{
	if (proof->secret_file != NULL) {
		print_string(out, "  secret_file", proof->secret_file);
		return;
	}
	print_string(out, "  certificate", proof->certificate);
	print_string(out, "  key", proof->key);
}

static void print_bot(FILE *out, const struct config_bot *bot)
{
	if (bot->app_id == NULL) {
		fputs("bot: null\n", out);
		return;
	}
	fputs("bot:\n", out);
	print_string(out, "  app_id", bot->app_id);
	print_string(out, "  tenant_id", bot->tenant_id);
	print_string(out, "  metadata_url", bot->metadata_url);
	print_string(out, "  issuer", bot->issuer);
	print_string(out, "  token_url", bot->token_url);
	print_string(out, "  scope", bot->scope);
	print_proof(out, &bot->proof);
	fputs("  service_hosts:\n", out);
	for (int i = 0; bot->service_hosts[i] != NULL; i++) {
		fputs("    - ", out);
		print_quoted(out, bot->service_hosts[i]);
	}
}

static void print_graph(FILE *out, const struct config_graph *graph)
{
	if (graph->client_id == NULL) {
		fputs("graph: null\n", out);
		return;
	}
	fputs("graph:\n", out);
	print_string(out, "  client_id", graph->client_id);
	print_string(out, "  tenant_id", graph->tenant_id);
	print_string(out, "  base_url", graph->base_url);
	print_string(out, "  token_url", graph->token_url);
	print_string(out, "  scope", graph->scope);
	print_proof(out, &graph->proof);
	print_string(out, "  metadata_url", graph->metadata_url);
	print_string(out, "  metadata_url_v1", graph->metadata_url_v1);
	print_string(out, "  call_events_api", graph->call_events_api);
	fprintf(out, "  attendance_reports: %s\n",
		graph->attendance_reports ? "true" : "false");
	print_string(out, "  organiser_id", graph->organiser_id);
}

static void print_app(FILE *out, const struct config_app *app)
{
	if (app->developer == NULL) {
		fputs("app: null\n", out);
		return;
	}
	fputs("app:\n", out);
	print_string(out, "  developer", app->developer);
	print_string(out, "  website", app->website);
	print_string(out, "  privacy", app->privacy);
	print_string(out, "  terms", app->terms);
	print_string(out, "  name", app->name);
	print_string(out, "  short_name", app->short_name);
	print_string(out, "  version", app->version);
}

static void print_clock(FILE *out, const struct clock *clock)
{
	char iso[32];

	if (clock->speed == 1 && clock->from_ms == clock->anchor_ms) {
		fputs("clock: null\n", out);
		return;
	}
	clock_iso(clock->from_ms, iso);
	fprintf(out, "clock:\n  speed: %" PRId32 "\n  from: \"%s\"\n", clock->speed, iso);
	fprintf(out, "  anchor_ms: %" PRId64 "\n", clock->anchor_ms);
}

void config_print(FILE *out, const struct config *config)
{
	static const char *const levels[] = { [LOG_LEVEL_ERROR] = "error",
					      [LOG_LEVEL_WARNING] = "warning",
					      [LOG_LEVEL_INFO] = "info",
					      [LOG_LEVEL_DEBUG] = "debug" };

	assert(config->listener_count > 0);
	print_string(out, "data_dir", config->data_dir);
	fputs("listen:\n", out);
	for (int i = 0; i < config->listener_count; i++) {
		print_string(out, "  - address", config->listeners[i].address);
		fprintf(out, "    tls: %s\n",
			config->listeners[i].tls ? "true" : "false");
	}
	fputs(config->tls_key == NULL ? "tls: null\n" : "tls:\n", out);
	if (config->tls_key != NULL) {
		print_string(out, "  certificate", config->tls_certificate);
		print_string(out, "  key", config->tls_key);
	}
	print_string(out, "cloud", cloud_names[config->cloud]);
	print_string(out, "public_url", config->public_url);
	print_bot(out, &config->bot);
	print_graph(out, &config->graph);
	print_app(out, &config->app);
	fputs(config->mail.sender_id == NULL ? "mail: null\n" : "mail:\n", out);
	if (config->mail.sender_id != NULL)
		print_string(out, "  sender_id", config->mail.sender_id);
	fprintf(out, "rooms:\n  spare: %d\n", config->rooms.spare);
	print_string(out, "  lobby", config->rooms.lobby);
	fputs("events:\n", out);
	print_string(out, "  secret_file", config->events_secret_file);
	fputs(config->events_jwt.issuer == NULL ? "  jwt: null\n" : "  jwt:\n", out);
	if (config->events_jwt.issuer != NULL) {
		print_string(out, "    metadata_url", config->events_jwt.metadata_url);
		print_string(out, "    issuer", config->events_jwt.issuer);
		print_string(out, "    audience", config->events_jwt.audience);
	}
	fputs("live:\n", out);
	print_string(out, "  key_file", config->live_key_file);
	fprintf(out, "outbox:\n  in_flight: %d\n  give_up_after_s: %d\n  attempts: %d\n",
		config->outbox.in_flight, config->outbox.give_up_after_s,
		config->outbox.attempts);
	fprintf(out, "limits:\n  people_per_session: %d\n  body_bytes: %d\n",
		config->limits.people_per_session, config->limits.body_bytes);
	fprintf(out, "log:\n  level: %s\n", levels[config->log_level]);
	print_clock(out, &config->clock);
	fprintf(out, "allow_loopback_peers: %s\n",
		config->allow_loopback_peers ? "true" : "false");
	print_string(out, "ca_file", config->ca_file);
	print_string(out, "time_zone", config->time_zone);
}
