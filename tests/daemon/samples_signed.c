/* SPDX-License-Identifier: MIT */
/* Keys, tokens, and the app as it is registered. */
#include "tests/daemon/samples.h"

#include "commands/teams_manifest.h"
#include "daemon/settings/config.h"
#include "daemon/wire/auth.h"
#include "daemon/wire/client.h"
#include "daemon/wire/token_grant.h"
#include "tests/check.h"

/* The sample's key with a modulus that is one: its endorsements are understood. */
void means_keys(const char *name)
{
	json_t *const exchange = sample(name);
	json_t *const set =
		json_object_get(json_object_get(exchange, "response"), "body");
	json_t *const key = json_array_get(json_object_get(set, "keys"), 0);
	struct auth_signer *const signer = auth_signer_create(text_of(key, "kid"));
	char *const published = auth_signer_keys(signer);
	json_t *const real = json_loads(published, 0, NULL);
	const struct auth_expected expected = { .issuer = "i",
						.audience = "a",
						.now_s = 1000 };
	struct auth_claims claims;

	json_object_set(key, "n",
			json_object_get(json_array_get(json_object_get(real, "keys"), 0),
					"n"));
	char *const text = json_dumps(set, 0);
	struct auth_keys *const keys = auth_keys_read(text, strlen(text));
	char *const token =
		auth_signer_token(signer, "{\"iss\":\"i\",\"aud\":\"a\",\"exp\":2000}");

	CHECK_INT(1, auth_keys_count(keys));
	CHECK_INT(AUTH_GOOD, auth_verify(keys, token, &expected, &claims));
	CHECK_TEXT("msteams,webchat", claims.endorsements);
	free(token);
	auth_keys_destroy(keys);
	free(text);
	free(published);
	json_decref(real);
	auth_signer_destroy(signer);
	json_decref(exchange);
}

/* Where the keys are, and who signs: what the settings expect by default. */
void means_metadata(const char *name)
{
	json_t *const exchange = sample(name);
	const json_t *const body =
		json_object_get(json_object_get(exchange, "response"), "body");
	struct config *config = NULL;
	struct fault_list faults = { 0 };
	static const char settings[] =
		"bot:\n  app_id: 11111111-2222-3333-4444-555555555555\n"
		"  tenant_id: 00000000-0000-0000-0000-0000000000aa\n"
		"  secret_file: /etc/plenary/secret\n";

	CHECK_INT(0, config_parse(settings, sizeof(settings) - 1, "/", &config, &faults));
	CHECK_TEXT(config->bot.metadata_url,
		   text_of(json_object_get(exchange, "request"), "url"));
	CHECK_TEXT(config->bot.issuer, text_of(body, "issuer"));
	config_destroy(config);
	json_decref(exchange);
}

void means_token(const char *name)
{
	json_t *const exchange = sample(name);
	char *const body =
		json_dumps(json_object_get(json_object_get(exchange, "response"), "body"),
			   0);
	const struct client_reply reply = { .status = 200,
					    .content_type = "application/json",
					    .body = body,
					    .body_bytes = strlen(body) };
	struct token_grant grant = { 0 };

	CHECK(token_grant_read(&reply, &grant));
	CHECK_TEXT("<JWT>", grant.token);
	CHECK_INT(3600 * 1000, grant.lifetime_ms);
	free(grant.token);
	free(body);
	json_decref(exchange);
}

/* Its claims, signed, are good within their time and not outside it. */
void means_channel_token(const char *name)
{
	json_t *const theirs = sample(name);
	char *const payload = json_dumps(json_object_get(theirs, "payload"), 0);
	struct auth_signer *const signer = auth_signer_create("key-1");
	char *const token = auth_signer_token(signer, payload), *const set =
									auth_signer_keys(
										signer);
	struct auth_keys *const keys = auth_keys_read(set, strlen(set));
	struct auth_expected expected = { .issuer = "https://api.botframework.com",
					  .audience =
						  "11111111-2222-3333-4444-555555555555",
					  .now_s = 1795425000 };
	struct auth_claims claims;

	CHECK_INT(AUTH_GOOD, auth_verify(keys, token, &expected, &claims));
	CHECK_TEXT("https://smba.trafficmanager.net/emea/", claims.service_url);
	expected.now_s = 1795428000 + AUTH_SKEW_SECONDS + 1;
	CHECK_INT(AUTH_EXPIRED, auth_verify(keys, token, &expected, &claims));
	expected.now_s = 1795424400 - AUTH_SKEW_SECONDS - 1;
	CHECK_INT(AUTH_NOT_YET_VALID, auth_verify(keys, token, &expected, &claims));
	auth_keys_destroy(keys);
	free(set);
	free(token);
	auth_signer_destroy(signer);
	free(payload);
	json_decref(theirs);
}

/* Ours asks for less: no tabs, no stage, no files (docs/tenant-setup.md). */
void means_manifest(const char *name)
{
	static const char *const left_out[] = { "configurableTabs",
						"staticTabs",
						"permissions",
						"webApplicationInfo",
						"meetingExtensionDefinition",
						NULL };
	static const char settings[] =
		"bot:\n  app_id: 11111111-2222-3333-4444-555555555555\n"
		"  tenant_id: 00000000-0000-0000-0000-0000000000aa\n"
		"  secret_file: /etc/plenary/secret\n"
		"public_url: https://plenary.example.test\n"
		"app:\n  developer: Example Centre\n"
		"  website: https://example.test\n"
		"  privacy: https://example.test/privacy\n"
		"  terms: https://example.test/terms\n";
	json_t *const theirs = sample(name);
	struct config *config = NULL;
	struct fault_list faults = { 0 };
	struct text made = { 0 }, words = { 0 };

	CHECK_INT(0, config_parse(settings, sizeof(settings) - 1, "/", &config, &faults));
	CHECK_INT(0, teams_manifest_make(config, &made, &words));
	json_t *const ours = json_loads(text_string(&made), 0, NULL);

	like(theirs, ours, left_out);
	CHECK_TEXT(text_of(theirs, "manifestVersion"), text_of(ours, "manifestVersion"));
	like(json_array_get(json_object_get(theirs, "bots"), 0),
	     json_array_get(json_object_get(ours, "bots"), 0),
	     (const char *const[]){ "supportsFiles", NULL });
	json_decref(ours);
	text_finish(&made);
	text_finish(&words);
	config_destroy(config);
	json_decref(theirs);
}
