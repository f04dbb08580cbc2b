/* SPDX-License-Identifier: MIT */
/* How the world reaches us, as far as that can be known from this machine. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "commands/doctor_ask.h"
#include "commands/doctor_checks.h"
#include "daemon/settings/config.h"
#include "daemon/wire/auth.h"
#include "daemon/wire/hosts.h"

enum {
	DAY_MS = 24 * 3600 * 1000,
	CERTIFICATE_FAILED_DAYS = 3,
	CERTIFICATE_WARNING_DAYS = 21,
	MARK_BYTES = 8,
};

/* Microsoft has only the public's authorities; ours would hide what it does not trust. */
static const char *trusted(const struct config *config)
{
	return config->allow_loopback_peers ? config->ca_file : NULL;
}

static struct finding no_public_url(const struct doctor *doctor)
{
	const struct config *const config = doctor->config;

	if (config->bot.app_id == NULL && config->graph.client_id == NULL)
		return finding_ok("nobody has to reach us");
	return finding_remedy(finding_failed("public_url is not set: Microsoft cannot be "
					     "told where we are"),
			      "set public_url in %s", doctor->config_path);
}

struct finding doctor_certificate_judge(const char *host, int64_t left_ms)
{
	const int64_t days = left_ms / DAY_MS;

	if (days >= CERTIFICATE_WARNING_DAYS)
		return finding_ok("%s shows a trusted certificate, good for %" PRId64
				  " days, over TLS 1.2 or newer",
				  host, days);
	return finding_remedy(
		days >= CERTIFICATE_FAILED_DAYS
			? finding_warning("the certificate of %s ends in %" PRId64
					  " days",
					  host, days)
			: finding_failed("the certificate of %s ends in %" PRId64
					 " hours",
					 host, left_ms / (DAY_MS / 24)),
		"renew it, then: systemctl reload plenary.service");
}

static struct finding judge_connection(struct doctor *doctor, const char *host,
				       const struct probe_reply *reply)
{
	int64_t left_ms = reply->certificate_ends_ms;

	switch (reply->fault) {
	case PROBE_ANSWERED:
		if (left_ms == 0)
			return finding_ok("%s answers without TLS, as in rehearsals",
					  host);
		return doctor_certificate_judge(host, left_ms - doctor->began_ms);
	case PROBE_NO_NAME:
		return finding_remedy(finding_failed("%s: no such name in the DNS", host),
				      "add it to the zone, or correct public_url in %s",
				      doctor->config_path);
	case PROBE_NO_ROUTE:
	case PROBE_SILENT:
		if (doctor->daemon == DAEMON_SILENT)
			return finding_not_checked("no daemon runs that could answer");
		return finding_remedy(
			finding_warning(
				"%s cannot be reached from here (%s); the outside "
				"may be better off",
				host, probe_fault_words(reply->fault)),
			"from another network: curl -sv %s/livez",
			doctor->config->public_url);
	default:
		return finding_remedy(
			finding_failed("%s: %s (%s)", host,
				       probe_fault_words(reply->fault), reply->words),
			"look at the chain as Microsoft sees it: openssl s_client "
			"-connect %s:443 -servername %s; tls.certificate must hold the "
			"chain, our certificate first",
			host, host);
	}
}

struct finding doctor_public_certificate(struct doctor *doctor, const void *about)
{
	const struct config *const config = doctor->config;
	char host[HOST_BYTES] = "?";
	struct finding finding;
	struct probe_reply reply;
	struct text url = { 0 };

	(void)about;
	if (config->public_url == NULL)
		return no_public_url(doctor);
	host_read(config->public_url, host);
	text_addf(&url, "%s/livez", config->public_url);
	struct probe probe = { .request = { .method = "GET", .url = text_string(&url) },
			       .ca_path = trusted(config) };
	if (doctor_ask(doctor, &probe, &reply, &finding)) {
		finding = judge_connection(doctor, host, &reply);
		snprintf(doctor->public_address, PROBE_WORD_BYTES, "%s", reply.address);
	}
	probe_reply_finish(&reply);
	text_finish(&url);
	return finding;
}

/* RFC 1918, 3927, 4193, 4291, 6598: nobody outside gets there. */
static bool is_private(const char *address)
{
	struct in6_addr v6;
	struct in_addr v4;

	if (inet_pton(AF_INET, address, &v4) == 1) {
		const uint32_t at = ntohl(v4.s_addr);

		return at >> 24 == 10 || at >> 24 == 127 || at >> 20 == 0xac1 ||
		       at >> 16 == 0xc0a8 || at >> 16 == 0xa9fe || at >> 22 == 0x191;
	}
	return inet_pton(AF_INET6, address, &v6) == 1 &&
	       (IN6_IS_ADDR_LOOPBACK(&v6) || IN6_IS_ADDR_LINKLOCAL(&v6) ||
		(v6.s6_addr[0] & 0xfe) == 0xfc);
}

struct finding doctor_public_address(struct doctor *doctor, const void *about)
{
	const char *const address = doctor->public_address;

	(void)about;
	if (doctor->config->public_url == NULL)
		return no_public_url(doctor);
	if (address[0] == '\0')
		return finding_not_checked("no connection came about");
	if (!is_private(address) || doctor->config->allow_loopback_peers)
		return finding_ok("it leads to %s", address);
	return finding_remedy(
		finding_warning(
			"from here it leads to %s, which is an address of this "
			"network; all else said here of the outside is said of it",
			address),
		"ask a resolver outside: dig +short YOUR-NAME @9.9.9.9");
}

/* -- the two ways in ------------------------------------------------------------------------------ */

static struct finding not_passed_on(const struct doctor *doctor, const char *path,
				    const struct probe_reply *reply)
{
	if (reply->fault != PROBE_ANSWERED && doctor->daemon == DAEMON_SILENT)
		return finding_not_checked("no daemon runs that could answer");
	if (reply->fault != PROBE_ANSWERED)
		return finding_not_checked("%s", probe_fault_words(reply->fault));
	return finding_remedy(
		finding_failed("%s answered %d, which is not Plenary's answer", path,
			       reply->status),
		"a reverse proxy must pass %s on unchanged, with its query and without a "
		"login; then look at journalctl -u plenary.service",
		path);
}

struct finding doctor_messages(struct doctor *doctor, const void *about)
{
	static const char path[] = "/api/messages";
	const struct config *const config = doctor->config;
	struct finding finding;
	struct probe_reply reply;
	struct text url = { 0 };

	(void)about;
	if (config->bot.app_id == NULL)
		return finding_ok("there is no bot");
	if (config->public_url == NULL)
		return no_public_url(doctor);
	text_addf(&url, "%s%s", config->public_url, path);
	struct probe probe = {
		.request = { .method = "POST",
			     .url = text_string(&url),
			     .headers = { "Content-Type: application/json" },
			     .body = "{}",
			     .body_bytes = 2 },
		.ca_path = trusted(config),
	};
	if (doctor_ask(doctor, &probe, &reply, &finding))
		finding = reply.fault == PROBE_ANSWERED && reply.status == 401
				  ? finding_ok("%s is there, and asks who calls", path)
				  : not_passed_on(doctor, path, &reply);
	probe_reply_finish(&reply);
	text_finish(&url);
	return finding;
}

/* The whole of it: 200, text/plain, the token as it was before it was encoded. */
static bool is_echo(const struct probe_reply *reply, const char *token)
{
	return reply->fault == PROBE_ANSWERED && reply->status == 200 &&
	       strncasecmp(reply->content_type, "text/plain", 10) == 0 &&
	       strcmp(text_string(&reply->body), token) == 0;
}

struct finding doctor_handshake(struct doctor *doctor, const void *about)
{
	static const char path[] = "/graph/notifications";
	const struct config *const config = doctor->config;
	char mark[2 * MARK_BYTES + 1];
	struct finding finding;
	struct probe_reply reply;
	struct text url = { 0 }, token = { 0 };

	(void)about;
	if (config->graph.client_id == NULL)
		return finding_ok("Graph is not used");
	if (config->public_url == NULL)
		return no_public_url(doctor);
	auth_random_hex(mark, MARK_BYTES);
	text_addf(&token, "Doctor: is this address ours? %s", mark);
	text_addf(&url, "%s%s?validationToken=", config->public_url, path);
	for (const char *at = text_string(&token); *at != '\0'; at++) {
		if (*at == ' ')
			text_addf(&url, "+");
		else
			text_add_percent(&url, at, 1);
	}
	struct probe probe = {
		.request = { .method = "POST",
			     .url = text_string(&url),
			     .headers = { "Content-Type: text/plain; charset=utf-8" },
			     .timeout_ms = DOCTOR_HANDSHAKE_MS },
		.ca_path = trusted(config),
	};
	if (doctor_ask(doctor, &probe, &reply, &finding))
		finding = is_echo(&reply, text_string(&token))
				  ? finding_ok("the handshake that Graph makes succeeds "
					       "from here")
				  : not_passed_on(doctor, path, &reply);
	probe_reply_finish(&reply);
	text_finish(&token);
	text_finish(&url);
	return finding;
}
