/* SPDX-License-Identifier: MIT */
/*
 * Our own tokens, asked for with the daemon's own source of tokens, so that what works here
 * works there; and what Entra means by its numbers.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "commands/doctor_checks.h"
#include "daemon/common/clock.h"
#include "daemon/settings/config.h"
#include "daemon/settings/secret.h"
#include "daemon/wire/client.h"
#include "daemon/wire/token.h"

struct errand {
	struct doctor_token *token;
	struct token_source *source;
	uv_timer_t patience;
	bool done;
};

static void settle(struct errand *errand, int error, const char *token)
{
	struct doctor_token *const kept = errand->token;

	if (errand->done)
		return;
	errand->done = true;
	kept->error = error;
	if (token != NULL) {
		kept->token = memory_string(token);
		kept->hinted = token_hint_read(token, &kept->hint) == 0;
	}
	snprintf(kept->problem, sizeof(kept->problem), "%s",
		 token_problem(errand->source));
	uv_stop(errand->patience.loop);
}

static void on_token(void *context, int error, const char *token)
{
	settle(context, error, token);
}

static void on_patience(uv_timer_t *timer)
{
	settle(timer->data, -ETIMEDOUT, NULL);
}

/* Paths of the proof's files: where the references lead. */
struct proof_paths {
	struct text secret, certificate, key;
};

static const char *path_of(const char *reference, struct text *path)
{
	if (reference == NULL)
		return NULL;
	/* A credential that is not there is found out when the file is read. */
	return config_secret_path(reference, path) == 0 ? text_string(path) : reference;
}

static void proof_paths_finish(struct proof_paths *paths)
{
	text_finish(&paths->secret);
	text_finish(&paths->certificate);
	text_finish(&paths->key);
}

static void run_errand(struct errand *errand, const struct token_settings *settings,
		       const char *ca_file, int64_t left_ms)
{
	struct client *client = NULL;
	uv_loop_t loop;

	uv_loop_init(&loop);
	uv_timer_init(&loop, &errand->patience);
	errand->patience.data = errand;
	int rc = client_create(&client, &loop, ca_file);
	if (rc == 0)
		rc = token_create(&errand->source, &loop, client, settings);
	if (rc == 0) {
		uv_timer_start(&errand->patience, on_patience, (uint64_t)left_ms, 0);
		token_take(errand->source, on_token, errand);
		if (!errand->done)
			uv_run(&loop, UV_RUN_DEFAULT);
	} else {
		errand->token->error = rc;
	}
	uv_close((uv_handle_t *)&errand->patience, NULL);
	token_destroy(errand->source);
	client_destroy(client);
	/* Twice when it had been stopped before it ran. */
	while (uv_run(&loop, UV_RUN_DEFAULT) != 0)
		;
	uv_loop_close(&loop);
}

static void ask_for(struct doctor *doctor, enum reply_party party)
{
	const struct config *const config = doctor->config;
	const bool graph = party == PARTY_GRAPH;
	const struct config_proof *const proof =
		graph ? &config->graph.proof : &config->bot.proof;
	const int64_t left_ms = doctor->began_ms + DOCTOR_TOTAL_MS - clock_real_ms();
	struct errand errand = { .token = &doctor->tokens[party] };
	struct proof_paths paths = { 0 };
	const struct token_settings settings = {
		.url = graph ? config->graph.token_url : config->bot.token_url,
		.client_id = graph ? config->graph.client_id : config->bot.app_id,
		.scope = graph ? config->graph.scope : config->bot.scope,
		.secret_path = path_of(proof->secret_file, &paths.secret),
		.certificate_path = path_of(proof->certificate, &paths.certificate),
		.key_path = path_of(proof->key, &paths.key),
	};

	errand.token->asked = true;
	run_errand(&errand, &settings, config->ca_file,
		   left_ms < 1               ? 1
		   : left_ms < DOCTOR_ASK_MS ? left_ms
					     : DOCTOR_ASK_MS);
	proof_paths_finish(&paths);
}

const char *doctor_token(struct doctor *doctor, enum reply_party party,
			 struct finding *why)
{
	const struct config *const config = doctor->config;
	struct doctor_token *const token = &doctor->tokens[party];

	if ((party == PARTY_GRAPH ? config->graph.client_id : config->bot.app_id) ==
	    NULL) {
		*why = finding_ok("it is not used");
		return NULL;
	}
	if (!token->asked)
		ask_for(doctor, party);
	if (token->token == NULL)
		*why = finding_not_checked("there is no token");
	return token->token;
}

/* -- what went wrong ----------------------------------------------------------------------------- */

static const struct {
	long code; /* AADSTS number: Microsoft identity platform error codes */
	const char *words, *remedy;
} refusals[] = {
	{ 7000215, "the client secret is wrong",
	  "Entra admin centre > App registrations > your app > Certificates & secrets: "
	  "make a new one and put its Value (not its Secret ID) into the secret's file" },
	{ 7000222, "the client secret has expired",
	  "Entra admin centre > App registrations > your app > Certificates & secrets: "
	  "make a new one and put its Value into the secret's file" },
	{ 700016, "there is no such application in this tenant",
	  "compare app_id (client_id) with Application (client) ID, and tenant_id with "
	  "Directory (tenant) ID, on the Overview page of the app registration" },
	{ 90002, "there is no such tenant",
	  "compare tenant_id with Directory (tenant) ID on the Overview page of the app "
	  "registration; a national cloud has its own sign-in host" },
	{ 900023, "the tenant id is neither a GUID nor a domain",
	  "copy Directory (tenant) ID from the Overview page of the app registration" },
	{ 700024, "the assertion's time is not Entra's: this machine's clock is wrong",
	  "timedatectl set-ntp true; timedatectl status" },
	{ 700027,
	  "Entra does not know the certificate that signed, or the signature is "
	  "wrong",
	  "Entra admin centre > App registrations > your app > Certificates & secrets > "
	  "Certificates: upload the certificate that the configuration names" },
	{ 7000112, "the application is disabled",
	  "Entra admin centre > Enterprise applications > your app > Properties: Enabled "
	  "for users to sign in" },
	{ 70011, "the scope is not one that Entra knows",
	  "take `scope` out of the configuration, unless the cloud is a national one" },
	{ 53003, "a conditional access policy forbids it",
	  "Entra admin centre > Protection > Conditional Access: exempt this workload "
	  "identity, or its address" },
};

/* "invalid_client codes=7000215,… trace=…" */
static struct finding refusal_of(const char *problem)
{
	const char *at = strstr(problem, "codes=");

	for (at = at != NULL ? at + 6 : ""; *at != '\0' && *at != ' ';) {
		char *end;
		const long code = strtol(at, &end, 10);

		for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
			if (refusals[i].code == code)
				return finding_remedy(finding_failed("%s (AADSTS%ld)",
								     refusals[i].words,
								     code),
						      "%s", refusals[i].remedy);
		}
		at = end > at ? end + (*end == ',') : "";
	}
	return finding_remedy(finding_failed("Entra refuses: %s", problem),
			      "https://login.microsoftonline.com/error explains its "
			      "numbers");
}

static struct finding failure_of(const struct doctor_token *token)
{
	if (token->error == -EACCES)
		return refusal_of(token->problem);
	if (strncmp(token->problem, "secret", 6) == 0)
		return finding_remedy(finding_failed("%s", token->problem),
				      "see the check of the secret, above");
	if (token->error == -EINVAL)
		return finding_failed("token_url is no address that may have a secret");
	if (strstr(token->problem, "codes=") != NULL)
		return refusal_of(token->problem);
	return finding_failed("no token came: %s", token->problem[0] != '\0'
							   ? token->problem
							   : strerror(-token->error));
}

struct finding doctor_sign_in(struct doctor *doctor, const void *about)
{
	const enum reply_party party = *(const enum reply_party *)about;
	const struct doctor_token *const token = &doctor->tokens[party];
	struct finding finding = { 0 };

	if (doctor_token(doctor, party, &finding) == NULL) {
		if (!token->asked)
			return finding;
		finding_finish(&finding);
		return failure_of(token);
	}
	if (token->hinted && token->hint.expires_s > 0)
		return finding_ok(
			"a token came, good for %lld minutes",
			(long long)(token->hint.expires_s - clock_real_ms() / 1000) / 60);
	return finding_ok("a token came");
}
