/* SPDX-License-Identifier: MIT */
/*
 * The sign-in service: tokens for the application, and where the keys are that sign what
 * Teams sends.
 */
#include "daemon/wire/auth.h"
#include "rehearsal/routes.h"
#include "rehearsal/stage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TOKEN_SECONDS = 3599, TOKEN_LASTS_SECONDS = 2 * 24 * 60 * 60 };

struct form {
	struct text grant_type, client_id, client_secret, scope;
};

static void form_read(struct form *form, const char *body)
{
	*form = (struct form){ 0 };
	query_read(body, "grant_type", &form->grant_type);
	query_read(body, "client_id", &form->client_id);
	query_read(body, "client_secret", &form->client_secret);
	query_read(body, "scope", &form->scope);
}

static void form_finish(struct form *form)
{
	text_finish(&form->grant_type);
	text_finish(&form->client_id);
	text_finish(&form->client_secret);
	text_finish(&form->scope);
}

static void refuse(struct exchange *exchange, int status, const char *error, int number)
{
	struct stage *const stage = exchange->stage;
	struct text description = { 0 };
	char now[32], trace[37];

	clock_iso(stage_now_ms(stage), now);
	now[10] = ' ';
	memcpy(now + 19, "Z", 2);
	chance_guid(&stage->chance, trace);
	text_addf(
		&description,
		"AADSTS%d: The stand-in tenant refuses this request.\r\nTrace ID: %s\r\n"
		"Correlation ID: %s\r\nTimestamp: %s",
		number, trace, trace, now);
	answer_json(stage, &exchange->back, status,
		    json_pack("{s:s,s:s,s:[i],s:s,s:s,s:s}", "error", error,
			      "error_description", text_string(&description),
			      "error_codes", number, "timestamp", now, "trace_id", trace,
			      "correlation_id", trace));
	text_finish(&description);
}

static enum audience audience_of(const char *scope)
{
	static const char suffix[] = "/.default";
	const size_t bytes = strlen(scope);

	if (strcmp(scope, "https://api.botframework.com/.default") == 0)
		return AUDIENCE_CONNECTOR;
	if (bytes > strlen(suffix) && strcmp(scope + bytes - strlen(suffix), suffix) == 0)
		return AUDIENCE_GRAPH;
	return AUDIENCE_NONE;
}

/* Real and session time may be hours apart; the token is good in both. */
static void validity(const struct stage *stage, int64_t *from_s, int64_t *to_s)
{
	const int64_t real_s = clock_real_ms() / 1000;
	const int64_t told_s = stage_now_ms(stage) / 1000;

	*from_s = (real_s < told_s ? real_s : told_s) - 60;
	*to_s = (real_s > told_s ? real_s : told_s) + TOKEN_LASTS_SECONDS;
}

static const char *issue(struct stage *stage, enum audience audience)
{
	struct issued *const issued = &stage->tokens[stage->tokens_issued % STAGE_TOKENS];
	struct text claims = { 0 };
	int64_t from_s, to_s;

	validity(stage, &from_s, &to_s);
	text_addf(&claims,
		  "{\"aud\":\"%s\",\"iss\":\"https://sts.windows.net/%s/"
		  "\",\"appid\":\"%s\","
		  "\"tid\":\"%s\",\"nbf\":%" PRId64 ",\"exp\":%" PRId64 ",\"jti\":%zu}",
		  audience == AUDIENCE_GRAPH ? "https://graph.microsoft.com"
					     : "https://api.botframework.com",
		  stage->plan.tenant_id, stage->plan.app_id, stage->plan.tenant_id,
		  from_s, to_s, stage->tokens_issued);
	free(issued->token);
	issued->token = auth_signer_token(stage->account_signers[KEY_SIGNS],
					  text_string(&claims));
	issued->audience = (int)audience;
	stage->tokens_issued++;
	text_finish(&claims);
	return issued->token;
}

static bool tenant_fits(const struct stage *stage, const char *tenant)
{
	return strcasecmp(tenant, stage->plan.tenant_id) == 0 ||
	       strcmp(tenant, "botframework.com") == 0;
}

void entra_token(struct exchange *exchange)
{
	struct stage *const stage = exchange->stage;
	struct form form;

	form_read(&form, exchange->body);
	const enum audience audience = audience_of(text_string(&form.scope));
	if (strcmp(exchange->method, "POST") != 0)
		answer_json(stage, &exchange->back, 405, NULL);
	else if (!tenant_fits(stage, exchange->parts[0]))
		refuse(exchange, 400, "invalid_request", 90002);
	else if (strcmp(text_string(&form.grant_type), "client_credentials") != 0)
		refuse(exchange, 400, "unsupported_grant_type", 70003);
	else if (strcasecmp(text_string(&form.client_id), stage->plan.app_id) != 0)
		refuse(exchange, 400, "unauthorized_client", 700016);
	else if (!auth_same(text_string(&form.client_secret), stage->plan.client_secret))
		refuse(exchange, 401, "invalid_client", 7000215);
	else if (audience == AUDIENCE_NONE)
		refuse(exchange, 400, "invalid_scope", 70011);
	else
		answer_json(stage, &exchange->back, 200,
			    json_pack("{s:s,s:i,s:i,s:s}", "token_type", "Bearer",
				      "expires_in", TOKEN_SECONDS, "ext_expires_in",
				      TOKEN_SECONDS, "access_token",
				      issue(stage, audience)));
	form_finish(&form);
}

enum audience entra_audience(const struct stage *stage, const char *authorization)
{
	const size_t kept =
		stage->tokens_issued < STAGE_TOKENS ? stage->tokens_issued : STAGE_TOKENS;

	if (strncasecmp(authorization, "Bearer ", 7) != 0)
		return AUDIENCE_NONE;
	for (size_t i = 1; i <= kept; i++) {
		const struct issued *const issued =
			&stage->tokens[(stage->tokens_issued - i) % STAGE_TOKENS];

		if (strcmp(issued->token, authorization + 7) == 0)
			return (enum audience)issued->audience;
	}
	return AUDIENCE_NONE;
}

char *entra_validation_token(const struct stage *stage, int version)
{
	struct text claims = { 0 };
	const char *const tenant = stage->plan.tenant_id;
	int64_t from_s, to_s;

	validity(stage, &from_s, &to_s);
	if (version == 1)
		text_addf(&claims, "{\"iss\":\"https://sts.windows.net/%s/\",", tenant);
	else
		text_addf(&claims,
			  "{\"iss\":\"https://login.microsoftonline.com/%s/v2.0\",",
			  tenant);
	text_addf(&claims,
		  "\"aud\":\"%s\",\"%s\":\"0bf30f3b-4a52-48df-9a82-234910c4a086\","
		  "\"%s\":\"2\",\"tid\":\"%s\",\"ver\":\"%d.0\",\"iat\":%" PRId64
		  ",\"nbf\":%" PRId64 ",\"exp\":%" PRId64 "}",
		  stage->plan.app_id, version == 1 ? "appid" : "azp",
		  version == 1 ? "appidacr" : "azpacr", tenant, version, from_s, from_s,
		  to_s);
	char *const token = auth_signer_token(stage->account_signers[KEY_SIGNS],
					      text_string(&claims));
	text_finish(&claims);
	return token;
}

static void answer_metadata(struct exchange *exchange, const char *issuer,
			    const char *keys)
{
	struct text url = { 0 };

	text_addf(&url, "http://127.0.0.1:%d/%s", exchange->stage->port, keys);
	answer_json(exchange->stage, &exchange->back, 200,
		    json_pack("{s:s,s:s,s:s,s:[s],s:[s]}", "issuer", issuer,
			      "authorization_endpoint",
			      "https://invalid.botframework.com", "jwks_uri",
			      text_string(&url), "id_token_signing_alg_values_supported",
			      "RS256", "token_endpoint_auth_methods_supported",
			      "private_key_jwt"));
	text_finish(&url);
}

void entra_metadata(struct exchange *exchange)
{
	answer_metadata(exchange, "https://api.botframework.com", "v1/.well-known/keys");
}

void entra_metadata_v1(struct exchange *exchange)
{
	answer_metadata(exchange, "https://sts.windows.net/{tenantid}/",
			"common/discovery/keys");
}

void entra_metadata_v2(struct exchange *exchange)
{
	answer_metadata(exchange, "https://login.microsoftonline.com/{tenantid}/v2.0",
			"common/discovery/v2.0/keys");
}

/* The key that signs, the one that did before (what it signed may be on its way), and the
 * one that will: it is known for a while before anybody has to. */
static void answer_keys(struct exchange *exchange,
			struct auth_signer *const signers[KEYS], bool endorsed)
{
	json_t *const all = json_array();
	json_t *key;
	size_t j;

	for (size_t i = 0; i < KEYS && signers[i] != NULL; i++) {
		char *const keys = auth_signer_keys(signers[i]);
		json_t *const set = json_parsed(keys, strlen(keys));

		json_array_extend(all, json_object_get(set, "keys"));
		json_decref(set);
		free(keys);
	}
	json_array_foreach (all, j, key) {
		if (!endorsed)
			json_object_del(key, "endorsements");
	}
	answer_json(exchange->stage, &exchange->back, 200,
		    json_pack("{s:o}", "keys", all));
}

void entra_keys(struct exchange *exchange)
{
	answer_keys(exchange, exchange->stage->signers, true);
}

void entra_account_keys(struct exchange *exchange)
{
	answer_keys(exchange, exchange->stage->account_signers, false);
}

static void replace(struct auth_signer *signers[KEYS], const char *name, unsigned number)
{
	char id[32];

	snprintf(id, sizeof(id), "%s-%u", name, number);
	auth_signer_destroy(signers[KEY_SIGNED]);
	signers[KEY_SIGNED] = signers[KEY_SIGNS];
	signers[KEY_SIGNS] = signers[KEY_WILL_SIGN];
	signers[KEY_WILL_SIGN] = auth_signer_create(id);
}

/* What Teams shows for itself; good in real time and in the session's. */
static void sign_activities(struct stage *stage)
{
	struct text claims = { 0 }, header = { 0 };
	int64_t from_s, to_s;

	validity(stage, &from_s, &to_s);
	text_addf(&claims,
		  "{\"serviceurl\":\"%s\",\"nbf\":%" PRId64 ",\"exp\":%" PRId64
		  ",\"iss\":\"https://api.botframework.com\",\"aud\":\"%s\"}",
		  stage->service_url, from_s, to_s, stage->plan.app_id);
	char *const token =
		auth_signer_token(stage->signers[KEY_SIGNS], text_string(&claims));
	text_addf(&header, "Authorization: Bearer %s", token);
	courier_signs(&stage->courier, text_string(&header));
	free(token);
	text_finish(&header);
	text_finish(&claims);
}

static void make_keys(struct stage *stage)
{
	stage->keys_made++;
	replace(stage->signers, "rehearsal", stage->keys_made);
	replace(stage->account_signers, "account", stage->keys_made);
}

void entra_new_keys(struct stage *stage)
{
	make_keys(stage);
	if (stage->signers[KEY_SIGNS] == NULL)
		make_keys(stage);
	sign_activities(stage);
}
