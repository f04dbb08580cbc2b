/* SPDX-License-Identifier: MIT */
/* Notifications with content: sealed for us, vouched for, late, twice and in any letter
 * case, as Graph sends them. */
#include "daemon/common/text.h"
#include "daemon/decode/json.h"
#include "daemon/wire/auth.h"
#include "daemon/wire/envelope.h"
#include "tests/check.h"
#include "tests/rehearsal/theatre.h"

#include <unistd.h>

enum { MINUTE_MS = 60 * 1000, PEOPLE = 16 };

/* Two generations, made before any clock runs: that takes a while. */
struct keys {
	char folder[64];
	struct envelopes *envelopes;
	char *ids[2], *certificates[2];
};

static void keys_note(struct keys *keys, int generation)
{
	keys->ids[generation] = memory_string(envelopes_id(keys->envelopes));
	keys->certificates[generation] =
		memory_string(envelopes_certificate(keys->envelopes));
}

static void keys_make(struct keys *keys)
{
	snprintf(keys->folder, sizeof(keys->folder), "/tmp/plenary-changes-XXXXXX");
	CHECK(mkdtemp(keys->folder) != NULL);
	char id[ENVELOPE_ID_BYTES];
	CHECK_INT(0, envelopes_open(&keys->envelopes, keys->folder, 1795500000000));
	keys_note(keys, 0);
	CHECK_INT(0, envelope_make(keys->folder, 1795500100000, id));
	CHECK_INT(0, envelopes_add(keys->envelopes, id));
	keys_note(keys, 1);
}

static void keys_finish(struct keys *keys)
{
	struct text command = { 0 };

	envelopes_destroy(keys->envelopes);
	for (int i = 0; i < 2; i++) {
		free(keys->ids[i]);
		free(keys->certificates[i]);
	}
	text_addf(&command, "rm -rf %s", keys->folder);
	CHECK_INT(0, system(text_string(&command)));
	text_finish(&command);
}

static struct asked subscribe(struct theatre *theatre, const char *certificate,
			      const char *id)
{
	const struct meeting *const meeting = &theatre->stage.world.meetings[0];
	struct text body = { 0 };
	char expires[32];

	clock_iso(stage_now_ms(&theatre->stage) + 180 * MINUTE_MS, expires);
	text_addf(&body,
		  "{\"changeType\":\"updated\",\"includeResourceData\":true,"
		  "\"encryptionCertificate\":\"%s\",\"encryptionCertificateId\":\"%s\","
		  "\"resource\":\"communications/onlineMeetings(joinWebUrl='",
		  certificate, id);
	text_add_percent(&body, meeting->join_url, strlen(meeting->join_url));
	text_addf(&body,
		  "')/meetingCallEvents\",\"notificationUrl\":\"http://127.0.0.1:%d/n\","
		  "\"lifecycleNotificationUrl\":\"http://127.0.0.1:%d/l\","
		  "\"expirationDateTime\":\"%s\",\"clientState\":\"secret state\"}",
		  theatre->house.port, theatre->house.port, expires);
	const struct asked asked = theatre_ask(theatre, "POST", "/beta/subscriptions",
					       theatre->graph, text_string(&body));
	text_finish(&body);
	return asked;
}

static struct theatre *opened(int speed)
{
	struct theatre *const theatre =
		theatre_open(&(struct theatre_plan){ .people = PEOPLE,
						     .speed = speed,
						     .before_ms = 60 * MINUTE_MS,
						     .lasts_ms = 12 * MINUTE_MS });

	theatre_sign_in(theatre);
	return theatre;
}

static void test_a_certificate_is_wanted(void)
{
	struct keys keys;

	keys_make(&keys);
	struct theatre *const theatre = opened(1);
	const char *const certificate = keys.certificates[0];
	const struct asked none = subscribe(theatre, "", ""),
			   nameless = subscribe(theatre, certificate, ""),
			   other = subscribe(theatre, "bm90IGEgY2VydGlmaWNhdGU=", "1"),
			   good = subscribe(theatre, certificate, keys.ids[0]);

	CHECK_INT(400, none.status);
	CHECK_INT(400, nameless.status);
	CHECK_INT(400, other.status);
	CHECK_INT(201, good.status);
	CHECK(json_is_true(json_object_get(good.json, "includeResourceData")));
	CHECK_TEXT(keys.ids[0], json_string_at(good.json, "encryptionCertificateId"));
	json_decref(none.json);
	json_decref(nameless.json);
	json_decref(other.json);
	json_decref(good.json);
	keys_finish(&keys);
	theatre_close(theatre);
}

/* -- what comes ------------------------------------------------------------------------------ */

static bool all_told(struct theatre *theatre)
{
	return theatre->stage.world.sessions[0].over && theatre->stage.changes == NULL &&
	       courier_outstanding(&theatre->stage.courier) == 0;
}

static json_t *opened_item(const struct keys *keys, const json_t *item)
{
	const json_t *const sealed = json_object_get(item, "encryptedContent");
	const struct envelope_item envelope = {
		.id = json_string_at(sealed, "encryptionCertificateId"),
		.thumbprint = json_string_at(sealed, "encryptionCertificateThumbprint"),
		.key = json_string_at(sealed, "dataKey"),
		.data = json_string_at(sealed, "data"),
		.signature = json_string_at(sealed, "dataSignature"),
	};
	struct text plain = { 0 };

	CHECK_INT(ENVELOPE_OPENED, envelope_open(keys->envelopes, &envelope, &plain));
	json_t *const json = json_parsed(text_string(&plain), plain.length);
	envelope_wipe(&plain);
	CHECK(json != NULL);
	return json;
}

struct heard {
	unsigned started, ended, joined, left, lobby, pascal, repeated, by_old, tokens[2];
	json_t *ids;
};

static void hear_entry(struct heard *heard, const json_t *content)
{
	const json_t *const entry =
		json_array_get(json_object_get(content, "participants@delta"), 0);

	CHECK(json_text(entry, "info.identity.user.displayName")[0] != '\0');
	CHECK(json_text(entry, "id")[0] != '\0');
	heard->pascal += json_object_get(entry, "Info") != NULL;
	if (json_is_true(json_member(entry, "isInLobby")))
		heard->lobby++;
	else if (json_member(entry, "removedState") != NULL)
		heard->left++;
	else
		heard->joined++;
}

static void hear(struct heard *heard, const json_t *content)
{
	const char *const type = json_string_at(content, "eventType");
	const char *const id = json_string_at(content, "id");

	if (json_object_get(heard->ids, id) != NULL) {
		heard->repeated++;
		return;
	}
	json_object_set_new(heard->ids, id, json_true());
	if (strcmp(type, "callStarted") == 0)
		heard->started++;
	else if (strcmp(type, "callEnded") == 0)
		heard->ended++;
	else
		hear_entry(heard, content);
}

/* Whether the keys that this metadata leads to say that the token is Microsoft's. */
static bool is_signed(struct theatre *theatre, const char *metadata, const char *issuer,
		      const char *token)
{
	const struct asked found = theatre_ask(theatre, "GET", metadata, NULL, NULL);
	const struct asked keys =
		theatre_ask(theatre, "GET", json_string_at(found.json, "jwks_uri"), NULL,
			    NULL);
	char *const text = json_written(keys.json);
	struct auth_keys *const set = auth_keys_read(text, strlen(text));
	const struct auth_expected expected = {
		.issuer = issuer,
		.audience = APP,
		.now_s = stage_now_ms(&theatre->stage) / 1000,
	};
	struct auth_claims claims = { 0 };
	const bool is_good = auth_verify(set, token, &expected, &claims) == AUTH_GOOD;

	if (is_good) {
		CHECK_TEXT("0bf30f3b-4a52-48df-9a82-234910c4a086", claims.publisher);
		CHECK_TEXT(TENANT, claims.tenant);
	}
	auth_keys_destroy(set);
	free(text);
	json_decref(keys.json);
	json_decref(found.json);
	return is_good;
}

static void check_token(struct theatre *theatre, struct heard *heard, const char *token)
{
	static const char *const metadata[2] = {
		"/common/.well-known/openid-configuration",
		"/common/v2.0/.well-known/openid-configuration"
	};
	static const char *const issuers[2] = {
		"https://sts.windows.net/" TENANT "/",
		"https://login.microsoftonline.com/" TENANT "/v2.0"
	};

	for (int i = 0; i < 2; i++)
		heard->tokens[i] += is_signed(theatre, metadata[i], issuers[i], token);
}

static void hear_item(const struct keys *keys, struct heard *heard, const json_t *item)
{
	json_t *const content = opened_item(keys, item);
	const json_t *const sealed = json_object_get(item, "encryptedContent");

	CHECK_TEXT("secret state", json_string_at(item, "clientState"));
	heard->by_old += strcmp(json_string_at(sealed, "encryptionCertificateId"),
				keys->ids[0]) == 0;
	hear(heard, content);
	json_decref(content);
}

static void hear_all(struct theatre *theatre, const struct keys *keys,
		     struct heard *heard)
{
	const json_t *post, *item;
	size_t i, j, most = 0;

	json_array_foreach (theatre->house.notifications, i, post) {
		const json_t *const items = json_object_get(post, "value");

		most = json_array_size(items) > most ? json_array_size(items) : most;
		check_token(theatre, heard,
			    json_string_value(json_array_get(
				    json_object_get(post, "validationTokens"), 0)));
		json_array_foreach (items, j, item)
			hear_item(keys, heard, item);
	}
	CHECK(most > 1);
}

static bool half_way(struct theatre *theatre)
{
	return stage_now_ms(&theatre->stage) >
	       theatre->stage.plan.sessions[0].starts_ms + 5 * MINUTE_MS;
}

static void change_certificate(struct theatre *theatre, const struct keys *keys,
			       const char *of)
{
	char url[128];
	struct text body = { 0 };

	snprintf(url, sizeof(url), "/beta/subscriptions/%s", of);
	CHECK_INT(400, theatre_status(theatre, "PATCH", url, theatre->graph,
				      "{\"encryptionCertificate\":\"\"}"));
	text_addf(&body,
		  "{\"encryptionCertificate\":\"%s\",\"encryptionCertificateId\":\"%s\"}",
		  keys->certificates[1], keys->ids[1]);
	CHECK_INT(200, theatre_status(theatre, "PATCH", url, theatre->graph,
				      text_string(&body)));
	text_finish(&body);
}

static unsigned legs_of(const struct world *world)
{
	return (unsigned)world->meetings[0].calls[0].legs_count;
}

static void test_a_session_is_told_item_by_item(void)
{
	struct keys keys;
	struct heard heard = { .ids = json_object() };

	keys_make(&keys);
	struct theatre *const theatre = opened(400);
	const struct asked made = subscribe(theatre, keys.certificates[0], keys.ids[0]);
	CHECK_INT(201, made.status);
	CHECK(theatre_until(theatre, half_way, 30000));
	change_certificate(theatre, &keys, json_string_at(made.json, "id"));
	CHECK(theatre_until(theatre, all_told, 30000));
	hear_all(theatre, &keys, &heard);
	CHECK_INT(1, heard.started);
	CHECK_INT(1, heard.ended);
	CHECK_INT(legs_of(&theatre->stage.world), heard.left);
	CHECK(heard.joined > heard.left); /* some are told of once more */
	CHECK(heard.lobby > 0);
	CHECK(heard.repeated > 0);
	CHECK(heard.by_old > 0 && heard.by_old < heard.joined + heard.left);
	CHECK(heard.tokens[0] > 0 && heard.tokens[1] > 0);
	CHECK_INT(json_array_size(theatre->house.notifications),
		  heard.tokens[0] + heard.tokens[1]);
	json_decref(made.json);
	json_decref(heard.ids);
	keys_finish(&keys);
	theatre_close(theatre);
}

int main(void)
{
	CHECK(freopen("/dev/null", "w", stdout) != NULL);
	RUN(test_a_certificate_is_wanted);
	RUN(test_a_session_is_told_item_by_item);
	return check_done();
}
