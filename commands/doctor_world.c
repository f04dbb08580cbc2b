/* SPDX-License-Identifier: MIT */
/* The hosts we speak to, their clocks, and the keys of those who speak to us. */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "commands/doctor_ask.h"
#include "commands/doctor_checks.h"
#include "daemon/common/clock.h"
#include "daemon/settings/config.h"
#include "daemon/wire/auth.h"
#include "daemon/wire/hosts.h"

enum {
	SKEW_WARNING_MS = 30 * 1000,
	SKEW_FAILED_MS = AUTH_SKEW_SECONDS * 1000,
	ISSUER_SHOWN = 200,
};

#define CONNECTOR_HOST "smba.trafficmanager.net"

/* -- hosts ---------------------------------------------------------------------------------- */

/* Where the bot's answers go: where its activities came from, else where they usually do. */
static const char *connector_of(const struct doctor *doctor)
{
	if (doctor->config->bot.app_id == NULL)
		return NULL;
	if (doctor->has_session && doctor->session.service_url[0] != '\0' &&
	    host_may_receive(doctor->session.service_url,
			     doctor->config->bot.service_hosts,
			     doctor->config->allow_loopback_peers))
		return doctor->session.service_url;
	if (doctor->config->allow_loopback_peers)
		return NULL; /* a rehearsal calls nobody outside */
	return host_may_receive("https://" CONNECTOR_HOST,
				doctor->config->bot.service_hosts, false)
		       ? "https://" CONNECTOR_HOST "/teams/"
		       : NULL;
}

static const char *url_of(const struct doctor *doctor, enum doctor_host which)
{
	const struct config *const config = doctor->config;

	switch (which) {
	case HOST_KEYS:
		return config->bot.app_id != NULL ? config->bot.metadata_url : NULL;
	case HOST_SIGN_IN:
		return config->graph.client_id != NULL ? config->graph.token_url
		       : config->bot.app_id != NULL    ? config->bot.token_url
						       : NULL;
	case HOST_GRAPH:
		return config->graph.client_id != NULL ? config->graph.base_url : NULL;
	default:
		return connector_of(doctor);
	}
}

/* Half of the way there and back is ours: good enough for a clock to the second. */
static void learn_skew(struct doctor *doctor, const struct probe_reply *reply,
		       int64_t asked_ms, int64_t answered_ms)
{
	if (doctor->skew_known || reply->peer_ms == 0)
		return;
	doctor->skew_known = true;
	doctor->skew_ms = (asked_ms + answered_ms) / 2 - reply->peer_ms;
}

struct finding doctor_host(struct doctor *doctor, const void *about)
{
	const char *const url = url_of(doctor, *(const enum doctor_host *)about);
	struct finding finding;
	struct probe_reply reply;
	char host[HOST_BYTES];

	if (url == NULL)
		return finding_ok("it is not used");
	if (!host_read(url, host))
		return finding_failed("%s is no address", url);
	struct probe probe = { .request = { .method = "GET", .url = url },
			       .ca_path = doctor->config->ca_file };
	const int64_t asked_ms = clock_real_ms();
	if (!doctor_ask(doctor, &probe, &reply, &finding))
		return finding;
	if (reply.fault == PROBE_ANSWERED) {
		learn_skew(doctor, &reply, asked_ms, clock_real_ms());
		finding = finding_ok("%s answers", host);
	} else {
		finding = doctor_no_answer(host, &reply);
	}
	probe_reply_finish(&reply);
	return finding;
}

struct finding doctor_clock(struct doctor *doctor, const void *about)
{
	const int64_t off_ms = doctor->skew_ms < 0 ? -doctor->skew_ms : doctor->skew_ms;
	const char *const way = doctor->skew_ms < 0 ? "behind" : "ahead";

	(void)about;
	if (!doctor->skew_known)
		return finding_not_checked("no host has told its time");
	if (off_ms < SKEW_WARNING_MS)
		return finding_ok("it agrees with Microsoft's to %" PRId64 " s",
				  (off_ms + 999) / 1000);
	return finding_remedy(
		off_ms < SKEW_FAILED_MS
			? finding_warning("it is %" PRId64 " s %s of Microsoft's",
					  off_ms / 1000, way)
			: finding_failed("it is %" PRId64 " s %s of Microsoft's: tokens "
					 "are refused on both sides from %d s on",
					 off_ms / 1000, way, AUTH_SKEW_SECONDS),
		"timedatectl set-ntp true; timedatectl status");
}

/* -- the keys of those who call --------------------------------------------------------------- */

/* The JSON at this address, or NULL with the finding that says why. */
static json_t *fetch(struct doctor *doctor, const char *url, struct finding *why)
{
	struct probe probe = { .request = { .method = "GET",
					    .url = url,
					    .headers = { "Accept: application/json" } },
			       .ca_path = doctor->config->ca_file };
	struct probe_reply reply;
	char host[HOST_BYTES] = "?";

	host_read(url, host);
	if (!doctor_ask(doctor, &probe, &reply, why))
		return NULL;
	json_t *const root =
		reply.fault == PROBE_ANSWERED && reply.status == 200
			? json_loadb(text_string(&reply.body), reply.body.length, 0, NULL)
			: NULL;
	if (reply.fault != PROBE_ANSWERED)
		*why = doctor_no_answer(host, &reply);
	else if (root == NULL)
		*why = finding_remedy(finding_failed("%s answered %d, and not what was "
						     "asked for",
						     host, reply.status),
				      "compare bot.metadata_url in %s with config/"
				      "plenary.yaml",
				      doctor->config_path);
	probe_reply_finish(&reply);
	return root;
}

static bool endorsed(const json_t *key)
{
	const json_t *const endorsements = json_object_get(key, "endorsements");
	const json_t *channel;
	size_t i;

	json_array_foreach (endorsements, i, channel) {
		if (json_is_string(channel) &&
		    strcmp(json_string_value(channel), "msteams") == 0)
			return true;
	}
	return false;
}

static struct finding judge_keys(const json_t *set)
{
	char *const text = json_dumps(set, JSON_COMPACT);
	struct auth_keys *const keys = auth_keys_read(text, strlen(text));
	const size_t usable = keys != NULL ? auth_keys_count(keys) : 0;
	const json_t *key;
	size_t i, ours = 0;

	json_array_foreach (json_object_get(set, "keys"), i, key)
		ours += endorsed(key);
	auth_keys_destroy(keys);
	free(text);
	if (usable == 0)
		return finding_failed("no key there can be used");
	if (ours == 0)
		return finding_failed("none of %zu keys is endorsed for Teams: what "
				      "Teams sends would be refused",
				      usable);
	return finding_ok("%zu keys, %zu endorsed for Teams", usable, ours);
}

struct finding doctor_bot_keys(struct doctor *doctor, const void *about)
{
	const struct config_bot *const bot = &doctor->config->bot;
	struct finding finding = { 0 };

	(void)about;
	if (bot->app_id == NULL)
		return finding_ok("there is no bot");
	json_t *const metadata = fetch(doctor, bot->metadata_url, &finding);
	if (metadata == NULL)
		return finding;
	const char *const issuer = json_string_value(json_object_get(metadata, "issuer"));
	const char *const url = json_string_value(json_object_get(metadata, "jwks_uri"));
	if (issuer == NULL || url == NULL) {
		finding = finding_failed("the metadata names no issuer and no keys");
	} else if (strcmp(issuer, bot->issuer) != 0) {
		finding = finding_remedy(
			finding_failed("the metadata is of %.*s, the configuration "
				       "expects %s",
				       ISSUER_SHOWN, issuer, bot->issuer),
			"bot.metadata_url and bot.issuer are of two clouds: set both in "
			"%s",
			doctor->config_path);
	} else {
		json_t *const set = fetch(doctor, url, &finding);

		if (set != NULL)
			finding = judge_keys(set);
		json_decref(set);
	}
	json_decref(metadata);
	return finding;
}
